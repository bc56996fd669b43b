/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BOARD_RUNNING_VERSION_H
#define GYA_BOARD_RUNNING_VERSION_H

#include "device-agent/ports/board/stored-package.h"
#include "device-agent/ports/board/version-record.h"
#include "device-agent/upg/image.h"

/*
 * Fills `version` for the application of this identity: from the log of versions, or at its first start with the text
 * of the package that brought it, which is then written to the log. The text is empty if nobody knows it. Wants the
 * upgrade module initialised.
 */
void gya_running_version(const struct gya_stored_package *package, const struct gya_upg_identity *identity,
	struct gya_version_record *version);

#endif

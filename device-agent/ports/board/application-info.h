/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BOARD_APPLICATION_INFO_H
#define GYA_BOARD_APPLICATION_INFO_H

#include "device-agent/include/info.h"
#include "device-agent/include/port.h"
#include "device-agent/ports/board/factory.h"
#include "device-agent/ports/board/version-record.h"
#include "device-agent/upg/image.h"

/* What an application knows of itself and its board; all of it stays in use by INFO. */
struct gya_about {
	const struct gya_board *board;
	const struct gya_factory *factory; /* zeros where the board was never given any */
	bool has_factory;
	const struct gya_upg_identity *identity;
	const struct gya_version_record *version;
};

/* Fills `info`, which is empty, for a port whose speeds are set. */
void gya_application_info(struct gya_info *info, const struct gya_about *about, const struct gya_port *port);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/board/running-version.h"

#include <upg.h>

#include "protocol/wire/mem.h"

static bool
has_installed(void)
{
	upg_result_t result;
	uint32_t last;

	/* 13 is also what a third try that worked leaves behind */
	return uapi_upg_get_result(&result, &last) == ERRCODE_SUCC &&
	       (result == UPG_RESULT_UPDATE_SUCCESS || result == UPG_RESULT_RETRY_ALL_FAILED);
}

void
gya_running_version(const struct gya_stored_package *package, const struct gya_upg_identity *identity,
	struct gya_version_record *version)
{
	if (gya_version_record_read(package->board, package->nor, version) &&
		memcmp(version->identity, identity->sha256, sizeof version->identity) == 0)
		return;
	memset(version, 0, sizeof *version);
	memcpy(version->identity, identity->sha256, sizeof version->identity);
	if (has_installed())
		(void) gya_stored_package_has(package, identity->image_size, identity->sha256, version->text);
	/* a record that cannot be written is tried again at the next start */
	(void) gya_version_record_append(package->board, package->nor, version);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "device-agent/backend/liteos-private.h"
#include "device-agent/include/liteos-check.h"
#include "protocol/wire/mem.h"

/* One that is not there says nothing. */
static void
get(ota_flag_t *flag)
{
	if (ota_flag_get(OTA_FOTA, flag) != 0)
		memset(flag, 0, sizeof *flag);
}

bool
liteos_save(ota_status_t status, ota_step_t step, uint32_t size, uint32_t cause)
{
	ota_flag_t flag;

	get(&flag);
	flag.status = status;
	flag.step = step;
	memset(&flag.download, 0, sizeof flag.download);
	flag.download.file_size = size;
	if (size != 0)
		memcpy(flag.download.version, liteos_backend.package.version, sizeof flag.download.version);
	return liteos_went(ota_flag_save(OTA_FOTA, &flag), cause, OTA_RET_FLAG_SAVE);
}

/* The infos stay: a test that is called off leaves the record of what runs. */
bool
liteos_save_check(uint32_t seed)
{
	ota_flag_t flag;

	get(&flag);
	gya_liteos_check_ask(&flag, seed);
	return liteos_went(ota_flag_save(OTA_FOTA, &flag), GYW_CAUSE_VERIFY, OTA_RET_FLAG_SAVE);
}

/* ---- what runs ---- */

static bool
note(ota_flag_t *flag, const uint8_t version[OTA_VERSION_SIZE], uint32_t image_size)
{
	if (flag->running.file_size == image_size &&
		memcmp(flag->running.version, version, OTA_VERSION_SIZE) == 0)
		return true;
	flag->running.file_size = image_size;
	memcpy(flag->running.version, version, OTA_VERSION_SIZE);
	return ota_flag_save(OTA_FOTA, flag) == 0;
}

bool
gya_backend_liteos_note(const char *version, uint32_t image_size)
{
	uint8_t padded[OTA_VERSION_SIZE] = {0};
	ota_flag_t flag;
	uint32_t i;

	get(&flag);
	for (i = 0; i < OTA_VERSION_SIZE && version[i] != 0; i++)
		padded[i] = (uint8_t) version[i];
	return note(&flag, padded, image_size);
}

/* After an upgrade the package that brought it still stands in Download. */
static void
note_upgrade(ota_flag_t *flag)
{
	uint32_t image_size;

	if (flag->status == OTA_STATUS_SUCCESS &&
		liteos_read_installed(flag->download.file_size, &image_size))
		(void) note(flag, flag->download.version, image_size);
}

static void
add_tag(uint32_t *n, uint8_t tag, const void *value, uint32_t size)
{
	liteos_backend.tags[*n].tag = tag;
	liteos_backend.tags[*n].size = (uint8_t) size;
	liteos_backend.tags[(*n)++].value = value;
}

/* What the loader has just found goes before what it could write down. */
static void
describe_check(const ota_flag_t *flag, uint32_t *n)
{
	const struct gyw_info_check *found = liteos_backend.setup->check;

	if (found != NULL)
		liteos_backend.check = *found;
	if (found != NULL || gya_liteos_check_read(flag, &liteos_backend.check))
		add_tag(n, GYW_INFO_CHECK, &liteos_backend.check, sizeof liteos_backend.check);
}

/* Without a record of what runs nobody can say where it ends. */
static void
describe_running(const ota_img_info_t *running, uint32_t *n)
{
	uint32_t length = 0;

	liteos_backend.running = *running;
	while (length < OTA_VERSION_SIZE && running->version[length] != 0)
		length++;
	if (running->file_size != 0 && running->file_size <= liteos_size_of(OTA_IMG_RUNNING) &&
		liteos_hash_image(OTA_IMG_RUNNING, running->file_size, liteos_backend.running_sha256))
		add_tag(n, GYW_INFO_DIGEST, liteos_backend.running_sha256, LITEOS_DIGEST_SIZE);
	if (length > 0)
		add_tag(n, GYW_INFO_VERSION, liteos_backend.running.version, length);
}

void
liteos_read_record(void)
{
	static const char backend[] = "\3liteos";
	uint32_t n = 0;
	ota_flag_t flag;

	get(&flag);
	note_upgrade(&flag);
	liteos_backend.last.result = flag.status;
	liteos_backend.last.status = flag.step;
	add_tag(&n, GYW_INFO_BACKEND, backend, sizeof backend - 1);
	add_tag(&n, GYW_INFO_RESULT, &liteos_backend.last, sizeof liteos_backend.last);
	describe_check(&flag, &n);
	describe_running(&flag.running, &n);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/backend-liteos.h"

#include <stddef.h>

#include "device-agent/backend/liteos-private.h"
#include "protocol/wire/mem.h"

#define PIECE 1024u

struct liteos_backend liteos_backend;

bool
liteos_refuse(uint32_t cause, uint32_t detail)
{
	liteos_backend.verdict->cause = cause;
	liteos_backend.verdict->detail = detail;
	return false;
}

bool
liteos_went(int result, uint32_t cause, ota_ret_t code)
{
	liteos_backend.verdict->code = result == 0 ? 0 : (uint32_t) code;
	return result == 0 || liteos_refuse(cause, liteos_backend.written);
}

uint32_t
liteos_size_of(ota_img_t image)
{
	int size;

	return ota_img_size(OTA_FOTA, image, &size) == 0 && size > 0 ? (uint32_t) size : 0;
}

static const struct gya_info_tag *
init(struct gya_verdict *verdict)
{
	liteos_backend.verdict = verdict;
	if (!liteos_went(ota_init(), GYW_CAUSE_PREPARE, OTA_RET_UNKNOWN))
		return NULL;
	liteos_read_record();
	/* what was found on the way is no answer to anybody */
	memset(verdict, 0, sizeof *verdict);
	return liteos_backend.tags;
}

static uint32_t
storage_size(void)
{
	return liteos_size_of(OTA_IMG_DOWNLOAD);
}

static bool
prepare(const struct gyw_begin *begin)
{
	liteos_backend.length = begin->length;
	liteos_backend.written = 0;
	liteos_backend.wants_check = false;
	return liteos_save(OTA_STATUS_DOWNLOADING, OTA_STEP_INIT, 0, GYW_CAUSE_PREPARE) &&
	       liteos_went(
		       ota_img_erase(OTA_FOTA, OTA_IMG_DOWNLOAD), GYW_CAUSE_PREPARE, OTA_RET_DOWNLOAD_ERASE);
}

/* The last piece brings the tail out that a driver keeps: it is read back. */
static bool
write(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	liteos_backend.setup->watchdog();
	liteos_backend.written = offset;
	if (!liteos_went(ota_img_write(OTA_FOTA, OTA_IMG_DOWNLOAD, (int) offset, bytes, (int) size),
		    GYW_CAUSE_STORE, OTA_RET_DOWNLOAD_WRITE))
		return false;
	return offset + size < liteos_backend.length || liteos_went(ota_img_flush(OTA_FOTA, OTA_IMG_DOWNLOAD),
								GYW_CAUSE_STORE, OTA_RET_DOWNLOAD_FLUSH);
}

static bool
read(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	liteos_backend.setup->watchdog();
	return liteos_went(ota_img_read(OTA_FOTA, OTA_IMG_DOWNLOAD, (int) offset, bytes, (int) size),
		GYW_CAUSE_READ, OTA_RET_DOWNLOAD_READ);
}

static bool
arm(void)
{
	if (liteos_backend.wants_check)
		return liteos_save_check(liteos_backend.seed);
	return liteos_save(OTA_STATUS_DOWNLOADED, OTA_STEP_START, liteos_backend.length, GYW_CAUSE_VERIFY);
}

static bool
disarm(void)
{
	return liteos_save(OTA_STATUS_IDLE, OTA_STEP_INIT, 0, GYW_CAUSE_DISARM);
}

/* A record of a download under way is as good as none to the loader. */
static void
stop(void)
{
}

static bool
read_area(uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const struct gya_partition *place = gya_board_partition(liteos_backend.setup->board, area);

	/* the board opens Running alone: the others come and go */
	if (!place || !place->readable || area != liteos_backend.setup->board->application)
		return liteos_refuse(GYW_CAUSE_TARGET, area);
	if (size > place->size || offset > place->size - size)
		return liteos_refuse(GYW_CAUSE_RANGE, place->size);
	return liteos_went(ota_img_read(OTA_FOTA, OTA_IMG_RUNNING, (int) offset, bytes, (int) size),
		GYW_CAUSE_READ, OTA_RET_RUNNING_READ);
}

void
gya_backend_liteos_want_check(uint32_t seed)
{
	liteos_backend.wants_check = true;
	liteos_backend.seed = seed;
}

const struct gya_backend *
gya_backend_liteos(const struct gya_liteos_setup *setup)
{
	static struct gya_backend backend = {
		.id = 3,
		.mode = GYW_MODE_PACKAGE,
		.can = GYW_CAN_READ_BACK | GYW_CAN_DISARM,
		.piece = PIECE,
		.manifest_most = LITEOS_MANIFEST_MOST,
		.init = init,
		.storage_size = storage_size,
		.judge = liteos_judge,
		.prepare = prepare,
		.write = write,
		.read = read,
		.stop = stop,
		.arm = arm,
		.disarm = disarm,
		.read_area = read_area,
	};

	memset(&liteos_backend, 0, sizeof liteos_backend);
	liteos_backend.setup = setup;
	backend.reset = setup->reset;
	return &backend;
}

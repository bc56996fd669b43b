/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/alios/service.h"

#include <aos/kv.h>
#include <stddef.h>

#include "device-agent/alios/checks.h"
#include "device-agent/alios/hal.h"
#include "device-agent/alios/module-private.h"
#include "protocol/wire/mem.h"

#define KEY_BREAKPOINT "key_ota_breakpoint"
#define KEY_HASH       "key_ota_hash"
#define KEY_HEAD       "key_ota_hash_ctx_head"
#define KEY_BODY       "key_ota_hash_ctx_body"

/* What stands under KEY_HEAD. */
struct head {
	uint32_t type;
	uint32_t size;
};

static struct alios_download *
download(void)
{
	return &alios_module.download;
}

static int
fail(int code)
{
	alios_module.service->upg_status = code;
	download()->is_open = false;
	return code;
}

static void
go_to(OTA_STATUS_E status)
{
	alios_module.service->upg_status = status;
}

/* ---- texts ---- */

/* As much as there is room for, and a zero. */
static void
copy_text(char *to, uint32_t room, const char *from)
{
	uint32_t i;

	for (i = 0; i + 1 < room && from != NULL && from[i] != '\0'; i++)
		to[i] = from[i];
	memset(to + i, 0, room - i);
}

/* As strncmp(offered, running, strlen(offered)) > 0; what is the beginning of the other is not newer (spec: 3.1). */
static bool
is_newer(const char *offered, const char *running)
{
	for (; *offered != '\0'; offered++, running++)
		if (*offered != *running)
			return (uint8_t) *offered > (uint8_t) *running;
	return false;
}

/* Upper case, as the digests are compared; false if that is no digest of the type. */
static bool
take_hash(char text[OTA_HASH_LEN], uint32_t type, const char *offered)
{
	uint32_t size = 2 * alios_digest_size(type);
	uint32_t i;

	memset(text, 0, OTA_HASH_LEN);
	for (i = 0; i < size && offered[i] != '\0'; i++) {
		char c = offered[i];

		text[i] = c >= 'a' && c <= 'f' ? (char) (c - 'a' + 'A') : c;
	}
	return size > 0 && i == size && offered[i] == '\0';
}

/* ---- breakpoints ---- */

static void
forget(void)
{
	(void) aos_kv_del(KEY_BREAKPOINT);
}

/*
 * The offset is written last and cleared first. A cut between leaves a context that is further than the offset: it has its
 * own size, and the bytes that it is about are in flash.
 */
static bool
keep(void)
{
	const struct alios_download *d = download();
	const struct head head = {d->hash.type, sizeof d->hash};
	int32_t offset = (int32_t) d->hash.size;
	ota_boot_param_t param = d->param;

	param.res_type = OTA_BREAKPOINT;
	param.off_bp = offset;
	return aos_kv_set(KEY_HEAD, &head, sizeof head, 1) == 0 &&
	       aos_kv_set(KEY_BODY, &d->hash, sizeof d->hash, 1) == 0 && ota_hal_boot(&param) == 0 &&
	       aos_kv_set(KEY_HASH, d->hash_text, OTA_HASH_LEN, 1) == 0 &&
	       aos_kv_set(KEY_BREAKPOINT, &offset, sizeof offset, 1) == 0;
}

static bool
get(const char *key, void *value, uint32_t size)
{
	int found = (int) size;

	return aos_kv_get(key, value, &found) == 0 && found == (int) size;
}

/* Whether a breakpoint of this file was kept; then its context. */
static bool
get_breakpoint(struct alios_hash *kept)
{
	const struct alios_download *d = download();
	char text[OTA_HASH_LEN];
	struct head head;
	int32_t offset;

	return get(KEY_BREAKPOINT, &offset, sizeof offset) && offset > 0 &&
	       get(KEY_HASH, text, sizeof text) && memcmp(text, d->hash_text, sizeof text) == 0 &&
	       get(KEY_HEAD, &head, sizeof head) && head.type == d->hash.type && head.size == sizeof *kept &&
	       get(KEY_BODY, kept, sizeof *kept) && kept->type == d->hash.type && kept->size < d->param.len &&
	       kept->size % alios_port->nor->sector_size == 0;
}

/* The bytes before a breakpoint count only if they are still what the context was made over. */
static bool
resume(void)
{
	struct alios_download *d = download();
	struct alios_hash kept;
	uint16_t crc;

	if (!get_breakpoint(&kept) ||
		!alios_hash_flash(&d->hash, alios_download_partition(), kept.size, &crc) ||
		memcmp(&d->hash, &kept, sizeof kept) != 0)
		return false;
	d->param.off_bp = (int32_t) kept.size;
	return aos_kv_set(ALIOS_KEY_CRC, &crc, sizeof crc, 1) == 0 && ota_hal_init(&d->param) == 0;
}

static int
restart(void)
{
	struct alios_download *d = download();

	forget();
	alios_hash_init(&d->hash, d->hash.type);
	d->param.off_bp = 0;
	return ota_hal_init(&d->param);
}

/* ---- an offer ---- */

static int
check_offer(const struct gya_alios_offer *offer)
{
	const struct gya_alios_board *board = alios_port->board;
	const ota_service_t *service = alios_module.service;

	if (offer->version == NULL || offer->hash == NULL || offer->size == 0)
		return OTA_PARSE_FAIL;
	if (!is_newer(offer->version, service->sys_ver))
		return OTA_INIT_VER_FAIL;
	if (offer->is_diff && offer->splict_size != board->slice_size)
		return OTA_UPGRADE_DIFF_FAIL;
	return 0;
}

static bool
open_download(const struct gya_alios_offer *offer)
{
	struct alios_download *d = download();

	memset(d, 0, sizeof *d);
	if (!take_hash(d->hash_text, offer->hash_type, offer->hash))
		return false;
	d->param.len = offer->size;
	d->param.upg_flag = offer->is_diff ? OTA_DIFF : OTA_RAW;
	d->param.rec_size = offer->is_diff ? offer->size : 0;
	d->param.splict_size = offer->is_diff ? offer->splict_size : 0;
	d->has_sign = offer->sign != NULL;
	if (d->has_sign)
		memcpy(d->sign, offer->sign, sizeof d->sign);
	alios_hash_init(&d->hash, offer->hash_type);
	return true;
}

int
gya_alios_offer(const struct gya_alios_offer *offer)
{
	struct alios_download *d = download();
	int result;

	if (alios_module.service == NULL)
		return OTA_INIT_FAIL;
	result = check_offer(offer);
	if (result != 0)
		return fail(result);
	if (!open_download(offer))
		return fail(OTA_PARSE_FAIL);
	copy_text(alios_module.service->ota_ver, OTA_VER_LEN, offer->version);
	alios_module.service->hash_type = (uint8_t) offer->hash_type;
	if (!resume()) {
		result = restart();
		if (result != 0)
			return fail(result);
	}
	d->is_open = true;
	go_to(OTA_DOWNLOAD);
	return d->param.off_bp;
}

/* ---- the download ---- */

/* Up to the next breakpoint. */
static int
take_part(const uint8_t *bytes, uint32_t size)
{
	struct alios_download *d = download();
	int offset = (int) d->hash.size;
	int result = ota_hal_write(&offset, (char *) (uintptr_t) bytes, (int) size);

	if (result != 0)
		return result;
	alios_hash_update(&d->hash, bytes, size);
	if (d->hash.size % ALIOS_BREAKPOINT_EVERY == 0 && d->hash.size < d->param.len && !keep())
		return OTA_DOWNLOAD_WRITE_FAIL;
	return 0;
}

int
gya_alios_take(const uint8_t *bytes, uint32_t size)
{
	struct alios_download *d = download();

	if (!d->is_open)
		return OTA_INIT_FAIL;
	if (size > d->param.len - d->hash.size)
		return fail(OTA_DOWNLOAD_FAIL);
	while (size > 0) {
		uint32_t part = ALIOS_BREAKPOINT_EVERY - d->hash.size % ALIOS_BREAKPOINT_EVERY;
		int result;

		if (part > size)
			part = size;
		result = take_part(bytes, part);
		if (result != 0)
			return fail(result);
		bytes += part;
		size -= part;
	}
	return 0;
}

void
gya_alios_cancel(void)
{
	if (alios_module.service == NULL)
		return;
	forget();
	download()->is_open = false;
	go_to(OTA_CANCEL);
}

/* ---- its end ---- */

/* Over what is in flash, whatever was seen of it on its way. */
static int
check_file(void)
{
	const struct alios_download *d = download();
	uint32_t size = alios_digest_size(d->hash.type);
	uint8_t digest[ALIOS_DIGEST_MOST];
	struct alios_hash stored;
	uint16_t crc;

	alios_hash_init(&stored, d->hash.type);
	if (!alios_hash_flash(&stored, alios_download_partition(), d->param.len, &crc))
		return OTA_VERIFY_FAIL;
	alios_hash_digest(&stored, digest);
	if (!alios_digest_is(digest, size, d->hash_text))
		return OTA_VERIFY_HASH_FAIL;
	return d->has_sign ? gya_alios_check_signature(digest, size, d->sign) : 0;
}

static int
verify(void)
{
	const struct alios_download *d = download();
	int result = check_file();

	if (result != 0 || (d->param.upg_flag & OTA_DIFF) != 0)
		return result;
	/* whatever is wrong with a trailer, the service calls it this */
	return alios_trailer_check(alios_download_partition(), d->param.len) == 0 ? 0 : OTA_VERIFY_HASH_FAIL;
}

int
gya_alios_finish(void)
{
	struct alios_download *d = download();
	int result;

	if (!d->is_open || d->hash.size != d->param.len)
		return OTA_DOWNLOAD_FAIL;
	forget();
	go_to(OTA_VERIFY);
	result = verify();
	if (result != 0)
		return fail(result);
	go_to(OTA_UPGRADE);
	d->is_open = false;
	d->param.res_type = OTA_FINISH;
	result = ota_hal_boot(&d->param);
	if (result != 0)
		return fail(result);
	go_to(OTA_REBOOT);
	return 0;
}

/* ---- the system's calls ---- */

int
ota_service_init(ota_service_t *ctx)
{
	if (ctx == NULL || ctx->inited || alios_module.service != NULL)
		return OTA_INIT_FAIL;
	gya_alios_register();
	alios_module.service = ctx;
	ctx->inited = 1;
	ctx->hash = download()->hash_text;
	ctx->sign = (char *) download()->sign;
	ctx->sign_len = OTA_SIGN_LEN;
	ctx->boot_param = &download()->param;
	ctx->upg_status = OTA_INIT;
	copy_text(ctx->sys_ver, sizeof ctx->sys_ver, ota_hal_get_version(ctx->dev_type));
	return ota_hal_rollback(NULL);
}

int
ota_service_deinit(ota_service_t *ctx)
{
	if (ctx == NULL || ctx != alios_module.service)
		return OTA_INIT_FAIL;
	ctx->inited = 0;
	ctx->hash = ctx->sign = NULL;
	ctx->boot_param = NULL;
	download()->is_open = false;
	alios_module.service = NULL;
	return 0;
}

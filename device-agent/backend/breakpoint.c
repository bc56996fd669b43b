/* SPDX-License-Identifier: Apache-2.0 */
#include <aos/kv.h>
#include <ota_hal_plat.h>
#include <stddef.h>

#include "device-agent/include/backend-alios.h"
#include "protocol/wire/mem.h"

#define BLOCK       16384u /* between breakpoints: whole sectors, whole pieces */
#define CHUNK       256u
#define DIGEST_SIZE 32u
#define CRC_SIZE    2
#define KEY_PREFIX  "gantry_prefix"
#define KEY_CRC     "ota_file_crc16" /* the platform's */

/* What is kept, in one value, so that a cut leaves one breakpoint or another. */
struct prefix {
	uint32_t length;
	uint32_t offset;
	uint32_t crc; /* that the platform keeps beside it */
	uint8_t package[DIGEST_SIZE];
	uint8_t chain[DIGEST_SIZE]; /* of each block: SHA-256 of what it was before, and of the block */
};

static struct {
	const struct gya_alios_setup *setup;
	ota_boot_param_t *param; /* the backend's, of the transfer that is under way */
	struct prefix prefix;
	uint32_t filled; /* bytes of the block that is being hashed */
	bool is_hashing;
	struct gya_sha256 hash;
} breakpoints;

static void
start_block(void)
{
	const struct gya_crypto *crypto = breakpoints.setup->crypto;

	crypto->sha256_init(&breakpoints.hash);
	crypto->sha256_update(&breakpoints.hash, breakpoints.prefix.chain, DIGEST_SIZE);
	breakpoints.is_hashing = true;
	breakpoints.filled = 0;
}

/* Every hash that was begun is ended. */
static void
end_block(uint8_t digest[DIGEST_SIZE])
{
	breakpoints.is_hashing = false;
	breakpoints.setup->crypto->sha256_final(&breakpoints.hash, digest);
}

static void
forget(void)
{
	uint8_t unused[DIGEST_SIZE];

	if (breakpoints.is_hashing)
		end_block(unused);
	(void) aos_kv_del(KEY_PREFIX);
}

/* The platform's CRC at this place first; what both have to agree with last. What cannot be kept is sent again. */
static void
keep(void)
{
	struct prefix *prefix = &breakpoints.prefix;
	int size = CRC_SIZE;

	breakpoints.param->res_type = OTA_BREAKPOINT;
	breakpoints.param->off_bp = (int32_t) prefix->offset;
	prefix->crc = 0;
	if (ota_hal_boot(breakpoints.param) != 0 || aos_kv_get(KEY_CRC, &prefix->crc, &size) != 0 ||
		aos_kv_set(KEY_PREFIX, prefix, sizeof *prefix, 1) != 0)
		(void) aos_kv_del(KEY_PREFIX);
}

static void
stored(const uint8_t *bytes, uint32_t size)
{
	breakpoints.setup->crypto->sha256_update(&breakpoints.hash, bytes, size);
	breakpoints.filled += size;
	if (breakpoints.filled < BLOCK)
		return;
	end_block(breakpoints.prefix.chain);
	breakpoints.prefix.offset += BLOCK;
	keep();
	start_block();
}

static bool
hash_block(void)
{
	uint8_t chunk[CHUNK];
	bool is_read = true;

	start_block();
	for (; breakpoints.filled < BLOCK && is_read; breakpoints.filled += CHUNK) {
		int at = (int) (breakpoints.prefix.offset + breakpoints.filled);

		breakpoints.setup->watchdog();
		is_read = ota_hal_read(&at, (char *) chunk, CHUNK) == 0;
		breakpoints.setup->crypto->sha256_update(&breakpoints.hash, chunk, CHUNK);
	}
	end_block(breakpoints.prefix.chain);
	breakpoints.prefix.offset += BLOCK;
	return is_read;
}

/* Whether what stands before the breakpoint still is what came then. `prefix` becomes what was kept. */
static bool
is_whole(const struct prefix *kept)
{
	while (breakpoints.prefix.offset < kept->offset)
		if (!hash_block())
			return false;
	breakpoints.prefix.crc = kept->crc;
	return memcmp(&breakpoints.prefix, kept, sizeof *kept) == 0;
}

static void
start_prefix(const struct gyw_begin *begin)
{
	struct prefix *prefix = &breakpoints.prefix;

	memset(prefix, 0, sizeof *prefix);
	prefix->length = begin->length;
	memcpy(prefix->package, begin->sha256, DIGEST_SIZE);
}

static bool
go_on(const struct gyw_begin *begin)
{
	struct prefix kept;
	int size = sizeof kept;

	if ((begin->flags & GYW_BEGIN_FROM_ZERO) || aos_kv_get(KEY_PREFIX, &kept, &size) != 0 ||
		size != (int) sizeof kept || kept.offset >= begin->length || !is_whole(&kept) ||
		aos_kv_set(KEY_CRC, &kept.crc, CRC_SIZE, 1) != 0)
		return false;
	breakpoints.param->off_bp = (int32_t) kept.offset;
	return ota_hal_init(breakpoints.param) == 0;
}

static bool
resume(const struct gyw_begin *begin, ota_boot_param_t *param)
{
	bool does;

	breakpoints.param = param;
	start_prefix(begin);
	does = go_on(begin);
	if (!does) {
		forget();
		start_prefix(begin);
		param->off_bp = 0;
	}
	start_block();
	return does;
}

const struct gya_alios_breakpoints *
gya_alios_breakpoints(const struct gya_alios_setup *setup)
{
	static const struct gya_alios_breakpoints calls = {resume, stored, forget};

	memset(&breakpoints, 0, sizeof breakpoints);
	breakpoints.setup = setup;
	return &calls;
}

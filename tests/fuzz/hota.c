// SPDX-License-Identifier: Apache-2.0
#include <glib.h>
#include <hota_updater.h>
#include <string.h>

#include "device-agent/hota/port.h"
#include "device-agent/include/backend-hota.h"
#include "device-agent/ports/sim/crypto-openssl.h"
#include "device-agent/ports/sim/nor-file.h"
#include "tests/fuzz/target.h"

/*
 * Anything as a package, whose signature is always right, so that what stands behind it is reached too. Byte 0 says how: bit 0
 * through the agent's backend, bit 1 of the board's own kind, the rest the size of the writes. Whatever comes, the old
 * application is whole until something was committed, and a boot starts the old or the new one.
 */

#define OLD_SIZE 300u

static struct gya_nor_file *flash;
static struct gya_hota_port port;
static struct gya_hota_setup setup = {.storage_size = 0x10000, .takes_own = true, .cancel_disarms = true};

static bool
pss_verify(const uint8_t *key, uint32_t key_size, const uint8_t digest[32], const uint8_t *signature,
	uint32_t signature_size)
{
	// touches what it is given, for the sanitizer to see
	return key[key_size - 1] + digest[31] + signature[signature_size - 1] >= 0;
}

static void
console_putc(void *context, char c)
{
}

static void
ignore(void *context)
{
}

static uint8_t *
partition(uint32_t id)
{
	return flash->bytes + gya_board_partition(gya_hota_board_small.board, id)->address;
}

static void
power_on_new_device(void)
{
	static const uint8_t key[] = {0x30, 0x82, 0, 4, 1, 2, 3, 4};

	if (flash == NULL) {
		flash = gya_nor_file_open(NULL, gya_hota_board_small.board->flash_size);
		port = (struct gya_hota_port){.board = &gya_hota_board_small,
			.nor = &flash->nor,
			.crypto = &gya_crypto_openssl,
			.pss_verify = pss_verify,
			.console_putc = console_putc,
			.watchdog_kick = ignore,
			.reboot = ignore};
		setup.board = gya_hota_board_small.board;
		setup.crypto = &gya_crypto_openssl;
	}
	memset(flash->bytes, 0xFF, gya_hota_board_small.board->flash_size);
	memcpy(partition(GYA_HOTA_KEY), key, sizeof key);
	memset(partition(GYA_HOTA_KERNEL), 0x4B, OLD_SIZE);
	gya_hota_power_on(&port);
	g_assert_true(gya_hota_provision(OLD_SIZE, "OpenHarmony 1.0"));
}

static void
write_to_component(const uint8_t *data, uint32_t size, uint32_t piece, bool is_own)
{
	g_assert_cmpint(HotaInit(NULL, NULL), ==, 0);
	g_assert_cmpint(HotaSetPackageType(is_own ? NOT_USE_DEFAULT_PKG : USE_DEFAULT_PKG), ==, 0);
	for (uint32_t at = 0; at < size; at += piece) {
		uint32_t part = MIN(piece, size - at);
		g_autofree uint8_t *copy = g_memdup2(data + at, part);

		if (HotaWrite(copy, at, part) != 0)
			return;
	}
	if (HotaSetBootSettings() == 0)
		(void) HotaRestart();
}

static void
send_through_agent(const uint8_t *data, uint32_t size, bool is_own)
{
	static const uint8_t own_kind[] = {GYW_BEGIN_HOTA_TYPE, 1, NOT_USE_DEFAULT_PKG};
	const struct gya_backend *backend = gya_backend_hota(&setup);
	struct gya_verdict verdict = {0};
	struct gyw_begin begin = {.length = size, .target = is_own ? GYW_TARGET_CUSTOM : 0};
	uint32_t manifest = MIN(size, backend->manifest_most);
	g_autofree uint8_t *head = NULL;

	if (size >= 8)
		manifest = MIN(manifest, gyw_get_u32le(data + 4) + 640u);
	head = g_memdup2(data, MAX(manifest, 1));
	begin.tlvs = own_kind;
	begin.tlvs_size = is_own ? sizeof own_kind : 0;
	g_assert_nonnull(backend->init(&verdict));
	if (!backend->judge(&begin, head, manifest, false) || !backend->prepare(&begin))
		return;
	for (uint32_t at = 0; at < size; at += backend->piece)
		if (!backend->write(at, data + at, MIN(backend->piece, size - at))) {
			backend->stop();
			return;
		}
	if (backend->judge(&begin, NULL, 0, true) && backend->arm())
		backend->reset();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t old[OLD_SIZE];
	struct gya_hota_booted booted;

	if (size < 2 || size > 0x8000)
		return 0;
	power_on_new_device();
	memset(old, 0x4B, sizeof old);
	if (data[0] & 1)
		send_through_agent(data + 1, (uint32_t) size - 1, data[0] & 2);
	else
		write_to_component(data + 1, (uint32_t) size - 1, (data[0] >> 2) * 16u + 1, data[0] & 2);
	g_assert_cmpmem(partition(GYA_HOTA_KERNEL), OLD_SIZE, old, sizeof old);
	booted = gya_hota_boot();
	if (booted.outcome == GYA_HOTA_BOOT_RESET)
		booted = gya_hota_boot();
	g_assert_cmpint(booted.outcome, ==, GYA_HOTA_BOOT_START);
	g_assert_cmpuint(flash->n_faults, ==, 0);
	return 0;
}

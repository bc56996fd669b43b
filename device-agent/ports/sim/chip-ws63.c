// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/chip.h"

#include <string.h>
#include <upg.h>

#include "device-agent/include/backend-ab.h"
#include "device-agent/include/backend-expand.h"
#include "device-agent/ports/board/application-info.h"
#include "device-agent/ports/board/running-version.h"
#include "device-agent/ports/sim/crypto-openssl.h"
#include "device-agent/ports/sim/fuses.h"
#include "device-agent/ports/sim/lzma-sdk.h"
#include "device-agent/upg/flashboot.h"
#include "device-agent/upg/image.h"
#include "device-agent/upg/nv.h"
#include "device-agent/upg/port.h"

struct ws63 {
	struct gya_chip chip;
	struct gya_chip_board board;
	struct gya_lzma *lzma;
	struct gya_upg_port port;
	uint32_t retry_register;
	uint32_t region_register;
	struct gya_upg_rollback rollback;
	uint8_t flash_key[16];

	// of the application
	struct gya_ws63_setup backend_setup; // stays in use by the backend, as does the next
	struct gya_ws63_ab_setup ab_setup;
	struct gya_expand_setup expand_setup;
	struct gya_stored_package stored;
	struct gya_upg_identity identity;
	struct gya_version_record version;
	char *greeting;
};

// The backend reads flash as the chip does, through a mapping that needs no context. As little does the cipher.
static const struct gya_nor *mapped_flash;
static const struct gya_stored_package *storage;

static bool
read_flash(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	return mapped_flash->read(mapped_flash->context, offset, bytes, size) == GYA_NOR_OK;
}

static bool
decrypts(const uint8_t *header, bool is_stored)
{
	return gya_stored_package_decrypts(storage, header, is_stored);
}

// ---- the module's port ----

static void
console_putc(void *context, char c)
{
	const struct ws63 *ws63 = context;

	ws63->board.console_putc(ws63->board.context, c);
}

static void
watchdog_kick(void *context)
{
}

static void
reboot(void *context)
{
	const struct ws63 *ws63 = context;

	ws63->board.reboot(ws63->board.context);
}

static bool
read_fuse(void *context, enum gya_upg_word word, uint32_t *value)
{
	return gya_fuses_read(&((struct ws63 *) context)->chip.flash->nor, word, value);
}

static bool
burn_fuse(void *context, enum gya_upg_word word, uint32_t value)
{
	return gya_fuses_burn(&((struct ws63 *) context)->chip.flash->nor, word, value);
}

// The salt is for chips whose secrets nobody else knows; this one's keys are those that it was told, and its own.
static bool
derive_key(void *context, enum gya_upg_key use, const uint8_t salt[GYA_UPG_SALT_SIZE], uint8_t key[16])
{
	const struct ws63 *ws63 = context;

	memcpy(key, use == GYA_UPG_KEY_PACKAGE ? ws63->chip.options->package_key : ws63->flash_key, 16);
	return use != GYA_UPG_KEY_PACKAGE || ws63->chip.options->has_package_key;
}

// Each chip has another one, and keeps it.
static void
make_flash_key(struct ws63 *ws63)
{
	const struct gya_factory *factory = &ws63->chip.factory;
	struct gya_sha256 hash;
	uint8_t digest[32];

	gya_crypto_openssl.sha256_init(&hash);
	gya_crypto_openssl.sha256_update(&hash, (const uint8_t *) "flash", 5);
	gya_crypto_openssl.sha256_update(&hash, factory->device_id, sizeof factory->device_id);
	gya_crypto_openssl.sha256_final(&hash, digest);
	memcpy(ws63->flash_key, digest, sizeof ws63->flash_key);
}

// ---- factory and boot ----

static void
free_ws63(struct gya_chip *chip)
{
	struct ws63 *ws63 = (struct ws63 *) chip;

	gya_lzma_sdk_free(ws63->lzma);
	g_free(ws63->greeting);
	g_free(ws63);
}

static bool
is_bootable(struct gya_chip *chip)
{
	struct gya_upg_identity identity;

	// the check of the signatures looks for the root key's partition
	(void) uapi_partition_init();
	return gya_upg_application_identity(chip->options->board->application, &identity) && identity.valid;
}

static gboolean
note_version(struct gya_chip *chip, const char *text)
{
	struct gya_version_record record = {0};
	struct gya_upg_identity identity;

	if (!gya_upg_application_identity(chip->options->board->application, &identity))
		return FALSE;
	memcpy(record.identity, identity.sha256, sizeof record.identity);
	g_strlcpy(record.text, text, sizeof record.text);
	return gya_version_record_append(chip->options->board, &chip->flash->nor, &record);
}

static enum gya_chip_boot
boot(struct gya_chip *chip)
{
	switch (gya_flashboot_run()) {
	case GYA_BOOT_START: return GYA_CHIP_START;
	case GYA_BOOT_RESET: return GYA_CHIP_RESET;
	case GYA_BOOT_DEAD: break;
	}
	return GYA_CHIP_DEAD;
}

// ---- the application ----

// With regions no module keeps a result: what ran last was written down.
static bool
is_another(const struct ws63 *ws63)
{
	struct gya_version_record last;

	return gya_version_record_read(ws63->chip.options->board, &ws63->chip.flash->nor, &last) &&
	       memcmp(last.identity, ws63->identity.sha256, sizeof last.identity) != 0;
}

static void
make_greeting(struct ws63 *ws63, errcode_t nv_code)
{
	g_autofree char *nv = nv_code == ERRCODE_SUCC
				      ? g_strdup("")
				      : g_strdup_printf("NV data not applied: 0x%08X\r\n", nv_code);

	g_free(ws63->greeting);
	ws63->greeting = g_strdup_printf("\r\n%s application, version \"%s\" (0x%08X)\r\n%s",
		ws63->chip.options->board->name, ws63->version.text, ws63->identity.version_ext, nv);
}

static void
make_expanding(struct ws63 *ws63, struct gya_program *program)
{
	ws63->expand_setup =
		(struct gya_expand_setup){program->backend, &gya_crypto_openssl, upg_watchdog_kick};
	program->backend = gya_backend_expand(&ws63->expand_setup);
	program->can |= GYA_EXPAND_CAN;
}

static void
make_backend(struct ws63 *ws63, struct gya_program *program)
{
	const struct gya_sim_options *options = ws63->chip.options;

	ws63->backend_setup = (struct gya_ws63_setup){
		.board = options->board,
		.crypto = &gya_crypto_openssl,
		.read_flash = read_flash,
		.root_key_offset = 0,
		.hardware_id = ws63->chip.factory.hardware_id,
		.watchdog = upg_watchdog_kick,
		.decrypts = decrypts,
	};

	mapped_flash = &ws63->chip.flash->nor;
	storage = &ws63->stored;
	ws63->ab_setup.chip = ws63->backend_setup;
	ws63->ab_setup.takes_unsigned = options->takes_unsigned;
	program->backend = options->board->has_regions ? gya_backend_ws63_ab(&ws63->ab_setup)
						       : gya_backend_ws63(&ws63->backend_setup);
	if (options->board->has_regions && !options->no_compression)
		make_expanding(ws63, program);
}

static void
start(struct gya_chip *chip, struct gya_program *program)
{
	static const upg_func_t functions = {0};
	struct ws63 *ws63 = (struct ws63 *) chip;
	const struct gya_board *board = chip->options->board;
	errcode_t nv_code;

	ws63->stored = (struct gya_stored_package){
		board, &chip->flash->nor, &gya_crypto_openssl, ws63->lzma, derive_key, ws63};
	memset(&ws63->identity, 0, sizeof ws63->identity);
	memset(&ws63->version, 0, sizeof ws63->version);
	// as the vendor's applications do, before anything else looks at the module
	(void) uapi_partition_init();
	(void) uapi_upg_init(&functions);
	program->is_upgraded = uapi_upg_get_status() == UPG_STATUS_SUCC;
	nv_code = gya_upg_nv_apply();
	(void) gya_upg_application_identity(board->application, &ws63->identity);
	if (board->has_regions)
		program->is_upgraded = is_another(ws63);
	gya_running_version(&ws63->stored, &ws63->identity, &ws63->version);
	make_greeting(ws63, nv_code);
	program->version = ws63->version.text;
	program->greeting = ws63->greeting;
	make_backend(ws63, program);
}

static void
describe(struct gya_chip *chip, struct gya_info *info, const struct gya_port *port)
{
	struct ws63 *ws63 = (struct ws63 *) chip;
	const struct gya_about about = {
		chip->options->board, &chip->factory, chip->has_factory, &ws63->identity, &ws63->version};

	gya_application_info(info, &about, port);
}

struct gya_chip *
gya_chip_ws63_new(
	const struct gya_sim_options *options, struct gya_nor_file *flash, const struct gya_chip_board *board)
{
	struct ws63 *ws63 = g_new0(struct ws63, 1);

	ws63->chip = (struct gya_chip){free_ws63, note_version, is_bootable, boot, start, describe,
		upg_watchdog_kick, upg_reboot, options, flash, {0}, false};
	ws63->chip.has_factory = gya_factory_read(options->board, &flash->nor, &ws63->chip.factory);
	ws63->board = *board;
	ws63->lzma = gya_lzma_sdk_new(GYA_LZMA_SDK_WS63);
	if (ws63->lzma == NULL)
		g_error("no memory for the decoder");
	ws63->port = (struct gya_upg_port){
		.board = options->board,
		.nor = &flash->nor,
		.crypto = &gya_crypto_openssl,
		.lzma = ws63->lzma,
		.context = ws63,
		.console_putc = console_putc,
		.watchdog_kick = watchdog_kick,
		.reboot = reboot,
		.fuses = {.secure_verify = options->is_secure ? 1 : 0},
		.retry_register = &ws63->retry_register,
		.region_register = &ws63->region_register,
		.derive_key = derive_key,
	};
	ws63->rollback = (struct gya_upg_rollback){read_fuse, burn_fuse};
	if (gya_fuses_have_rollback(&flash->nor))
		ws63->port.rollback = &ws63->rollback;
	make_flash_key(ws63);
	gya_upg_port_power_on(&ws63->port);
	return &ws63->chip;
}

// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/chip.h"

#include <ota_flag.h>
#include <string.h>

#include "device-agent/include/backend-liteos.h"
#include "device-agent/liteos/port.h"
#include "device-agent/ports/sim/crypto-openssl.h"
#include "device-agent/ports/sim/lzma-sdk.h"

// What a whole image is packed with by default; a difference takes 4 KiB.
#define GYA_LITEOS_WINDOW 16384u

struct liteos {
	struct gya_chip chip;
	struct gya_chip_board board;
	struct gya_liteos_port port;
	struct gya_lzma *lzma[GYA_HDIFF13_PARTS];
	bool has_installed; // in the loader's last pass
	bool has_program;

	// of the application
	struct gya_liteos_setup backend_setup; // stays in use by the backend
	char version[OTA_VERSION_SIZE + 1];
	char *greeting;
};

static const struct gya_chip_board *powered;

static void
kick(void)
{
}

static void
reset(void)
{
	powered->reboot(powered->context);
}

// ---- factory and boot ----

static void
free_liteos(struct gya_chip *chip)
{
	struct liteos *liteos = (struct liteos *) chip;

	for (guint i = 0; i < GYA_HDIFF13_PARTS; i++)
		gya_lzma_sdk_free(liteos->lzma[i]);
	g_free(liteos->greeting);
	g_free(liteos);
}

static const uint8_t *
running_bytes(const struct gya_chip *chip, uint32_t *size)
{
	const struct gya_board *board = chip->options->board;
	const struct gya_partition *partition = gya_board_partition(board, board->application);

	*size = partition->size;
	return chip->flash->bytes + partition->address;
}

// What was put there ends where the blank flash begins.
static gboolean
note_version(struct gya_chip *chip, const char *text)
{
	uint32_t size;
	const uint8_t *bytes = running_bytes(chip, &size);

	while (size > 0 && bytes[size - 1] == 0xFF)
		size--;
	return size > 0 && ota_init() == 0 && gya_backend_liteos_note(text, size);
}

// The loader starts whatever is there, unless nothing is.
static bool
is_bootable(struct gya_chip *chip)
{
	static const uint8_t blank[4] = {0xFF, 0xFF, 0xFF, 0xFF};
	uint32_t size;

	return memcmp(running_bytes(chip, &size), blank, sizeof blank) != 0;
}

static void
print(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		powered->console_putc(powered->context, *c);
}

static void
say(ota_ret_t ret)
{
	g_autofree char *text = g_strdup_printf(
		"\r\nloader: %s (0x%02X)\r\n", ret == OTA_RET_SUCCESS ? "upgraded" : "upgrade failed", ret);

	print(text);
}

static void
say_step(uint32_t step)
{
	g_autofree char *text =
		g_strdup_printf("loader: self-test, step %u of %u\r\n", step, GYW_CHECK_STEPS - 1u);

	print(text);
}

static void
say_check(const struct gyw_info_check *check)
{
	g_autofree char *text =
		check->step == GYW_CHECK_PASSED
			? g_strdup_printf("loader: self-test passed, seed 0x%08X\r\n", check->seed)
			: g_strdup_printf(
				  "loader: self-test FAILED, seed 0x%08X, step %u: area %u, offset 0x%X\r\n",
				  check->seed, check->step, check->area, check->offset);

	print(text);
}

// A reset takes the module's memory away, too. With nothing to start the loader listens by itself.
static enum gya_chip_boot
boot(struct gya_chip *chip)
{
	struct liteos *liteos = (struct liteos *) chip;
	ota_flag_t before = {0};
	ota_ret_t ret;

	gya_liteos_power_on(&liteos->port);
	liteos->has_installed = false;
	if (ota_init() != 0)
		return GYA_CHIP_DEAD;
	(void) ota_flag_get(OTA_FOTA, &before);
	ret = ota_commonflow(OTA_FOTA);
	if (before.status == OTA_STATUS_DOWNLOADED) {
		liteos->has_installed = ret == OTA_RET_SUCCESS;
		say(ret);
	}
	if (gya_liteos_check_result() != NULL)
		say_check(gya_liteos_check_result());
	liteos->has_program = ret != OTA_RET_NO_RUNNING && is_bootable(chip);
	return ret != OTA_RET_RECOVER_FAILED ? GYA_CHIP_START : GYA_CHIP_DEAD;
}

// ---- the application ----

static void
make_backend(struct liteos *liteos, struct gya_program *program)
{
	liteos->backend_setup = (struct gya_liteos_setup){
		.board = liteos->chip.options->board,
		.crypto = &gya_crypto_openssl,
		.takes_envelopes = true,
		.watchdog = kick,
		.reset = reset,
		.check = gya_liteos_check_result(),
	};
	for (guint i = 0; i < GYA_HDIFF13_PARTS; i++)
		liteos->backend_setup.lzma[i] = liteos->lzma[i];
	program->backend = gya_backend_liteos(&liteos->backend_setup);
	program->can |= GYW_CAN_ENVELOPES;
}

// The backend notes an upgrade in the record when it starts; the application's own version is what it was built with.
static void
read_version(struct liteos *liteos)
{
	ota_flag_t flag = {0};

	(void) ota_flag_get(OTA_FOTA, &flag);
	memcpy(liteos->version,
		flag.status == OTA_STATUS_SUCCESS ? flag.download.version : flag.running.version,
		OTA_VERSION_SIZE);
}

static void
start(struct gya_chip *chip, struct gya_program *program)
{
	struct liteos *liteos = (struct liteos *) chip;

	read_version(liteos);
	g_free(liteos->greeting);
	liteos->greeting = liteos->has_program
				   ? g_strdup_printf("\r\n%s application, version \"%s\"\r\n",
					     chip->options->board->name, liteos->version)
				   : g_strdup("\r\nloader: nothing to start, waits for a package\r\n");
	program->version = liteos->version;
	program->greeting = liteos->greeting;
	program->is_upgraded = liteos->has_installed;
	make_backend(liteos, program);
}

// Version and digest are the backend's to say.
static void
describe(struct gya_chip *chip, struct gya_info *info, const struct gya_port *port)
{
	if (chip->has_factory)
		gya_info_add(info, GYW_INFO_DEVICE_ID, chip->factory.device_id, GYA_DEVICE_ID_SIZE);
	gya_info_add_board(info, chip->options->board);
	if (port->n_speeds > 0)
		gya_info_add(info, GYW_INFO_SPEEDS, port->speeds, port->n_speeds * 4u);
}

struct gya_chip *
gya_chip_liteos_new(
	const struct gya_sim_options *options, struct gya_nor_file *flash, const struct gya_chip_board *board)
{
	struct liteos *liteos = g_new0(struct liteos, 1);

	liteos->chip = (struct gya_chip){free_liteos, note_version, is_bootable, boot, start, describe, kick,
		reset, options, flash, {0}, false};
	liteos->chip.has_factory = gya_factory_read(options->board, &flash->nor, &liteos->chip.factory);
	liteos->board = *board;
	liteos->port = (struct gya_liteos_port){
		.board = options->board,
		.nor = &flash->nor,
		.crypto = &gya_crypto_openssl,
		.watchdog = kick,
		.check_step = say_step,
	};
	for (guint i = 0; i < GYA_HDIFF13_PARTS; i++)
		liteos->port.lzma[i] = liteos->lzma[i] = gya_lzma_sdk_new(GYA_LITEOS_WINDOW);
	powered = &liteos->board;
	gya_liteos_power_on(&liteos->port);
	return &liteos->chip;
}

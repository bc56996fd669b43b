// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/chip.h"

#include <hota_updater.h>
#include <string.h>

#include "device-agent/hota/port.h"
#include "device-agent/include/backend-hota.h"
#include "device-agent/ports/sim/crypto-openssl.h"
#include "device-agent/ports/sim/rsa-openssl.h"

struct hota {
	struct gya_chip chip;
	struct gya_chip_board board;
	struct gya_hota_port port;
	bool has_installed; // since the last application was started

	// of the application
	struct gya_hota_setup backend_setup; // stays in use by the backend
	struct gya_hota_image running;
	char *greeting;
};

// The backend reads flash as the chip does, through a mapping that needs no context.
static const struct gya_nor *mapped_flash;
static const struct gya_hota_port *powered;

static bool
read_flash(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	return mapped_flash->read(mapped_flash->context, offset, bytes, size) == GYA_NOR_OK;
}

// ---- the module's port ----

static void
console_putc(void *context, char c)
{
	const struct hota *hota = context;

	hota->board.console_putc(hota->board.context, c);
}

static void
watchdog_kick(void *context)
{
}

static void
reboot(void *context)
{
	const struct hota *hota = context;

	hota->board.reboot(hota->board.context);
}

// ---- factory and boot ----

static void
free_hota(struct gya_chip *chip)
{
	struct hota *hota = (struct hota *) chip;

	g_free(hota->greeting);
	g_free(hota);
}

// As large as what is there: a blank flash has FF behind it.
static uint32_t
kernel_size(const struct gya_chip *chip)
{
	const struct gya_board *board = chip->options->board;
	const struct gya_partition *partition = gya_board_partition(board, board->application);
	const uint8_t *bytes = chip->flash->bytes + partition->address;
	uint32_t size = partition->size;

	while (size > 0 && bytes[size - 1] == 0xFF)
		size--;
	return size;
}

static gboolean
note_version(struct gya_chip *chip, const char *text)
{
	uint32_t size = kernel_size(chip);

	return size > 0 && gya_hota_provision(size, text);
}

static bool
is_bootable(struct gya_chip *chip)
{
	struct gya_hota_image running;
	uint32_t partition;

	return gya_hota_running(&running, &partition);
}

// A reset takes the component's memory away, too.
static enum gya_chip_boot
boot(struct gya_chip *chip)
{
	struct hota *hota = (struct hota *) chip;
	struct gya_hota_booted booted;

	gya_hota_power_on(&hota->port);
	booted = gya_hota_boot();
	hota->has_installed |= booted.has_installed;
	switch (booted.outcome) {
	case GYA_HOTA_BOOT_START: return GYA_CHIP_START;
	case GYA_HOTA_BOOT_RESET: return GYA_CHIP_RESET;
	case GYA_HOTA_BOOT_DEAD: break;
	}
	return GYA_CHIP_DEAD;
}

// ---- the application ----

// The largest package: its head, and every place full that its components are stored in.
static uint32_t
storage_size(const struct gya_hota_board *board)
{
	uint32_t size = 4096;

	// the row of packages of the board's own kind is the kernel's again
	for (uint32_t i = 1; i < board->n_components; i++)
		size += gya_board_partition(board->board, board->components[i].staging)->size;
	return size;
}

static void
make_backend(struct hota *hota, struct gya_program *program)
{
	hota->backend_setup = (struct gya_hota_setup){
		.board = hota->chip.options->board,
		.crypto = &gya_crypto_openssl,
		.storage_size = storage_size(hota->port.board),
		.takes_own = hota->chip.options->takes_unsigned,
		.cancel_disarms = true,
		.read_flash = read_flash,
	};
	mapped_flash = &hota->chip.flash->nor;
	program->backend = gya_backend_hota(&hota->backend_setup);
}

static void
start(struct gya_chip *chip, struct gya_program *program)
{
	struct hota *hota = (struct hota *) chip;
	uint32_t partition;

	memset(&hota->running, 0, sizeof hota->running);
	(void) gya_hota_running(&hota->running, &partition);
	g_free(hota->greeting);
	hota->greeting = g_strdup_printf(
		"\r\n%s application, version \"%s\"\r\n", chip->options->board->name, hota->running.version);
	program->version = hota->running.version;
	program->greeting = hota->greeting;
	program->is_upgraded = hota->has_installed;
	hota->has_installed = false;
	make_backend(hota, program);
}

// What comes next goes where nothing runs.
static void
place_kernel(struct gya_info *info, const struct gya_board *board)
{
	for (uint32_t i = 0; i < board->n_images && i < GYW_MAX_IMAGES; i++)
		if (info->images[i].partition == board->application)
			info->images[i].partition = gya_hota_next_partition();
}

static void
describe(struct gya_chip *chip, struct gya_info *info, const struct gya_port *port)
{
	struct hota *hota = (struct hota *) chip;
	const struct gya_board *board = chip->options->board;

	if (chip->has_factory)
		gya_info_add(info, GYW_INFO_DEVICE_ID, chip->factory.device_id, GYA_DEVICE_ID_SIZE);
	gya_info_add_board(info, board);
	place_kernel(info, board);
	gya_info_add(info, GYW_INFO_DIGEST, hota->running.sha256, sizeof hota->running.sha256);
	if (port->n_speeds > 0)
		gya_info_add(info, GYW_INFO_SPEEDS, port->speeds, port->n_speeds * 4u);
	gya_info_add_text(info, GYW_INFO_VERSION, hota->running.version, GYA_HOTA_VERSION_SIZE - 1);
}

static void
kick(void)
{
	powered->watchdog_kick(powered->context);
}

static void
reset(void)
{
	powered->reboot(powered->context);
}

struct gya_chip *
gya_chip_hota_new(
	const struct gya_sim_options *options, struct gya_nor_file *flash, const struct gya_chip_board *board)
{
	struct hota *hota = g_new0(struct hota, 1);

	hota->chip = (struct gya_chip){free_hota, note_version, is_bootable, boot, start, describe, kick,
		reset, options, flash, {0}, false};
	hota->chip.has_factory = gya_factory_read(options->board, &flash->nor, &hota->chip.factory);
	hota->board = *board;
	hota->port = (struct gya_hota_port){
		.board = gya_hota_board_of(options->board),
		.nor = &flash->nor,
		.crypto = &gya_crypto_openssl,
		.pss_verify = gya_rsa_pss_openssl,
		.context = hota,
		.console_putc = console_putc,
		.watchdog_kick = watchdog_kick,
		.reboot = reboot,
		.local_version = options->local_version,
	};
	powered = &hota->port;
	gya_hota_power_on(&hota->port);
	return &hota->chip;
}

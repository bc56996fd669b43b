// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/chip.h"

#include <aos/kv.h>
#include <ota_service.h>
#include <string.h>

#include "device-agent/alios/checks.h"
#include "device-agent/alios/hal.h"
#include "device-agent/alios/port.h"
#include "device-agent/core/sha256.h"
#include "device-agent/include/backend-alios.h"
#include "device-agent/ports/sim/crypto-openssl.h"
#include "device-agent/ports/sim/rsa-openssl.h"
#include "device-agent/ports/sim/xz-liblzma.h"

// What the board was told at the factory that it runs: a value of the key-value store.
#define KEY_NOTE    "sim_running"
#define DIGEST_SIZE 32

// An application's version is what it was built with, and stands in it: the system's own form of it.
#define VERSION_FORM "app-[0-9]+\\.[0-9]+\\.[0-9]+-[0-9]{8}\\.[0-9]{4}"

struct note {
	uint8_t sha256[DIGEST_SIZE];
	char version[OTA_VER_LEN];
};

struct alios {
	struct gya_chip chip;
	struct gya_chip_board board;
	struct gya_alios_port port;
	struct gya_xz *xz[GYA_ALIOS_XZ_STREAMS];
	struct gya_alios_key key;
	bool has_key;
	uint8_t *slice;
	bool has_installed; // since the last application was started
	uint32_t partition; // that was started

	// of the application
	struct gya_alios_setup backend_setup; // stays in use by the backend
	char version[OTA_VER_LEN];
	char *greeting;
};

// A reset may come while a hash runs, and a library's would never be freed.
static const struct gya_crypto hashing = {gya_sha256_init, gya_sha256_update, gya_sha256_final, NULL, NULL};

static const struct gya_chip_board *powered;

// ---- the module's port ----

static void
console_putc(void *context, char c)
{
	const struct alios *alios = context;

	alios->board.console_putc(alios->board.context, c);
}

static int
console_getc(void *context, uint32_t wait_ms)
{
	const struct alios *alios = context;

	return alios->board.console_getc(alios->board.context, wait_ms);
}

static void
reboot(void *context)
{
	const struct alios *alios = context;

	alios->board.reboot(alios->board.context);
}

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
free_alios(struct gya_chip *chip)
{
	struct alios *alios = (struct alios *) chip;

	for (guint i = 0; i < GYA_ALIOS_XZ_STREAMS; i++)
		gya_xz_liblzma_free(alios->xz[i]);
	g_free(alios->slice);
	g_free(alios->greeting);
	g_free(alios);
}

// What was put there without a trailer ends where the blank flash begins.
static GBytes *
running_image(const struct alios *alios)
{
	const struct gya_partition *partition =
		gya_board_partition(alios->chip.options->board, alios->partition);
	const uint8_t *bytes = alios->chip.flash->bytes + partition->address;
	uint32_t size = gya_alios_running_size();

	if (size == 0)
		for (size = partition->size; size > 0 && bytes[size - 1] == 0xFF;)
			size--;
	return g_bytes_new_static(bytes, size);
}

static void
hash_image(GBytes *image, uint8_t digest[DIGEST_SIZE])
{
	struct gya_sha256 hash;

	gya_crypto_openssl.sha256_init(&hash);
	gya_crypto_openssl.sha256_update(
		&hash, g_bytes_get_data(image, NULL), (uint32_t) g_bytes_get_size(image));
	gya_crypto_openssl.sha256_final(&hash, digest);
}

static gboolean
note_version(struct gya_chip *chip, const char *text)
{
	g_autoptr(GBytes) image = running_image((struct alios *) chip);
	struct note note = {0};

	if (g_bytes_get_size(image) == 0)
		return FALSE;
	// without a word from outside it is what stands in the image
	if (*text == '\0')
		return TRUE;
	hash_image(image, note.sha256);
	g_strlcpy(note.version, text, sizeof note.version);
	return aos_kv_set(KEY_NOTE, &note, sizeof note, 1) == 0;
}

static bool
is_bootable(struct gya_chip *chip)
{
	g_autoptr(GBytes) image = running_image((struct alios *) chip);

	return g_bytes_get_size(image) > 0;
}

// A reset takes the module's memory away, too.
static enum gya_chip_boot
boot(struct gya_chip *chip)
{
	struct alios *alios = (struct alios *) chip;
	struct gya_alios_booted booted;

	gya_alios_power_on(&alios->port);
	booted = gya_alios_boot();
	alios->has_installed |= booted.has_installed;
	if (booted.has_gone_back)
		alios->has_installed = false;
	alios->partition = booted.partition;
	switch (booted.outcome) {
	case GYA_ALIOS_BOOT_START: return GYA_CHIP_START;
	case GYA_ALIOS_BOOT_RESET: return GYA_CHIP_RESET;
	case GYA_ALIOS_BOOT_DEAD: break;
	}
	return GYA_CHIP_DEAD;
}

// ---- the application ----

static void
find_version(GBytes *image, char version[OTA_VER_LEN])
{
	g_autoptr(GRegex) form = g_regex_new(VERSION_FORM, G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *found = NULL;

	if (g_regex_match_full(form, g_bytes_get_data(image, NULL), (gssize) g_bytes_get_size(image), 0, 0,
		    &match, NULL))
		found = g_match_info_fetch(match, 0);
	g_strlcpy(version, found != NULL ? found : "", OTA_VER_LEN);
}

static void
read_version(struct alios *alios)
{
	g_autoptr(GBytes) image = running_image(alios);
	uint8_t digest[DIGEST_SIZE];
	struct note note = {0};
	int size = sizeof note;

	hash_image(image, digest);
	if (aos_kv_get(KEY_NOTE, &note, &size) == 0 && memcmp(note.sha256, digest, sizeof digest) == 0)
		g_strlcpy(alios->version, note.version, sizeof alios->version);
	else
		find_version(image, alios->version);
}

static void
make_backend(struct alios *alios, struct gya_program *program)
{
	struct gya_alios_setup *setup = &alios->backend_setup;

	*setup = (struct gya_alios_setup){
		.board = alios->chip.options->board,
		.crypto = &hashing,
		.slice_size = alios->port.board->slice_size,
		.check_image = gya_alios_check_image,
		.md5 = gya_alios_md5,
		.check_signature = alios->has_key ? gya_alios_check_signature : NULL,
		.wants_signature = alios->has_key && !alios->chip.options->takes_unsigned,
		.read_running = gya_alios_read_running,
		.running_size = gya_alios_running_size,
		.watchdog = kick,
		.slices = gya_alios_slices,
	};
	setup->breakpoints = gya_alios_breakpoints(setup);
	program->backend = gya_backend_alios(setup);
	program->can = GYW_CAN_RESUME_RESET | (gya_alios_is_on_trial() ? GYW_ON_TRIAL : 0);
}

// ota_service_init() would confirm a new image by itself; here that is the host's to say.
static void
start(struct gya_chip *chip, struct gya_program *program)
{
	struct alios *alios = (struct alios *) chip;

	read_version(alios);
	alios->port.version = alios->version;
	gya_alios_register();
	g_free(alios->greeting);
	alios->greeting = g_strdup_printf(
		"\r\n%s application, version \"%s\"\r\n", chip->options->board->name, alios->version);
	program->version = alios->version;
	program->greeting = alios->greeting;
	program->is_upgraded = alios->has_installed;
	alios->has_installed = false;
	make_backend(alios, program);
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

static void
watchdog_kick(void *context)
{
}

// A program is built with it; here it stands where the factory's words are.
static void
read_key(struct alios *alios)
{
	const struct gya_partition *partition =
		gya_board_partition(alios->chip.options->board, GYA_ALIOS_FACTORY);

	alios->has_key =
		gya_rsa_read_alios_key(alios->chip.flash->bytes + partition->address + GYA_ALIOS_KEY_AT,
			partition->size - GYA_ALIOS_KEY_AT, &alios->key);
}

static void
make_port(struct alios *alios)
{
	const struct gya_alios_board *board = gya_alios_board_of(alios->chip.options->board);

	alios->slice = g_malloc(board->slice_size);
	alios->port = (struct gya_alios_port){
		.board = board,
		.nor = &alios->chip.flash->nor,
		.crypto = &gya_crypto_openssl,
		.context = alios,
		.console_putc = console_putc,
		.console_getc = console_getc,
		.watchdog_kick = watchdog_kick,
		.reboot = reboot,
		.version = alios->version,
		.slice = alios->slice,
		.pkcs1_verify = gya_rsa_pkcs1_openssl,
		.key = alios->has_key ? &alios->key : NULL,
	};
	for (guint i = 0; i < GYA_ALIOS_XZ_STREAMS; i++)
		alios->port.xz[i] = alios->xz[i] = gya_xz_liblzma_new(board->dictionary);
}

struct gya_chip *
gya_chip_alios_new(
	const struct gya_sim_options *options, struct gya_nor_file *flash, const struct gya_chip_board *board)
{
	struct alios *alios = g_new0(struct alios, 1);

	alios->chip = (struct gya_chip){free_alios, note_version, is_bootable, boot, start, describe, kick,
		reset, options, flash, {0}, false};
	alios->chip.has_factory = gya_factory_read(options->board, &flash->nor, &alios->chip.factory);
	alios->board = *board;
	alios->partition = options->board->application;
	read_key(alios);
	make_port(alios);
	powered = &alios->board;
	gya_alios_power_on(&alios->port);
	return &alios->chip;
}

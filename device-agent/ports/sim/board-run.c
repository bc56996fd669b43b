// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/board-run.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <upg.h>

#include "device-agent/ports/sim/application.h"
#include "device-agent/ports/sim/crypto-openssl.h"
#include "device-agent/ports/sim/fuses.h"
#include "device-agent/ports/sim/lzma-sdk.h"
#include "device-agent/ports/sim/power.h"
#include "device-agent/upg/flashboot.h"
#include "device-agent/upg/image.h"
#include "device-agent/upg/port.h"
#include "protocol/wire/message.h"

// upg_reboot waits so long before it resets. The short one is still long enough for a host to see by the uptime alone
// that the board has restarted, even one that had run for no time at all.
#define REBOOT_REAL_MS  500u
#define REBOOT_SHORT_MS 300u
#define LONGEST_WAIT_MS 100u
#define NS_OF_US        1000ull
#define NS_OF_S         1000000000ull

struct gya_board_run {
	const struct gya_sim_options *options;
	struct gya_nor_file *flash;
	struct gya_line *line;
	struct gya_lzma *lzma;
	struct gya_upg_port port;
	struct gya_power power;
	uint32_t retry_register;
	uint32_t region_register;
	struct gya_upg_rollback rollback;
	uint8_t flash_key[16];
	uint64_t flash_busy_until_ns;
	uint64_t upgraded_ns;
	GThread *thread;
};

static void G_GNUC_PRINTF(2, 3) tell(const struct gya_board_run *run, const char *format, ...)
{
	va_list arguments;
	g_autofree char *text = NULL;

	if (run->options->quiet)
		return;
	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_printerr("gantry-sim: %s\n", text);
}

static void
console_putc(void *context, char c)
{
	struct gya_board_run *run = context;

	gya_line_print(run->line, &c, 1);
}

static void
watchdog_kick(void *context)
{
}

static void
reboot(void *context)
{
	struct gya_board_run *run = context;

	gya_power_reset_after(&run->power, run->options->has_flash_timing ? REBOOT_REAL_MS : REBOOT_SHORT_MS);
	gya_line_wake(run->line);
}

// Sleeps as long as the part is busy. Times add up, so that short ones do not grow by the length of a shortest sleep.
static void
charge_us(void *context, uint32_t us)
{
	struct gya_board_run *run = context;
	uint64_t now_ns = gya_line_now_ns();
	struct timespec until;

	run->flash_busy_until_ns = MAX(run->flash_busy_until_ns, now_ns) + us * NS_OF_US;
	if (gya_power_is_off(&run->power))
		return;
	until.tv_sec = (time_t) (run->flash_busy_until_ns / NS_OF_S);
	until.tv_nsec = (long) (run->flash_busy_until_ns % NS_OF_S);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		continue;
}

static bool
read_fuse(void *context, enum gya_upg_word word, uint32_t *value)
{
	return gya_fuses_read(&((struct gya_board_run *) context)->flash->nor, word, value);
}

static bool
burn_fuse(void *context, enum gya_upg_word word, uint32_t value)
{
	return gya_fuses_burn(&((struct gya_board_run *) context)->flash->nor, word, value);
}

// The salt is for chips whose secrets nobody else knows; this one's keys are those that it was told, and its own.
static bool
derive_key(void *context, enum gya_upg_key use, const uint8_t salt[GYA_UPG_SALT_SIZE], uint8_t key[16])
{
	const struct gya_board_run *run = context;

	memcpy(key, use == GYA_UPG_KEY_PACKAGE ? run->options->package_key : run->flash_key, 16);
	return use != GYA_UPG_KEY_PACKAGE || run->options->has_package_key;
}

// Each chip has another one, and keeps it.
static void
make_flash_key(struct gya_board_run *run)
{
	struct gya_factory factory = {0};
	struct gya_sha256 hash;
	uint8_t digest[32];

	(void) gya_factory_read(run->options->board, &run->flash->nor, &factory);
	gya_crypto_openssl.sha256_init(&hash);
	gya_crypto_openssl.sha256_update(&hash, (const uint8_t *) "flash", 5);
	gya_crypto_openssl.sha256_update(&hash, factory.device_id, sizeof factory.device_id);
	gya_crypto_openssl.sha256_final(&hash, digest);
	memcpy(run->flash_key, digest, sizeof run->flash_key);
}

struct gya_board_run *
gya_board_run_new(const struct gya_sim_options *options, struct gya_nor_file *flash, struct gya_line *line)
{
	struct gya_board_run *run = g_new0(struct gya_board_run, 1);

	run->options = options;
	run->flash = flash;
	run->line = line;
	run->lzma = gya_lzma_sdk_new();
	if (run->lzma == NULL)
		g_error("no memory for the decoder");
	run->port = (struct gya_upg_port){
		.board = options->board,
		.nor = &flash->nor,
		.crypto = &gya_crypto_openssl,
		.lzma = run->lzma,
		.context = run,
		.console_putc = console_putc,
		.watchdog_kick = watchdog_kick,
		.reboot = reboot,
		.fuses = {.secure_verify = options->is_secure ? 1 : 0},
		.retry_register = &run->retry_register,
		.region_register = &run->region_register,
		.derive_key = derive_key,
	};
	run->rollback = (struct gya_upg_rollback){read_fuse, burn_fuse};
	if (gya_fuses_have_rollback(&flash->nor))
		run->port.rollback = &run->rollback;
	make_flash_key(run);
	gya_upg_port_power_on(&run->port);
	return run;
}

void
gya_board_run_free(struct gya_board_run *run)
{
	if (run == NULL)
		return;
	gya_lzma_sdk_free(run->lzma);
	g_free(run);
}

bool
gya_board_run_is_bootable(struct gya_board_run *run)
{
	struct gya_upg_identity identity;

	// the check of the signatures looks for the root key's partition
	(void) uapi_partition_init();
	return gya_upg_application_identity(run->options->board->application, &identity) && identity.valid;
}

gboolean
gya_board_run_note_version(struct gya_board_run *run, const char *text)
{
	struct gya_version_record record = {0};
	struct gya_upg_identity identity;

	if (!gya_upg_application_identity(run->options->board->application, &identity))
		return FALSE;
	memcpy(record.identity, identity.sha256, sizeof record.identity);
	g_strlcpy(record.text, text, sizeof record.text);
	return gya_version_record_append(run->options->board, &run->flash->nor, &record);
}

static void
run_application(struct gya_board_run *run, uint8_t reset_cause)
{
	const struct gya_sim_options *options = run->options;
	struct gya_application_setup setup = {
		.board = options->board,
		.nor = &run->flash->nor,
		.crypto = &gya_crypto_openssl,
		.lzma = run->lzma,
		.chip = &run->port,
		.line = run->line,
		.power = &run->power,
		.baud = options->baud,
		.has_speeds = options->is_paced,
		.is_deaf = options->is_deaf,
		.takes_unsigned = options->takes_unsigned,
		.no_compression = options->no_compression,
		.agent_key = options->has_agent_key ? options->agent_key : NULL,
		.chatter_ms = options->chatter_ms,
		.reset_cause = reset_cause,
	};
	struct gya_application *application;

	setup.has_factory = gya_factory_read(options->board, &run->flash->nor, &setup.factory);
	application = gya_application_start(&setup);
	tell(run, "application started, version \"%s\"%s", gya_application_version(application),
		gya_application_is_upgraded(application) ? ", upgraded" : "");
	if (gya_application_is_upgraded(application) && run->upgraded_ns == 0)
		__atomic_store_n(&run->upgraded_ns, gya_line_now_ns(), __ATOMIC_RELEASE);
	gya_application_run(application);
	gya_application_free(application);
}

static void
be_dead(struct gya_board_run *run)
{
	static const char text[] = "no bootable application\r\n";
	uint64_t seen = 0;

	gya_line_print(run->line, text, strlen(text));
	tell(run, "no bootable application");
	while (!gya_power_is_off(&run->power))
		gya_line_wait(run->line, &seen, LONGEST_WAIT_MS);
}

static void
boot(struct gya_board_run *run, uint8_t *reset_cause)
{
	enum gya_boot outcome;

	gya_line_reset(run->line, run->options->board->boot_baud);
	outcome = gya_flashboot_run();
	// the boot loader prints by polling: its text is out before it goes on
	gya_line_drain(run->line);
	switch (outcome) {
	case GYA_BOOT_START: run_application(run, *reset_cause); break;
	case GYA_BOOT_RESET: tell(run, "the boot loader resets"); break;
	case GYA_BOOT_DEAD: be_dead(run); break;
	}
	*reset_cause = GYW_RESET_SOFTWARE;
	gya_power_reset_done(&run->power);
}

static gpointer
run_board(gpointer data)
{
	struct gya_board_run *run = data;
	uint8_t reset_cause = GYW_RESET_POWER;

	while (!gya_power_is_off(&run->power))
		boot(run, &reset_cause);
	return NULL;
}

void
gya_board_run_power_on(struct gya_board_run *run)
{
	run->retry_register = 0;
	if (run->options->has_flash_timing) {
		run->flash->charge_us = charge_us;
		run->flash->charge_context = run;
	}
	run->thread = g_thread_new("board", run_board, run);
}

void
gya_board_run_power_off(struct gya_board_run *run)
{
	gya_power_switch_off(&run->power);
	gya_line_close(run->line);
	g_clear_pointer(&run->thread, g_thread_join);
}

uint64_t
gya_board_run_upgraded_ns(const struct gya_board_run *run)
{
	return __atomic_load_n(&run->upgraded_ns, __ATOMIC_ACQUIRE);
}

// SPDX-License-Identifier: Apache-2.0
#include "engine/transfer/second-boot-flash.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/devices/reset-sequence-private.h"
#include "engine/formats/alios/alios.h"
#include "engine/packages/format.h"
#include "protocol/host/second-boot/second-boot.h"

#define DEFAULT_BAUD 115200
#define TURN_MS      50
#define PIECE        1024
#define PARTING_MS   500

/* Flash maps, FORMAT.md, "Second boot". */
static const struct {
	const char *board;
	guint baud;
	GySecondBootMap map;
} boards[] = {
	{"mk3060", 921600, {{0x1C000, 0xE5000}, {0x101000, 0xE5000}}},
};

static const char *const stages[] = {
	[GY_SECOND_BOOT_RESET] = "waiting",
	[GY_SECOND_BOOT_MENU] = "menu",
	[GY_SECOND_BOOT_ADDRESS] = "address",
	[GY_SECOND_BOOT_ERASE] = "erasing",
	[GY_SECOND_BOOT_TRANSFER] = "sending",
	[GY_SECOND_BOOT_RETURN] = "finishing",
	[GY_SECOND_BOOT_LEAVE] = "finishing",
	[GY_SECOND_BOOT_START] = "starting",
	[GY_SECOND_BOOT_DONE] = "done",
	[GY_SECOND_BOOT_FAILED] = "failed",
};

typedef struct {
	const GySecondBootFlash *flash;
	GySecondBoot *boot;
	GyTransport *transport;
	GyResetRun reset;
	guint64 total;
	guint8 bytes[PIECE]; /* taken from the menu's side, not taken by the port yet */
	gsize size;
} Run;

char *
gy_second_boot_boards(void)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(boards); i++)
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", boards[i].board);
	return g_string_free(names, FALSE);
}

static int
find_board(const char *board)
{
	for (guint i = 0; board && i < G_N_ELEMENTS(boards); i++)
		if (g_str_equal(boards[i].board, board))
			return (int) i;
	return -1;
}

gboolean
gy_second_boot_board_is_known(const char *board)
{
	return find_board(board) >= 0;
}

/* ---- the image ------------------------------------------------------------------------------------------ */

static gboolean
check_trailer(GyPackage *package, GError **error)
{
	const GyFinding *refusal;

	if (!gy_package_verify(package, NULL, error))
		return FALSE;
	refusal = gy_package_refusal(package);
	if (refusal)
		g_propagate_error(error, gy_finding_to_error(refusal));
	return refusal == NULL;
}

gboolean
gy_second_boot_check_image(GBytes *image, const char *name, GError **error)
{
	g_autoptr(GyPackage) package = gy_package_load_bytes(image, name, NULL);

	/* an image without a trailer is just bytes */
	if (!package)
		return TRUE;
	if (gy_package_format(package) == &gy_alios_format &&
		g_str_equal(gy_package_kind(package), GY_ALIOS_KIND_IMAGE))
		return check_trailer(package, error);
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
		_("%s is a package for %s (%s): a boot loader's menu writes what it gets into the flash as "
		  "it "
		  "is, "
		  "which takes an image"),
		name, gy_package_format(package)->title, gy_package_kind(package));
	return FALSE;
}

/* ---- the port ------------------------------------------------------------------------------------------- */

static gint64
now(void)
{
	return g_get_monotonic_time() / 1000;
}

static gboolean
write_some(Run *run, GError **error)
{
	gssize put;

	if (run->size == 0)
		run->size = gy_second_boot_send(run->boot, run->bytes, PIECE, now());
	if (run->size == 0)
		return TRUE;
	put = gy_transport_write(run->transport, run->bytes, run->size, error);
	if (put < 0)
		return FALSE;
	run->size -= (gsize) put;
	memmove(run->bytes, run->bytes + put, run->size);
	return TRUE;
}

static gboolean
read_some(Run *run, GError **error)
{
	guint8 bytes[PIECE];
	gssize got = gy_transport_read(run->transport, bytes, sizeof bytes, error);

	if (got > 0)
		gy_second_boot_receive(run->boot, bytes, (gsize) got, now());
	return got >= 0;
}

static gboolean
wants_to_write(const Run *run)
{
	return run->size > 0 || gy_second_boot_wants_to_send(run->boot);
}

static gboolean
turn(Run *run, GCancellable *cancellable, GError **error)
{
	GIOCondition what = G_IO_IN | (wants_to_write(run) ? G_IO_OUT : 0);
	gint64 left = gy_second_boot_deadline(run->boot) - now();

	(void) gy_transport_wait(run->transport, what, (gint) CLAMP(left, 0, TURN_MS), cancellable);
	if (!gy_reset_run_is_done(&run->reset) &&
		!gy_reset_run_step(&run->reset, run->transport, now(), error))
		return FALSE;
	if (!read_some(run, error) || !write_some(run, error))
		return FALSE;
	gy_second_boot_step(run->boot, now());
	if (run->flash->progress)
		run->flash->progress(stages[gy_second_boot_stage(run->boot)], gy_second_boot_done(run->boot),
			run->total, run->flash->data);
	return TRUE;
}

static gboolean
is_over(const Run *run)
{
	GySecondBootStage stage = gy_second_boot_stage(run->boot);

	return stage == GY_SECOND_BOOT_DONE || stage == GY_SECOND_BOOT_FAILED;
}

/* The last key, or the word that it is over, still has to leave. */
static void
part(Run *run)
{
	gint64 until = now() + PARTING_MS;

	while ((wants_to_write(run) || gy_transport_unsent(run->transport) > 0) && now() < until &&
		write_some(run, NULL))
		(void) gy_transport_wait(run->transport, G_IO_OUT, 10, NULL);
}

/* A loader erases once it knows where, and writes a block before anybody hears of it. */
static const char *
what_is_left(GySecondBootStage stage)
{
	switch (stage) {
	case GY_SECOND_BOOT_RESET:
	case GY_SECOND_BOOT_MENU:
	case GY_SECOND_BOOT_ADDRESS: return _("nothing was written");
	case GY_SECOND_BOOT_ERASE:
	case GY_SECOND_BOOT_TRANSFER: return _("the partition is erased or half written");
	case GY_SECOND_BOOT_RETURN:
	case GY_SECOND_BOOT_LEAVE:
	case GY_SECOND_BOOT_START:
	case GY_SECOND_BOOT_DONE:
	case GY_SECOND_BOOT_FAILED: break;
	}
	return _("the image was written whole");
}

static gboolean
run_all(Run *run, GCancellable *cancellable, GError **error)
{
	while (!is_over(run)) {
		if (g_cancellable_is_cancelled(cancellable)) {
			const char *left = what_is_left(gy_second_boot_stage(run->boot));

			run->size = 0;
			gy_second_boot_cancel(run->boot);
			part(run);
			g_set_error(error, GY_ERROR, GY_ERROR_CANCELLED, _("stopped; %s"), left);
			return FALSE;
		}
		if (!turn(run, cancellable, error))
			return FALSE;
	}
	part(run);
	if (gy_second_boot_stage(run->boot) == GY_SECOND_BOOT_DONE)
		return TRUE;
	g_propagate_error(error, g_error_copy(gy_second_boot_error(run->boot)));
	return FALSE;
}

gboolean
gy_second_boot_flash(const GySecondBootFlash *flash, GBytes *image, const char *name,
	GySecondBootWritten *written, GCancellable *cancellable, GError **error)
{
	int board = find_board(flash->board);
	guint baud = flash->baud ? flash->baud : board >= 0 ? boards[board].baud : DEFAULT_BAUD;
	GySecondBootOptions options = {
		.image = image,
		.name = name,
		.to_ota = flash->to_ota,
		.address = flash->address,
		.stay = flash->stay,
		.expect = flash->expect,
		.reset_ms = flash->reset_ms,
	};
	g_autoptr(GyTransport) transport = gy_transport_new(flash->port, error);
	g_autoptr(GySecondBoot) boot = NULL;
	Run run = {.flash = flash, .transport = transport, .total = g_bytes_get_size(image)};

	if (!transport || !gy_transport_open(transport, baud, cancellable, error))
		return FALSE;
	if (board >= 0)
		options.map = boards[board].map;
	boot = gy_second_boot_new(&options, now());
	run.boot = boot;
	if (flash->reset_sequence)
		gy_reset_run_start(&run.reset, flash->reset_sequence, now());
	if (!run_all(&run, cancellable, error))
		return FALSE;
	written->address = gy_second_boot_target(boot).address;
	written->is_ota = gy_second_boot_is_for_ota(boot);
	written->baud = baud;
	return TRUE;
}

// SPDX-License-Identifier: Apache-2.0
#include "ui/model/board.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/error.h"
#include "engine/job/device-query-async.h"

struct _GyBoard {
	GObject parent;

	GyDevice *device; /* NULL: simulated, or unplugged */
	GySimulatedBoard *simulated;
	guint number;
	char *path;
	char *place;
	guint baud;
	GCancellable *asking; /* NULL: nobody asks */
	GyDeviceInfo *info;
	GError *error;
	gboolean is_flashing;
	gboolean is_chosen;
};

G_DEFINE_FINAL_TYPE(GyBoard, gy_board, G_TYPE_OBJECT)

static guint signal_changed;

static const char *const state_words[] = {
	[GY_BOARD_NOT_ASKED] = N_("Not asked"),
	[GY_BOARD_ASKING] = N_("Asking…"),
	[GY_BOARD_READY] = N_("Ready"),
	[GY_BOARD_NO_ANSWER] = N_("No answer"),
	[GY_BOARD_NO_PERMISSION] = N_("No permission"),
	[GY_BOARD_IN_USE] = N_("Busy"),
	[GY_BOARD_FLASHING] = N_("Flashing"),
	[GY_BOARD_UNPLUGGED] = N_("Unplugged"),
};

static void
tell(GyBoard *board)
{
	g_signal_emit(board, signal_changed, 0);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_board_dispose(GObject *object)
{
	GyBoard *board = GY_BOARD(object);

	if (board->asking)
		g_cancellable_cancel(board->asking);
	g_clear_object(&board->asking);
	if (board->device)
		g_signal_handlers_disconnect_by_data(board->device, board);
	g_clear_object(&board->device);
	g_clear_object(&board->simulated);
	G_OBJECT_CLASS(gy_board_parent_class)->dispose(object);
}

static void
gy_board_finalize(GObject *object)
{
	GyBoard *board = GY_BOARD(object);

	g_clear_pointer(&board->info, gy_device_info_free);
	g_clear_error(&board->error);
	g_free(board->path);
	g_free(board->place);
	G_OBJECT_CLASS(gy_board_parent_class)->finalize(object);
}

static void
gy_board_class_init(GyBoardClass *class)
{
	G_OBJECT_CLASS(class)->dispose = gy_board_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_board_finalize;
	signal_changed = g_signal_new(
		"changed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gy_board_init(GyBoard *board)
{
}

/* A port that another program held, or that was forbidden, may be free now: what it was refused for is forgotten. */
static void
on_device_notify(GyDevice *device, GParamSpec *spec, GyBoard *board)
{
	g_clear_error(&board->error);
	tell(board);
}

static void
adopt(GyBoard *board, GyDevice *device)
{
	board->device = g_object_ref(device);
	g_free(board->path);
	g_free(board->place);
	board->path = g_strdup(gy_device_port(device)->path);
	board->place = g_strdup(gy_device_port(device)->place);
	g_signal_connect(device, "notify", G_CALLBACK(on_device_notify), board);
}

GyBoard *
gy_board_new(GyDevice *device)
{
	GyBoard *board = g_object_new(GY_TYPE_BOARD, NULL);

	adopt(board, device);
	return board;
}

GyBoard *
gy_board_new_simulated(GySimulatedBoard *simulated, guint number)
{
	GyBoard *board = g_object_new(GY_TYPE_BOARD, NULL);

	board->simulated = g_object_ref(simulated);
	board->number = number;
	board->path = g_strdup(gy_simulated_board_port(simulated));
	board->place = g_strdup("");
	board->baud = gy_simulated_board_baud(simulated);
	return board;
}

void
gy_board_set_device(GyBoard *board, GyDevice *device)
{
	if (board->device)
		g_signal_handlers_disconnect_by_data(board->device, board);
	g_clear_object(&board->device);
	g_clear_error(&board->error);
	if (device)
		adopt(board, device);
	tell(board);
}

/* ---- what it is ----------------------------------------------------------------------------------------- */

static GyBoardState
state_of_error(const GError *error)
{
	if (g_str_equal(gy_error_code(error), "link/forbidden"))
		return GY_BOARD_NO_PERMISSION;
	if (g_str_equal(gy_error_code(error), "link/busy"))
		return GY_BOARD_IN_USE;
	return GY_BOARD_NO_ANSWER;
}

GyBoardState
gy_board_state(GyBoard *board)
{
	const GyPort *port = board->device ? gy_device_port(board->device) : NULL;

	if (!port && !board->simulated)
		return GY_BOARD_UNPLUGGED;
	if (board->is_flashing)
		return GY_BOARD_FLASHING;
	if (board->asking)
		return GY_BOARD_ASKING;
	if (port && !port->can_open)
		return GY_BOARD_NO_PERMISSION;
	if (port && *port->holder)
		return GY_BOARD_IN_USE;
	if (board->error)
		return state_of_error(board->error);
	return board->info ? GY_BOARD_READY : GY_BOARD_NOT_ASKED;
}

const char *
gy_board_state_word(GyBoard *board)
{
	return _(state_words[gy_board_state(board)]);
}

static char *
title_of_info(const GyDeviceInfo *info)
{
	const char *word = *info->chip ? info->chip : info->board;
	g_autofree char *upper = g_ascii_strup(word, -1);

	/* Translators: %s is a chip such as WS63 */
	return *word ? g_strdup_printf(_("%s board"), upper) : g_strdup(_("Board"));
}

char *
gy_board_title(GyBoard *board)
{
	if (board->simulated)
		return g_strdup_printf(_("Simulated board %u"), board->number);
	if (*gy_board_name(board))
		return g_strdup(gy_board_name(board));
	if (board->info)
		return title_of_info(board->info);
	if (board->device && gy_device_port(board->device)->kind == GY_PORT_BLUETOOTH)
		return g_strdup(_("Bluetooth device"));
	if (board->device && gy_device_port(board->device)->kind == GY_PORT_USB)
		return g_strdup(_("USB device"));
	return g_strdup(_("Serial port"));
}

static void
append_part(GString *text, const char *part)
{
	if (!part || !*part)
		return;
	if (text->len)
		g_string_append(text, " · ");
	g_string_append(text, part);
}

char *
gy_board_subtitle(GyBoard *board)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const GyPort *port = board->device ? gy_device_port(board->device) : NULL;

	if (board->simulated) {
		append_part(text, _("runs on this computer"));
		if (board->info)
			append_part(text, board->info->chip);
		return g_string_free(g_steal_pointer(&text), FALSE);
	}
	append_part(
		text, g_str_has_prefix(board->path, "/dev/") ? board->path + strlen("/dev/") : board->path);
	if (port) {
		append_part(text, port->description);
		append_part(text, port->usb_path);
		append_part(text, *port->holder ? port->holder : NULL);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

const char *
gy_board_path(GyBoard *board)
{
	return board->path;
}

const char *
gy_board_place(GyBoard *board)
{
	return board->place;
}

const char *
gy_board_name(GyBoard *board)
{
	return board->device ? gy_device_name(board->device) : "";
}

gboolean
gy_board_is_simulated(GyBoard *board)
{
	return board->simulated != NULL;
}

GySimulatedBoard *
gy_board_simulated(GyBoard *board)
{
	return board->simulated;
}

GyDevice *
gy_board_device(GyBoard *board)
{
	return board->device;
}

const GyDeviceInfo *
gy_board_info(GyBoard *board)
{
	return board->info;
}

const GError *
gy_board_error(GyBoard *board)
{
	return board->error;
}

guint
gy_board_baud(GyBoard *board)
{
	return board->baud;
}

void
gy_board_set_baud(GyBoard *board, guint baud)
{
	board->baud = baud;
}

gboolean
gy_board_can_open(GyBoard *board)
{
	switch (gy_board_state(board)) {
	case GY_BOARD_NOT_ASKED:
	case GY_BOARD_READY:
	case GY_BOARD_NO_ANSWER: return TRUE;
	/* what was found when the port was opened may have ended since; what the list says has not */
	case GY_BOARD_NO_PERMISSION:
	case GY_BOARD_IN_USE: return board->error != NULL;
	case GY_BOARD_ASKING:
	case GY_BOARD_FLASHING:
	case GY_BOARD_UNPLUGGED: return FALSE;
	}
	return FALSE;
}

/* ---- the report ----------------------------------------------------------------------------------------- */

static void
add_line(GString *text, const char *label, const char *value)
{
	if (value && *value)
		g_string_append_printf(text, "%s: %s\n", label, value);
}

static void
add_number(GString *text, const char *label, guint32 value)
{
	if (value)
		g_string_append_printf(text, "%s: %u\n", label, value);
}

static void
add_info(GString *text, const GyDeviceInfo *info)
{
	g_autofree char *tested = info->has_selftest ? gy_selftest_sentence(&info->selftest) : NULL;

	add_line(text, "Chip", info->chip);
	add_line(text, "Board", info->board);
	add_line(text, "Device id", info->device_id);
	add_line(text, "Version", info->version);
	add_line(text, "Backend", info->backend);
	add_line(text, "Running image", info->digest);
	add_line(text, "Root key SHA-256", info->root_key_sha256);
	g_string_append_printf(text, "Hardware id: %u\n", info->hardware_id);
	add_number(text, "Package storage in bytes", info->storage_size);
	add_number(text, "Window in bytes", info->window);
	add_number(text, "Largest frame in bytes", info->mtu);
	add_number(text, "Speed at start", info->boot_baud);
	add_line(text, "Last upgrade", gy_device_info_result_name(info));
	add_line(text, "Self-test of the flash", tested);
	for (guint i = 0; i < info->images->len; i++) {
		const GyTargetImage *image = &g_array_index(info->images, GyTargetImage, i);
		g_autofree char *name = gy_device_info_image_name(info, image->image_id);

		g_string_append_printf(text, "Takes image: %s\n", name);
	}
}

char *
gy_board_report(GyBoard *board)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const GyPort *port = board->device ? gy_device_port(board->device) : NULL;

	add_line(text, "Port", board->path);
	add_line(text, "Name", gy_board_name(board));
	if (port) {
		add_line(text, "Adapter", port->description);
		if (port->vendor_id >= 0)
			g_string_append_printf(text, "USB id: %04x:%04x\n", (guint) port->vendor_id,
				(guint) port->product_id);
		add_line(text, "Adapter's serial number", port->serial_number);
		add_line(text, "Place", port->place);
		add_line(text, "Driver", port->driver);
		add_line(text, "Held by", port->holder);
	}
	if (board->info)
		add_info(text, board->info);
	if (board->error)
		g_string_append_printf(
			text, "Error: %s [%s]\n", board->error->message, gy_error_code(board->error));
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- asking --------------------------------------------------------------------------------------------- */

static void
on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GyBoard) board = data;
	g_autoptr(GError) error = NULL;
	GyDeviceInfo *info = gy_device_query_finish(result, &error);

	g_clear_object(&board->asking);
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	g_clear_pointer(&board->info, gy_device_info_free);
	board->info = info;
	board->error = g_steal_pointer(&error);
	tell(board);
}

void
gy_board_identify(GyBoard *board)
{
	if (!gy_board_can_open(board))
		return;
	g_clear_error(&board->error);
	board->asking = g_cancellable_new();
	gy_device_query_async(board->path, board->baud, 0, board->asking, on_answer, g_object_ref(board));
	tell(board);
}

void
gy_board_take_info(GyBoard *board, GyDeviceInfo *info)
{
	if (!info)
		return;
	g_clear_pointer(&board->info, gy_device_info_free);
	g_clear_error(&board->error);
	board->info = info;
	tell(board);
}

void
gy_board_set_flashing(GyBoard *board, gboolean is_flashing)
{
	board->is_flashing = is_flashing;
	if (is_flashing)
		g_clear_error(&board->error);
	tell(board);
}

gboolean
gy_board_is_flashing(GyBoard *board)
{
	return board->is_flashing;
}

void
gy_board_set_chosen(GyBoard *board, gboolean is_chosen)
{
	if (board->is_chosen == is_chosen)
		return;
	board->is_chosen = is_chosen;
	tell(board);
}

gboolean
gy_board_is_chosen(GyBoard *board)
{
	return board->is_chosen;
}

int
gy_board_compare(GyBoard *a, GyBoard *b)
{
	g_autofree char *key_a = g_utf8_collate_key_for_filename(a->place, -1);
	g_autofree char *key_b = g_utf8_collate_key_for_filename(b->place, -1);
	int order;

	if ((a->simulated != NULL) != (b->simulated != NULL))
		return a->simulated ? 1 : -1;
	if (a->simulated)
		return (int) a->number - (int) b->number;
	order = strcmp(key_a, key_b);
	return order ? order : strcmp(a->path, b->path);
}

// SPDX-License-Identifier: Apache-2.0
#include "ui/model/bench.h"

#include <glib/gi18n-lib.h>

#include "engine/packages/package-open.h"
#include "ui/model/error-words.h"
#include "ui/model/words.h"

struct _GyBench {
	GObject parent;

	GListModel *devices;
	GyBoardList *boards;
	GListStore *flashes;
	char *root_key;
	char *operator_name;
	char *records;
	GStrv trusted_places;
	gboolean sends_differences;
	char *images;
	guint baud;

	GyBoard *assumed; /* chosen by us since it was the only one; not owned */
	GQueue specs;     /* char *: simulated boards that wait for the one before them */
	GySample *sample; /* that all simulated boards are made of */
	guint n_starting;
	GCancellable *stop;

	GyLoadState load_state;
	gboolean is_of_last_time; /* nobody has chosen the package since the start */
	GCancellable *loading;
	char *path;
	GyPackage *package;
	GyAutoDelta *delta; /* to @package, once one was asked for */
	GError *error;
};

G_DEFINE_FINAL_TYPE(GyBench, gy_bench, G_TYPE_OBJECT)

enum {
	SIGNAL_PACKAGE_CHANGED,
	SIGNAL_FLASH_STARTING,
	SIGNAL_FLASH_STARTED,
	SIGNAL_FLASH_ENDED,
	SIGNAL_FLASHES_CHANGED,
	SIGNAL_STARTING_CHANGED,
	SIGNAL_NOTICE,
	N_SIGNALS
};

static guint signals[N_SIGNALS];

/* ---- the object ----------------------------------------------------------------------------------------- */

void
gy_bench_end(GyBench *bench)
{
	GListModel *boards = bench->boards ? G_LIST_MODEL(bench->boards) : NULL;

	g_cancellable_cancel(bench->stop);
	g_cancellable_cancel(bench->loading);
	for (guint i = 0; boards && i < g_list_model_get_n_items(boards); i++) {
		g_autoptr(GyBoard) board = g_list_model_get_item(boards, i);

		if (gy_board_is_simulated(board))
			gy_simulated_board_stop(gy_board_simulated(board));
	}
	g_clear_pointer(&bench->sample, gy_sample_unref);
}

static void
gy_bench_dispose(GObject *object)
{
	GyBench *bench = GY_BENCH(object);

	gy_bench_end(bench);
	g_clear_object(&bench->loading);
	g_clear_object(&bench->flashes);
	g_clear_object(&bench->boards);
	g_clear_object(&bench->devices);
	g_clear_object(&bench->package);
	g_clear_pointer(&bench->delta, gy_auto_delta_unref);
	G_OBJECT_CLASS(gy_bench_parent_class)->dispose(object);
}

static void
gy_bench_finalize(GObject *object)
{
	GyBench *bench = GY_BENCH(object);

	g_object_unref(bench->stop);
	g_queue_clear_full(&bench->specs, g_free);
	g_free(bench->root_key);
	g_free(bench->operator_name);
	g_free(bench->records);
	g_strfreev(bench->trusted_places);
	g_free(bench->path);
	g_clear_error(&bench->error);
	G_OBJECT_CLASS(gy_bench_parent_class)->finalize(object);
}

static guint
new_signal(const char *name, GType type, GType argument)
{
	return g_signal_new(name, type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
		argument == G_TYPE_NONE ? 0 : 1, argument);
}

static void
gy_bench_class_init(GyBenchClass *class)
{
	GType type = G_TYPE_FROM_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_bench_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_bench_finalize;
	signals[SIGNAL_PACKAGE_CHANGED] = new_signal("package-changed", type, G_TYPE_NONE);
	signals[SIGNAL_FLASH_STARTING] = new_signal("flash-starting", type, GY_TYPE_BOARD);
	signals[SIGNAL_FLASH_STARTED] = new_signal("flash-started", type, GY_TYPE_FLASH);
	signals[SIGNAL_FLASH_ENDED] = new_signal("flash-ended", type, GY_TYPE_FLASH);
	signals[SIGNAL_FLASHES_CHANGED] = new_signal("flashes-changed", type, G_TYPE_NONE);
	signals[SIGNAL_STARTING_CHANGED] = new_signal("starting-changed", type, G_TYPE_NONE);
	signals[SIGNAL_NOTICE] = new_signal("notice", type, G_TYPE_STRING);
}

static void
gy_bench_init(GyBench *bench)
{
	bench->stop = g_cancellable_new();
	bench->loading = g_cancellable_new();
	bench->flashes = g_list_store_new(GY_TYPE_FLASH);
	g_queue_init(&bench->specs);
}

/* Nothing is opened unasked, but for ports that people have named. */
static void
on_boards_changed(GListModel *boards, guint position, guint removed, guint added, GyBench *bench)
{
	for (guint i = position; i < position + added && bench->trusted_places; i++) {
		g_autoptr(GyBoard) board = g_list_model_get_item(boards, i);

		if (*gy_board_place(board) &&
			g_strv_contains((const char *const *) bench->trusted_places, gy_board_place(board)))
			gy_board_identify(board);
	}
}

GyBench *
gy_bench_new(GListModel *devices)
{
	GyBench *bench = g_object_new(GY_TYPE_BENCH, NULL);

	bench->devices = devices ? g_object_ref(devices) : G_LIST_MODEL(gy_devices_new());
	bench->boards = gy_board_list_new(bench->devices);
	g_signal_connect_object(
		bench->boards, "items-changed", G_CALLBACK(on_boards_changed), bench, (GConnectFlags) 0);
	return bench;
}

static const char *
some(const char *text)
{
	return text && *text ? text : NULL;
}

void
gy_bench_set_options(GyBench *bench, const GyBenchOptions *options)
{
	g_free(bench->root_key);
	g_free(bench->operator_name);
	g_free(bench->records);
	bench->root_key = g_strdup(some(options->root_key));
	bench->operator_name = g_strdup(some(options->operator_name));
	bench->records = g_strdup(some(options->records));
	g_strfreev(bench->trusted_places);
	bench->trusted_places = g_strdupv((char **) options->trusted_places);
	bench->baud = options->baud;
	bench->sends_differences = options->sends_differences;
	g_free(bench->images);
	bench->images = g_strdup(some(options->images));
	/* what is made from now on is made from the images that are chosen now */
	g_clear_pointer(&bench->delta, gy_auto_delta_unref);
}

void
gy_bench_rescan(GyBench *bench)
{
	if (GY_IS_DEVICES(bench->devices))
		gy_devices_refresh(GY_DEVICES(bench->devices));
	gy_board_list_settle(bench->boards);
}

GListModel *
gy_bench_boards(GyBench *bench)
{
	return G_LIST_MODEL(bench->boards);
}

/* ---- the package ---------------------------------------------------------------------------------------- */

static void
on_package(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;
	GyPackage *package = gy_package_open_finish(result, &error);
	GyBench *bench;

	/* another file was chosen since, or the bench is gone */
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	bench = GY_BENCH(data);
	bench->package = package;
	bench->error = g_steal_pointer(&error);
	bench->load_state = package ? GY_LOAD_DONE : GY_LOAD_FAILED;
	g_signal_emit(bench, signals[SIGNAL_PACKAGE_CHANGED], 0);
}

void
gy_bench_open(GyBench *bench, const char *path)
{
	g_cancellable_cancel(bench->loading);
	g_object_unref(bench->loading);
	bench->loading = g_cancellable_new();
	g_clear_object(&bench->package);
	g_clear_pointer(&bench->delta, gy_auto_delta_unref);
	g_clear_error(&bench->error);
	g_free(bench->path);
	bench->path = g_strdup(path);
	bench->load_state = GY_LOAD_RUNNING;
	bench->is_of_last_time = FALSE;
	gy_package_open_async(path, bench->root_key, bench->loading, on_package, bench);
	g_signal_emit(bench, signals[SIGNAL_PACKAGE_CHANGED], 0);
}

void
gy_bench_open_again(GyBench *bench, const char *path)
{
	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return;
	gy_bench_open(bench, path);
	bench->is_of_last_time = TRUE;
}

GyLoadState
gy_bench_package_state(GyBench *bench)
{
	return bench->load_state;
}

GyPackage *
gy_bench_package(GyBench *bench)
{
	return bench->package;
}

const char *
gy_bench_package_path(GyBench *bench)
{
	return bench->path;
}

const GError *
gy_bench_package_error(GyBench *bench)
{
	return bench->error;
}

static char *
images_and_trust(GyPackage *package)
{
	static const char *const trust[] = {
		[GY_TRUST_UNSIGNED] = N_("not signed"),
		[GY_TRUST_INTEGRITY_ONLY] = N_("integrity only, not authentic"),
		[GY_TRUST_SIGNED] = N_("signed"),
	};
	guint n = gy_package_images(package)->len;
	g_autofree char *count = g_strdup_printf(ngettext("%u image", "%u images", n), n);
	g_autofree char *size = gy_words_size(g_bytes_get_size(gy_package_bytes(package)));

	/* Translators: 3 images, 1.2 MiB, signed */
	return g_strdup_printf(_("%1$s, %2$s, %3$s"), count, size, _(trust[gy_package_trust(package)]));
}

char *
gy_bench_package_summary(GyBench *bench)
{
	switch (bench->load_state) {
	case GY_LOAD_EMPTY: return g_strdup("");
	case GY_LOAD_RUNNING: return g_strdup(_("Checking…"));
	case GY_LOAD_FAILED: return gy_error_headline(bench->error);
	case GY_LOAD_DONE: break;
	}
	if (gy_package_refusal(bench->package)) {
		g_autoptr(GError) error = gy_finding_to_error(gy_package_refusal(bench->package));

		return gy_error_headline(error);
	}
	return images_and_trust(bench->package);
}

/* ---- simulated boards ----------------------------------------------------------------------------------- */

static void
on_simulated_ended(GySimulatedBoard *simulated, GyBench *bench)
{
	GListModel *boards = G_LIST_MODEL(bench->boards);

	for (guint i = 0; i < g_list_model_get_n_items(boards); i++) {
		g_autoptr(GyBoard) board = g_list_model_get_item(boards, i);

		if (gy_board_simulated(board) == simulated) {
			gy_board_list_remove_simulated(bench->boards, board);
			return;
		}
	}
}

static void
choose_simulated(GyBench *bench)
{
	GListModel *boards = gy_bench_boards(bench);

	bench->assumed = NULL;
	for (guint i = 0; i < g_list_model_get_n_items(boards); i++) {
		g_autoptr(GyBoard) board = g_list_model_get_item(boards, i);

		gy_board_set_chosen(board, gy_board_is_simulated(board));
	}
}

static void start_next(GyBench *bench);

static void
on_simulated(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GySimulatedBoard) simulated = gy_simulated_board_start_finish(result, &error);
	GyBench *bench;
	GyBoard *board;

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	bench = GY_BENCH(data);
	bench->n_starting--;
	if (simulated && !bench->sample)
		bench->sample = gy_sample_ref(gy_simulated_board_sample(simulated));
	start_next(bench);
	g_signal_emit(bench, signals[SIGNAL_STARTING_CHANGED], 0);
	if (!simulated) {
		g_autofree char *why = gy_error_headline(error);

		g_signal_emit(bench, signals[SIGNAL_NOTICE], 0, why);
		return;
	}
	board = gy_board_list_add_simulated(bench->boards, simulated);
	g_signal_connect_object(simulated, "ended", G_CALLBACK(on_simulated_ended), bench, (GConnectFlags) 0);
	if (bench->load_state == GY_LOAD_EMPTY || bench->is_of_last_time)
		gy_bench_open(bench, gy_simulated_board_sample(simulated)->package);
	/* all simulated boards, and nothing but them */
	choose_simulated(bench);
	gy_board_identify(board);
}

/* One after the other: they share what the first one makes. */
static void
start_next(GyBench *bench)
{
	g_autofree char *spec = NULL;

	if (bench->n_starting > 0 || g_queue_is_empty(&bench->specs))
		return;
	spec = g_queue_pop_head(&bench->specs);
	bench->n_starting++;
	gy_simulated_board_start_async(spec, bench->sample, bench->stop, on_simulated, bench);
}

void
gy_bench_simulate(GyBench *bench, const char *spec)
{
	g_queue_push_tail(&bench->specs, g_strdup(spec ? spec : ""));
	start_next(bench);
	g_signal_emit(bench, signals[SIGNAL_STARTING_CHANGED], 0);
}

gboolean
gy_bench_is_starting_simulated(GyBench *bench)
{
	return bench->n_starting > 0;
}

void
gy_bench_remove_simulated(GyBench *bench, GyBoard *board)
{
	if (!gy_board_is_flashing(board))
		gy_board_list_remove_simulated(bench->boards, board);
}

/* ---- jobs ----------------------------------------------------------------------------------------------- */

gboolean
gy_bench_can_flash(GyBench *bench, GyBoard *board, const char **why)
{
	const char *reason = NULL;

	if (bench->load_state == GY_LOAD_EMPTY)
		reason = _("Choose a package first");
	else if (bench->load_state == GY_LOAD_RUNNING)
		reason = _("The package is being checked");
	else if (bench->load_state == GY_LOAD_FAILED || gy_package_refusal(bench->package))
		reason = _("The package cannot be flashed");
	else if (!board)
		reason = _("Connect a board first");
	else if (!gy_board_can_open(board))
		reason = gy_board_state_word(board);
	if (why)
		*why = reason;
	return reason == NULL;
}

static void
on_flash_changed(GyFlash *flash, GyBench *bench)
{
	g_signal_emit(bench, signals[SIGNAL_FLASHES_CHANGED], 0);
}

static void
on_flash_ended(GyFlash *flash, GyBench *bench)
{
	g_signal_emit(bench, signals[SIGNAL_FLASHES_CHANGED], 0);
	g_signal_emit(bench, signals[SIGNAL_FLASH_ENDED], 0, flash);
}

/* A board's row shows its last job. */
static void
forget_ended_of(GyBench *bench, GyBoard *board)
{
	GListModel *flashes = G_LIST_MODEL(bench->flashes);

	for (guint i = g_list_model_get_n_items(flashes); i > 0; i--) {
		g_autoptr(GyFlash) flash = g_list_model_get_item(flashes, i - 1);

		if (!gy_flash_is_running(flash) && (!board || gy_flash_board(flash) == board))
			g_list_store_remove(bench->flashes, i - 1);
	}
}

void
gy_bench_forget_ended(GyBench *bench)
{
	forget_ended_of(bench, NULL);
	gy_board_list_settle(bench->boards);
}

gboolean
gy_bench_can_send_difference(GyBench *bench)
{
	return bench->package && gy_package_format(bench->package)->make_difference != NULL;
}

/* (transfer full) (nullable): one for all boards, so that a difference is made once for those that run the same. */
static GyAutoDelta *
differences(GyBench *bench)
{
	g_autofree char *usual = NULL;
	g_autoptr(GyStore) store = NULL;

	if (!bench->sends_differences || !gy_bench_can_send_difference(bench))
		return NULL;
	if (!bench->delta) {
		usual = gy_store_default_path();
		store = gy_store_new(bench->images ? bench->images : usual);
		bench->delta = gy_auto_delta_new(store, bench->package, NULL, TRUE);
	}
	return gy_auto_delta_ref(bench->delta);
}

GyFlash *
gy_bench_flash(GyBench *bench, GyBoard *board)
{
	g_autoptr(GyJobOptions) options = NULL;
	g_autoptr(GyFlash) flash = NULL;

	if (!gy_bench_can_flash(bench, board, NULL))
		return NULL;
	options = gy_job_options_new();
	options->port = g_strdup(gy_board_path(board));
	options->baud = gy_board_baud(board) ? gy_board_baud(board) : bench->baud;
	options->root_key = g_strdup(bench->root_key);
	options->records = g_strdup(bench->records);
	options->package_path = g_strdup(bench->path);
	options->operator_name = g_strdup(bench->operator_name);
	options->delta = differences(bench);
	forget_ended_of(bench, board);
	/* whoever has the port lets go of it now */
	g_signal_emit(bench, signals[SIGNAL_FLASH_STARTING], 0, board);
	flash = gy_flash_new(board, bench->package, options);
	g_signal_connect_object(flash, "changed", G_CALLBACK(on_flash_changed), bench, (GConnectFlags) 0);
	g_signal_connect_object(flash, "ended", G_CALLBACK(on_flash_ended), bench, (GConnectFlags) 0);
	g_list_store_append(bench->flashes, flash);
	g_signal_emit(bench, signals[SIGNAL_FLASH_STARTED], 0, flash);
	return flash;
}

void
gy_bench_choose_only(GyBench *bench, GyBoard *board)
{
	GListModel *boards = gy_bench_boards(bench);

	bench->assumed = NULL;
	for (guint i = 0; i < g_list_model_get_n_items(boards); i++) {
		g_autoptr(GyBoard) each = g_list_model_get_item(boards, i);

		gy_board_set_chosen(each, each == board);
	}
}

static guint
count_chosen(GyBench *bench)
{
	GListModel *boards = gy_bench_boards(bench);
	guint chosen = 0;

	for (guint i = 0; i < g_list_model_get_n_items(boards); i++) {
		g_autoptr(GyBoard) board = g_list_model_get_item(boards, i);

		chosen += gy_board_is_chosen(board) ? 1 : 0;
	}
	return chosen;
}

/* With a second board it is for a person to say which one is meant. */
static void
drop_assumption(GyBench *bench)
{
	GListModel *boards = gy_bench_boards(bench);

	for (guint i = 0; i < g_list_model_get_n_items(boards); i++) {
		g_autoptr(GyBoard) board = g_list_model_get_item(boards, i);

		if (board == bench->assumed)
			gy_board_set_chosen(board, FALSE);
	}
	bench->assumed = NULL;
}

void
gy_bench_choose_if_one(GyBench *bench)
{
	g_autoptr(GyBoard) only = g_list_model_get_item(gy_bench_boards(bench), 0);

	if (!only || g_list_model_get_n_items(gy_bench_boards(bench)) != 1) {
		drop_assumption(bench);
		return;
	}
	if (count_chosen(bench) == 0)
		bench->assumed = only;
	gy_board_set_chosen(only, TRUE);
}

gboolean
gy_bench_can_start(GyBench *bench, const char **why)
{
	GListModel *boards = gy_bench_boards(bench);

	for (guint i = 0; i < g_list_model_get_n_items(boards); i++) {
		g_autoptr(GyBoard) board = g_list_model_get_item(boards, i);

		if (gy_board_is_chosen(board) && !gy_bench_can_flash(bench, board, why))
			return FALSE;
	}
	if (count_chosen(bench) > 0)
		return TRUE;
	if (!gy_bench_can_flash(bench, NULL, why) && why && bench->load_state == GY_LOAD_DONE &&
		g_list_model_get_n_items(boards) > 0 && !gy_package_refusal(bench->package))
		*why = _("Choose a board");
	return FALSE;
}

guint
gy_bench_start(GyBench *bench)
{
	GListModel *boards = gy_bench_boards(bench);
	guint started = 0;

	for (guint i = 0; i < g_list_model_get_n_items(boards); i++) {
		g_autoptr(GyBoard) board = g_list_model_get_item(boards, i);

		if (gy_board_is_chosen(board) && gy_bench_flash(bench, board))
			started++;
	}
	return started;
}

GListModel *
gy_bench_flashes(GyBench *bench)
{
	return G_LIST_MODEL(bench->flashes);
}

guint
gy_bench_n_running(GyBench *bench)
{
	GListModel *flashes = G_LIST_MODEL(bench->flashes);
	guint running = 0;

	for (guint i = 0; i < g_list_model_get_n_items(flashes); i++) {
		g_autoptr(GyFlash) flash = g_list_model_get_item(flashes, i);

		running += gy_flash_is_running(flash) ? 1 : 0;
	}
	return running;
}

double
gy_bench_fraction(GyBench *bench)
{
	GListModel *flashes = G_LIST_MODEL(bench->flashes);
	guint running = 0;
	double sum = 0;

	for (guint i = 0; i < g_list_model_get_n_items(flashes); i++) {
		g_autoptr(GyFlash) flash = g_list_model_get_item(flashes, i);

		if (!gy_flash_is_running(flash))
			continue;
		running++;
		sum += gy_flash_fraction(flash);
	}
	return running ? sum / running : 0;
}

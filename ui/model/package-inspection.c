// SPDX-License-Identifier: Apache-2.0
#include "ui/model/package-inspection.h"

#include <string.h>

#include "ui/model/package-check.h"

struct _GyPackageInspection {
	GObject parent;

	GyBench *bench;
	char *usual_key;
	char *root_key; /* asked for */
	GyPackage *package;
	GError *key_error;
	GCancellable *checking; /* a check runs, unless NULL */
	GyBoard *board;         /* the one that is checked against */

	char *situation_key;
	char *situation_board;
	GyPackageSituation situation;
};

G_DEFINE_FINAL_TYPE(GyPackageInspection, gy_package_inspection, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
tell(GyPackageInspection *inspection)
{
	g_signal_emit(inspection, signals[SIGNAL_CHANGED], 0);
}

/* ---- which board ---------------------------------------------------------------------------------------- */

/* (nullable): the one that answered, if it is but one */
static GyBoard *
find_board(GyBench *bench)
{
	GListModel *boards = gy_bench_boards(bench);
	GyBoard *found = NULL;

	for (guint i = 0; i < g_list_model_get_n_items(boards); i++) {
		g_autoptr(GyBoard) board = g_list_model_get_item(boards, i);

		if (!gy_board_info(board) || gy_board_state(board) == GY_BOARD_UNPLUGGED)
			continue;
		if (found)
			return NULL;
		found = board;
	}
	return found;
}

static gboolean
read_digest(const char *text, guint8 digest[32])
{
	if (strlen(text) != 64)
		return FALSE;
	for (gsize i = 0; i < 32; i++) {
		int high = g_ascii_xdigit_value(text[2 * i]);
		int low = g_ascii_xdigit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return FALSE;
		digest[i] = (guint8) (high << 4 | low);
	}
	return TRUE;
}

static GyTarget *
target_of(const GyDeviceInfo *info)
{
	GyTarget *target = gy_target_new();

	target->storage_size = info->storage_size;
	for (guint i = 0; i < info->images->len; i++) {
		const GyTargetImage *image = &g_array_index(info->images, GyTargetImage, i);

		gy_target_add_image(target, image->image_id, image->partition_size, image->minimum_version);
	}
	/* 0 stands for a board that does not compare, and for one that did not say */
	target->has_hardware_id = info->hardware_id != 0;
	target->hardware_id = info->hardware_id;
	target->has_root_key = read_digest(info->root_key_sha256, target->root_key_sha256);
	target->has_version_ext = info->has_version_ext;
	target->version_ext = info->version_ext;
	return target;
}

/* ---- checking ------------------------------------------------------------------------------------------- */

static void
set_situation(GyPackageInspection *inspection, const char *root_key, GyBoard *board, gboolean fits)
{
	g_free(inspection->situation_key);
	g_free(inspection->situation_board);
	inspection->situation_key = g_strdup(root_key);
	inspection->situation_board = board ? gy_board_title(board) : NULL;
	inspection->situation = (GyPackageSituation){
		.root_key = inspection->situation_key, .board = inspection->situation_board, .fits = fits};
}

static void
on_checked(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;
	gboolean fits = FALSE;
	g_autoptr(GyPackage) package = gy_package_check_finish(result, &fits, &error);
	GyPackageInspection *inspection;

	/* another check has begun since, or the inspection is gone */
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	inspection = GY_PACKAGE_INSPECTION(data);
	g_clear_object(&inspection->checking);
	if (package) {
		g_set_object(&inspection->package, package);
		set_situation(inspection, inspection->root_key, inspection->board, fits);
	} else {
		inspection->key_error = g_steal_pointer(&error);
	}
	tell(inspection);
}

static void
stop_checking(GyPackageInspection *inspection)
{
	if (inspection->checking)
		g_cancellable_cancel(inspection->checking);
	g_clear_object(&inspection->checking);
	g_clear_error(&inspection->key_error);
}

static void
check(GyPackageInspection *inspection)
{
	GyBoard *board = find_board(inspection->bench);

	stop_checking(inspection);
	g_set_object(&inspection->board, board);
	inspection->checking = g_cancellable_new();
	gy_package_check_async(gy_bench_package(inspection->bench), inspection->root_key,
		board ? target_of(gy_board_info(board)) : NULL, inspection->checking, on_checked, inspection);
	tell(inspection);
}

void
gy_package_inspection_verify(GyPackageInspection *inspection, const char *root_key)
{
	g_autofree char *copy = g_strdup(root_key && *root_key ? root_key : NULL);

	g_free(inspection->root_key);
	inspection->root_key = g_steal_pointer(&copy);
	if (gy_bench_package(inspection->bench))
		check(inspection);
}

static void
on_package_changed(GyBench *bench, GyPackageInspection *inspection)
{
	stop_checking(inspection);
	g_clear_object(&inspection->board);
	g_set_object(&inspection->package, gy_bench_package(bench));
	g_free(inspection->root_key);
	inspection->root_key = g_strdup(inspection->usual_key);
	set_situation(inspection, inspection->root_key, NULL, FALSE);
	if (gy_bench_package(bench) && find_board(bench))
		check(inspection);
	else
		tell(inspection);
}

static void
on_board_changed(GyBoard *board, GyPackageInspection *inspection)
{
	if (gy_bench_package(inspection->bench) && find_board(inspection->bench) != inspection->board)
		check(inspection);
}

static void
on_boards_changed(
	GListModel *boards, guint position, guint removed, guint added, GyPackageInspection *inspection)
{
	for (guint i = position; i < position + added; i++) {
		g_autoptr(GyBoard) board = g_list_model_get_item(boards, i);

		g_signal_connect_object(
			board, "changed", G_CALLBACK(on_board_changed), inspection, (GConnectFlags) 0);
	}
	if (gy_bench_package(inspection->bench) && find_board(inspection->bench) != inspection->board)
		check(inspection);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_package_inspection_dispose(GObject *object)
{
	GyPackageInspection *inspection = GY_PACKAGE_INSPECTION(object);

	stop_checking(inspection);
	g_clear_object(&inspection->package);
	g_clear_object(&inspection->board);
	g_clear_object(&inspection->bench);
	G_OBJECT_CLASS(gy_package_inspection_parent_class)->dispose(object);
}

static void
gy_package_inspection_finalize(GObject *object)
{
	GyPackageInspection *inspection = GY_PACKAGE_INSPECTION(object);

	g_free(inspection->usual_key);
	g_free(inspection->root_key);
	g_free(inspection->situation_key);
	g_free(inspection->situation_board);
	G_OBJECT_CLASS(gy_package_inspection_parent_class)->finalize(object);
}

static void
gy_package_inspection_class_init(GyPackageInspectionClass *class)
{
	G_OBJECT_CLASS(class)->dispose = gy_package_inspection_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_package_inspection_finalize;
	signals[SIGNAL_CHANGED] = g_signal_new(
		"changed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gy_package_inspection_init(GyPackageInspection *inspection)
{
}

GyPackageInspection *
gy_package_inspection_new(GyBench *bench)
{
	GyPackageInspection *inspection = g_object_new(GY_TYPE_PACKAGE_INSPECTION, NULL);
	GListModel *boards = gy_bench_boards(bench);

	inspection->bench = g_object_ref(bench);
	g_signal_connect_object(
		bench, "package-changed", G_CALLBACK(on_package_changed), inspection, (GConnectFlags) 0);
	g_signal_connect_object(
		boards, "items-changed", G_CALLBACK(on_boards_changed), inspection, (GConnectFlags) 0);
	on_boards_changed(boards, 0, 0, g_list_model_get_n_items(boards), inspection);
	on_package_changed(bench, inspection);
	return inspection;
}

void
gy_package_inspection_set_usual_key(GyPackageInspection *inspection, const char *root_key)
{
	g_free(inspection->usual_key);
	inspection->usual_key = g_strdup(root_key && *root_key ? root_key : NULL);
}

GyPackage *
gy_package_inspection_package(GyPackageInspection *inspection)
{
	return inspection->package;
}

const GyPackageSituation *
gy_package_inspection_situation(GyPackageInspection *inspection)
{
	return &inspection->situation;
}

gboolean
gy_package_inspection_is_busy(GyPackageInspection *inspection)
{
	return inspection->checking != NULL;
}

const GError *
gy_package_inspection_key_error(GyPackageInspection *inspection)
{
	return inspection->key_error;
}

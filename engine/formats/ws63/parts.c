// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/parts.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/file.h"
#include "engine/formats/ws63/image-header.h"
#include "engine/formats/ws63/own-images.h"
#include "engine/formats/ws63/pack.h"
#include "engine/formats/ws63/sources.h"
#include "engine/formats/ws63/ws63.h"

static void
part_free(GyWs63Part *part)
{
	gy_fota_image_free(part->section);
	g_free(part->name);
	g_clear_pointer(&part->input, g_bytes_unref);
	g_clear_pointer(&part->data, g_bytes_unref);
	g_free(part);
}

/* ---- rules ---------------------------------------------------------------------------------------------- */

static gboolean
check_section_id(
	const GyFotaCfg *cfg, const GyBuildOptions *options, const GyFotaImage *image, GError **error)
{
	GyWs63OwnImage own;

	if (gy_ws63_is_known_image(image->image_id))
		return TRUE;
	if (image->image_id == WS63_IMAGE_RES_INDEX || image->image_id == WS63_IMAGE_RES_DATA) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("%s: section [%s] is a resource image, which a WS63 refuses: its updater is built "
			  "without them"),
			gy_fota_cfg_name(cfg), image->section);
		return FALSE;
	}
	if (gy_ws63_own_image_find(options, image->image_id, &own))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_UNKNOWN_IMAGE,
		_("%s: section [%s] has ImageId 0x%08X, which no device knows: it would skip the image, "
		  "never "
		  "finish the upgrade, and reset for ever; expected application, flashboot, nv or hilink, or "
		  "an id "
		  "that device-images names because your firmware takes it"),
		gy_fota_cfg_name(cfg), image->section, image->image_id);
	return FALSE;
}

static gboolean
check_selection(GPtrArray *parts, GError **error)
{
	gboolean has_nv = FALSE;
	gboolean has_application = FALSE;

	for (guint i = 0; i < parts->len; i++) {
		const GyFotaImage *image = ((GyWs63Part *) parts->pdata[i])->section;

		has_nv |= image->image_id == WS63_IMAGE_NV;
		has_application |= image->image_id == WS63_IMAGE_APPLICATION;
		for (guint j = 0; j < i; j++) {
			const GyFotaImage *other = ((GyWs63Part *) parts->pdata[j])->section;

			if (other->image_id != image->image_id)
				continue;
			g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
				_("images %s and %s have the same ImageId 0x%08X, each may be there once"),
				other->section, image->section, image->image_id);
			return FALSE;
		}
	}
	if (has_nv && !has_application) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("an nv image needs the application in the same package, since the application "
			  "applies it"));
		return FALSE;
	}
	return TRUE;
}

static gboolean
check_input(const GyWs63Part *part, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(part->input, &size);
	GyFinding *finding;

	if (part->section->image_id == WS63_IMAGE_NV) {
		if (size % WS63_NV_PAGE == 0)
			return TRUE;
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_TRUNCATED,
			_("%s has %zu bytes, expected whole pages of %u: the device fails with others after "
			  "the "
			  "reset"),
			part->name, size, WS63_NV_PAGE);
		return FALSE;
	}
	/* what a firmware of your own takes need not be a firmware image */
	if (!gy_ws63_is_known_image(part->section->image_id))
		return TRUE;
	finding = gy_ws63_image_check(data, size, part->section->image_id);
	if (!finding)
		return TRUE;
	if (error) {
		*error = gy_finding_to_error(finding);
		g_prefix_error(error, _("%s for section [%s]: "), part->name, part->section->section);
	}
	gy_finding_free(finding);
	return FALSE;
}

/* ---- reading -------------------------------------------------------------------------------------------- */

static GyWs63Part *
read_part(const GyFotaCfg *cfg, const GyBuildOptions *options, const GyWs63Source *source, GError **error)
{
	GyWs63Part *part = g_new0(GyWs63Part, 1);

	part->section = gy_fota_cfg_image(cfg, source->section, error);
	part->name = g_strdup(source->name);
	part->input = g_bytes_ref(source->bytes);
	if (part->section && check_section_id(cfg, options, part->section, error) && check_input(part, error))
		return part;
	part_free(part);
	return NULL;
}

static gboolean
check_count(GPtrArray *parts, GError **error)
{
	if (parts->len >= 1 && parts->len <= WS63_MAX_IMAGES)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE, _("%u images were given, a package holds 1 to %u"),
		parts->len, WS63_MAX_IMAGES);
	return FALSE;
}

static gboolean
check_boot(GPtrArray *parts, GError **error)
{
	for (guint i = 0; i < parts->len; i++)
		if (((const GyWs63Part *) parts->pdata[i])->section->image_id == WS63_IMAGE_FLASHBOOT)
			return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
		_("for a board with SDK 1.10.101 or older the package brings flashboot too; give its image "
		  "as "
		  "well"));
	return FALSE;
}

GPtrArray *
gy_ws63_parts_read(const GyFotaCfg *cfg, const GyBuildOptions *options, gboolean with_boot, GError **error)
{
	g_autoptr(GPtrArray) sources = gy_ws63_sources(options, with_boot, error);
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func((GDestroyNotify) part_free);

	for (guint i = 0; sources && i < sources->len; i++) {
		GyWs63Part *part = read_part(cfg, options, sources->pdata[i], error);

		if (!part)
			return NULL;
		g_ptr_array_add(parts, part);
	}
	if (!sources || !check_count(parts, error) || !check_selection(parts, error) ||
		(with_boot && !check_boot(parts, error)))
		return NULL;
	return g_steal_pointer(&parts);
}

/* ---- packing -------------------------------------------------------------------------------------------- */

typedef struct {
	GyWs63Part *part;
	const GyFotaImage *application;
	GError *error;
} Task;

static void
pack_one(gpointer data, gpointer user_data)
{
	Task *task = data;

	task->part->data =
		gy_ws63_pack(task->part->input, task->part->section, task->application, &task->error);
}

/* The first in the order of the package, however the threads went. */
static gboolean
collect_errors(Task *tasks, guint n_tasks, GError **error)
{
	gboolean good = TRUE;

	for (guint i = 0; i < n_tasks; i++) {
		if (!tasks[i].error)
			continue;
		if (good)
			g_propagate_error(error, tasks[i].error);
		else
			g_error_free(tasks[i].error);
		good = FALSE;
	}
	return good;
}

gboolean
gy_ws63_parts_pack(GPtrArray *parts, const GyFotaCfg *cfg, GError **error)
{
	/* keys for all encryption stand in one section, whether or not it is packed itself */
	g_autoptr(GyFotaImage) application = gy_fota_cfg_image(cfg, "application", NULL);
	g_autofree Task *tasks = g_new0(Task, parts->len);
	GThreadPool *pool =
		parts->len > 1 ? g_thread_pool_new(pack_one, NULL, (gint) g_get_num_processors(), FALSE, NULL)
			       : NULL;

	for (guint i = 0; i < parts->len; i++) {
		tasks[i].part = parts->pdata[i];
		tasks[i].application = application;
		if (pool)
			g_thread_pool_push(pool, &tasks[i], NULL);
		else
			pack_one(&tasks[i], NULL);
	}
	if (pool)
		g_thread_pool_free(pool, FALSE, TRUE);
	return collect_errors(tasks, parts->len, error);
}

/* ---- partitions ----------------------------------------------------------------------------------------- */

static gboolean
has_image(GPtrArray *parts, guint32 id)
{
	for (guint i = 0; i < parts->len; i++)
		if (((const GyWs63Part *) parts->pdata[i])->section->image_id == id)
			return TRUE;
	return FALSE;
}

GyWs63PartitionTable *
gy_ws63_board_table(const GyBuildOptions *options, GPtrArray *parts, GError **error)
{
	const char *path = gy_build_options_get(options, "partitions");
	g_autoptr(GBytes) bytes = NULL;

	if (!path)
		return gy_ws63_partition_table_standard(
			has_image(parts, WS63_IMAGE_HILINK) ? "hilink" : "compressed");
	bytes = gy_file_read(path, GY_WS63_PARTITION_TABLE_MAX, error);
	return bytes ? gy_ws63_partition_table_parse(bytes, path, error) : NULL;
}

/* Whether the image is written to a partition, and to which. */
static gboolean
partition_of(const GyBuildOptions *options, guint32 id, guint8 *partition)
{
	GyWs63OwnImage own;

	switch (id) {
	case WS63_IMAGE_APPLICATION: *partition = WS63_PARTITION_APPLICATION; return TRUE;
	case WS63_IMAGE_FLASHBOOT: *partition = WS63_PARTITION_FLASHBOOT; return TRUE;
	case WS63_IMAGE_HILINK: *partition = WS63_PARTITION_HILINK; return TRUE;
	/* the application spreads it over its own pages */
	case WS63_IMAGE_NV: return FALSE;
	default: break;
	}
	if (!gy_ws63_own_image_find(options, id, &own) || !own.has_partition)
		return FALSE;
	*partition = own.partition;
	return TRUE;
}

static gboolean
check_fit(const GyWs63Part *part, const GyWs63PartitionTable *table, guint8 id, gboolean is_standard,
	GError **error)
{
	const GyWs63Partition *partition = gy_ws63_partition_find(table, id);
	guint64 needed = g_bytes_get_size(part->input);

	/* plain data are written with their padding */
	if (part->section->decompress_flag != WS63_FLAG_LZMA)
		needed = MAX(needed, g_bytes_get_size(part->data));
	if (partition && needed <= partition->size)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE,
		_("image %s needs %" PRIu64
		  " bytes, partition 0x%02X of the %s has %u: the device erases it before "
		  "it finds out%s"),
		part->section->section, needed, id,
		is_standard ? _("standard partition table") : _("board's partition table"),
		partition ? partition->size : 0,
		is_standard ? _("; name the board's own table if it has another") : "");
	return FALSE;
}

gboolean
gy_ws63_parts_check_fit(GPtrArray *parts, const GyBuildOptions *options, GError **error)
{
	g_autoptr(GyWs63PartitionTable) table = gy_ws63_board_table(options, parts, error);
	gboolean is_standard = gy_build_options_get(options, "partitions") == NULL;

	for (guint i = 0; table && i < parts->len; i++) {
		const GyWs63Part *part = parts->pdata[i];
		guint8 id = 0;

		if (!partition_of(options, part->section->image_id, &id))
			continue;
		/* of an own image's partition a standard table says nothing */
		if (is_standard && !gy_ws63_is_known_image(part->section->image_id))
			continue;
		if (!check_fit(part, table, id, is_standard, error))
			return FALSE;
	}
	return table != NULL;
}

// SPDX-License-Identifier: Apache-2.0
#include "ui/model/package-row.h"

#include <glib/gi18n-lib.h>

#include "engine/safe-text.h"
#include "ui/model/package-terms.h"
#include "ui/model/package-words.h"
#include "ui/model/words.h"

#define DIGEST_SHOWN 4

struct _GyPackageRow {
	GObject parent;

	GyPackage *package; /* owns the image */
	const GyImage *image;
};

G_DEFINE_FINAL_TYPE(GyPackageRow, gy_package_row, G_TYPE_OBJECT)

static void
gy_package_row_finalize(GObject *object)
{
	g_object_unref(GY_PACKAGE_ROW(object)->package);
	G_OBJECT_CLASS(gy_package_row_parent_class)->finalize(object);
}

static void
gy_package_row_class_init(GyPackageRowClass *class)
{
	G_OBJECT_CLASS(class)->finalize = gy_package_row_finalize;
}

static void
gy_package_row_init(GyPackageRow *row)
{
}

GListModel *
gy_package_rows_new(GyPackage *package)
{
	GListStore *rows = g_list_store_new(GY_TYPE_PACKAGE_ROW);

	for (guint i = 0; package && i < gy_package_images(package)->len; i++) {
		g_autoptr(GyPackageRow) row = g_object_new(GY_TYPE_PACKAGE_ROW, NULL);

		row->package = g_object_ref(package);
		row->image = g_ptr_array_index(gy_package_images(package), i);
		g_list_store_append(rows, row);
	}
	return G_LIST_MODEL(rows);
}

const GyImage *
gy_package_row_image(GyPackageRow *row)
{
	return row->image;
}

char *
gy_package_row_text(GyPackageRow *row, GyPackageColumn column)
{
	const GyImage *image = row->image;
	g_autofree char *digest = NULL;

	switch (column) {
	case GY_PACKAGE_COLUMN_NAME: return gy_text_safe(image->name);
	case GY_PACKAGE_COLUMN_VERSION:
		return image->version_text ? g_strdup(image->version_text)
					   : g_strdup_printf("%u", image->version);
	case GY_PACKAGE_COLUMN_STORAGE: return gy_package_storage_words(image->storage);
	case GY_PACKAGE_COLUMN_SIZE: return gy_words_size(image->size);
	case GY_PACKAGE_COLUMN_PACKED: return gy_words_size(image->stored_size);
	case GY_PACKAGE_COLUMN_WHERE: return g_strdup_printf("0x%06" G_GINT64_MODIFIER "x", image->offset);
	case GY_PACKAGE_COLUMN_HASH:
		digest = gy_package_digest_text(image->sha256, DIGEST_SHOWN);
		return g_strconcat(digest, "…", NULL);
	case GY_PACKAGE_N_COLUMNS: break;
	}
	g_return_val_if_reached(g_strdup(""));
}

char *
gy_package_row_detail(GyPackageRow *row, GyPackageColumn column)
{
	return column == GY_PACKAGE_COLUMN_HASH
		       ? gy_package_digest_text(row->image->sha256, sizeof row->image->sha256)
		       : NULL;
}

const char *
gy_package_column_title(GyPackageColumn column)
{
	static const char *const titles[GY_PACKAGE_N_COLUMNS] = {
		[GY_PACKAGE_COLUMN_NAME] = N_("Image"),
		[GY_PACKAGE_COLUMN_VERSION] = N_("Version"),
		[GY_PACKAGE_COLUMN_STORAGE] = N_("Stored as"),
		[GY_PACKAGE_COLUMN_SIZE] = N_("Size"),
		[GY_PACKAGE_COLUMN_PACKED] = N_("Packed"),
		[GY_PACKAGE_COLUMN_WHERE] = N_("Where"),
		[GY_PACKAGE_COLUMN_HASH] = N_("Hash"),
	};

	return _(titles[column]);
}

// SPDX-License-Identifier: Apache-2.0
#include "ui/model/package-preview.h"

#include <glib/gi18n-lib.h>

#include "ui/model/package-words.h"
#include "ui/model/words.h"

/* Typing is not followed letter by letter. */
#define QUIET_MS 300

struct _GyPackagePreview {
	GObject parent;

	GyPackageRecipe *recipe;
	guint quiet;
	GCancellable *building; /* a build runs, unless NULL */
	GyPackageBuilt *built;
	GPtrArray *findings;
	char *missing;
	GError *error;
};

G_DEFINE_FINAL_TYPE(GyPackagePreview, gy_package_preview, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
tell(GyPackagePreview *preview)
{
	g_signal_emit(preview, signals[SIGNAL_CHANGED], 0);
}

static void
stop(GyPackagePreview *preview)
{
	g_clear_handle_id(&preview->quiet, g_source_remove);
	if (preview->building)
		g_cancellable_cancel(preview->building);
	g_clear_object(&preview->building);
}

/* Once is enough: the build names the field of the recipe. */
static gboolean
was_noted(GyPackagePreview *preview, const GyFinding *finding)
{
	for (guint i = 0; i < preview->built->notes->len; i++)
		if (g_str_equal(
			    ((const GyFinding *) preview->built->notes->pdata[i])->message, finding->message))
			return TRUE;
	return FALSE;
}

static gboolean
counts(GyPackagePreview *preview, const GyFinding *finding)
{
	gboolean is_unsigned = g_str_equal(finding->code, gy_error_word(GY_ERROR_PACKAGE_UNSIGNED));

	return !(is_unsigned && gy_package_recipe_signs_with_keys(preview->recipe)) &&
	       !was_noted(preview, finding);
}

static void
collect_findings(GyPackagePreview *preview)
{
	GPtrArray *of_package = gy_package_findings(preview->built->package);

	g_ptr_array_set_size(preview->findings, 0);
	for (guint i = 0; i < preview->built->notes->len; i++)
		g_ptr_array_add(preview->findings, preview->built->notes->pdata[i]);
	for (guint i = 0; i < of_package->len; i++)
		if (counts(preview, of_package->pdata[i]))
			g_ptr_array_add(preview->findings, of_package->pdata[i]);
}

static void
on_built(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;
	GyPackageBuilt *built = gy_package_build_finish(result, &error);
	GyPackagePreview *preview;

	/* another build has begun since, or the preview is gone */
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	preview = GY_PACKAGE_PREVIEW(data);
	g_clear_object(&preview->building);
	g_ptr_array_set_size(preview->findings, 0);
	g_clear_pointer(&preview->built, gy_package_built_free);
	preview->built = built;
	preview->error = g_steal_pointer(&error);
	if (built)
		collect_findings(preview);
	tell(preview);
}

static gboolean
on_quiet(gpointer data)
{
	GyPackagePreview *preview = data;

	preview->quiet = 0;
	preview->building = g_cancellable_new();
	gy_package_build_preview_async(preview->recipe, preview->building, on_built, preview);
	tell(preview);
	return G_SOURCE_REMOVE;
}

static void
on_changed(GyPackageRecipe *recipe, GyPackagePreview *preview)
{
	stop(preview);
	g_clear_error(&preview->error);
	g_free(preview->missing);
	preview->missing = gy_package_recipe_missing(recipe);
	if (preview->missing) {
		g_ptr_array_set_size(preview->findings, 0);
		g_clear_pointer(&preview->built, gy_package_built_free);
	} else {
		preview->quiet = g_timeout_add(QUIET_MS, on_quiet, preview);
	}
	tell(preview);
}

static void
gy_package_preview_dispose(GObject *object)
{
	GyPackagePreview *preview = GY_PACKAGE_PREVIEW(object);

	stop(preview);
	g_clear_object(&preview->recipe);
	G_OBJECT_CLASS(gy_package_preview_parent_class)->dispose(object);
}

static void
gy_package_preview_finalize(GObject *object)
{
	GyPackagePreview *preview = GY_PACKAGE_PREVIEW(object);

	g_ptr_array_unref(preview->findings);
	gy_package_built_free(preview->built);
	g_free(preview->missing);
	g_clear_error(&preview->error);
	G_OBJECT_CLASS(gy_package_preview_parent_class)->finalize(object);
}

static void
gy_package_preview_class_init(GyPackagePreviewClass *class)
{
	G_OBJECT_CLASS(class)->dispose = gy_package_preview_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_package_preview_finalize;
	signals[SIGNAL_CHANGED] = g_signal_new(
		"changed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gy_package_preview_init(GyPackagePreview *preview)
{
	preview->findings = g_ptr_array_new();
}

GyPackagePreview *
gy_package_preview_new(GyPackageRecipe *recipe)
{
	GyPackagePreview *preview = g_object_new(GY_TYPE_PACKAGE_PREVIEW, NULL);

	preview->recipe = g_object_ref(recipe);
	g_signal_connect_object(recipe, "changed", G_CALLBACK(on_changed), preview, (GConnectFlags) 0);
	on_changed(recipe, preview);
	return preview;
}

gboolean
gy_package_preview_is_busy(GyPackagePreview *preview)
{
	return preview->quiet || preview->building;
}

GyPackage *
gy_package_preview_package(GyPackagePreview *preview)
{
	return preview->built ? preview->built->package : NULL;
}

GPtrArray *
gy_package_preview_findings(GyPackagePreview *preview)
{
	return preview->findings;
}

const char *
gy_package_preview_missing(GyPackagePreview *preview)
{
	return preview->missing;
}

const GError *
gy_package_preview_error(GyPackagePreview *preview)
{
	return preview->error;
}

static gboolean
has_key(GyPackageRecipe *recipe)
{
	for (const GyOption *option = gy_package_recipe_format(recipe)->options; option->key; option++)
		if (option->kind == GY_OPTION_KEY &&
			gy_package_recipe_get(recipe, GY_PACKAGE_WHOLE, option->key))
			return TRUE;
	return FALSE;
}

/* What is complete without a signature gets one where a key is named only. */
static gboolean
will_be_signed(GyPackagePreview *preview, GyPackage *package)
{
	return gy_package_recipe_signs_with_keys(preview->recipe) &&
	       (gy_package_trust(package) == GY_TRUST_UNSIGNED || has_key(preview->recipe));
}

char *
gy_package_preview_summary(GyPackagePreview *preview)
{
	GyPackage *package = gy_package_preview_package(preview);
	g_autofree char *count = NULL;
	g_autofree char *size = NULL;
	guint n;

	if (!package)
		return g_strdup("");
	if (!will_be_signed(preview, package))
		return gy_package_summary(package, &(GyPackageSituation){NULL, NULL, FALSE});
	n = gy_package_images(package)->len;
	count = g_strdup_printf(ngettext("%u image", "%u images", n), n);
	size = gy_words_size(g_bytes_get_size(gy_package_bytes(package)));
	/* Translators: 3 images, 1.2 MiB */
	return g_strdup_printf(_("%1$s, %2$s, to be signed when it is saved"), count, size);
}

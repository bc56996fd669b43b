// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/sources.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/file.h"
#include "engine/formats/ws63/ws63.h"

#define BOOT "boot"

/* The words of --pkt in the packager's order, and where the SDK puts what they name. */
static const struct {
	const char *word;
	const char *section;
	const char *path;
	const char *older_path;
} kinds[] = {
	{"app", "application", "acore/ws63-liteos-app/ws63-liteos-app-sign.bin", NULL},
	{"app_iot", "application", "acore/ws63-liteos-app-iot/ws63-liteos-app-iot-sign.bin", NULL},
	{"test", "application", "acore/ws63-liteos-testsuite/ws63-liteos-testsuite-sign.bin", NULL},
	{"hilink", "hilink", "acore/ws63-liteos-hilink/ws63-liteos-hilink-sign.bin", NULL},
	{BOOT, "flashboot", "acore/boot_bin/flashboot_sign.bin", "acore/ws63-flashboot/flashboot_sign.bin"},
	{"nv", "nv", "acore/nv_bin/ws63_all_nv.bin", NULL},
};

static void
source_free(GyWs63Source *source)
{
	g_free(source->section);
	g_free(source->name);
	g_clear_pointer(&source->bytes, g_bytes_unref);
	g_free(source);
}

static void
add_source(GPtrArray *sources, const char *section, const char *name, GBytes *bytes)
{
	GyWs63Source *source = g_new0(GyWs63Source, 1);

	source->section = g_strdup(section);
	source->name = g_strdup(name);
	source->bytes = g_bytes_ref(bytes);
	g_ptr_array_add(sources, source);
}

/* ---- what --pkt asks for -------------------------------------------------------------------------------- */

static gboolean
check_word(const char *word, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_equal(kinds[i].word, word))
			return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
		_("pkt names \"%s\", expected a comma list of app, app_iot, hilink, test, boot and nv"),
		word);
	return FALSE;
}

/* (transfer full): the kinds that were asked for, as flags in the order of the table. */
static gboolean
read_words(const GyBuildOptions *options, gboolean with_boot, gboolean wanted[G_N_ELEMENTS(kinds)],
	GError **error)
{
	const char *list = gy_build_options_get(options, "pkt");
	g_auto(GStrv) words = g_strsplit(list ? list : "app", ",", -1);
	guint n_applications = 0;

	for (guint i = 0; words[i]; i++)
		if (!check_word(g_strstrip(words[i]), error))
			return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		wanted[i] = g_strv_contains((const char *const *) words, kinds[i].word) ||
			    (with_boot && g_str_equal(kinds[i].word, BOOT));
		n_applications += wanted[i] && g_str_equal(kinds[i].section, "application");
	}
	if (n_applications <= 1)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
		_("pkt is \"%s\": app, app_iot and test are all the application, of which a package holds "
		  "one"),
		list);
	return FALSE;
}

/* ---- the SDK's output ----------------------------------------------------------------------------------- */

/* The folder that holds acore, which may lie one or two below the one that was named. */
static char *
find_output(const char *folder, GError **error)
{
	static const char *const below[] = {"", "ws63", "output/ws63"};

	for (guint i = 0; i < G_N_ELEMENTS(below); i++) {
		g_autofree char *root = g_build_filename(folder, below[i], NULL);
		g_autofree char *acore = g_build_filename(root, "acore", NULL);

		if (g_file_test(acore, G_FILE_TEST_IS_DIR))
			return g_steal_pointer(&root);
	}
	g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_FOUND,
		_("%s is no output of the SDK: neither it nor its folders ws63 and output/ws63 hold a folder "
		  "acore"),
		folder);
	return NULL;
}

static gboolean
add_from_output(GPtrArray *sources, const char *root, guint kind, GError **error)
{
	g_autofree char *path = g_build_filename(root, kinds[kind].path, NULL);
	g_autofree char *older =
		kinds[kind].older_path ? g_build_filename(root, kinds[kind].older_path, NULL) : NULL;
	const char *found =
		older && !g_file_test(path, G_FILE_TEST_EXISTS) && g_file_test(older, G_FILE_TEST_EXISTS)
			? older
			: path;
	g_autoptr(GBytes) bytes = gy_file_read(found, WS63_IMAGE_MAX, error);

	if (!bytes) {
		g_prefix_error(error, "%s: ", kinds[kind].word);
		return FALSE;
	}
	add_source(sources, kinds[kind].section, found, bytes);
	return TRUE;
}

/* ---- a burn container ----------------------------------------------------------------------------------- */

static GyPackage *
load_container(const char *path, GError **error)
{
	g_autoptr(GyPackage) package = gy_package_load(path, error);
	GPtrArray *findings;

	if (!package)
		return NULL;
	if (!g_str_equal(gy_package_kind(package), GY_WS63_KIND_BURN)) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_RECOGNISED,
			_("%s is an upgrade package, expected a burn container"), path);
		return NULL;
	}
	gy_ws63_burn_verify(package);
	findings = gy_package_findings(package);
	for (guint i = 0; i < findings->len; i++) {
		const GyFinding *finding = findings->pdata[i];

		/* that it is a container is what was asked for */
		if (finding->severity != GY_SEVERITY_ERROR ||
			g_str_equal(finding->code, gy_error_word(GY_ERROR_PACKAGE_BURN)))
			continue;
		g_propagate_error(error, gy_finding_to_error(finding));
		g_prefix_error(error, "%s: ", path);
		return NULL;
	}
	return g_steal_pointer(&package);
}

static gboolean
add_from_container(GPtrArray *sources, GyPackage *container, guint kind, GError **error)
{
	guint32 id = gy_ws63_image_id(kinds[kind].section);
	g_autofree char *name = NULL;
	g_autoptr(GBytes) bytes = NULL;
	int index = gy_ws63_burn_find(container, id, error);

	if (index < 0) {
		g_prefix_error(error, "%s: ", kinds[kind].word);
		return FALSE;
	}
	bytes = gy_ws63_burn_unpack(container, (guint) index, error);
	name = g_strdup_printf(_("%s of %s"),
		((const GyImage *) gy_package_images(container)->pdata[index])->name,
		gy_package_name(container));
	add_source(sources, kinds[kind].section, name, bytes);
	return TRUE;
}

/* ---- all together --------------------------------------------------------------------------------------- */

static gboolean
add_wanted(GPtrArray *sources, const GyBuildOptions *options, gboolean with_boot, GError **error)
{
	const char *output = gy_build_options_get(options, "sdk-output");
	const char *burn = gy_build_options_get(options, "burn");
	g_autoptr(GyPackage) container = NULL;
	g_autofree char *root = NULL;
	gboolean wanted[G_N_ELEMENTS(kinds)];

	if (!output && !burn) {
		if (!gy_build_options_get(options, "pkt"))
			return TRUE;
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("pkt names images, but there is neither an SDK output nor a burn container to take "
			  "them from"));
		return FALSE;
	}
	if (output && burn) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("images come from the SDK output or from the burn container, not from both"));
		return FALSE;
	}
	if (!read_words(options, with_boot, wanted, error))
		return FALSE;
	if (output)
		root = find_output(output, error);
	else
		container = load_container(burn, error);
	if (!root && !container)
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (wanted[i] && !(root ? add_from_output(sources, root, i, error)
					: add_from_container(sources, container, i, error)))
			return FALSE;
	return TRUE;
}

static GyWs63Source *
find_source(GPtrArray *sources, guint n_sources, const char *section)
{
	for (guint i = 0; i < n_sources; i++)
		if (g_str_equal(((GyWs63Source *) sources->pdata[i])->section, section))
			return sources->pdata[i];
	return NULL;
}

static gboolean
add_given(GPtrArray *sources, const GyBuildOptions *options, GError **error)
{
	guint n_wanted = sources->len;

	for (guint i = 0; i < options->images->len; i++) {
		const GyBuildImage *image = options->images->pdata[i];
		g_autoptr(GBytes) bytes = NULL;
		GyWs63Source *before = find_source(sources, n_wanted, image->section);

		/* one without a file is only described */
		if (!image->path)
			continue;
		bytes = gy_file_read(image->path, WS63_IMAGE_MAX, error);
		if (!bytes)
			return FALSE;
		if (!before) {
			add_source(sources, image->section, image->path, bytes);
			continue;
		}
		g_free(before->name);
		before->name = g_strdup(image->path);
		g_bytes_unref(before->bytes);
		before->bytes = g_steal_pointer(&bytes);
	}
	return TRUE;
}

GPtrArray *
gy_ws63_sources(const GyBuildOptions *options, gboolean with_boot, GError **error)
{
	g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func((GDestroyNotify) source_free);

	if (!add_wanted(sources, options, with_boot, error) || !add_given(sources, options, error))
		return NULL;
	return g_steal_pointer(&sources);
}

// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <string.h>

#include "engine/packages/recipe.h"
#include "tests/engine/vectors.h"

static GyRecipe *
parse(const char *text, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	return gy_recipe_parse(bytes, "/line/a/r.gantry", error);
}

/* ---- what it reads -------------------------------------------------------------------------------------- */

static void
paths_count_from_the_recipe(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyRecipe) recipe = parse("[gantry]\nsystem = ws63\noutput = ../out.fwpkg\n"
					   "[source]\nconfig = fota.cfg\n"
					   "[keys]\nroot-key = pkcs11:token=a;object=b\nsub-key = k/sub.pem\n"
					   "[image application]\nfile = /abs/app.bin\nversion-ext = 0x7\n"
					   "[image flashboot]\nfile = b.bin\n[image nv]\n",
		&error);
	GyBuildOptions *options;
	const GyBuildImage *image;

	g_assert_no_error(error);
	options = gy_recipe_options(recipe);
	g_assert_cmpstr(gy_recipe_output(recipe), ==, "/line/out.fwpkg");
	g_assert_cmpstr(gy_build_options_get(options, "config"), ==, "/line/a/fota.cfg");
	g_assert_cmpstr(gy_build_options_get(options, "root-key"), ==, "pkcs11:token=a;object=b");
	g_assert_cmpstr(gy_build_options_get(options, "sub-key"), ==, "/line/a/k/sub.pem");
	g_assert_cmpuint(options->images->len, ==, 3);
	image = options->images->pdata[0];
	g_assert_cmpstr(image->path, ==, "/abs/app.bin");
	g_assert_cmpstr(gy_build_image_get(image, "version-ext"), ==, "0x7");
	image = options->images->pdata[1];
	g_assert_cmpstr(image->path, ==, "/line/a/b.bin");
	image = options->images->pdata[2];
	g_assert_null(image->path);
}

static const struct {
	const char *name;
	const char *text;
	GyError code;
	const char *words; /* with the line */
} refusals[] = {
	{"nothing", "", GY_ERROR_CFG_MISSING, "system"},
	{"no-system", "[gantry]\noutput = a\n", GY_ERROR_CFG_MISSING, "system"},
	{"unknown-system", "[gantry]\n\nsystem = toaster\n", GY_ERROR_CFG_VALUE, "r.gantry:3: "},
	{"unknown-key-in-head", "[gantry]\nsystem = ws63\nuser = me\n", GY_ERROR_CFG_SYNTAX, "r.gantry:3: "},
	{"unknown-section", "[gantry]\nsystem = ws63\n[packages]\n", GY_ERROR_CFG_SYNTAX, "r.gantry:3: "},
	{"unknown-key", "[gantry]\nsystem = ws63\n[package]\nversion = 1\n", GY_ERROR_CFG_SYNTAX,
		"r.gantry:4: "},
	{"key-of-another-section", "[gantry]\nsystem = ws63\n[package]\nroot-key = k\n", GY_ERROR_CFG_SYNTAX,
		"r.gantry:4: "},
	{"unknown-key-of-image", "[gantry]\nsystem = ws63\n[image nv]\n\nlzma = no\n", GY_ERROR_CFG_SYNTAX,
		"r.gantry:5: "},
	{"no-number", "[gantry]\nsystem = ws63\n[package]\nhardware-id = 4G\n", GY_ERROR_CFG_VALUE,
		"r.gantry:4: "},
	{"number-too-large", "[gantry]\nsystem = ws63\n[package]\nmsid = 0x100000000\n", GY_ERROR_CFG_VALUE,
		"32 bits"},
	{"no-choice", "[gantry]\nsystem = ws63\n[keys]\nsigning = maybe\n", GY_ERROR_CFG_VALUE,
		"keys, unsigned, hash-only"},
	{"no-flag", "[gantry]\nsystem = ws63\n[image nv]\nencrypted = 1\n", GY_ERROR_CFG_VALUE, "yes or no"},
	{"short-hex", "[gantry]\nsystem = ws63\n[image nv]\niv = 00ff\n", GY_ERROR_CFG_VALUE,
		"32 hexadecimal digits"},
	{"key-twice", "[gantry]\nsystem = ws63\n[package]\nver = 1\nver = 2\n", GY_ERROR_CFG_DUPLICATE,
		"r.gantry:5: "},
	{"image-twice", "[gantry]\nsystem = ws63\n[image nv]\n[image nv]\n", GY_ERROR_CFG_DUPLICATE,
		"r.gantry:4: "},
};

static void
refuses(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyRecipe) recipe = parse(refusals[i].text, &error);

	g_assert_null(recipe);
	g_assert_error(error, GY_ERROR, (int) refusals[i].code);
	if (!strstr(error->message, refusals[i].words))
		g_error("\"%s\" does not say \"%s\"", error->message, refusals[i].words);
}

static void
a_secret_is_not_shown(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyRecipe) recipe =
		parse("[gantry]\nsystem = ws63\n[image application]\nplain-key = 5ec4e75ec4e7\n", &error);

	g_assert_null(recipe);
	g_assert_error(error, GY_ERROR, GY_ERROR_CFG_VALUE);
	g_assert_null(strstr(error->message, "5ec4e7"));
}

/* ---- round trips ---------------------------------------------------------------------------------------- */

/* Something that each option may be set to. */
static char *
value_for(const GyOption *option)
{
	switch (option->kind) {
	case GY_OPTION_FILE:
	case GY_OPTION_FOLDER:
	case GY_OPTION_KEY: return g_strdup_printf("/line/%s", option->key);
	case GY_OPTION_NUMBER: return g_strdup("0x1F");
	case GY_OPTION_HEX: return g_strnfill(2 * option->size, 'A');
	case GY_OPTION_CHOICE: return g_strdup(option->choices[0].value);
	case GY_OPTION_FLAG: return g_strdup("yes");
	case GY_OPTION_TEXT: return g_strdup_printf("%s = [x] # ; ü %%", option->key);
	}
	g_assert_not_reached();
}

static void
assert_text_round_trip(GyRecipe *recipe)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) once = gy_recipe_to_bytes(recipe, "/line/a", &error);
	g_autoptr(GyRecipe) read = NULL;
	g_autoptr(GBytes) twice = NULL;

	g_assert_no_error(error);
	read = gy_recipe_parse(once, "/line/a/r.gantry", &error);
	g_assert_no_error(error);
	twice = gy_recipe_to_bytes(read, "/line/a", &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(once, twice));
}

/* Each option alone, and all together: what was set is what comes back, and nothing else. */
static void
every_option_comes_back(void)
{
	const GyFormat *format = gy_format_by_system("ws63");
	g_autoptr(GyRecipe) all = gy_recipe_new(format);
	GyBuildImage *every =
		gy_build_options_add_image(gy_recipe_options(all), "application", "/line/a/x.bin");
	guint n_options = 0;

	for (const GyOption *option = format->options; option->key; option++, n_options++) {
		g_autofree char *value = value_for(option);
		g_autoptr(GyRecipe) one = gy_recipe_new(format);
		g_autoptr(GError) error = NULL;
		g_autoptr(GyRecipe) read = NULL;
		g_autoptr(GBytes) bytes = NULL;

		gy_build_options_set(gy_recipe_options(one), option->key, value);
		gy_build_options_set(gy_recipe_options(all), option->key, value);
		bytes = gy_recipe_to_bytes(one, "/line/a", &error);
		g_assert_no_error(error);
		read = gy_recipe_parse(bytes, "/line/a/r.gantry", &error);
		g_assert_no_error(error);
		g_assert_cmpstr(gy_build_options_get(gy_recipe_options(read), option->key), ==, value);
		g_assert_cmpuint(g_hash_table_size(gy_recipe_options(read)->values), ==, 1);
	}
	for (const GyOption *option = format->image_options; option->key; option++, n_options++) {
		g_autofree char *value = value_for(option);

		gy_build_image_set(every, option->key, value);
	}
	g_assert_cmpuint(n_options, >, 20);
	gy_recipe_set_output(all, "/line/out.fwpkg");
	assert_text_round_trip(all);
}

static void
what_one_line_cannot_hold_is_refused(void)
{
	static const char *const values[] = {"two\nlines", " blank", "blank ", "\xff"};

	for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
		g_autoptr(GyRecipe) recipe = gy_recipe_new(gy_format_by_system("ws63"));
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) bytes = NULL;

		gy_build_options_set(gy_recipe_options(recipe), "ver", values[i]);
		bytes = gy_recipe_to_bytes(recipe, "/line", &error);
		g_assert_null(bytes);
		g_assert_error(error, GY_ERROR, GY_ERROR_CFG_VALUE);
	}
}

/* ---- fota.cfg ------------------------------------------------------------------------------------------- */

static GyBuildOptions *
read_cfg(GBytes *cfg, const char *path, GPtrArray *notes)
{
	g_autoptr(GError) error = NULL;
	GyBuildOptions *options = gy_format_by_system("ws63")->options_from_config(cfg, path, notes, &error);

	g_assert_no_error(error);
	return options;
}

static GBytes *
write_cfg(GyBuildOptions *options, const char *folder)
{
	g_autoptr(GError) error = NULL;
	GBytes *cfg = gy_format_by_system("ws63")->options_to_config(options, folder, NULL, &error);

	g_assert_no_error(error);
	return cfg;
}

/* A package from the configuration and one from the recipe it became are the same, and it becomes itself again. */
static void
cfg_becomes_a_recipe_and_back(gconstpointer data)
{
	const Vector *vector = data;
	g_autofree char *path = vector_path(vector->name, "fota.cfg");
	g_autofree char *folder = g_path_get_dirname(path);
	g_autoptr(GBytes) cfg = vector_bytes(vector->name, "fota.cfg");
	g_autoptr(GyBuildOptions) options = read_cfg(cfg, path, NULL);
	g_autoptr(GyBuildOptions) by_cfg = vector_options(vector, GY_SIGNING_NONE);
	g_autoptr(GBytes) written = write_cfg(options, folder);
	g_autoptr(GyBuildOptions) again = read_cfg(written, path, NULL);
	g_autoptr(GBytes) twice = write_cfg(again, folder);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) from_recipe = NULL;
	g_autoptr(GBytes) from_cfg = gy_format_build(gy_format_by_system("ws63"), by_cfg, NULL, &error);

	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(written, twice));
	for (guint i = 0; i < by_cfg->images->len; i++) {
		const GyBuildImage *image = by_cfg->images->pdata[i];
		GyBuildImage *described = gy_build_options_find_image(options, image->section);

		g_assert_nonnull(described);
		described->path = g_strdup(image->path);
	}
	/* the package's order is that of the images given; a cfg describes them in its own */
	for (guint i = 0; i < by_cfg->images->len; i++) {
		const GyBuildImage *image = by_cfg->images->pdata[i];
		GyBuildImage *described = gy_build_options_find_image(options, image->section);
		guint at = 0;

		g_assert_true(g_ptr_array_find(options->images, described, &at));
		g_ptr_array_steal_index(options->images, at);
		g_ptr_array_insert(options->images, (gint) i, described);
	}
	gy_build_options_set(options, "ver", vector->version);
	gy_build_options_set_signing(options, GY_SIGNING_NONE);
	from_recipe = gy_format_build(gy_format_by_system("ws63"), options, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(from_recipe, from_cfg));
}

/* Nobody else's folders: who has the recipe and its keys has all that the configuration names. */
static void
a_configuration_names_keys_from_where_it_lies(void)
{
	g_autoptr(GBytes) cfg = vector_bytes("v01_app_lzma", "fota.cfg");
	g_autoptr(GyBuildOptions) options = read_cfg(cfg, "/somewhere/fota.cfg", NULL);
	g_autoptr(GBytes) near = NULL;
	g_autoptr(GBytes) far = NULL;

	gy_build_options_set(options, "root-key", "/project/keys/root.pem");
	gy_build_options_set(options, "sub-key", "/elsewhere/sub.pem");
	near = write_cfg(options, "/project");
	far = write_cfg(options, "/project/keys/more");
	g_assert_nonnull(strstr(g_bytes_get_data(near, NULL), "\nRootKeyFile=keys/root.pem\n"));
	g_assert_nonnull(strstr(g_bytes_get_data(near, NULL), "\nSubKeyFile=/elsewhere/sub.pem\n"));
	g_assert_nonnull(strstr(g_bytes_get_data(far, NULL), "\nRootKeyFile=/project/keys/root.pem\n"));
}

static void
what_has_no_place_in_a_recipe_is_named(void)
{
	g_autoptr(GBytes) original = vector_bytes("v01_app_lzma", "fota.cfg");
	g_autoptr(GString) text =
		g_string_new_len(g_bytes_get_data(original, NULL), (gssize) g_bytes_get_size(original));
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autofree char *path = vector_path("v01_app_lzma", "fota.cfg");
	g_autoptr(GBytes) cfg = NULL;
	g_autoptr(GyBuildOptions) options = NULL;
	static const char *const expected[] = {
		"SIGN_CFG.UpgSignedImagePath", "MINE", "FOTA_INFO_AREA.StructVersion"};

	g_string_replace(text, "UpgSignedImagePath =", "UpgSignedImagePath = out/%%d", 0);
	g_string_replace(text, "[FOTA_INFO_AREA]\nImageId=0xCB8D154E\nStructVersion=0x00010000",
		"[FOTA_INFO_AREA]\nImageId=0xCB8D154E\nStructVersion=0x00020000", 0);
	g_string_append(text, "\n[MINE]\na=1\n");
	cfg = g_bytes_new(text->str, text->len);
	options = read_cfg(cfg, path, notes);
	for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
		gboolean found = FALSE;

		for (guint j = 0; j < notes->len; j++)
			found |= g_str_equal(((const GyFinding *) notes->pdata[j])->field, expected[i]);
		if (!found)
			g_error("%s is lost without a word", expected[i]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/recipe/paths-count-from-the-recipe", paths_count_from_the_recipe);
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path = g_strdup_printf("/recipe/refuses/%s", refusals[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), refuses);
	}
	g_test_add_func("/recipe/a-secret-is-not-shown", a_secret_is_not_shown);
	g_test_add_func("/recipe/every-option-comes-back", every_option_comes_back);
	g_test_add_func("/recipe/what-one-line-cannot-hold-is-refused", what_one_line_cannot_hold_is_refused);
	for (guint i = 0; i < n_vectors; i++) {
		g_autofree char *path =
			g_strdup_printf("/recipe/cfg-becomes-a-recipe-and-back/%s", vectors[i].name);

		g_test_add_data_func(path, &vectors[i], cfg_becomes_a_recipe_and_back);
	}
	g_test_add_func("/recipe/a-configuration-names-keys-from-where-it-lies",
		a_configuration_names_keys_from_where_it_lies);
	g_test_add_func(
		"/recipe/what-has-no-place-in-a-recipe-is-named", what_has_no_place_in_a_recipe_is_named);
	return g_test_run();
}

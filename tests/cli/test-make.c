// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/cli/run.h"

/* fota.cfg to a recipe, its image's file added, built by name alone: the vendor's bytes. */
static void
a_recipe_builds_what_the_cfg_builds(void)
{
	char *folder = folder_new();
	g_autofree char *config = vector_path("v03_app_raw_padded/fota.cfg");
	g_autofree char *reference = vector_path("v03_app_raw_padded/unsigned.fwpkg");
	g_autofree char *application = vector_path("inputs/app_unaligned.bin");
	g_autofree char *recipe = g_build_filename(folder, "r.gantry", NULL);
	g_autofree char *out = g_build_filename(folder, "out.fwpkg", NULL);
	g_autofree char *back = g_build_filename(folder, "back.cfg", NULL);
	g_autofree char *word = g_strconcat("application=", application, NULL);
	g_autofree char *text = NULL, *file = NULL;
	g_autoptr(GString) whole = NULL;
	g_autoptr(Run) from = run_gantry("recipe", "from", "ws63", config, "-o", recipe, NULL);
	g_autoptr(Run) build = NULL, to = NULL, by_cfg = NULL;
	g_autoptr(GPtrArray) objects = NULL;

	g_assert_cmpint(from->status, ==, 0);
	g_assert_true(g_file_get_contents(recipe, &text, NULL, NULL));
	whole = g_string_new(text);
	file = g_strdup_printf("[image application]\nfile = %s\n", application);
	g_assert_cmpuint(g_string_replace(whole, "[image application]\n", file, 0), ==, 1);
	g_assert_cmpuint(
		g_string_replace(whole, "system = ws63\n", "system = ws63\noutput = out.fwpkg\n", 0), ==, 1);
	g_assert_true(g_file_set_contents(recipe, whole->str, -1, NULL));
	build = run_gantry("build", recipe, "--unsigned", "--json", NULL);
	g_assert_cmpint(build->status, ==, 0);
	objects = assert_documented(build->out);
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "path"), ==, out);
	assert_same_file(out, reference);
	to = run_gantry("recipe", "to", recipe, "-o", back, NULL);
	g_assert_cmpint(to->status, ==, 0);
	by_cfg =
		run_gantry("build", "ws63", "--config", back, "--image", word, "--unsigned", "-o", out, NULL);
	g_assert_cmpint(by_cfg->status, ==, 0);
	assert_same_file(out, reference);
	folder_free(folder);
}

static void
a_wrong_recipe_names_its_line(void)
{
	char *folder = folder_new();
	g_autofree char *recipe = g_build_filename(folder, "r.gantry", NULL);
	g_autoptr(Run) run = NULL;

	g_assert_true(g_file_set_contents(
		recipe, "[gantry]\nsystem = ws63\n\n[package]\nhardware-id = many\n", -1, NULL));
	run = run_gantry("build", recipe, "-o", "out.fwpkg", NULL);
	g_assert_cmpint(run->status, ==, 3);
	assert_sentence(run, "cfg/value");
	g_assert_nonnull(strstr(run->err, "r.gantry:5: "));
	folder_free(folder);
}

static Run *
sign_by_openssl(const char *folder, const char *key)
{
	g_autofree char *name = g_strdup_printf("keys/test_%s_private_key.pem", key);
	g_autofree char *pem = vector_path(name);
	g_autofree char *tbs = g_strdup_printf("%s/%s.tbs", folder, key);
	g_autofree char *sig = g_strdup_printf("%s/%s.sig", folder, key);
	const char *const words[] = {"openssl", "dgst", "-sha256", "-sign", pem, "-out", sig, tbs, NULL};

	return run_words(words, NULL);
}

/* What a signing server does, and what it may not do. */
static void
signatures_come_back_from_elsewhere(void)
{
	char *folder = folder_new();
	g_autofree char *openssl = g_find_program_in_path("openssl");
	g_autofree char *unsigned_ = vector_path("v01_app_lzma/unsigned.fwpkg");
	g_autofree char *other = vector_path("v04_app_boot_ver/unsigned.fwpkg");
	g_autofree char *sub = vector_path("keys/test_sub_public_key.pem");
	g_autofree char *root = vector_path("keys/test_root_public_key.pem");
	g_autofree char *to_sign = g_build_filename(folder, "to-sign", NULL);
	g_autofree char *out = g_build_filename(folder, "out.fwpkg", NULL);
	g_autoptr(Run) exported = NULL, by_root = NULL, by_sub = NULL, imported = NULL, verified = NULL;
	g_autoptr(Run) mixed_up = NULL, other_root = NULL;

	if (!openssl) {
		g_test_skip("the openssl program is not installed");
		folder_free(folder);
		return;
	}
	exported = run_gantry("sign", unsigned_, "--sub-key", sub, "--export-tbs", to_sign, NULL);
	g_assert_cmpint(exported->status, ==, 0);
	g_assert_cmpuint(n_files(to_sign), ==, 2);
	by_root = sign_by_openssl(to_sign, "root");
	by_sub = sign_by_openssl(to_sign, "sub");
	g_assert_cmpint(by_root->status, ==, 0);
	g_assert_cmpint(by_sub->status, ==, 0);
	imported = run_gantry(
		"sign", unsigned_, "--import-signatures", to_sign, "--root-key", root, "-o", out, NULL);
	g_assert_cmpint(imported->status, ==, 0);
	verified = run_gantry("verify", out, "--root-key", root, NULL);
	g_assert_cmpint(verified->status, ==, 0);
	mixed_up = run_gantry("sign", other, "--import-signatures", to_sign, "-o", out, NULL);
	g_assert_cmpint(mixed_up->status, ==, 3);
	assert_sentence(mixed_up, "package/signature");
	other_root = run_gantry(
		"sign", unsigned_, "--import-signatures", to_sign, "--root-key", sub, "-o", out, NULL);
	g_assert_cmpint(other_root->status, ==, 3);
	assert_sentence(other_root, "package/untrusted-key");
	folder_free(folder);
}

static void
verify_shows_the_chain(void)
{
	static const char *const names[] = {
		"root-key", "key-area", "external-key", "info-area", "table", "headers", "data"};
	g_autofree char *package = vector_path("v02_app_boot_nv/signed.fwpkg");
	g_autofree char *root = vector_path("keys/test_root_public_key.pem");
	g_autoptr(Run) text = run_gantry("verify", package, "--root-key", root, NULL);
	g_autoptr(Run) json = run_gantry("verify", package, "--root-key", root, "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(json->out);
	guint n_links = 0;

	g_assert_nonnull(strstr(text->out, "Image headers  good       3 images"));
	for (guint i = 0; i < objects->len; i++) {
		JsonObject *object = g_ptr_array_index(objects, i);

		if (!g_str_equal(json_object_get_string_member(object, "type"), "link"))
			continue;
		g_assert_cmpuint(n_links, <, G_N_ELEMENTS(names));
		g_assert_cmpstr(json_object_get_string_member(object, "name"), ==, names[n_links++]);
		g_assert_cmpstr(json_object_get_string_member(object, "state"), ==, "good");
	}
	g_assert_cmpuint(n_links, ==, G_N_ELEMENTS(names));
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "path"), ==, package);
	g_assert_cmpint(json_object_get_int_member(last_object(objects), "size"), ==, 41040);
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "sha256"), ==,
		"39652644df52c51da95fb2dcb7ad03d6095b7faba67c195254427cb8acb6c5b2");
}

static void
partitions_are_shown_edited_and_built(void)
{
	char *folder = folder_new();
	g_autofree char *text = g_build_filename(folder, "p.txt", NULL);
	g_autofree char *table = g_build_filename(folder, "p.bin", NULL);
	g_autofree char *again = g_build_filename(folder, "again.txt", NULL);
	g_autofree char *content = NULL;
	g_autoptr(GString) moved = NULL;
	g_autoptr(Run) show = run_gantry("partitions", "show", "hilink", "-o", text, NULL);
	g_autoptr(Run) build = run_gantry("partitions", "build", text, "-o", table, NULL);
	g_autoptr(Run) check = run_gantry("partitions", "check", table, NULL);
	g_autoptr(Run) back = run_gantry("partitions", "show", table, "-o", again, "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(back->out);
	g_autoptr(Run) refused = NULL;

	g_assert_cmpint(show->status, ==, 0);
	g_assert_cmpint(build->status, ==, 0);
	g_assert_cmpint(check->status, ==, 0);
	g_assert_cmpuint(objects->len, ==, 16 + 1);
	assert_same_file(text, again);
	g_assert_true(g_file_get_contents(text, &content, NULL, NULL));
	moved = g_string_new(content);
	g_assert_cmpuint(g_string_replace(moved, "address = 0x1F0000", "address = 0x1E0000", 0), ==, 1);
	g_assert_true(g_file_set_contents(text, moved->str, -1, NULL));
	refused = run_gantry("partitions", "build", text, "-o", again, NULL);
	g_assert_cmpint(refused->status, ==, 3);
	assert_sentence(refused, "partitions/rule");
	folder_free(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/recipe/builds-what-the-cfg-builds", a_recipe_builds_what_the_cfg_builds);
	g_test_add_func("/cli/recipe/a-wrong-one-names-its-line", a_wrong_recipe_names_its_line);
	g_test_add_func("/cli/sign/signatures-come-back-from-elsewhere", signatures_come_back_from_elsewhere);
	g_test_add_func("/cli/verify/shows-the-chain", verify_shows_the_chain);
	g_test_add_func("/cli/partitions/are-shown-edited-and-built", partitions_are_shown_edited_and_built);
	return g_test_run();
}

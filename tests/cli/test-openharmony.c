// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "tests/cli/run.h"

#define KEY    "keys/rsa_private_key2048.pem"
#define PUBLIC "keys/rsa_public_key2048.pem"
#define CERT   "keys/signing_cert2048.crt"

static char *
ohos_path(const char *file)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "openharmony", file, NULL);
}

static void
assert_done(const Run *run)
{
	if (run->status != 0)
		g_test_message("%s%s", run->out, run->err);
	g_assert_cmpint(run->status, ==, 0);
}

static void
words_of_the_original_tool(void)
{
	char *folder = folder_new();
	g_autofree char *target = ohos_path("l1-seed/target_package");
	g_autofree char *key = ohos_path(KEY);
	g_autofree char *expected = ohos_path("l1-seed/expected/tool2025-rsa2048.bin");
	g_autofree char *one = g_build_filename(folder, "one.bin", NULL);
	g_autofree char *other = g_build_filename(folder, "other.bin", NULL);
	g_autofree char *key_word = g_strconcat("--private_key=", key, NULL);
	g_autoptr(Run) by_old = run_gantry("build", "openharmony", target, "-nl2", "-nz", "-pk", key,
		"--generation", "2025", "-o", one, NULL);
	g_autoptr(Run) by_print = run_gantry(
		"build", "openharmony", target, "-nl2x", key_word, "--generation", "2025", "-o", other, NULL);

	assert_done(by_old);
	assert_done(by_print);
	assert_same_file(one, expected);
	assert_same_file(other, expected);
	folder_free(folder);
}

/* (transfer full): a standard system's zip in the folder. */
static char *
build_zip(const char *folder, const char *name, gboolean is_signed)
{
	g_autofree char *target = ohos_path("l2-full/target_package");
	g_autofree char *key = ohos_path(KEY);
	g_autofree char *certificate = ohos_path(CERT);
	char *path = g_build_filename(folder, name, NULL);
	g_autoptr(Run) run =
		is_signed ? run_gantry("build", "openharmony", target, "--key", key, "--certificate",
				    certificate, "-o", path, NULL)
			  : run_gantry("build", "openharmony", target, "--unsigned", "-o", path, NULL);

	assert_done(run);
	return path;
}

static void
verify_and_unpack_give_the_inputs_back(void)
{
	static const char *const images[] = {"system", "boot"};
	char *folder = folder_new();
	g_autofree char *package = build_zip(folder, "updater.zip", TRUE);
	g_autofree char *certificate = ohos_path(CERT);
	g_autofree char *out = g_build_filename(folder, "images", NULL);
	g_autoptr(Run) verify = run_gantry("verify", package, "--key", certificate, "--json", NULL);
	g_autoptr(Run) inspect = run_gantry("inspect", package, "--json", NULL);
	g_autoptr(Run) unpack = run_gantry("unpack", package, "-C", out, "--json", NULL);
	g_autoptr(GPtrArray) verified = assert_documented(verify->out);
	g_autoptr(GPtrArray) inspected = assert_documented(inspect->out);
	g_autoptr(GPtrArray) unpacked = assert_documented(unpack->out);

	assert_done(verify);
	assert_done(inspect);
	assert_done(unpack);
	g_assert_cmpstr(json_object_get_string_member(last_object(verified), "verdict"), ==, "verified");
	g_assert_cmpuint(inspected->len, >, 4);
	g_assert_cmpuint(unpacked->len, ==, 4);
	for (guint i = 0; i < G_N_ELEMENTS(images); i++) {
		g_autofree char *name = g_strconcat(images[i], ".bin", NULL);
		g_autofree char *source = g_strconcat("l2-full/target_package/", images[i], ".img", NULL);
		g_autofree char *found = g_build_filename(out, name, NULL);
		g_autofree char *expected = ohos_path(source);

		assert_same_file(found, expected);
	}
	folder_free(folder);
}

static void
signed_later_is_the_same(void)
{
	char *folder = folder_new();
	g_autofree char *expected = build_zip(folder, "expected.zip", TRUE);
	g_autofree char *package = build_zip(folder, "unsigned.zip", FALSE);
	g_autofree char *key = ohos_path(KEY);
	g_autofree char *certificate = ohos_path(CERT);
	g_autofree char *out = g_build_filename(folder, "signed.zip", NULL);
	g_autoptr(Run) sign = run_gantry(
		"sign", package, "--key", key, "--certificate", certificate, "-o", out, "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(sign->out);

	assert_done(sign);
	assert_same_file(out, expected);
	folder_free(folder);
}

/* ---- signed elsewhere ----------------------------------------------------------------------------------- */

static void
sign_range(const char *folder, const char *range)
{
	g_autofree char *signature = g_strndup(range, strlen(range) - strlen(".tbs"));
	g_autofree char *name = g_strconcat(signature, ".sig", NULL);
	g_autofree char *from = g_build_filename(folder, range, NULL);
	g_autofree char *to = g_build_filename(folder, name, NULL);
	g_autofree char *key = ohos_path(KEY);
	const char *const words[] = {"openssl", "dgst", "-sha256", "-sign", key, "-out", to, from, NULL};
	g_autoptr(Run) run = run_words(words, NULL);

	assert_done(run);
}

/* Exports, signs with another program, imports. */
static void
take_turn(const char *folder, const char *from, const char *to, guint n_ranges)
{
	g_autofree char *place = g_strconcat(to, ".signing", NULL);
	g_autofree char *certificate = ohos_path(CERT);
	g_autoptr(Run) export = run_gantry("sign", from, "--export-tbs", place, NULL);
	g_autoptr(GDir) dir = g_dir_open(place, 0, NULL);
	g_autoptr(Run) import = NULL;
	guint n = 0;

	assert_done(export);
	for (const char *name; (name = g_dir_read_name(dir));)
		if (g_str_has_suffix(name, ".tbs")) {
			sign_range(place, name);
			n++;
		}
	g_assert_cmpuint(n, ==, n_ranges);
	import = run_gantry(
		"sign", from, "--import-signatures", place, "--certificate", certificate, "-o", to, NULL);
	assert_done(import);
	g_assert_cmpint(strstr(import->err, "to be signed next: zip") != NULL, ==, n_ranges > 1);
}

static void
signatures_come_from_elsewhere_in_two_turns(void)
{
	g_autofree char *program = g_find_program_in_path("openssl");
	char *folder;
	g_autofree char *expected = NULL, *package = NULL, *half = NULL, *out = NULL;
	g_autoptr(Run) verify = NULL;

	if (!program) {
		g_test_skip("there is no openssl program");
		return;
	}
	folder = folder_new();
	expected = build_zip(folder, "expected.zip", TRUE);
	package = build_zip(folder, "unsigned.zip", FALSE);
	half = g_build_filename(folder, "half.zip", NULL);
	out = g_build_filename(folder, "signed.zip", NULL);
	take_turn(folder, package, half, 4);
	verify = run_gantry("verify", half, NULL);
	g_assert_cmpint(verify->status, ==, 3);
	assert_sentence(verify, "package/unsigned");
	take_turn(folder, half, out, 1);
	assert_same_file(out, expected);
	folder_free(folder);
}

/* ---- what goes wrong ------------------------------------------------------------------------------------ */

typedef struct {
	const char *name;
	const char *words[12];
	int status;
	const char *code;
	const char *sentence;
} Wrong;

/* A word that begins with @ is a file of the vectors, one with % a file of the test's folder. */
static const Wrong wrongs[] = {
	{"no-target", {"build", "openharmony", "--unsigned", "-o", "%out"}, 2, "usage/arguments",
		"target_package"},
	{"target-is-not-there", {"build", "openharmony", "%none", "--unsigned", "-o", "%out"}, 3,
		"file/not-found", "none"},
	{"no-key", {"build", "openharmony", "@l2-full/target_package", "-o", "%out"}, 4, "key/needed",
		"no key"},
	{"no-certificate",
		{"build", "openharmony", "@l2-full/target_package", "--key", "@" KEY, "-o", "%out"}, 4,
		"key/needed", "gantry key cert"},
	{"key-of-another-size",
		{"build", "openharmony", "@l2-full/target_package", "--key", "@keys/rsa_private_key3072.pem",
			"-o", "%out"},
		4, "key/other-type", "2048"},
	{"two-keys", {"build", "openharmony", "@l2-full/target_package", "--root-key", "@" KEY, "-o", "%out"},
		2, "usage/arguments", "no --root-key"},
	{"unknown-generation",
		{"build", "openharmony", "@l2-full/target_package", "--generation", "2022", "-o", "%out"}, 2,
		"usage/arguments", "legacy, 2025"},
	{"generation-of-another-file-version",
		{"build", "openharmony", "@l2-full/target_package", "--generation", "legacy", "--unsigned",
			"-o", "%out"},
		3, "cfg/value", ".xml:4"},
	{"another-key",
		{"verify", "@l2-full/expected/updater_full.zip", "--key", "@keys/rsa_public_key3072.pem"}, 3,
		"package/untrusted-key", "another key"},
	{"key-that-is-none",
		{"verify", "@l2-full/expected/updater_full.zip", "--key", "@keys/public_arr2048.txt"}, 4,
		"key/unusable", "public_arr2048.txt"},
	{"sign-without-key", {"sign", "@l1-seed/expected/legacy-unsigned-type01.bin", "-o", "%out"}, 2,
		"usage/arguments", "--key URI"},
	{"export-of-what-is-signed", {"sign", "@l2-full/expected/updater_full.zip", "--export-tbs", "%out"},
		3, "package/not-supported", "signed already"},
};

static void
says_what_is_wrong(gconstpointer data)
{
	const Wrong *wrong = data;
	char *folder = folder_new();
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Run) run = NULL;

	g_ptr_array_add(words, g_strdup(gantry_path()));
	for (const char *const *at = wrong->words; *at; at++)
		g_ptr_array_add(words, **at == '@'   ? ohos_path(*at + 1)
				       : **at == '%' ? g_build_filename(folder, *at + 1, NULL)
						     : g_strdup(*at));
	g_ptr_array_add(words, NULL);
	run = run_words((const char *const *) words->pdata, NULL);
	g_assert_cmpint(run->status, ==, wrong->status);
	assert_sentence(run, wrong->code);
	g_assert_nonnull(strstr(run->err, wrong->sentence));
	g_assert_cmpuint(n_files(folder), ==, 0);
	folder_free(folder);
}

static void
a_cut_zip_is_refused(void)
{
	char *folder = folder_new();
	g_autofree char *whole = ohos_path("l2-full/expected/updater_full.zip");
	g_autofree char *path = g_build_filename(folder, "cut.zip", NULL);
	g_autofree char *content = NULL;
	gsize size = 0;
	g_autoptr(Run) verify = NULL;

	g_assert_true(g_file_get_contents(whole, &content, &size, NULL));
	g_assert_true(g_file_set_contents(path, content, (gssize) size / 2, NULL));
	verify = run_gantry("verify", path, NULL);
	g_assert_cmpint(verify->status, ==, 3);
	assert_sentence(verify, "package/malformed");
	folder_free(folder);
}

/* ---- interrupted ---------------------------------------------------------------------------------------- */

/* Says that it was started, and then waits for a line that never comes. */
static char *
make_endless_signer(const char *folder, const char *started)
{
	char *path = g_build_filename(folder, "signer", NULL);
	g_autofree char *script =
		g_strdup_printf("#!/bin/sh\necho > '%s'\nexec cat '%s/pipe'\n", started, folder);

	g_assert_true(g_file_set_contents(path, script, -1, NULL));
	g_assert_cmpint(g_chmod(path, 0700), ==, 0);
	return path;
}

static gboolean
is_there(gpointer path)
{
	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return G_SOURCE_REMOVE;
	return G_SOURCE_CONTINUE;
}

static void
wait_for_file(char *path)
{
	guint id = g_timeout_add(5, is_there, path);

	while (g_main_context_find_source_by_id(NULL, id))
		g_main_context_iteration(NULL, TRUE);
}

static void
interrupted_leaves_nothing(void)
{
	char *folder = folder_new();
	g_autofree char *tools = g_build_filename(folder, "tools", NULL);
	g_autofree char *out_folder = g_build_filename(folder, "out", NULL);
	g_autofree char *out = g_build_filename(out_folder, "updater.zip", NULL);
	g_autofree char *started = g_build_filename(tools, "started", NULL);
	g_autofree char *pipe_path = g_build_filename(tools, "pipe", NULL);
	g_autofree char *target = ohos_path("l2-full/target_package");
	g_autofree char *certificate = ohos_path(CERT);
	g_autofree char *signer = NULL;
	g_autoptr(GSubprocess) process = NULL;
	int fd;

	g_assert_cmpint(g_mkdir(tools, 0700), ==, 0);
	g_assert_cmpint(g_mkdir(out_folder, 0700), ==, 0);
	g_assert_cmpint(mkfifo(pipe_path, 0600), ==, 0);
	signer = make_endless_signer(tools, started);
	process = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
		NULL, gantry_path(), "build", "openharmony", target, "--signer", signer, "--certificate",
		certificate, "-o", out, NULL);
	wait_for_file(started);
	g_subprocess_send_signal(process, SIGINT);
	g_assert_true(g_subprocess_wait(process, NULL, NULL));
	g_assert_cmpint(g_subprocess_get_exit_status(process), ==, 130);
	g_assert_cmpuint(n_files(out_folder), ==, 0);
	/* the signer ends when its pipe does */
	fd = g_open(pipe_path, O_WRONLY);
	g_assert_cmpint(fd, >=, 0);
	close(fd);
	folder_free(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/openharmony/takes-the-words-of-the-original-tool", words_of_the_original_tool);
	g_test_add_func("/cli/openharmony/verify-and-unpack-give-the-inputs-back",
		verify_and_unpack_give_the_inputs_back);
	g_test_add_func("/cli/openharmony/signed-later-is-the-same", signed_later_is_the_same);
	g_test_add_func("/cli/openharmony/signatures-come-from-elsewhere-in-two-turns",
		signatures_come_from_elsewhere_in_two_turns);
	for (guint i = 0; i < G_N_ELEMENTS(wrongs); i++) {
		g_autofree char *path =
			g_strdup_printf("/cli/openharmony/says-what-is-wrong/%s", wrongs[i].name);

		g_test_add_data_func(path, &wrongs[i], says_what_is_wrong);
	}
	g_test_add_func("/cli/openharmony/a-cut-zip-is-refused", a_cut_zip_is_refused);
	g_test_add_func("/cli/openharmony/interrupted-leaves-nothing", interrupted_leaves_nothing);
	return g_test_run();
}

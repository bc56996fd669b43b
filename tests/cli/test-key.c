// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/cli/pseudo-terminal.h"
#include "tests/cli/run.h"

/* The public half of the test root key, from keys/public_keys.txt. */
static const char root_x[] = "847a160b411bf4a1988f840718fa1f0334a643ddff655c8575baee9a82874697";
static const char root_y[] = "17da9d8c14bac31d296605398d397d478b74dc90d5021d0081818c11d14514e1";

typedef struct {
	char *folder;
	char *key;
	char *public_key;
	char *right;
	char *wrong;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	fixture->folder = folder_new();
	fixture->key = g_build_filename(fixture->folder, "key.pem", NULL);
	fixture->public_key = g_build_filename(fixture->folder, "public.pem", NULL);
	fixture->right = g_build_filename(fixture->folder, "right", NULL);
	fixture->wrong = g_build_filename(fixture->folder, "wrong", NULL);
	g_assert_true(g_file_set_contents(fixture->right, "open sesame\r\nnot this line\n", -1, NULL));
	g_assert_true(g_file_set_contents(fixture->wrong, "open barley\n", -1, NULL));
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	folder_free(fixture->folder);
	g_free(fixture->key);
	g_free(fixture->public_key);
	g_free(fixture->right);
	g_free(fixture->wrong);
}

static void
make_key(Fixture *fixture, gboolean encrypted)
{
	g_autoptr(Run) run = run_gantry("key", "new", "--type", "bp256r1", "-o", fixture->key, "--public",
		fixture->public_key, encrypted ? "--passphrase-file" : NULL, fixture->right, NULL);

	g_assert_cmpstr(run->err, ==, "");
	g_assert_cmpint(run->status, ==, 0);
}

static void
show_gives_the_public_half_only(void)
{
	g_autofree char *key = vector_path("keys/test_root_private_key.pem");
	g_autofree char *public_key = vector_path("keys/test_root_public_key.pem");
	g_autoptr(Run) of_private = run_gantry("key", "show", key, NULL);
	g_autoptr(Run) of_public = run_gantry("key", "show", public_key, NULL);
	g_autoptr(Run) json = run_gantry("key", "show", public_key, "--json", NULL);
	g_autoptr(GPtrArray) objects = assert_documented(json->out);
	JsonObject *object = last_object(objects);

	g_assert_cmpint(of_private->status, ==, 0);
	g_assert_nonnull(strstr(of_private->out, root_x));
	g_assert_nonnull(strstr(of_private->out, root_y));
	g_assert_cmpstr(of_private->out, ==, of_public->out);
	g_assert_cmpstr(json_object_get_string_member(object, "x"), ==, root_x);
	g_assert_cmpstr(json_object_get_string_member(object, "y"), ==, root_y);
	g_assert_nonnull(
		strstr(of_private->out, json_object_get_string_member(object, "root_record_sha256")));
}

static void
export_writes_the_record_that_show_names(Fixture *fixture, gconstpointer data)
{
	g_autofree char *key = vector_path("keys/test_root_public_key.pem");
	g_autofree char *record = g_build_filename(fixture->folder, "record.bin", NULL);
	g_autoptr(Run) show = run_gantry("key", "show", key, NULL);
	g_autoptr(Run) export =
		run_gantry("key", "export", key, "--format", "root-record", "-o", record, NULL);
	g_autofree char *content = NULL;
	g_autofree char *digest = NULL;
	gsize size;

	g_assert_cmpint(export->status, ==, 0);
	g_assert_true(g_file_get_contents(record, &content, &size, NULL));
	g_assert_cmpuint(size, ==, 128);
	g_assert_cmpmem(content, 4, "\x1e\xc3\xa5\x4b", 4);
	digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *) content, size);
	g_assert_nonnull(strstr(show->out, digest));
}

static void
new_makes_a_pair_that_only_its_owner_reads(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Run) of_private = NULL;
	g_autoptr(Run) of_public = NULL;
	struct stat about;

	make_key(fixture, FALSE);
	of_private = run_gantry("key", "show", fixture->key, NULL);
	of_public = run_gantry("key", "show", fixture->public_key, NULL);
	g_assert_cmpint(of_private->status, ==, 0);
	g_assert_cmpstr(of_private->out, ==, of_public->out);
	g_assert_cmpint(stat(fixture->key, &about), ==, 0);
	g_assert_cmpint(about.st_mode & 0777, ==, 0600);
}

static void
new_never_replaces_a_file(Fixture *fixture, gconstpointer data)
{
	g_autofree char *content = NULL;
	g_autofree char *still = NULL;
	g_autoptr(Run) run = NULL;

	make_key(fixture, FALSE);
	g_assert_true(g_file_get_contents(fixture->key, &content, NULL, NULL));
	run = run_gantry("key", "new", "--type", "bp256r1", "-o", fixture->key, NULL);
	g_assert_cmpint(run->status, ==, 1);
	assert_sentence(run, "file/not-writable");
	g_assert_true(g_file_get_contents(fixture->key, &still, NULL, NULL));
	g_assert_cmpstr(content, ==, still);
}

/* ---- passphrases from files ----------------------------------------------------------------------------- */

static Run *
build_with(Fixture *fixture, const char *first_file, const char *second_file)
{
	g_autofree char *config = vector_path("v01_app_lzma/fota.cfg");
	g_autofree char *application = vector_path("inputs/app_sign.bin");
	g_autofree char *word = g_strconcat("application=", application, NULL);
	g_autofree char *sub = vector_path("keys/test_sub_private_key.pem");
	g_autofree char *out = g_build_filename(fixture->folder, "out.fwpkg", NULL);

	return run_gantry("build", "ws63", "--config", config, "--image", word, "--root-key", fixture->key,
		"--sub-key", sub, "-o", out, "--passphrase-file", first_file,
		second_file ? "--passphrase-file" : NULL, second_file, NULL);
}

static void
the_right_passphrase_file_signs(Fixture *fixture, gconstpointer data)
{
	g_autofree char *root = g_strconcat("root=", fixture->right, NULL);
	g_autofree char *out = g_build_filename(fixture->folder, "out.fwpkg", NULL);
	g_autoptr(Run) common = NULL;
	g_autoptr(Run) named = NULL;
	g_autoptr(Run) verify = NULL;

	make_key(fixture, TRUE);
	common = build_with(fixture, fixture->right, NULL);
	g_assert_cmpstr(common->err, ==, "");
	g_assert_cmpint(common->status, ==, 0);
	/* the file that is named for the key goes before the one for all */
	named = build_with(fixture, fixture->wrong, root);
	g_assert_cmpint(named->status, ==, 0);
	verify = run_gantry("verify", out, "--root-key", fixture->public_key, NULL);
	g_assert_cmpint(verify->status, ==, 0);
}

static void
the_wrong_passphrase_file_ends_with_4(Fixture *fixture, gconstpointer data)
{
	g_autofree char *missing = g_build_filename(fixture->folder, "missing", NULL);
	g_autofree char *out = g_build_filename(fixture->folder, "out.fwpkg", NULL);
	g_autoptr(Run) wrong = NULL;
	g_autoptr(Run) none = NULL;

	make_key(fixture, TRUE);
	wrong = build_with(fixture, fixture->wrong, NULL);
	g_assert_cmpint(wrong->status, ==, 4);
	assert_sentence(wrong, "key/passphrase");
	g_assert_null(strstr(wrong->err, "barley"));
	none = build_with(fixture, missing, NULL);
	g_assert_cmpint(none->status, ==, 3);
	assert_sentence(none, "file/not-found");
	g_assert_false(g_file_test(out, G_FILE_TEST_EXISTS));
}

static void
leave_terminal(gpointer data)
{
	setsid();
}

static void
without_a_terminal_nothing_is_waited_for(Fixture *fixture, gconstpointer data)
{
	const char *const words[] = {gantry_path(), "key", "show", fixture->key, NULL};
	g_autoptr(Run) run = NULL;

	make_key(fixture, TRUE);
	run = run_words(words, leave_terminal);
	g_assert_cmpint(run->status, ==, 4);
	assert_sentence(run, "key/passphrase");
}

static void
an_agent_key_becomes_a_header(Fixture *fixture, gconstpointer data)
{
	g_autofree char *header = g_build_filename(fixture->folder, "agent-key.h", NULL);
	g_autoptr(Run) made = run_gantry("key", "new", "--type", "agent", "-o", fixture->key, NULL);
	g_autoptr(Run) exported =
		run_gantry("key", "export", fixture->key, "--format", "c-array", "-o", header, NULL);
	g_autoptr(Run) wrong = run_gantry("key", "export", fixture->key, "--format", "c", "-o", header, NULL);
	g_autofree char *content = NULL;
	g_autofree char *first = NULL;

	g_assert_cmpint(made->status, ==, 0);
	g_assert_cmpint(exported->status, ==, 0);
	g_assert_cmpint(wrong->status, ==, 2);
	g_assert_true(g_file_get_contents(header, &content, NULL, NULL));
	g_assert_nonnull(strstr(content, "static const uint8_t gya_agent_key[64] = {"));
	/* it begins with X, as it was shown when the pair was made */
	first = g_strndup(strstr(strstr(content, "{"), "0x") + 2, 2);
	g_assert_true(g_str_has_prefix(strstr(made->out, "X  ") + 20, first));
	g_assert_null(strstr(content, "PRIVATE"));
}

/* ---- passphrases from the terminal ---------------------------------------------------------------------- */

static void
the_prompt_takes_a_passphrase_without_echo(Fixture *fixture, gconstpointer data)
{
	const char *const words[] = {gantry_path(), "key", "show", fixture->key, NULL};
	g_autoptr(Pty) pty = NULL;

	make_key(fixture, TRUE);
	pty = pty_start(words, 80, NULL);
	pty_expect(pty, "passphrase of the given key");
	pty_expect(pty, ": ");
	g_assert_false(pty_has_echo(pty));
	pty_send(pty, "open sesame\n");
	pty_expect(pty, "root record SHA-256");
	g_assert_cmpint(pty_end(pty), ==, 0);
	g_assert_null(strstr(pty->seen->str, "sesame"));
}

static void
the_prompt_refuses_a_wrong_passphrase(Fixture *fixture, gconstpointer data)
{
	const char *const words[] = {gantry_path(), "key", "show", fixture->key, NULL};
	g_autoptr(Pty) pty = NULL;

	make_key(fixture, TRUE);
	pty = pty_start(words, 80, NULL);
	pty_expect(pty, "key.pem: ");
	pty_send(pty, "open barley\n");
	pty_expect(pty, "[key/passphrase]");
	g_assert_cmpint(pty_end(pty), ==, 4);
	g_assert_null(strstr(pty->seen->str, "barley"));
}

static void
a_signal_at_the_prompt_gives_the_terminal_back(Fixture *fixture, gconstpointer data)
{
	const char *const words[] = {gantry_path(), "key", "show", fixture->key, NULL};
	g_autoptr(Pty) pty = NULL;

	make_key(fixture, TRUE);
	pty = pty_start(words, 80, NULL);
	pty_expect(pty, "key.pem: ");
	g_assert_false(pty_has_echo(pty));
	if (data)
		g_assert_cmpint(kill(pty->pid, SIGTERM), ==, 0);
	else
		pty_send(pty, "\003");
	pty_expect(pty, "gantry: interrupted [job/cancelled]");
	g_assert_true(pty_has_echo(pty));
	g_assert_cmpint(pty_end(pty), ==, 130);
}

static void
ctrl_c_in_a_build_leaves_no_file(Fixture *fixture, gconstpointer data)
{
	g_autofree char *config = vector_path("v01_app_lzma/fota.cfg");
	g_autofree char *application = vector_path("inputs/app_sign.bin");
	g_autofree char *word = g_strconcat("application=", application, NULL);
	g_autofree char *sub = vector_path("keys/test_sub_private_key.pem");
	g_autofree char *out = g_build_filename(fixture->folder, "out.fwpkg", NULL);
	const char *const words[] = {gantry_path(), "build", "ws63", "--config", config, "--image", word,
		"--root-key", fixture->key, "--sub-key", sub, "-o", out, NULL};
	g_autoptr(Pty) pty = NULL;
	guint before;

	make_key(fixture, TRUE);
	before = n_files(fixture->folder);
	pty = pty_start(words, 80, NULL);
	pty_expect(pty, "passphrase of the root key");
	pty_expect(pty, ": ");
	pty_send(pty, "\003");
	pty_expect(pty, "[job/cancelled]");
	g_assert_cmpint(pty_end(pty), ==, 130);
	g_assert_cmpuint(n_files(fixture->folder), ==, before);
}

static void
encrypt_asks_twice(Fixture *fixture, gconstpointer data)
{
	const char *const words[] = {gantry_path(), "key", "new", "--type", "bp256r1", "-o", fixture->key,
		"--public", fixture->public_key, "--encrypt", NULL};
	g_autoptr(Pty) pty = pty_start(words, 80, NULL);
	g_autofree char *content = NULL;
	g_autoptr(Run) show = NULL;

	pty_expect(pty, "key.pem: ");
	pty_send(pty, "open sesame\n");
	pty_expect(pty, "the same again: ");
	g_assert_false(pty_has_echo(pty));
	pty_send(pty, "open sesame\n");
	pty_expect(pty, "root record SHA-256");
	g_assert_cmpint(pty_end(pty), ==, 0);
	g_assert_true(g_file_get_contents(fixture->key, &content, NULL, NULL));
	g_assert_true(g_str_has_prefix(content, "-----BEGIN ENCRYPTED PRIVATE KEY-----"));
	show = run_gantry("key", "show", fixture->key, "--passphrase-file", fixture->right, NULL);
	g_assert_cmpint(show->status, ==, 0);
}

static void
two_different_answers_make_no_key(Fixture *fixture, gconstpointer data)
{
	const char *const words[] = {
		gantry_path(), "key", "new", "--type", "bp256r1", "-o", fixture->key, "--encrypt", NULL};
	g_autoptr(Pty) pty = pty_start(words, 80, NULL);

	pty_expect(pty, "key.pem: ");
	pty_send(pty, "open sesame\n");
	pty_expect(pty, "the same again: ");
	pty_send(pty, "open barley\n");
	pty_expect(pty, "the two passphrases differ [key/passphrase]");
	g_assert_cmpint(pty_end(pty), ==, 4);
	g_assert_false(g_file_test(fixture->key, G_FILE_TEST_EXISTS));
}

#define ADD(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/key/show/gives-the-public-half-only", show_gives_the_public_half_only);
	ADD("/cli/key/export/agent-key-becomes-a-header", an_agent_key_becomes_a_header);
	ADD("/cli/key/export/writes-the-record-that-show-names", export_writes_the_record_that_show_names);
	ADD("/cli/key/new/pair-that-only-its-owner-reads", new_makes_a_pair_that_only_its_owner_reads);
	ADD("/cli/key/new/never-replaces-a-file", new_never_replaces_a_file);
	ADD("/cli/key/passphrase-file/right-one-signs", the_right_passphrase_file_signs);
	ADD("/cli/key/passphrase-file/wrong-one-ends-with-4", the_wrong_passphrase_file_ends_with_4);
	ADD("/cli/key/prompt/not-without-a-terminal", without_a_terminal_nothing_is_waited_for);
	ADD("/cli/key/prompt/has-no-echo", the_prompt_takes_a_passphrase_without_echo);
	ADD("/cli/key/prompt/refuses-a-wrong-passphrase", the_prompt_refuses_a_wrong_passphrase);
	ADD("/cli/key/prompt/ctrl-c-gives-the-terminal-back", a_signal_at_the_prompt_gives_the_terminal_back);
	g_test_add("/cli/key/prompt/sigterm-gives-the-terminal-back", Fixture, "", set_up,
		a_signal_at_the_prompt_gives_the_terminal_back, tear_down);
	ADD("/cli/build/ctrl-c-leaves-no-file", ctrl_c_in_a_build_leaves_no_file);
	ADD("/cli/key/encrypt/asks-twice", encrypt_asks_twice);
	ADD("/cli/key/encrypt/two-different-answers-make-no-key", two_different_answers_make_no_key);
	return g_test_run();
}

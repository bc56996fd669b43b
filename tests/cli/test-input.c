// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/cli/run.h"

#define NOBODY 65534

/* What is given to every place that takes a file. */
static const struct {
	const char *name;
	const char *code;
	const char *key_code; /* where the place takes a key; NULL: the same */
} inputs[] = {
	{"missing", "file/not-found", "key/not-found"},
	{"folder", "file/not-regular", "key/unusable"},
	{"endless-device", "file/not-regular", "key/unusable"},
	{"empty", "file/empty", "key/unusable"},
	{"garbage", NULL, "key/unusable"},
};

/* (transfer full) */
static char *
make_input(const char *folder, const char *name)
{
	char *path = g_build_filename(folder, name, NULL);

	if (g_str_equal(name, "folder"))
		g_assert_cmpint(g_mkdir(path, 0777), ==, 0);
	else if (g_str_equal(name, "empty"))
		g_assert_true(g_file_set_contents(path, "", 0, NULL));
	else if (g_str_equal(name, "garbage"))
		g_assert_true(g_file_set_contents(path,
			"\x7f"
			"ELF garbage that is nothing in particular",
			-1, NULL));
	else if (g_str_equal(name, "endless-device")) {
		g_free(path);
		return g_strdup("/dev/zero");
	}
	return path;
}

typedef enum { PLACE_PACKAGE, PLACE_CONFIG, PLACE_IMAGE, PLACE_KEY, N_PLACES } Place;

static const struct {
	const char *name;
	const char *line; /* BAD, DIR, CFG, APP, PKG, ROOT and SUB are filled in */
	Place place;
} uses[] = {
	{"inspect", "inspect BAD", PLACE_PACKAGE},
	{"verify", "verify BAD", PLACE_PACKAGE},
	{"unpack", "unpack BAD -C DIR/out", PLACE_PACKAGE},
	{"sign", "sign BAD --root-key ROOT --sub-key SUB -o DIR/out", PLACE_PACKAGE},
	{"flash", "flash BAD --port socket:/nowhere", PLACE_PACKAGE},
	{"build-config", "build ws63 --config BAD --image application=APP --unsigned -o DIR/out",
		PLACE_CONFIG},
	{"build-image", "build ws63 --config CFG --image application=BAD --unsigned -o DIR/out", PLACE_IMAGE},
	{"build-root-key",
		"build ws63 --config CFG --image application=APP --root-key BAD --sub-key SUB -o DIR/out",
		PLACE_KEY},
	{"build-sub-key",
		"build ws63 --config CFG --image application=APP --root-key ROOT --sub-key BAD -o DIR/out",
		PLACE_KEY},
	{"verify-root-key", "verify PKG --root-key BAD", PLACE_KEY},
	{"key-show", "key show BAD", PLACE_KEY},
	{"key-export", "key export BAD --format root-record -o DIR/out", PLACE_KEY},
	{"image-sign-key", "image sign --id application --root-key BAD --sub-key SUB CFG -o DIR/out",
		PLACE_KEY},
};

static const char *
garbage_code(Place place)
{
	static const char *const codes[N_PLACES] = {
		[PLACE_PACKAGE] = "package/not-recognised",
		[PLACE_CONFIG] = "cfg/syntax",
		[PLACE_IMAGE] = "image/",
		[PLACE_KEY] = "key/unusable",
	};

	return codes[place];
}

/* (transfer full): the words of a line, with its places filled in */
static char **
fill_in(const char *line, const char *bad, const char *folder)
{
	g_autofree char *cfg = vector_path("v01_app_lzma/fota.cfg");
	g_autofree char *app = vector_path("inputs/app_sign.bin");
	g_autofree char *pkg = vector_path("v01_app_lzma/signed.fwpkg");
	g_autofree char *root = vector_path("keys/test_root_private_key.pem");
	g_autofree char *sub = vector_path("keys/test_sub_private_key.pem");
	const char *const pairs[][2] = {{"BAD", bad ? bad : ""}, {"DIR", folder}, {"CFG", cfg}, {"APP", app},
		{"PKG", pkg}, {"ROOT", root}, {"SUB", sub}};
	g_autoptr(GString) whole = g_string_new(gantry_path());
	g_auto(GStrv) none = NULL;

	g_string_append_c(whole, ' ');
	g_string_append(whole, line);
	none = g_strsplit(whole->str, " ", -1);
	for (char **word = none; *word; word++) {
		g_autoptr(GString) filled = g_string_new(*word);

		/* not the program's own path, which may hold such words */
		for (guint i = 0; word != none && i < G_N_ELEMENTS(pairs); i++)
			g_string_replace(filled, pairs[i][0], pairs[i][1], 1);
		g_free(*word);
		*word = g_strdup(filled->str);
	}
	return g_steal_pointer(&none);
}

static Run *
run_filled(const char *line, const char *bad, const char *folder)
{
	g_auto(GStrv) words = fill_in(line, bad, folder);

	return run_words((const char *const *) words, NULL);
}

static void
bad_input_is_refused(gconstpointer data)
{
	guint use = GPOINTER_TO_UINT(data) / 100, input = GPOINTER_TO_UINT(data) % 100;
	char *folder = folder_new();
	g_autofree char *bad = make_input(folder, inputs[input].name);
	g_autofree char *out = g_build_filename(folder, "out", NULL);
	Place place = uses[use].place;
	const char *code = place == PLACE_KEY ? inputs[input].key_code : inputs[input].code;
	guint before = n_files(folder);
	g_autoptr(Run) run = run_filled(uses[use].line, bad, folder);

	if (!code)
		code = garbage_code(place);
	if (!strstr(run->err, code))
		g_error("expected %s in: %s", code, run->err);
	g_assert_cmpint(run->status, ==, place == PLACE_KEY ? 4 : 3);
	g_assert_nonnull(strstr(run->err, "\n  next: "));
	g_assert_false(g_file_test(out, G_FILE_TEST_EXISTS));
	g_assert_cmpuint(n_files(folder), ==, before);
	folder_free(folder);
}

/* ---- configurations ------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *code;
	const char *from; /* NULL: the file is cut to 300 bytes */
	const char *to;
} configs[] = {
	{"truncated", "cfg/", NULL, NULL},
	{"missing-key", "cfg/missing", "KeyAlg=0x2A13C812\n", ""},
	{"missing-section", "cfg/missing", "[FOTA_INFO_AREA]\n", "[OTHER]\n"},
	{"duplicate-image-id", "cfg/duplicate", "ImageId=0x4B0F2D2D\n",
		"ImageId=0x4B0F2D2D\nImageId=0x4B0F2D2D\n"},
	{"value-is-no-number", "cfg/value", "HardwareID=0\n", "HardwareID=zero\n"},
	{"value-too-large", "cfg/value", "KeyVersion=0x00000000\n", "KeyVersion=0x100000000\n"},
	{"line-is-nothing", "cfg/syntax", "KeyId=0\n", "KeyId 0\n"},
};

static char *
change_config(const char *folder, const char *from, const char *to)
{
	g_autofree char *path = vector_path("v01_app_lzma/fota.cfg");
	g_autofree char *content = NULL;
	char *changed_path = g_build_filename(folder, "fota.cfg", NULL);
	g_autoptr(GString) changed = NULL;

	g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
	changed = g_string_new(content);
	if (!from)
		g_string_truncate(changed, 300);
	else
		g_assert_cmpuint(g_string_replace(changed, from, to, 1), ==, 1);
	g_assert_true(g_file_set_contents(changed_path, changed->str, -1, NULL));
	return changed_path;
}

static void
bad_config_is_refused(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	char *folder = folder_new();
	g_autofree char *bad = change_config(folder, configs[i].from, configs[i].to);
	g_autoptr(Run) run = run_filled(
		"build ws63 --config BAD --image application=APP --root-key ROOT --sub-key SUB -o DIR/out",
		bad, folder);

	if (!strstr(run->err, configs[i].code))
		g_error("expected %s in: %s", configs[i].code, run->err);
	g_assert_cmpint(run->status, ==, 3);
	g_assert_cmpuint(n_files(folder), ==, 1);
	folder_free(folder);
}

/* ---- keys ----------------------------------------------------------------------------------------------- */

/* On P-256, made for this test only. */
static const char p256_key[] = "-----BEGIN PRIVATE KEY-----\n"
			       "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgu15sTvJyDO8fPypt\n"
			       "qgTu+yFsbrGhVM8Mf3ZuORc6K1+hRANCAATZJcUaHak+wSD86XQVWeATfAkOSOl2\n"
			       "0o8A7O598SAsFHzgRXWkFFgvxqs3UHIHbiVhriHCTjv7B20fexAZfkTw\n"
			       "-----END PRIVATE KEY-----\n";

static void
a_key_of_another_curve_is_refused(void)
{
	char *folder = folder_new();
	g_autofree char *bad = g_build_filename(folder, "p256.pem", NULL);
	g_autoptr(Run) build = NULL;
	g_autoptr(Run) show = NULL;

	g_assert_true(g_file_set_contents(bad, p256_key, -1, NULL));
	build = run_filled(
		"build ws63 --config CFG --image application=APP --root-key BAD --sub-key SUB -o DIR/out",
		bad, folder);
	g_assert_cmpint(build->status, ==, 4);
	assert_sentence(build, "key/other-type");
	g_assert_nonnull(strstr(build->err, "bp256r1"));
	show = run_filled("key show BAD", bad, folder);
	g_assert_cmpint(show->status, ==, 4);
	assert_sentence(show, "key/other-type");
	g_assert_cmpuint(n_files(folder), ==, 1);
	folder_free(folder);
}

static void
a_build_without_keys_needs_them(void)
{
	char *folder = folder_new();
	g_autofree char *bad =
		change_config(folder, "RootKeyFile=keys/test_root_private_key.pem\n", "RootKeyFile=\n");
	g_autoptr(Run) run =
		run_filled("build ws63 --config BAD --image application=APP -o DIR/out", bad, folder);

	g_assert_cmpint(run->status, ==, 4);
	assert_sentence(run, "key/needed");
	g_assert_cmpuint(n_files(folder), ==, 1);
	folder_free(folder);
}

/* ---- ports ---------------------------------------------------------------------------------------------- */

static const char *const port_lines[] = {
	"info --port /dev/ttyUSB987",
	"console --port /dev/ttyUSB987",
	"flash PKG --port /dev/ttyUSB987",
	"info --port socket:DIR/nobody",
	"flash PKG --port socket:DIR/nobody",
	"info --port tcp:127.0.0.1:1",
	"flash PKG --port DIR",
};

static void
a_port_that_is_not_there_ends_with_5(gconstpointer data)
{
	char *folder = folder_new();
	g_autoptr(Run) run = run_filled(data, NULL, folder);

	g_assert_cmpint(run->status, ==, 5);
	g_assert_nonnull(strstr(run->err, " [link/"));
	g_assert_nonnull(strstr(run->err, "\n  next: "));
	if (g_str_has_prefix(data, "flash"))
		g_assert_nonnull(strstr(run->err, "\n  device: Nothing on the device has changed\n"));
	folder_free(folder);
}

/* ---- places to write ------------------------------------------------------------------------------------ */

static const char *const writing_lines[] = {
	"build ws63 --config CFG --image application=APP --root-key ROOT --sub-key SUB -o DIR/out",
	"sign PKG --root-key ROOT --sub-key SUB -o DIR/out",
	"unpack PKG -C DIR/out",
	"key new --type bp256r1 -o DIR/out",
	"key export ROOT --format root-record -o DIR/out",
	"image sign --id application --hash-only CFG -o DIR/out",
};

static void
become_nobody(gpointer data)
{
	if (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
		_exit(125);
}

static void
a_folder_of_somebody_else_is_refused(gconstpointer data)
{
	char *folder = folder_new();
	g_auto(GStrv) words = fill_in(data, NULL, folder);
	const char *const version[] = {gantry_path(), "--version", NULL};
	g_autofree char *input = vector_path("v01_app_lzma/signed.fwpkg");
	const char *const look[] = {gantry_path(), "verify", input, NULL};
	GSpawnChildSetupFunc setup = geteuid() == 0 ? become_nobody : NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(Run) run = NULL;
	int status = 0;

	g_chmod(folder, 0555);
	/* where nobody may not run the program or read the inputs, this cannot be asked */
	if (!g_spawn_sync(NULL, (char **) version, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, setup, NULL, NULL, NULL,
		    &status, &error) ||
		status != 0 ||
		!g_spawn_sync(NULL, (char **) look, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, setup, NULL, NULL, NULL,
			&status, &error) ||
		status != 0) {
		g_test_skip("nobody may not run the program");
		folder_free(folder);
		return;
	}
	run = run_words((const char *const *) words, setup);
	g_assert_cmpint(run->status, ==, 1);
	assert_sentence(run, "file/not-writable");
	g_assert_cmpuint(n_files(folder), ==, 0);
	folder_free(folder);
}

/* A disk of a few KiB, seen by the program alone. */
static void
a_full_disk_leaves_nothing(gconstpointer data)
{
	char *folder = folder_new();
	g_auto(GStrv) words = fill_in(data, NULL, folder);
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	const char *const probe[] = {
		"unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", folder, NULL};
	static const char script[] =
		"mount -t tmpfs -o size=4k tmpfs \"$0\" && head -c 4096 /dev/zero >\"$0/filler\" && "
		"{ \"$@\"; s=$?; ls -A \"$0\"; exit $s; }";
	g_autoptr(Run) run = NULL;
	int status = 0;

	if (!g_spawn_sync(NULL, (char **) probe, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
		    NULL, NULL, NULL, &status, NULL) ||
		status != 0) {
		g_test_skip("no user namespace with a file system of its own");
		folder_free(folder);
		return;
	}
	g_ptr_array_add(all, (char *) "unshare");
	g_ptr_array_add(all, (char *) "-rm");
	g_ptr_array_add(all, (char *) "sh");
	g_ptr_array_add(all, (char *) "-c");
	g_ptr_array_add(all, (char *) script);
	g_ptr_array_add(all, folder);
	for (char **word = words; *word; word++)
		g_ptr_array_add(all, *word);
	g_ptr_array_add(all, NULL);
	run = run_words((const char *const *) all->pdata, NULL);
	g_assert_cmpint(run->status, ==, 1);
	assert_sentence(run, "file/disk-full");
	/* the filler is all there is: neither the file nor a piece of it */
	g_assert_true(g_str_has_suffix(run->out, "filler\n"));
	g_assert_null(strstr(run->out, "out"));
	folder_free(folder);
}

/* An output that was there is whole afterwards, whatever happened. */
static void
a_failed_build_leaves_the_old_output(void)
{
	char *folder = folder_new();
	g_autofree char *out = g_build_filename(folder, "out", NULL);
	g_autofree char *content = NULL;
	g_autoptr(Run) run = NULL;

	g_assert_true(g_file_set_contents(out, "the old one", -1, NULL));
	run = run_filled(
		"build ws63 --config CFG --image application=CFG --unsigned -o DIR/out", NULL, folder);
	g_assert_cmpint(run->status, ==, 3);
	g_assert_true(g_file_get_contents(out, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, "the old one");
	g_assert_cmpuint(n_files(folder), ==, 1);
	folder_free(folder);
}

static void
add_table(const char *prefix, const char *const *lines, guint n, GTestDataFunc function)
{
	for (guint i = 0; i < n; i++) {
		g_autofree char *name =
			g_strdup_printf("%s/%u-%.*s", prefix, i, (int) strcspn(lines[i], " "), lines[i]);

		g_test_add_data_func(name, lines[i], function);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint use = 0; use < G_N_ELEMENTS(uses); use++) {
		for (guint input = 0; input < G_N_ELEMENTS(inputs); input++) {
			g_autofree char *path =
				g_strdup_printf("/cli/refuses/%s/%s", uses[use].name, inputs[input].name);

			g_test_add_data_func(path, GUINT_TO_POINTER(use * 100 + input), bad_input_is_refused);
		}
	}
	for (guint i = 0; i < G_N_ELEMENTS(configs); i++) {
		g_autofree char *path = g_strdup_printf("/cli/refuses/config/%s", configs[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), bad_config_is_refused);
	}
	g_test_add_func("/cli/refuses/key-of-another-curve", a_key_of_another_curve_is_refused);
	g_test_add_func("/cli/refuses/build-without-keys", a_build_without_keys_needs_them);
	g_test_add_func("/cli/build/failed-leaves-the-old-output", a_failed_build_leaves_the_old_output);
	add_table("/cli/port-that-is-not-there", port_lines, G_N_ELEMENTS(port_lines),
		a_port_that_is_not_there_ends_with_5);
	add_table("/cli/folder-of-somebody-else", writing_lines, G_N_ELEMENTS(writing_lines),
		a_folder_of_somebody_else_is_refused);
	add_table("/cli/full-disk", writing_lines, G_N_ELEMENTS(writing_lines), a_full_disk_leaves_nothing);
	return g_test_run();
}

// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/keys/key-open.h"
#include "tests/engine/vectors.h"

#define SOFTHSM "/usr/lib/softhsm/libsofthsm2.so"
#define KEY_URI "pkcs11:token=gantry-test;object=root"

static char *
answer(const char *what, const char *uri, gpointer data, GError **error)
{
	return g_strdup(data);
}

static gboolean
run(const char *command)
{
	g_autofree char *out = NULL;
	g_autofree char *err = NULL;
	int status = 0;

	/* caught, since what it says is no TAP */
	return g_spawn_command_line_sync(command, &out, &err, &status, NULL) &&
	       g_spawn_check_wait_status(status, NULL);
}

/* A token in a file with a key on it, whose public half is public.pem. */
static gboolean
make_token(const char *folder)
{
	g_autofree char *conf = g_build_filename(folder, "softhsm.conf", NULL);
	g_autofree char *text =
		g_strdup_printf("directories.tokendir = %s\nobjectstore.backend = file\n", folder);
	g_autofree char *private_path = g_build_filename(folder, "private.pem", NULL);
	g_autofree char *public_path = g_build_filename(folder, "public.pem", NULL);
	g_autofree char *import = g_strdup_printf(
		"softhsm2-util --import '%s' --token gantry-test --label root --id 01 --pin 4321",
		private_path);

	g_assert_true(gy_key_generate(GY_KEY_BP256R1, private_path, public_path, NULL, NULL));
	g_assert_true(g_file_set_contents(conf, text, -1, NULL));
	g_setenv("SOFTHSM2_CONF", conf, TRUE);
	g_setenv("PKCS11_MODULE_PATH", SOFTHSM, TRUE);
	return run("softhsm2-util --init-token --free --label gantry-test --pin 4321 --so-pin 8765") &&
	       run(import);
}

static void
remove_token(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			remove_folder(path);
	}
	remove_folder(folder);
}

static gboolean
skipped(gconstpointer folder)
{
	if (!folder)
		g_test_skip("there is no SoftHSM here");
	return folder == NULL;
}

static void
test_signs_on_the_token(gconstpointer folder)
{
	static const guint8 data[] = "what is signed";
	g_autofree char *public_path = NULL;
	g_autoptr(GyPublicKey) expected = NULL;
	char pin[] = "4321";
	GyPassphrase passphrase = {answer, pin};
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPrivateKey) key = NULL;
	g_autoptr(GyPublicKey) public = NULL;
	guint8 found_xy[64];
	guint8 xy[64];
	guint8 signature[64];

	if (skipped(folder))
		return;
	public_path = g_build_filename(folder, "public.pem", NULL);
	expected = gy_public_key_load(public_path, GY_KEY_BP256R1, "root", NULL, NULL);
	key = gy_private_key_load(KEY_URI, GY_KEY_BP256R1, "root", &passphrase, &error);
	g_assert_no_error(error);
	public = gy_private_key_public(key);
	gy_public_key_get_xy(public, found_xy);
	gy_public_key_get_xy(expected, xy);
	assert_same(found_xy, 64, xy, 64);
	g_assert_true(gy_private_key_sign(key, data, sizeof data, signature, &error));
	g_assert_no_error(error);
	g_assert_true(gy_public_key_verify(expected, data, sizeof data, signature));
}

static void
test_no_such_object(gconstpointer folder)
{
	char pin[] = "4321";
	GyPassphrase passphrase = {answer, pin};
	g_autoptr(GError) error = NULL;

	if (skipped(folder))
		return;
	g_assert_null(gy_private_key_load(
		"pkcs11:token=gantry-test;object=none", GY_KEY_BP256R1, "root", &passphrase, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_KEY_NOT_FOUND);
}

static void
test_wrong_pin(gconstpointer folder)
{
	g_autoptr(GError) error = NULL;

	if (skipped(folder))
		return;
	g_assert_null(gy_private_key_load(KEY_URI ";pin-value=9876", GY_KEY_BP256R1, "root", NULL, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE);
	g_assert_nonnull(strstr(error->message, KEY_URI));
	g_assert_null(strstr(error->message, "9876"));
}

static void
test_pin_is_not_shown(void)
{
	static const struct {
		const char *uri;
		const char *shown;
	} cases[] = {
		{"pkcs11:token=a;pin-value=12;object=b", "pkcs11:token=a;pin-value=…;object=b"},
		{"pkcs11:token=a?pin-value=12&module-name=b", "pkcs11:token=a?pin-value=…&module-name=b"},
		{"pkcs11:token=a;PIN-VALUE=12", "pkcs11:token=a;PIN-VALUE=…"},
		{"pkcs11:token=a?pin-source=file:/run/pin", "pkcs11:token=a?pin-source=file:/run/pin"},
		{"pin-value=12.pem", "pin-value=12.pem"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *shown = gy_key_shown_uri(cases[i].uri);

		g_assert_cmpstr(shown, ==, cases[i].shown);
	}
}

int
main(int argc, char **argv)
{
	g_autofree char *folder = temporary_folder();
	const char *token;
	int status;

	g_test_init(&argc, &argv, NULL);
	token = g_file_test(SOFTHSM, G_FILE_TEST_EXISTS) && make_token(folder) ? folder : NULL;
	/* before the process has logged in */
	g_test_add_data_func("/key/token/wrong-pin-is-named-and-not-shown", token, test_wrong_pin);
	g_test_add_data_func("/key/token/signs-on-the-token", token, test_signs_on_the_token);
	g_test_add_data_func("/key/token/names-a-missing-object", token, test_no_such_object);
	g_test_add_func("/key/token/messages-hide-the-pin", test_pin_is_not_shown);
	status = g_test_run();
	remove_token(folder);
	return status;
}

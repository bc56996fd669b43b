// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "engine/keys/key.h"
#include "tests/engine/vectors.h"

static char *
answer(const char *what, const char *uri, gpointer data, GError **error)
{
	if (!data)
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE, "nobody is there to ask for the %s key",
			what);
	return g_strdup(data);
}

static void
assert_not_loaded(const char *path, GyPassphrase *passphrase, GyError code, const char *words)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPrivateKey) key = gy_private_key_load(path, GY_KEY_BP256R1, "root", passphrase, &error);

	g_assert_null(key);
	g_assert_error(error, GY_ERROR, (int) code);
	if (!strstr(error->message, words))
		g_error("\"%s\" does not say \"%s\"", error->message, words);
}

static void
test_vector_keys(void)
{
	static const guint8 root_x[] = {0x84, 0x7a, 0x16, 0x0b};
	static const guint8 root_y[] = {0x17, 0xda, 0x9d, 0x8c};
	g_autofree char *private_path = root_private();
	g_autofree char *public_path = root_public();
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPrivateKey) private =
		gy_private_key_load(private_path, GY_KEY_BP256R1, "root", NULL, &error);
	g_autoptr(GyPublicKey) from_private =
		gy_public_key_load(private_path, GY_KEY_BP256R1, "root", NULL, &error);
	g_autoptr(GyPublicKey) public = gy_public_key_load(public_path, GY_KEY_BP256R1, "root", NULL, &error);
	g_autoptr(GyPublicKey) half = gy_private_key_public(private);
	guint8 xy[64];
	guint8 other[64];

	g_assert_no_error(error);
	gy_public_key_get_xy(public, xy);
	assert_same(xy, 4, root_x, 4);
	assert_same(xy + 32, 4, root_y, 4);
	gy_public_key_get_xy(from_private, other);
	assert_same(other, 64, xy, 64);
	gy_public_key_get_xy(half, other);
	assert_same(other, 64, xy, 64);
}

static void
test_sign_verify_recover(void)
{
	static const guint8 data[] = "what is signed";
	g_autofree char *path = sub_private();
	g_autoptr(GyPrivateKey) key = gy_private_key_load(path, GY_KEY_BP256R1, "sub", NULL, NULL);
	g_autoptr(GyPublicKey) public = gy_private_key_public(key);
	guint8 xy[64];

	gy_public_key_get_xy(public, xy);
	for (guint i = 0; i < 8; i++) {
		g_autoptr(GPtrArray) candidates = NULL;
		gboolean found = FALSE;
		guint8 signature[64];

		g_assert_true(gy_private_key_sign(key, data, sizeof data, signature, NULL));
		g_assert_true(gy_public_key_verify(public, data, sizeof data, signature));
		candidates = gy_public_key_recover(data, sizeof data, signature);
		g_assert_cmpuint(candidates->len, ==, 2);
		for (guint j = 0; j < 2; j++) {
			guint8 candidate[64];

			gy_public_key_get_xy(candidates->pdata[j], candidate);
			found |= memcmp(candidate, xy, 64) == 0;
		}
		g_assert_true(found);
		signature[i * 7] ^= 1;
		g_assert_false(gy_public_key_verify(public, data, sizeof data, signature));
	}
}

static void
test_nonsense_signatures(void)
{
	static const guint8 data[] = "x";
	g_autofree char *path = root_public();
	g_autoptr(GyPublicKey) key = gy_public_key_load(path, GY_KEY_BP256R1, "root", NULL, NULL);
	g_autoptr(GPtrArray) none = NULL;
	guint8 signature[64] = {0};

	g_assert_false(gy_public_key_verify(key, data, 1, signature));
	none = gy_public_key_recover(data, 1, signature);
	g_assert_cmpuint(none->len, ==, 0);
	memset(signature, 0xff, sizeof signature);
	g_assert_false(gy_public_key_verify(key, data, 1, signature));
	g_assert_null(gy_public_key_from_xy(signature, NULL));
	memset(signature, 0, sizeof signature);
	g_assert_null(gy_public_key_from_xy(signature, NULL));
}

static void
test_generate(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *private_path = g_build_filename(folder, "a b:c.pem", NULL);
	g_autofree char *public_path = g_build_filename(folder, "public.pem", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPrivateKey) key = NULL;
	g_autoptr(GyPublicKey) public = NULL;
	guint8 signature[64];
	GStatBuf about;

	g_assert_true(gy_key_generate(GY_KEY_BP256R1, private_path, public_path, NULL, &error));
	g_assert_no_error(error);
	g_assert_cmpint(g_stat(private_path, &about), ==, 0);
	g_assert_cmphex(about.st_mode & 0777, ==, 0600);
	key = gy_private_key_load(private_path, GY_KEY_BP256R1, "new", NULL, &error);
	g_assert_no_error(error);
	public = gy_public_key_load(public_path, GY_KEY_BP256R1, "new", NULL, &error);
	g_assert_no_error(error);
	g_assert_true(gy_private_key_sign(key, (const guint8 *) "abc", 3, signature, &error));
	g_assert_true(gy_public_key_verify(public, (const guint8 *) "abc", 3, signature));

	g_assert_false(gy_key_generate(GY_KEY_BP256R1, private_path, NULL, NULL, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE);
	remove_folder(folder);
}

static void
test_public_file_in_the_way(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *private_path = g_build_filename(folder, "private.pem", NULL);
	g_autoptr(GError) error = NULL;

	/* a private key without its public file is not left behind */
	g_assert_false(gy_key_generate(GY_KEY_BP256R1, private_path, folder, NULL, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE);
	g_assert_false(g_file_test(private_path, G_FILE_TEST_EXISTS));
	remove_folder(folder);
}

static void
test_passphrase(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *path = g_build_filename(folder, "locked.pem", NULL);
	char right[] = "correct horse";
	char wrong[] = "wrong";
	GyPassphrase with_right = {answer, right};
	GyPassphrase with_wrong = {answer, wrong};
	GyPassphrase with_none = {answer, NULL};
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPrivateKey) key = NULL;
	g_autofree char *content = NULL;

	g_assert_true(gy_key_generate(GY_KEY_BP256R1, path, NULL, &with_right, &error));
	g_assert_no_error(error);
	g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
	g_assert_nonnull(strstr(content, "ENCRYPTED"));

	key = gy_private_key_load(path, GY_KEY_BP256R1, "root", &with_right, &error);
	g_assert_no_error(error);
	g_assert_nonnull(key);
	assert_not_loaded(path, &with_wrong, GY_ERROR_KEY_PASSPHRASE, "does not open");
	assert_not_loaded(path, &with_none, GY_ERROR_KEY_PASSPHRASE, "nobody is there");
	assert_not_loaded(path, NULL, GY_ERROR_KEY_PASSPHRASE, "no passphrase was given");
	remove_folder(folder);
}

static char *
write_key(const char *folder, EVP_PKEY *pkey)
{
	char *path = g_build_filename(folder, "other.pem", NULL);
	BIO *file = BIO_new_file(path, "w");

	g_assert_nonnull(pkey);
	g_assert_nonnull(file);
	g_assert_cmpint(PEM_write_bio_PrivateKey(file, pkey, NULL, NULL, 0, NULL, NULL), ==, 1);
	BIO_free(file);
	EVP_PKEY_free(pkey);
	return path;
}

static void
test_other_types(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *p256 = write_key(folder, EVP_EC_gen("prime256v1"));

	assert_not_loaded(
		p256, NULL, GY_ERROR_KEY_OTHER_TYPE, "prime256v1 (P-256), but EC on brainpoolP256r1");
	g_free(p256);
	p256 = write_key(folder, EVP_EC_gen("brainpoolP256t1"));
	assert_not_loaded(p256, NULL, GY_ERROR_KEY_OTHER_TYPE, "brainpoolP256t1, but EC on brainpoolP256r1");
	g_free(p256);
	p256 = write_key(folder, EVP_RSA_gen(1024));
	assert_not_loaded(
		p256, NULL, GY_ERROR_KEY_OTHER_TYPE, "RSA with 1024 bits, but EC on brainpoolP256r1");
	remove_folder(folder);
}

static void
test_no_keys(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *missing = g_build_filename(folder, "missing.pem", NULL);
	g_autofree char *public_path = root_public();
	g_autofree char *image = vector_path("inputs", "app_sign.bin");

	assert_not_loaded(missing, NULL, GY_ERROR_KEY_NOT_FOUND, "missing.pem");
	assert_not_loaded("nosuchscheme:key", NULL, GY_ERROR_KEY_NOT_FOUND, "nosuchscheme:key");
	assert_not_loaded(folder, NULL, GY_ERROR_KEY_UNUSABLE, "not a regular file");
	assert_not_loaded("/dev/zero", NULL, GY_ERROR_KEY_UNUSABLE, "not a regular file");
	assert_not_loaded(public_path, NULL, GY_ERROR_KEY_UNUSABLE, "no private key");
	assert_not_loaded(image, NULL, GY_ERROR_KEY_UNUSABLE, "no private key");
	remove_folder(folder);
}

static void
test_file_uri(void)
{
	g_autofree char *path = root_public();
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	g_autofree char *uri = g_strconcat("file:", absolute, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPublicKey) key = gy_public_key_load(uri, GY_KEY_BP256R1, "root", NULL, &error);

	g_assert_no_error(error);
	g_assert_nonnull(key);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/key/load/private-and-public-agree", test_vector_keys);
	g_test_add_func("/key/load/takes-a-file-uri", test_file_uri);
	g_test_add_func("/key/load/asks-for-the-passphrase", test_passphrase);
	g_test_add_func("/key/load/names-both-types", test_other_types);
	g_test_add_func("/key/load/refuses-what-is-no-key", test_no_keys);
	g_test_add_func("/key/sign/verifies-and-names-its-key", test_sign_verify_recover);
	g_test_add_func("/key/verify/refuses-nonsense", test_nonsense_signatures);
	g_test_add_func("/key/generate/round-trip", test_generate);
	g_test_add_func("/key/generate/leaves-nothing-half-done", test_public_file_in_the_way);
	return g_test_run();
}

// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/formats/openharmony/key-forms.h"
#include "engine/formats/openharmony/pkcs7.h"
#include "engine/keys/certificate.h"
#include "tests/engine/openharmony-data.h"

#define FROM G_GINT64_CONSTANT(1700000000)

static GyPrivateKey *
private_key(const char *file)
{
	g_autofree char *path = ohos_path(file);
	g_autoptr(GError) error = NULL;
	GyPrivateKey *key = gy_private_key_load(path, GY_KEY_RSA, "test", NULL, &error);

	g_assert_no_error(error);
	return key;
}

static void
assert_public_arr(const char *key_file, const char *expected_file)
{
	g_autofree char *path = ohos_path(key_file);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPublicKey) key = gy_public_key_load(path, GY_KEY_RSA, "test", NULL, &error);
	g_autoptr(GBytes) expected = ohos_bytes(expected_file);
	g_autoptr(GBytes) found = key ? gy_ohos_public_arr(key) : NULL;

	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(found, expected));
}

/* Every form in which a key comes gives the same public half. */
static void
test_public_arr(void)
{
	static const char *const forms[] = {"keys/rsa_private_key%s.pem", "keys/rsa_public_key%s.pem",
		"keys/rsa_public_key%s.pkcs1.der", "keys/rsa_public_key%s.spki.der",
		"keys/signing_cert%s.crt"};
	static const char *const sizes[] = {"2048", "3072"};

	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
		for (guint j = 0; j < G_N_ELEMENTS(forms); j++) {
			g_auto(GStrv) parts = g_strsplit(forms[j], "%s", 2);
			g_autofree char *key = g_strconcat(parts[0], sizes[i], parts[1], NULL);
			g_autofree char *expected = g_strdup_printf("keys/public_arr%s.txt", sizes[i]);

			assert_public_arr(key, expected);
		}
}

static void
test_certificate(void)
{
	g_autoptr(GyPrivateKey) key = private_key("keys/rsa_private_key2048.pem");
	g_autoptr(GyPublicKey) public = gy_private_key_public(key);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyCertificate) one = gy_certificate_make(key, "Example Ltd", FROM, 7300, &error);
	g_autoptr(GyCertificate) again = gy_certificate_make(key, "Example Ltd", FROM, 7300, &error);
	g_autoptr(GBytes) der = gy_certificate_der(one);
	g_autoptr(GBytes) der_again = gy_certificate_der(again);

	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(der, der_again));
	g_assert_true(gy_certificate_is_of(one, public));
	g_assert_true(gy_certificate_has_key_identifier(one));
	g_assert_true(gy_certificate_is_rsa_sha256(one));
	g_assert_false(gy_certificate_is_damaged(one));
}

/* The certificate carries the key's own signature: no bit of it can change unseen. */
static void
test_certificate_bits(void)
{
	g_autoptr(GyPrivateKey) key = private_key("keys/rsa_private_key2048.pem");
	g_autoptr(GyCertificate) one = gy_certificate_make(key, "Example Ltd", FROM, 7300, NULL);
	g_autoptr(GBytes) der = gy_certificate_der(one);
	gsize size = g_bytes_get_size(der);
	g_autofree guint8 *copy = g_memdup2(g_bytes_get_data(der, NULL), size);

	for (gsize at = 0; at < size; at++) {
		guint8 bit = (guint8) (1u << g_test_rand_int_range(0, 8));
		g_autoptr(GyCertificate) changed = NULL;

		copy[at] ^= bit;
		changed = gy_certificate_parse(copy, size);
		if (changed && !gy_certificate_is_damaged(changed))
			g_error("bit 0x%02x of byte %" G_GSIZE_FORMAT " changed unseen", bit, at);
		copy[at] ^= bit;
	}
}

static void
test_pkcs7(void)
{
	g_autoptr(GBytes) zip = ohos_bytes("l2-full/expected/updater_full.zip");
	g_autofree char *certificate_path = ohos_path("keys/signing_cert2048.crt");
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPrivateKey) key = private_key("keys/rsa_private_key2048.pem");
	g_autoptr(GyCertificate) certificate = gy_certificate_load(certificate_path, &error);
	const gsize der_size = 1339, footer_size = 6;
	gsize size = g_bytes_get_size(zip);
	const guint8 *der = (const guint8 *) g_bytes_get_data(zip, NULL) + size - footer_size - der_size;
	g_autoptr(GyOhosPkcs7) read = gy_ohos_pkcs7_parse(der, der_size);
	g_autoptr(GBytes) signature_bytes = NULL;
	g_autoptr(GBytes) made = NULL;
	guint8 signature[GY_RSA_SIGNATURE_MAX];
	guint8 twice[GY_SHA256_SIZE];

	g_assert_no_error(error);
	g_assert_nonnull(read);
	g_assert_true(read->is_exact);
	gy_sha256(read->digest, sizeof read->digest, twice);
	g_assert_true(gy_rsa_sign(key, GY_RSA_PKCS1, twice, signature, &error));
	signature_bytes = g_bytes_new(signature, 256);
	made = gy_ohos_pkcs7_make(read->digest, signature_bytes, certificate, &error);
	g_assert_no_error(error);
	assert_same(g_bytes_get_data(made, NULL), g_bytes_get_size(made), der, der_size);
}

static void
test_paddings(void)
{
	static const char *const files[] = {"keys/rsa_private_key2048.pem", "keys/rsa_private_key3072.pem"};
	guint8 digest[GY_SHA256_SIZE] = {1, 2, 3};

	for (guint i = 0; i < 2 * G_N_ELEMENTS(files); i++) {
		g_autoptr(GyPrivateKey) key = private_key(files[i / 2]);
		g_autoptr(GyPublicKey) public = gy_private_key_public(key);
		GyRsaPadding padding = i % 2 ? GY_RSA_PSS : GY_RSA_PKCS1;
		GyRsaPadding other = i % 2 ? GY_RSA_PKCS1 : GY_RSA_PSS;
		gsize size = gy_rsa_signature_size(gy_private_key_type(key));
		guint8 signature[GY_RSA_SIGNATURE_MAX];

		g_assert_true(gy_rsa_sign(key, padding, digest, signature, NULL));
		g_assert_true(gy_rsa_verify(public, padding, digest, signature, size));
		g_assert_false(gy_rsa_verify(public, other, digest, signature, size));
		g_assert_false(gy_rsa_verify(public, padding, digest, signature, size - 1));
		digest[0] ^= 1;
		g_assert_false(gy_rsa_verify(public, padding, digest, signature, size));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/openharmony/keys/public-arr-of-every-form", test_public_arr);
	g_test_add_func("/openharmony/keys/certificate-is-made-again-the-same", test_certificate);
	g_test_add_func("/openharmony/keys/certificate-finds-every-bit", test_certificate_bits);
	g_test_add_func("/openharmony/keys/pkcs7-as-the-original", test_pkcs7);
	g_test_add_func("/openharmony/keys/paddings-are-not-mixed-up", test_paddings);
	return g_test_run();
}

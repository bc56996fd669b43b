// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include <glib/gstdio.h>

#include "engine/formats/openharmony/openharmony.h"
#include "engine/formats/openharmony/signer.h"
#include "tests/engine/openharmony-data.h"

#define KEY_2048    "keys/rsa_private_key2048.pem"
#define KEY_3072    "keys/rsa_private_key3072.pem"
#define PUBLIC_2048 "keys/rsa_public_key2048.pem"
#define PUBLIC_3072 "keys/rsa_public_key3072.pem"
#define CERT        "keys/signing_cert2048.crt"

typedef struct {
	const char *name;
	const char *folder;
	const char *key, *public;
	const char *options[6];
	guint n_turns;     /* of signing elsewhere */
	gsize salted_size; /* of a signature that is another one each time, at @salted */
	gsize salted;
} Case;

static const Case cases[] = {
	{"small-legacy", "l1-seed", KEY_2048, PUBLIC_2048, {"non-standard", "yes"}, 1, 256, 409},
	{"small-2025", "l1-seed", KEY_2048, PUBLIC_2048, {"non-standard", "yes", "generation", "2025"}, 1},
	{"standard-2025", "l2-full", KEY_2048, PUBLIC_2048, {NULL}, 2},
	{"standard-2025-not-zip", "l2-full", KEY_2048, PUBLIC_2048, {"not-zip", "yes"}, 1},
	{"standard-legacy", "l2-seed-2021", KEY_2048, PUBLIC_2048, {"generation", "legacy"}, 2},
	{"sd-card", "l2-sdcard", KEY_2048, PUBLIC_2048, {"sd-card", "yes"}, 2},
};

static GyBuildOptions *
key_options(const char *key)
{
	GyBuildOptions *options = gy_build_options_new();
	g_autofree char *path = ohos_path(key);
	g_autofree char *certificate = ohos_path(CERT);

	gy_build_options_set(options, "key", path);
	gy_build_options_set(options, "certificate", certificate);
	return options;
}

static GyBuildOptions *
build_options(const Case *one, gboolean is_signed)
{
	GyBuildOptions *options = key_options(one->key);
	g_autofree char *target = g_build_filename(one->folder, "target_package", NULL);
	g_autofree char *path = ohos_path(target);

	gy_build_options_set(options, "target", path);
	for (guint i = 0; i + 1 < G_N_ELEMENTS(one->options) && one->options[i]; i += 2)
		gy_build_options_set(options, one->options[i], one->options[i + 1]);
	if (!is_signed)
		gy_build_options_set_signing(options, GY_SIGNING_NONE);
	return options;
}

static GBytes *
build(const Case *one, gboolean is_signed)
{
	g_autoptr(GyBuildOptions) options = build_options(one, is_signed);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GError) error = NULL;
	GBytes *bytes = gy_format_build(&gy_openharmony_format, options, notes, &error);

	g_assert_no_error(error);
	return bytes;
}

static GyPackage *
load(GBytes *bytes)
{
	g_autoptr(GError) error = NULL;
	GyPackage *package = gy_package_load_bytes(bytes, "package", &error);

	g_assert_no_error(error);
	return package;
}

/* But for a salt, what is signed later is what is built with the key. */
static void
assert_as_built(const Case *one, GBytes *found)
{
	g_autoptr(GBytes) expected = build(one, TRUE);
	gsize size = g_bytes_get_size(found);
	g_autofree guint8 *copy = g_memdup2(g_bytes_get_data(found, NULL), size);
	const guint8 *data = g_bytes_get_data(expected, NULL);

	g_assert_cmpuint(size, ==, g_bytes_get_size(expected));
	memcpy(copy + one->salted, data + one->salted, one->salted_size);
	assert_same(copy, size, data, size);
}

static void
test_later(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(GBytes) bytes = build(one, FALSE);
	g_autoptr(GyPackage) package = load(bytes);
	g_autoptr(GyBuildOptions) options = key_options(one->key);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = gy_format_sign(package, options, &error);
	g_autoptr(GyPackage) again = NULL;
	g_autoptr(GBytes) made_again = NULL;

	g_assert_no_error(error);
	g_assert_cmpint(gy_package_trust(package), ==, GY_TRUST_UNSIGNED);
	assert_as_built(one, made);
	/* and signing what is signed changes nothing more */
	again = load(made);
	g_assert_cmpint(gy_package_trust(again), ==, GY_TRUST_SIGNED);
	made_again = gy_format_sign(again, options, &error);
	g_assert_no_error(error);
	assert_as_built(one, made_again);
}

/* ---- elsewhere ------------------------------------------------------------------------------------------ */

/* What a signing server does: it knows the range and how, and nothing else. */
static void
sign_range(GySignedRange *range, const char *key_file)
{
	g_autofree char *path = ohos_path(key_file);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPrivateKey) key = gy_private_key_load(path, GY_KEY_RSA, "test", NULL, &error);
	GyRsaPadding padding = g_str_equal(range->how, gy_ohos_how(GY_RSA_PSS)) ? GY_RSA_PSS : GY_RSA_PKCS1;
	guint8 signature[GY_RSA_SIGNATURE_MAX];
	guint8 digest[GY_SHA256_SIZE];

	g_assert_no_error(error);
	gy_sha256(g_bytes_get_data(range->bytes, NULL), g_bytes_get_size(range->bytes), digest);
	g_assert_true(gy_rsa_sign(key, padding, digest, signature, &error));
	range->signature = g_bytes_new(signature, gy_rsa_signature_size(gy_private_key_type(key)));
}

static GPtrArray *export(GyPackage *package)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *ranges = gy_openharmony_format.to_be_signed(package, NULL, &error);

	g_assert_no_error(error);
	return ranges;
}

static void
assert_names(GyPackage *package, GPtrArray *ranges)
{
	g_auto(GStrv) names = gy_openharmony_format.signed_names(package);

	g_assert_cmpuint(g_strv_length(names), ==, ranges->len);
	for (guint i = 0; i < ranges->len; i++)
		g_assert_cmpstr(names[i], ==, ((const GySignedRange *) ranges->pdata[i])->name);
}

static GBytes *
import(GyPackage *package, GPtrArray *ranges, const char *key, GError **error)
{
	g_autoptr(GyBuildOptions) options = key_options(key);
	g_autoptr(GyDraft) draft = gy_draft_new(NULL, 0600, error);

	return gy_openharmony_format.take_signatures(package, options, ranges, draft, error)
		       ? gy_draft_read(draft, error)
		       : NULL;
}

static void
test_elsewhere(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(GBytes) bytes = build(one, FALSE);
	g_auto(GStrv) names = NULL;
	g_autoptr(GyPackage) last = NULL;

	for (guint turn = 0; turn < one->n_turns; turn++) {
		g_autoptr(GyPackage) package = load(bytes);
		g_autoptr(GPtrArray) ranges = export(package);
		g_autoptr(GError) error = NULL;

		assert_names(package, ranges);
		for (guint i = 0; i < ranges->len; i++)
			sign_range(ranges->pdata[i], one->key);
		g_bytes_unref(bytes);
		bytes = import(package, ranges, one->public, &error);
		g_assert_no_error(error);
	}
	assert_as_built(one, bytes);
	last = load(bytes);
	names = gy_openharmony_format.signed_names(last);
	g_assert_cmpuint(g_strv_length(names), ==, 0);
}

static void
test_signature_of_another_key(void)
{
	const Case *one = &cases[0];
	g_autoptr(GBytes) bytes = build(one, FALSE);
	g_autoptr(GyPackage) package = load(bytes);
	g_autoptr(GPtrArray) ranges = export(package);
	g_autoptr(GError) error = NULL;

	sign_range(ranges->pdata[0], KEY_3072);
	g_assert_null(import(package, ranges, PUBLIC_2048, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_KEY_SIGNER);
}

static void
test_signature_of_another_package(void)
{
	g_autoptr(GBytes) bytes = build(&cases[0], FALSE);
	g_autoptr(GBytes) other_bytes = build(&cases[1], FALSE);
	g_autoptr(GyPackage) package = load(bytes);
	g_autoptr(GyPackage) other = load(other_bytes);
	g_autoptr(GPtrArray) ranges = export(other);
	g_autoptr(GError) error = NULL;

	sign_range(ranges->pdata[0], KEY_2048);
	g_assert_null(import(package, ranges, PUBLIC_2048, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_SIGNATURE);
}

static void
test_signed_is_not_exported(void)
{
	g_autoptr(GBytes) bytes = build(&cases[2], TRUE);
	g_autoptr(GyPackage) package = load(bytes);
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_openharmony_format.to_be_signed(package, NULL, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED);
}

static void
test_other_size_of_key(void)
{
	g_autoptr(GBytes) bytes = build(&cases[0], FALSE);
	g_autoptr(GyPackage) package = load(bytes);
	g_autoptr(GyBuildOptions) options = key_options(KEY_3072);
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_format_sign(package, options, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_KEY_OTHER_TYPE);
}

static void
test_read_only_layout(void)
{
	g_autoptr(GBytes) bytes = ohos_bytes("l1-seed/expected/tool2022-rsa3072.bin");
	g_autoptr(GyPackage) package = load(bytes);
	g_autofree char *key = ohos_path(PUBLIC_3072);
	g_autoptr(GyBuildOptions) options = key_options(KEY_3072);
	g_autoptr(GError) error = NULL;

	/* the key tells that it is of 2022 */
	g_assert_true(gy_package_verify(package, key, &error));
	g_assert_null(gy_format_sign(package, options, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED);
}

/* ---- by a command --------------------------------------------------------------------------------------- */

/* A signer that knows each name it is called with, since it looks the signature up by it. */
static char *
make_signer(const char *folder, GPtrArray *ranges)
{
	char *path = g_build_filename(folder, "signer", NULL);
	g_autofree char *script =
		g_strdup_printf("#!/bin/sh\ncat > \"%s/$1.tbs\"\ncat \"%s/$1.sig\"\n", folder, folder);

	for (guint i = 0; i < ranges->len; i++) {
		const GySignedRange *range = ranges->pdata[i];
		g_autofree char *name = g_strconcat(range->name, ".sig", NULL);
		g_autofree char *file = g_build_filename(folder, name, NULL);

		g_assert_true(g_file_set_contents(file, g_bytes_get_data(range->signature, NULL),
			(gssize) g_bytes_get_size(range->signature), NULL));
	}
	g_assert_true(g_file_set_contents(path, script, -1, NULL));
	g_assert_cmpint(g_chmod(path, 0700), ==, 0);
	return path;
}

static void
test_command(void)
{
	const Case *one = &cases[3];
	g_autoptr(GBytes) bytes = build(one, FALSE);
	g_autoptr(GyPackage) package = load(bytes);
	g_autoptr(GPtrArray) ranges = export(package);
	g_autofree char *folder = temporary_folder();
	g_autoptr(GyBuildOptions) options = build_options(one, TRUE);
	g_autofree char *public = ohos_path(PUBLIC_2048);
	g_autoptr(GError) error = NULL;
	g_autofree char *signer = NULL;
	g_autoptr(GBytes) built = NULL;
	g_autoptr(GBytes) signed_bytes = NULL;

	sign_range(ranges->pdata[0], KEY_2048);
	signer = make_signer(folder, ranges);
	gy_build_options_set(options, "signer", signer);
	gy_build_options_set(options, "key", public);
	built = gy_format_build(&gy_openharmony_format, options, NULL, &error);
	g_assert_no_error(error);
	assert_as_built(one, built);
	signed_bytes = gy_format_sign(package, options, &error);
	g_assert_no_error(error);
	assert_as_built(one, signed_bytes);
	remove_folder(folder);
}

static void
test_failing_command(void)
{
	static const struct {
		const char *command;
		const char *words;
	} commands[] = {
		{"false", "exited with code 1"},
		{"true", "0 bytes, expected 256"},
		{"echo", "bytes, expected 256"},
		{"sh -c 'head -c 256 /dev/zero'", "not made by the key"},
		{"/nonexistent/signer", "gave no signature"},
	};
	g_autoptr(GBytes) bytes = build(&cases[0], FALSE);
	g_autoptr(GyPackage) package = load(bytes);

	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autoptr(GyBuildOptions) options = key_options(PUBLIC_2048);
		g_autoptr(GError) error = NULL;

		gy_build_options_set(options, "signer", commands[i].command);
		g_assert_null(gy_format_sign(package, options, &error));
		g_assert_error(error, GY_ERROR, GY_ERROR_KEY_SIGNER);
		g_test_message("%s", error->message);
		g_assert_nonnull(strstr(error->message, commands[i].words));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *later = g_strdup_printf("/openharmony/sign/later/%s", cases[i].name);
		g_autofree char *elsewhere = g_strdup_printf("/openharmony/sign/elsewhere/%s", cases[i].name);

		g_test_add_data_func(later, &cases[i], test_later);
		g_test_add_data_func(elsewhere, &cases[i], test_elsewhere);
	}
	g_test_add_func("/openharmony/sign/refuses/signature-of-another-key", test_signature_of_another_key);
	g_test_add_func(
		"/openharmony/sign/refuses/signature-of-another-package", test_signature_of_another_package);
	g_test_add_func("/openharmony/sign/refuses/to-export-what-is-signed", test_signed_is_not_exported);
	g_test_add_func("/openharmony/sign/refuses/key-of-another-size", test_other_size_of_key);
	g_test_add_func("/openharmony/sign/refuses/layout-that-is-read-only", test_read_only_layout);
	g_test_add_func("/openharmony/sign/by-a-command", test_command);
	g_test_add_func("/openharmony/sign/refuses/what-a-command-cannot", test_failing_command);
	return g_test_run();
}

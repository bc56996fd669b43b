// SPDX-License-Identifier: Apache-2.0
#include <json-glib/json-glib.h>
#include <string.h>

#include "engine/formats/alios/alios.h"
#include "engine/formats/alios/sign.h"
#include "engine/formats/alios/version.h"
#include "tests/alios/data.h"
#include "tests/engine/vectors.h"

#define URL "https://example.invalid/fw/m3_5000.md5.bin"
#define VER "app-2.0.0-20200101.1200"

static GyPublicKey *
test_key(void)
{
	g_autofree char *path = alios_path("rsa/test_pub.pem");

	return gy_public_key_load(path, GY_KEY_RSA2048, "test", NULL, NULL);
}

static JsonNode *
read_json(GBytes *bytes)
{
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_autoptr(GError) error = NULL;
	JsonNode *node = json_from_string(text, &error);

	g_assert_no_error(error);
	return node;
}

/* ---- the vectors ---------------------------------------------------------------------------------------- */

static const struct {
	const char *digest;
	const char *message;
	const char *signature;
} vectors_of[] = {
	{"sha256", "rsa/upgrade_msg_sha256.json", "rsa/m3_sha256.sig"},
	{"md5", "rsa/upgrade_msg_md5.json", "rsa/m3_md5.sig"},
};

/* The example has other blanks: the members are the same. */
static void
test_build(gconstpointer data)
{
	guint index = GPOINTER_TO_UINT(data);
	g_autoptr(GBytes) expected = alios_bytes(vectors_of[index].message);
	g_autoptr(GBytes) signature = alios_bytes(vectors_of[index].signature);
	g_autofree char *file = alios_path("md5/m3_5000.md5.bin");
	g_autofree char *key = alios_path("rsa/test_key.pem");
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) built = build_with(NULL, &error, "image:image", file, "form", "message", "ver", VER,
		"url", URL, "digest", vectors_of[index].digest, "key", key, NULL);
	g_autoptr(JsonNode) found = NULL;
	g_autoptr(JsonNode) wanted = read_json(expected);
	g_autoptr(GyAliosMessage) message = NULL;
	g_autoptr(GBytes) made = NULL;

	g_assert_no_error(error);
	found = read_json(built);
	g_assert_true(json_node_equal(found, wanted));
	message =
		gy_alios_message_parse(g_bytes_get_data(expected, NULL), g_bytes_get_size(expected), &error);
	g_assert_no_error(error);
	made = gy_alios_message_signature(message);
	assert_equal_bytes(made, signature);
}

static void
test_verify(gconstpointer data)
{
	g_autofree char *path = alios_path(vectors_of[GPOINTER_TO_UINT(data)].message);
	g_autofree char *key = alios_path("rsa/test_pub.pem");
	g_autoptr(GyPackage) package = gy_package_load(path, NULL);

	g_assert_nonnull(package);
	g_assert_cmpstr(gy_package_kind(package), ==, GY_ALIOS_KIND_MESSAGE);
	g_assert_cmpint(gy_package_trust(package), ==, GY_TRUST_SIGNED);
	g_assert_cmpstr(gy_package_version(package), ==, VER);
	g_assert_true(gy_package_verify(package, key, NULL));
	g_assert_cmpuint(gy_package_findings(package)->len, ==, 0);
}

/* ---- what is beside the message ------------------------------------------------------------------------- */

static GyLinkState
file_state(const char *folder, GBytes *file)
{
	g_autofree char *path = g_build_filename(folder, "m3_5000.md5.bin", NULL);
	g_autofree char *message = g_build_filename(folder, "message.json", NULL);
	g_autoptr(GBytes) text = alios_bytes("rsa/upgrade_msg_md5.json");
	g_autoptr(GyPackage) package = NULL;
	const GyLink *link;

	g_assert_true(g_file_set_contents(
		message, g_bytes_get_data(text, NULL), (gssize) g_bytes_get_size(text), NULL));
	if (file)
		g_assert_true(g_file_set_contents(
			path, g_bytes_get_data(file, NULL), (gssize) g_bytes_get_size(file), NULL));
	package = gy_package_load(message, NULL);
	g_assert_true(gy_package_verify(package, NULL, NULL));
	link = g_ptr_array_index(gy_package_chain(package), gy_package_chain(package)->len - 1);
	g_assert_cmpstr(link->name, ==, "file");
	g_assert_true((link->state == GY_LINK_BAD) == (gy_package_refusal(package) != NULL));
	return link->state;
}

static void
test_the_file_is_compared(void)
{
	char *folder = temporary_folder();
	g_autoptr(GBytes) whole = alios_bytes("md5/m3_5000.md5.bin");
	g_autoptr(GBytes) flipped = with_flipped_bit(whole, 999);
	g_autoptr(GBytes) cut = g_bytes_new_from_bytes(whole, 0, 5000);

	g_assert_cmpint(file_state(folder, NULL), ==, GY_LINK_UNCHECKED);
	g_assert_cmpint(file_state(folder, whole), ==, GY_LINK_GOOD);
	g_assert_cmpint(file_state(folder, flipped), ==, GY_LINK_BAD);
	g_assert_cmpint(file_state(folder, cut), ==, GY_LINK_BAD);
	remove_folder(folder);
	g_free(folder);
}

/* ---- damage --------------------------------------------------------------------------------------------- */

static void
test_flipped_digests_and_signatures_are_found(void)
{
	g_autoptr(GyPublicKey) key = test_key();
	g_autoptr(GBytes) whole = alios_bytes("rsa/upgrade_msg_sha256.json");
	const char *text = g_bytes_get_data(whole, NULL);
	const char *digest = strstr(text, "\"sign\": \"") + 9;
	const char *signature = strstr(text, "\"digestsign\": \"") + 15;

	g_assert_false(has_complaint(whole, key));
	for (const char *at = digest; *at != '"'; at++)
		for (guint bit = 0; bit < 8; bit++) {
			g_autoptr(GBytes) flipped = with_flipped_bit(whole, (gsize) (at - text) * 8 + bit);

			/* a device takes digits in both cases */
			g_assert_true((bit == 5 && g_ascii_isalpha(*at)) || has_complaint(flipped, key));
		}
	for (const char *at = signature; *at != '"'; at++)
		for (guint bit = 0; bit < 8; bit++) {
			g_autoptr(GBytes) flipped = with_flipped_bit(whole, (gsize) (at - text) * 8 + bit);

			g_assert_true(has_complaint(flipped, key));
		}
}

static const struct {
	const char *name;
	const char *text;
	const char *field; /* (nullable): none if it is not even loaded */
} messages[] = {
	{"no-success",
		"{\"message\":\"fail\",\"data\":{\"url\":\"http://a/b\",\"version\":\"v\",\"size\":1,"
		"\"md5\":\"00112233445566778899aabbccddeeff\"}}",
		"message"},
	{"no-version",
		"{\"message\":\"success\",\"data\":{\"url\":\"http://a/b\",\"size\":1,"
		"\"md5\":\"00112233445566778899aabbccddeeff\"}}",
		"data.version"},
	{"no-size",
		"{\"message\":\"success\",\"data\":{\"url\":\"http://a/b\",\"version\":\"v\","
		"\"md5\":\"00112233445566778899aabbccddeeff\"}}",
		"data.size"},
	{"a-short-digest",
		"{\"message\":\"success\",\"data\":{\"url\":\"http://a/b\",\"version\":\"v\",\"size\":1,"
		"\"signMethod\":\"Sha256\",\"sign\":\"00112233445566778899aabbccddeeff\"}}",
		"data.sign"},
	{"another-method",
		"{\"message\":\"success\",\"data\":{\"url\":\"http://a/b\",\"version\":\"v\",\"size\":1,"
		"\"signMethod\":\"crc\",\"sign\":\"00\"}}",
		"data.signMethod"},
	{"no-slice-size",
		"{\"message\":\"success\",\"data\":{\"url\":\"http://a/b\",\"version\":\"v\",\"size\":1,"
		"\"isDiff\":1,\"md5\":\"00112233445566778899aabbccddeeff\"}}",
		"data.splictSize"},
	{"a-short-signature",
		"{\"message\":\"success\",\"data\":{\"url\":\"http://a/b\",\"version\":\"v\",\"size\":1,"
		"\"digestsign\":\"AAAA\",\"md5\":\"00112233445566778899aabbccddeeff\"}}",
		"data.digestsign"},
	{"a-size-that-is-text", "{\"message\":\"success\",\"data\":{\"url\":\"http://a/b\",\"size\":\"1\"}}",
		NULL},
	{"a-negative-size", "{\"message\":\"success\",\"data\":{\"url\":\"http://a/b\",\"size\":-1}}", NULL},
	{"data-that-is-a-list", "{\"message\":\"success\",\"data\":[{\"url\":\"\"}]}", NULL},
	{"a-member-twice",
		"{\"message\":\"success\",\"data\":{\"url\":\"http://a/b\",\"url\":\"http://a/c\"}}", NULL},
	{"no-json", "{\"message\":\"success\",\"data\":{\"url\":\"http://a/b\"}", NULL},
	{"many-levels", "{\"message\":\"success\",\"data\":{\"url\":[[[[[[[[[[]]]]]]]]]]}}", NULL},
};

static void
test_refused(gconstpointer data)
{
	guint index = GPOINTER_TO_UINT(data);
	const char *text = messages[index].text;
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = gy_package_load_bytes(bytes, "message", &error);

	if (!messages[index].field) {
		g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED);
		return;
	}
	g_assert_no_error(error);
	g_assert_true(gy_package_verify(package, NULL, NULL));
	g_assert_nonnull(find_finding(package, messages[index].field));
	g_assert_cmpuint(count_errors(package), ==, 1);
}

/* What is published ends with a zero, and the old form has a field of another name. */
static void
test_the_old_form_is_read(void)
{
	static const char text[] =
		"{\"message\":\"success\",\"data\":{\"url\":\"http://a/b\",\"version\":\"v\","
		"\"size\":1,\"md5\":\"00112233445566778899AABBCCDDEEFF\"}}";
	g_autoptr(GBytes) bytes = g_bytes_new(text, sizeof text);
	g_autoptr(GyPackage) package = gy_package_load_bytes(bytes, "message", NULL);

	g_assert_true(gy_package_verify(package, NULL, NULL));
	g_assert_cmpuint(gy_package_findings(package)->len, ==, 0);
	g_assert_cmpint(gy_package_trust(package), ==, GY_TRUST_INTEGRITY_ONLY);
}

/* ---- signing -------------------------------------------------------------------------------------------- */

static GyPackage *
unsigned_message(void)
{
	g_autofree char *file = alios_path("md5/m3_5000.md5.bin");
	g_autoptr(GBytes) built =
		build_with(NULL, NULL, "image:image", file, "form", "message", "ver", VER, "url", URL, NULL);

	g_assert_nonnull(built);
	return gy_package_load_bytes(built, "message", NULL);
}

static void
test_signing_afterwards_gives_the_same(void)
{
	g_autoptr(GyPackage) package = unsigned_message();
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autofree char *key = alios_path("rsa/test_key.pem");
	g_autoptr(GBytes) vector = alios_bytes("rsa/upgrade_msg_sha256.json");
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = NULL;
	g_autoptr(JsonNode) found = NULL;
	g_autoptr(JsonNode) wanted = read_json(vector);

	gy_build_options_set(options, "key", key);
	made = gy_format_sign(package, options, &error);
	g_assert_no_error(error);
	found = read_json(made);
	g_assert_true(json_node_equal(found, wanted));
}

static GBytes *
take(GyPackage *package, GBytes *digest, GBytes *signature, GError **error)
{
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autofree char *key = alios_path("rsa/test_pub.pem");
	g_autoptr(GyDraft) draft = gy_draft_new(NULL, 0600, NULL);
	g_autoptr(GPtrArray) ranges = g_ptr_array_new_with_free_func((GDestroyNotify) gy_signed_range_free);
	GySignedRange *range = gy_signed_range_new(GY_ALIOS_SIGNED, "", digest);

	range->signature = g_bytes_ref(signature);
	g_ptr_array_add(ranges, range);
	gy_build_options_set(options, "key", key);
	return gy_alios_take_signatures(package, options, ranges, draft, error) ? gy_draft_read(draft, error)
										: NULL;
}

static void
test_signatures_from_elsewhere(void)
{
	g_autoptr(GyPackage) package = unsigned_message();
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GPtrArray) ranges = gy_alios_to_be_signed(package, options, NULL);
	const GySignedRange *range = g_ptr_array_index(ranges, 0);
	g_autoptr(GBytes) file = alios_bytes("md5/m3_5000.md5.bin");
	g_autoptr(GBytes) digest = gy_alios_file_digest(GY_ALIOS_SHA256, file);
	g_autoptr(GBytes) other = gy_alios_file_digest(GY_ALIOS_MD5, file);
	g_autoptr(GBytes) signature = alios_bytes("rsa/m3_sha256.sig");
	g_autoptr(GBytes) wrong = alios_bytes("rsa/m3_md5.sig");
	g_autoptr(GyPublicKey) key = test_key();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) made = NULL;

	g_assert_cmpuint(ranges->len, ==, 1);
	assert_equal_bytes(range->bytes, digest);
	made = take(package, digest, signature, &error);
	g_assert_no_error(error);
	g_assert_false(has_complaint(made, key));
	g_assert_null(take(package, digest, wrong, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_KEY_SIGNER);
	g_clear_error(&error);
	g_assert_null(take(package, other, signature, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_SIGNATURE);
}

static void
test_a_difference_is_announced_as_one(void)
{
	static const struct {
		const char *file;
		const char *slice_size;
		guint32 expected;
	} cases[] = {
		{"diff/d1.diff", NULL, 4096}, {"diff/d6.diff", NULL, 4096}, {"diff/d7.diff", NULL, 65536}};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *file = alios_path(cases[i].file);
		g_autoptr(GBytes) built = build_with(
			NULL, NULL, "image:image", file, "form", "message", "ver", VER, "url", URL, NULL);
		g_autoptr(GyPackage) package = gy_package_load_bytes(built, "message", NULL);

		g_assert_true(gy_alios_message_of(package)->is_difference);
		g_assert_cmpuint(gy_alios_message_of(package)->slice_size, ==, cases[i].expected);
	}
}

/* ---- versions ------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *offered;
	const char *running;
	gboolean is_taken;
	guint n_warnings;
} versions[] = {
	{"newer", "app-2.0.0-20200101.1200", "app-1.0.0-20190101.1200", TRUE, 0},
	{"older", "app-1.0.0-20190101.1200", "app-2.0.0-20200101.1200", FALSE, 0},
	{"the-same", "app-1.0.0-20190101.1200", "app-1.0.0-20190101.1200", FALSE, 0},
	{"ten-after-two", "app-10.0.0", "app-2.0.0", FALSE, 1},
	{"two-after-ten", "app-2.0.0", "app-10.0.0", TRUE, 1},
	{"another-case", "APP-2.0.0", "app-1.0.0", FALSE, 1},
	{"the-beginning-of-the-running-one", "app-1.0.0", "app-1.0.0-20190101", FALSE, 1},
	{"two-parts-one-newer", "k-1.0_app-2.0", "k-1.0_app-1.0", TRUE, 0},
	{"two-parts-the-same", "k-1.0_app-1.0", "k-1.0_app-1.0", FALSE, 0},
	{"long-numbers", "app-99999999999999999999999", "app-88888888888888888888888", TRUE, 0},
};

static void
test_version(gconstpointer data)
{
	guint index = GPOINTER_TO_UINT(data);
	g_autoptr(GPtrArray) notes = notes_new();
	g_autoptr(GError) error = NULL;

	g_assert_true(gy_alios_version_is_taken(versions[index].offered, versions[index].running) ==
		      versions[index].is_taken);
	g_assert_true(gy_alios_version_check(versions[index].offered, versions[index].running, FALSE, notes,
			      &error) == versions[index].is_taken);
	g_assert_true(
		versions[index].is_taken || g_error_matches(error, GY_ERROR, GY_ERROR_PACKAGE_ROLLBACK));
	g_assert_cmpuint(notes->len, ==, versions[index].n_warnings);
	g_assert_true(
		gy_alios_version_check(versions[index].offered, versions[index].running, TRUE, notes, NULL));
}

#define ADD_ALL(table, name, path, function)                                                                 \
	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {                                                    \
		g_autofree char *test_path = g_strconcat(path, (table)[i].name, NULL);                       \
		g_test_add_data_func(test_path, GUINT_TO_POINTER(i), function);                              \
	}

int
main(int argc, char **argv)
{
	/* the number of a message */
	g_setenv("SOURCE_DATE_EPOCH", "1577836800", TRUE);
	g_test_init(&argc, &argv, NULL);
	ADD_ALL(vectors_of, digest, "/alios/message/build-gives-the-example/", test_build)
	ADD_ALL(vectors_of, digest, "/alios/message/verify-accepts-the-example/", test_verify)
	ADD_ALL(messages, name, "/alios/message/refuses/", test_refused)
	ADD_ALL(versions, name, "/alios/version/as-the-device-compares/", test_version)
	g_test_add_func("/alios/message/the-file-is-compared", test_the_file_is_compared);
	g_test_add_func("/alios/message/flipped-digests-and-signatures-are-found",
		test_flipped_digests_and_signatures_are_found);
	g_test_add_func("/alios/message/the-old-form-is-read", test_the_old_form_is_read);
	g_test_add_func(
		"/alios/message/signing-afterwards-gives-the-same", test_signing_afterwards_gives_the_same);
	g_test_add_func("/alios/message/signatures-from-elsewhere", test_signatures_from_elsewhere);
	g_test_add_func(
		"/alios/message/a-difference-is-announced-as-one", test_a_difference_is_announced_as_one);
	return g_test_run();
}

// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/compression/xz.h"
#include "engine/formats/alios/alios.h"
#include "engine/formats/alios/boot-record.h"
#include "engine/formats/alios/key-forms.h"
#include "protocol/host/crc16.h"
#include "tests/alios/data.h"
#include "tests/engine/vectors.h"

#define ALL_BITS_AT_ENDS 64

/* ---- the originals' bytes ------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *options[10];
	const char *expected;
} builds[] = {
	{"one-byte", {"image:image", "md5/m1_1byte.bin"}, "md5/m1_1byte.md5.bin"},
	{"256-bytes", {"image:image", "md5/m2_256.bin"}, "md5/m2_256.md5.bin"},
	{"5000-bytes", {"image:image", "md5/m3_5000.bin"}, "md5/m3_5000.md5.bin"},
	{"block-of-application",
		{"image:image", "md5/m3_5000.bin", "form", "info-block", "magic", "0xABABABAB"},
		"md5/m3_5000.info_app.bin"},
	{"block-of-kernel", {"image:image", "md5/m3_5000.bin", "form", "info-block", "magic", "0xCDCDCDCD"},
		"md5/m3_5000.info_kernel.bin"},
	{"main-and-mcu",
		{"image:main", "pack/p1_main.bin", "image:mcu", "pack/p1_mcu.bin", "mcu-offset", "0x800",
			"generation", "3.x"},
		"pack/p1_main_mcu_0x800.ota.bin"},
	{"xz", {"image:image", "md5/m3_5000.bin", "form", "xz", "generation", "3.x", "dictionary", "32768"},
		"xz/m3_5000.bin.xz.md5.bin"},
};

/* KEY, VALUE, …: "image:SECTION" with a vector's file adds an image. */
static GyBuildOptions *
options_of(const char *const *words)
{
	GyBuildOptions *options = gy_build_options_new();

	for (; *words; words += 2) {
		g_autofree char *path = alios_path(words[1]);

		if (g_str_has_prefix(words[0], "image:"))
			gy_build_options_add_image(options, words[0] + strlen("image:"), path);
		else
			gy_build_options_set(options, words[0], words[1]);
	}
	return options;
}

static void
test_build(gconstpointer data)
{
	g_autoptr(GyBuildOptions) given = options_of(builds[GPOINTER_TO_UINT(data)].options);
	g_autoptr(GBytes) expected = alios_bytes(builds[GPOINTER_TO_UINT(data)].expected);
	g_autoptr(GPtrArray) notes = notes_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) built = NULL;

	built = gy_format_build(&gy_alios_format, given, notes, &error);
	g_assert_no_error(error);
	assert_equal_bytes(built, expected);
}

/* A generator makes it, and a device refuses it. */
static void
test_empty(void)
{
	g_autoptr(GBytes) expected = alios_bytes("md5/m4_empty.md5.bin");
	g_autoptr(GyPackage) package = gy_package_load_bytes(expected, "empty", NULL);
	guint8 block[ALIOS_BLOCK_SIZE];

	gy_alios_block_write(NULL, 0, ALIOS_MAGIC_ALL, block);
	assert_same(block, sizeof block, g_bytes_get_data(expected, NULL), g_bytes_get_size(expected));
	g_assert_nonnull(package);
	g_assert_true(gy_package_verify(package, NULL, NULL));
	g_assert_nonnull(find_finding(package, "image_size"));
	g_assert_cmpuint(count_errors(package), ==, 1);
}

static void
test_xz_gives_the_program_s_bytes(void)
{
	static const char *const pairs[][2] = {
		{"md5/m3_5000.bin", "xz/m3_5000.bin.xz"}, {"diff/d3.old", "xz/d3_old.bin.xz"}};

	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autoptr(GBytes) raw = alios_bytes(pairs[i][0]);
		g_autoptr(GBytes) expected = alios_bytes(pairs[i][1]);
		g_autoptr(GBytes) packed = gy_xz_encode(raw, 32768, NULL);
		g_autoptr(GBytes) unpacked = gy_xz_decode(g_bytes_get_data(expected, NULL),
			g_bytes_get_size(expected), g_bytes_get_size(raw), NULL);

		assert_equal_bytes(packed, expected);
		assert_equal_bytes(unpacked, raw);
		/* one byte less than it has */
		g_assert_null(gy_xz_decode(g_bytes_get_data(expected, NULL), g_bytes_get_size(expected),
			g_bytes_get_size(raw) - 1, NULL));
	}
}

static void
test_crc16(void)
{
	static const guint8 letters[256] = {[0 ... 255] = 'A'};

	g_assert_cmphex(gy_crc16(GY_CRC16_INIT, (const guint8 *) "123456789", 9), ==, 0x31C3);
	g_assert_cmphex(gy_crc16(GY_CRC16_INIT, NULL, 0), ==, 0);
	g_assert_cmphex(gy_crc16(gy_crc16(GY_CRC16_INIT, letters, 100), letters, 156), ==, 0xABE3);
}

static void
test_key_header(void)
{
	g_autofree char *path = alios_path("rsa/test_pub.pem");
	g_autofree char *modulus = alios_text("rsa/test_pub_n_hex.txt");
	g_autofree char *exponent = alios_text("rsa/test_pub_e_hex.txt");
	g_autofree char *expected = g_strconcat(modulus, exponent, NULL);
	g_autoptr(GyPublicKey) key = gy_public_key_load(path, GY_KEY_RSA2048, "test", NULL, NULL);
	g_autoptr(GBytes) header = gy_alios_key_header(key);
	g_autofree char *text = g_strndup(g_bytes_get_data(header, NULL), g_bytes_get_size(header));
	g_autoptr(GString) digits = g_string_new(NULL);

	for (const char *at = strstr(text, "0x"); at; at = strstr(at + 2, "0x"))
		g_string_append_len(digits, at + 2, 2);
	g_assert_cmpstr(digits->str, ==, expected);
	g_assert_nonnull(strstr(text, "ota_pubn_buf[256] = {"));
	g_assert_nonnull(strstr(text, "ota_pube_buf[3] = {"));
}

/* ---- damage --------------------------------------------------------------------------------------------- */

static const struct {
	const char *file;
	const char *field;
	GyError code;
} damaged[] = {
	{"neg/n1_bad_magic.diff", "slice[0].magic", GY_ERROR_PACKAGE_MALFORMED},
	{"neg/n3_truncated.diff", "slice[2].extra_size", GY_ERROR_PACKAGE_TRUNCATED},
	{"neg/n4_newsize_mismatch.diff", "slice[0].control", GY_ERROR_PACKAGE_MALFORMED},
	{"neg/n5_corrupt_xz.diff", "slice[0].diff", GY_ERROR_IMAGE_COMPRESSION},
	{"neg/n6_trailer_bad_magic.md5.bin", "image_magic", GY_ERROR_PACKAGE_MALFORMED},
	{"neg/n7_body_bitflip.md5.bin", "image_md5", GY_ERROR_PACKAGE_HASH},
	{"neg/n8_trailer_size_too_big.md5.bin", "image_size", GY_ERROR_PACKAGE_TRUNCATED},
	{"neg/n9_param_bad_crc.bin", "param_crc", GY_ERROR_PACKAGE_HASH},
};

static void
test_damaged(gconstpointer data)
{
	guint index = GPOINTER_TO_UINT(data);
	g_autoptr(GBytes) bytes = alios_bytes(damaged[index].file);
	g_autoptr(GyPackage) package = gy_package_load_bytes(bytes, damaged[index].file, NULL);
	const GyFinding *finding;

	g_assert_nonnull(package);
	g_assert_true(gy_package_format(package) == &gy_alios_format);
	g_assert_true(gy_package_verify(package, NULL, NULL));
	finding = find_finding(package, damaged[index].field);
	g_assert_nonnull(finding);
	g_assert_cmpstr(finding->code, ==, gy_error_word(damaged[index].code));
	g_assert_cmpuint(count_errors(package), ==, 1);
}

static void
test_every_flipped_bit_is_found(void)
{
	g_autoptr(GBytes) whole = alios_bytes("md5/m2_256.md5.bin");

	g_assert_false(has_complaint(whole, NULL));
	for (gsize bit = 0; bit < g_bytes_get_size(whole) * 8; bit++) {
		g_autoptr(GBytes) flipped = with_flipped_bit(whole, bit);

		if (!has_complaint(flipped, NULL))
			g_error("bit %" G_GSIZE_FORMAT " was flipped, and nothing found", bit);
	}
}

static void
test_every_cut_is_found(void)
{
	g_autoptr(GBytes) whole = alios_bytes("md5/m2_256.md5.bin");

	for (gsize size = 0; size < g_bytes_get_size(whole); size++) {
		g_autoptr(GBytes) part = g_bytes_new(g_bytes_get_data(whole, NULL), size);

		g_assert_true(has_complaint(part, NULL));
	}
}

/* To something else than it should. */
static gboolean
unpacks_wrong(GBytes *packed, GBytes *raw)
{
	g_autoptr(GBytes) unpacked =
		gy_xz_decode(g_bytes_get_data(packed, NULL), g_bytes_get_size(packed), 1u << 20, NULL);

	return unpacked && !g_bytes_equal(unpacked, raw);
}

/* Heads and index whole, of the body one bit in each byte. */
static void
test_flipped_bits_of_xz_are_found(void)
{
	g_autoptr(GBytes) whole = alios_bytes("xz/m3_5000.bin.xz");
	g_autoptr(GBytes) raw = alios_bytes("md5/m3_5000.bin");
	gsize size = g_bytes_get_size(whole);

	for (gsize at = 0; at < size; at++) {
		gboolean is_end = at < ALL_BITS_AT_ENDS || at >= size - ALL_BITS_AT_ENDS;

		for (guint bit = is_end ? 0 : (guint) g_test_rand_int_range(0, 8); bit < 8;
			bit += is_end ? 1 : 8) {
			g_autoptr(GBytes) flipped = with_flipped_bit(whole, at * 8 + bit);

			if (unpacks_wrong(flipped, raw))
				g_error("bit %u of byte %" G_GSIZE_FORMAT " was flipped", bit, at);
		}
	}
}

/* What the program makes by itself, which small decoders do not read. */
static void
test_xz_of_other_kinds_is_refused(void)
{
	static const char *const kinds[][3] = {
		{"--check=crc64", "check 4"},
		{"--check=sha256", "check 10"},
		{"--x86", "other filters"},
		{"--block-size=1000", "several blocks"},
	};
	g_autofree char *program = g_find_program_in_path("xz");
	g_autofree char *path = alios_path("md5/m3_5000.bin");

	if (!program) {
		g_test_skip("no xz");
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const char *check = g_str_has_prefix(kinds[i][0], "--check") ? kinds[i][0] : "--check=crc32";
		gboolean is_filter = g_str_equal(kinds[i][0], "--x86");
		g_autoptr(GSubprocess) xz = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, program,
			"-c", "-k", check, is_filter ? "--x86" : "-T1",
			is_filter ? "--lzma2=dict=4KiB" : kinds[i][0], path, NULL);
		g_autoptr(GBytes) packed = NULL;
		g_autoptr(GError) error = NULL;
		GyXzInfo info;

		g_assert_true(g_subprocess_communicate(xz, NULL, NULL, &packed, NULL, NULL));
		g_assert_false(gy_xz_inspect(
			g_bytes_get_data(packed, NULL), g_bytes_get_size(packed), &info, &error));
		g_assert_error(error, GY_ERROR, GY_ERROR_IMAGE_COMPRESSION);
		g_assert_nonnull(strstr(error->message, kinds[i][1]));
	}
}

/* ---- forms ---------------------------------------------------------------------------------------------- */

static void
test_unpack_gives_the_image_back(void)
{
	static const char *const forms[] = {"image", "info-head", "xz"};
	g_autofree char *path = alios_path("md5/m3_5000.md5.bin");
	g_autoptr(GBytes) image = alios_bytes("md5/m3_5000.md5.bin");

	for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) built = build_with(
			NULL, &error, "image:image", path, "form", forms[i], "generation", "3.x", NULL);
		g_autoptr(GBytes) copy = built ? exact_copy(built) : NULL;
		g_autoptr(GyPackage) package = copy ? gy_package_load_bytes(copy, "built", &error) : NULL;
		g_autoptr(GBytes) unpacked = package ? gy_package_unpack_image(package, 0, &error) : NULL;

		g_assert_no_error(error);
		g_assert_cmpstr(gy_package_kind(package), ==, forms[i]);
		assert_equal_bytes(unpacked, image);
		g_assert_false(has_complaint(copy, NULL));
	}
}

/* As main and MCU, but a whole image for every generation. */
static void
test_kernel_and_application(void)
{
	g_autofree char *kernel = alios_path("pack/p1_main.bin");
	g_autofree char *application = alios_path("pack/p1_mcu.bin");
	g_autoptr(GBytes) pair = alios_bytes("pack/p1_main_mcu_0x800.ota.bin");
	g_autoptr(GBytes) body = g_bytes_new_from_bytes(pair, 0, g_bytes_get_size(pair) - ALIOS_BLOCK_SIZE);
	g_autoptr(GBytes) expected = gy_alios_with_trailer(body, ALIOS_MAGIC_ALL);
	g_autoptr(GPtrArray) notes = notes_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) built = build_with(
		notes, &error, "image:kernel", kernel, "image:app", application, "app-offset", "0x800", NULL);
	g_autoptr(GBytes) close = NULL;

	g_assert_no_error(error);
	assert_equal_bytes(built, expected);
	g_assert_cmpuint(notes->len, ==, 0);
	/* an offset within the kernel fills nothing */
	close = build_with(
		notes, &error, "image:kernel", kernel, "image:app", application, "app-offset", "8", NULL);
	g_assert_no_error(error);
	g_assert_cmpuint(g_bytes_get_size(close), ==, 1500 + 700 + ALIOS_BLOCK_SIZE);
	g_assert_cmpuint(notes->len, ==, 1);
}

static const struct {
	const char *name;
	const char *options[10];
	GyError code;
} pair_refusals[] = {
	{"without-offset", {"image:kernel", "pack/p1_main.bin", "image:app", "pack/p1_mcu.bin"},
		GY_ERROR_CFG_MISSING},
	{"without-application", {"image:kernel", "pack/p1_main.bin", "app-offset", "0x800"},
		GY_ERROR_CFG_MISSING},
	{"offset-of-the-other",
		{"image:kernel", "pack/p1_main.bin", "image:app", "pack/p1_mcu.bin", "mcu-offset", "0x800"},
		GY_ERROR_CFG_RULE},
	{"of-both-kinds",
		{"image:main", "pack/p1_main.bin", "image:app", "pack/p1_mcu.bin", "mcu-offset", "0x800",
			"generation", "3.x"},
		GY_ERROR_CFG_RULE},
	{"mcu-before-3",
		{"image:main", "pack/p1_main.bin", "image:mcu", "pack/p1_mcu.bin", "mcu-offset", "0x800"},
		GY_ERROR_CFG_RULE},
	{"packed",
		{"image:kernel", "pack/p1_main.bin", "image:app", "pack/p1_mcu.bin", "app-offset", "0x800",
			"form", "xz"},
		GY_ERROR_CFG_RULE},
	{"far-away",
		{"image:kernel", "pack/p1_main.bin", "image:app", "pack/p1_mcu.bin", "app-offset",
			"0x3fffd9a"},
		GY_ERROR_CFG_RULE},
};

static void
test_pair_refusal(gconstpointer data)
{
	g_autoptr(GyBuildOptions) given = options_of(pair_refusals[GPOINTER_TO_UINT(data)].options);
	g_autoptr(GPtrArray) notes = notes_new();
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_format_build(&gy_alios_format, given, notes, &error));
	g_assert_error(error, GY_ERROR, (int) pair_refusals[GPOINTER_TO_UINT(data)].code);
}

static void
test_an_unknown_chip_gets_a_small_dictionary(void)
{
	static const struct {
		const char *chip;
		guint32 dictionary;
	} chips[] = {{NULL, 4096}, {"esp8266", 4096}, {"mk3060", 16384}};
	g_autofree char *path = alios_path("md5/m3_5000.md5.bin");

	for (guint i = 0; i < G_N_ELEMENTS(chips); i++) {
		g_autoptr(GBytes) built = build_with(NULL, NULL, "image:image", path, "form", "xz",
			"generation", "3.x", "chip", chips[i].chip, NULL);
		GyXzInfo info;

		g_assert_true(gy_xz_inspect(g_bytes_get_data(built, NULL),
			g_bytes_get_size(built) - ALIOS_BLOCK_SIZE, &info, NULL));
		g_assert_cmpuint(info.dictionary, ==, chips[i].dictionary);
	}
}

static const struct {
	const char *name;
	const char *options[8];
	GyError code;
} refusals[] = {
	{"xz-before-3", {"form", "xz"}, GY_ERROR_CFG_RULE},
	{"magic-of-3-before-it", {"magic", "0xABCDABCD"}, GY_ERROR_CFG_VALUE},
	{"unknown-magic", {"magic", "1", "generation", "3.x"}, GY_ERROR_CFG_VALUE},
	{"large-dictionary", {"form", "xz", "generation", "3.x", "dictionary", "65536"}, GY_ERROR_CFG_VALUE},
	{"key-before-3", {"key", "rsa/test_key.pem"}, GY_ERROR_CFG_RULE},
	{"key-of-a-head", {"key", "rsa/test_key.pem", "generation", "3.x", "form", "info-head"},
		GY_ERROR_CFG_RULE},
	{"padding-mode-without-key", {"padding-mode", "1", "generation", "3.x"}, GY_ERROR_CFG_RULE},
	{"large-padding-mode", {"padding-mode", "256", "generation", "3.x", "key", "k"}, GY_ERROR_CFG_VALUE},
	{"version-without-message", {"ver", "app-1"}, GY_ERROR_CFG_RULE},
	{"message-without-version", {"form", "message", "url", "http://a/b"}, GY_ERROR_CFG_MISSING},
	{"hash-only", {"signing", "hash-only"}, GY_ERROR_CFG_RULE},
	{"dictionary-of-no-xz", {"dictionary", "4096"}, GY_ERROR_CFG_RULE},
	{"slice-size-of-no-difference", {"slice-size", "4096"}, GY_ERROR_CFG_RULE},
	{"magic-of-a-message", {"form", "message", "magic", "0xEFEFEFEF"}, GY_ERROR_CFG_RULE},
};

static void
test_refusal(gconstpointer data)
{
	guint index = GPOINTER_TO_UINT(data);
	const char *const *o = refusals[index].options;
	g_autofree char *path = alios_path("md5/m2_256.md5.bin");
	g_autoptr(GError) error = NULL;

	g_assert_null(build_with(
		NULL, &error, "image:image", path, o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7], NULL));
	g_assert_error(error, GY_ERROR, (int) refusals[index].code);
}

/* ---- boot records --------------------------------------------------------------------------------------- */

static const struct {
	const char *file;
	GyAliosRecordKind kind;
	gsize size;
	struct {
		const char *name;
		guint32 value;
	} fields[10];
} records[] = {
	{"param/b1_raw_dual_v21.bin", GY_ALIOS_RECORD_BOOT_2_1, 37,
		{{"len", 5028}, {"crc", 0x1234}, {"upg_flag", 0x52445546}}},
	{"param/b2_raw_swap_v21.bin", GY_ALIOS_RECORD_BOOT_2_1, 37,
		{{"crc", 0xBEEF}, {"upg_flag", 0x52535546}}},
	{"param/b3_raw_dual_v10.bin", GY_ALIOS_RECORD_BOOT_1_0, 33,
		{{"len", 5028}, {"crc", 0x1234}, {"upg_flag", 0x52445546}}},
	{"param/s1_diff_request_v21_64k.bin", GY_ALIOS_RECORD_PATCH_2_1, 87,
		{{"dst_adr", 1}, {"src_adr", 3}, {"upg_flag", 0x52455659}, {"rec_size", 3708},
			{"splict_size", 65536}, {"diff", 1}}},
};

/* Written from what is known of each, and read back. */
static void
test_records(void)
{
	g_autoptr(GBytes) diff = alios_bytes("diff/d4.diff");
	guint16 diff_crc = gy_crc16(GY_CRC16_INIT, g_bytes_get_data(diff, NULL), g_bytes_get_size(diff));

	for (guint i = 0; i < G_N_ELEMENTS(records); i++) {
		g_autoptr(GBytes) expected = alios_bytes(records[i].file);
		g_autofree guint8 *made = g_malloc0(records[i].size);
		gboolean is_patch = records[i].kind == GY_ALIOS_RECORD_PATCH_2_1;
		GyAliosRecordKind kind;

		g_assert_true(gy_alios_record_probe(
			g_bytes_get_data(expected, NULL), g_bytes_get_size(expected), &kind));
		g_assert_cmpint(kind, ==, records[i].kind);
		g_assert_cmpuint(gy_alios_record_size(kind, 65536), ==, records[i].size);
		for (guint j = 0; records[i].fields[j].name; j++)
			gy_alios_record_set(
				made, kind, records[i].fields[j].name, records[i].fields[j].value);
		if (is_patch)
			gy_alios_record_set(made, kind, "crc", diff_crc);
		gy_alios_record_seal(made, records[i].size);
		assert_same(
			made, records[i].size, g_bytes_get_data(expected, NULL), g_bytes_get_size(expected));
		g_assert_false(has_complaint(expected, NULL));
		for (gsize bit = 0; bit < records[i].size * 8; bit++) {
			g_autoptr(GBytes) flipped = with_flipped_bit(expected, bit);

			g_assert_true(has_complaint(flipped, NULL));
		}
	}
}

static GBytes *
sealed_record(GyAliosRecordKind kind, guint32 flag, const char *version)
{
	gsize size = gy_alios_record_size(kind, 65536);
	guint8 *made = g_malloc0(size);

	gy_alios_record_set(made, kind, "upg_flag", flag);
	gy_alios_record_set(made, kind, "len", 5028);
	if (version)
		memcpy(made + 603, version, strlen(version));
	gy_alios_record_seal(made, size);
	return g_bytes_new_take(made, size);
}

/* Its flag has 16 bits, and it has texts. */
static void
test_record_of_3(void)
{
	g_autoptr(GBytes) record = sealed_record(GY_ALIOS_RECORD_BOOT_3, 0xA55A, "app-1.0.0");
	const guint8 *data = g_bytes_get_data(record, NULL);
	g_autofree char *version = gy_alios_record_text(data, GY_ALIOS_RECORD_BOOT_3, "ver");
	g_autofree char *url = gy_alios_record_text(data, GY_ALIOS_RECORD_BOOT_3, "url");
	g_autoptr(GBytes) copy = exact_copy(record);
	GyAliosRecordKind kind;

	g_assert_cmpuint(g_bytes_get_size(record), ==, 708);
	g_assert_true(gy_alios_record_probe(data, 708, &kind));
	g_assert_cmpint(kind, ==, GY_ALIOS_RECORD_BOOT_3);
	g_assert_cmpuint(gy_alios_record_get(data, kind, "upg_flag"), ==, 0xA55A);
	g_assert_cmphex(data[14], ==, 0x5A);
	g_assert_cmpstr(version, ==, "app-1.0.0");
	g_assert_null(url);
	g_assert_false(has_complaint(copy, NULL));
	for (gsize bit = 0; bit < 708 * 8; bit += 3) {
		g_autoptr(GBytes) flipped = with_flipped_bit(record, bit);

		g_assert_true(has_complaint(flipped, NULL));
	}
}

static void
test_record_of_nothing(void)
{
	for (guint i = 0; i < GY_ALIOS_N_RECORDS; i++) {
		GyAliosRecordKind kind = (GyAliosRecordKind) i;
		g_autoptr(GBytes) record = sealed_record(kind, 0, NULL);
		g_autofree guint8 *zeros = g_malloc0(g_bytes_get_size(record));
		GyAliosRecordKind found;

		/* a patch's has no slice size here */
		g_assert_cmpint(gy_alios_record_probe(
					g_bytes_get_data(record, NULL), g_bytes_get_size(record), &found),
			==,
			kind == GY_ALIOS_RECORD_BOOT_1_0 || kind == GY_ALIOS_RECORD_BOOT_2_1 ||
				kind == GY_ALIOS_RECORD_BOOT_3);
		g_assert_false(gy_alios_record_probe(zeros, g_bytes_get_size(record), &found));
	}
}

/* A file that proves nothing is not what somebody asks for who names a key. */
static void
test_a_key_wants_a_signature(void)
{
	g_autofree char *path = alios_path("rsa/test_pub.pem");
	g_autoptr(GyPublicKey) key = gy_public_key_load(path, GY_KEY_RSA2048, "test", NULL, NULL);
	g_autoptr(GBytes) image = alios_bytes("md5/m2_256.md5.bin");
	g_autoptr(GBytes) difference = alios_bytes("diff/d1.diff");

	g_assert_true(has_complaint(image, key));
	g_assert_true(has_complaint(difference, key));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(builds); i++) {
		g_autofree char *path = g_strdup_printf("/alios/build/gives-the-original/%s", builds[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_build);
	}
	for (guint i = 0; i < G_N_ELEMENTS(damaged); i++) {
		g_autofree char *name = g_path_get_basename(damaged[i].file);
		g_autofree char *path = g_strdup_printf("/alios/verify/finds/%s", name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_damaged);
	}
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path = g_strdup_printf("/alios/build/refuses/%s", refusals[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_refusal);
	}
	for (guint i = 0; i < G_N_ELEMENTS(pair_refusals); i++) {
		g_autofree char *path =
			g_strdup_printf("/alios/build/refuses/pair/%s", pair_refusals[i].name);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_pair_refusal);
	}
	g_test_add_func("/alios/build/kernel-and-application", test_kernel_and_application);
	g_test_add_func("/alios/image/an-empty-one-is-refused", test_empty);
	g_test_add_func("/alios/image/every-flipped-bit-is-found", test_every_flipped_bit_is_found);
	g_test_add_func("/alios/image/every-cut-is-found", test_every_cut_is_found);
	g_test_add_func("/alios/image/unpack-gives-it-back", test_unpack_gives_the_image_back);
	g_test_add_func("/alios/image/a-key-wants-a-signature", test_a_key_wants_a_signature);
	g_test_add_func("/alios/xz/gives-the-program-s-bytes", test_xz_gives_the_program_s_bytes);
	g_test_add_func("/alios/xz/flipped-bits-are-found", test_flipped_bits_of_xz_are_found);
	g_test_add_func("/alios/xz/other-kinds-are-refused", test_xz_of_other_kinds_is_refused);
	g_test_add_func("/alios/xz/an-unknown-chip-gets-a-small-dictionary",
		test_an_unknown_chip_gets_a_small_dictionary);
	g_test_add_func("/alios/record/as-the-layout-says", test_records);
	g_test_add_func("/alios/record/of-3", test_record_of_3);
	g_test_add_func("/alios/record/that-asks-for-nothing", test_record_of_nothing);
	g_test_add_func("/alios/crc16/is-xmodem", test_crc16);
	g_test_add_func("/alios/key/header-is-as-the-device-has-it", test_key_header);
	return g_test_run();
}

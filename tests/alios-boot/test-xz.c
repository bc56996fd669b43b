// SPDX-License-Identifier: Apache-2.0
#include <lzma.h>
#include <string.h>

#include "device-agent/alios/xz-private.h"
#include "device-agent/include/checksum.h"
#include "device-agent/ports/sim/xz-liblzma.h"
#include "engine/compression/xz.h"
#include "tests/alios-boot/device.h"
#include "tests/patch/source.h"

#define DICTIONARY 32768

static enum gya_patch_result
inspect(GBytes *packed, guint32 dictionary, guint32 *unpacked)
{
	Source bytes = {packed, 0, 0};
	const struct gya_patch_source source = {&bytes, (guint32) g_bytes_get_size(packed), source_read};

	return alios_xz_inspect(&source, 0, source.size, dictionary, unpacked);
}

// Taken out in pieces of that size; NULL if it is not right to its very end.
static GBytes *
unpack(GBytes *packed, guint32 dictionary, gsize piece, enum gya_patch_result *result)
{
	Source bytes = {packed, 0, 0};
	const struct gya_patch_source source = {&bytes, (guint32) g_bytes_get_size(packed), source_read};
	struct gya_xz *xz = gya_xz_liblzma_new(dictionary);
	struct alios_xz_stream stream;
	g_autoptr(GByteArray) out = g_byte_array_new();

	*result = alios_xz_open(&stream, &source, 0, source.size, xz, ALIOS_XZ_DICTIONARY_WHOLE);
	while (*result == GYA_PATCH_OK && stream.left > 0) {
		guint32 n = (guint32) MIN(piece, stream.left);
		g_autofree guint8 *piece_bytes = g_malloc(n);

		*result = alios_xz_get(&stream, piece_bytes, n);
		g_byte_array_append(out, piece_bytes, n);
	}
	if (*result == GYA_PATCH_OK)
		*result = alios_xz_close(&stream);
	gya_xz_liblzma_free(xz);
	return *result == GYA_PATCH_OK ? g_byte_array_free_to_bytes(g_steal_pointer(&out)) : NULL;
}

static void
test_sums(void)
{
	const guint8 *check = (const guint8 *) "123456789";
	guint8 letters[256];

	memset(letters, 'A', sizeof letters);
	g_assert_cmphex(gya_crc16(0, check, 9), ==, 0x31C3);
	g_assert_cmphex(gya_crc16(0, check, 0), ==, 0);
	g_assert_cmphex(gya_crc16(0, letters, sizeof letters), ==, 0xABE3);
	g_assert_cmphex(gya_crc16(gya_crc16(0, check, 4), check + 4, 5), ==, 0x31C3);
	g_assert_cmphex(gya_crc32(0, check, 9), ==, 0xCBF43926);
	g_assert_cmphex(gya_crc32(gya_crc32(0, check, 4), check + 4, 5), ==, 0xCBF43926);
}

static void
test_vectors(void)
{
	static const char *const names[][3] = {
		{"m3_5000.bin.xz", "md5", "m3_5000.bin"}, {"d3_old.bin.xz", "diff", "d3.old"}};
	static const gsize pieces[] = {1, 7, 256, 100000};

	for (guint i = 0; i < G_N_ELEMENTS(names) * G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GBytes) packed = vector("xz", names[i / 4][0]);
		g_autoptr(GBytes) plain = vector(names[i / 4][1], names[i / 4][2]);
		enum gya_patch_result result;
		g_autoptr(GBytes) unpacked = unpack(packed, DICTIONARY, pieces[i % 4], &result);

		g_assert_cmpint(result, ==, GYA_PATCH_OK);
		g_assert_true(g_bytes_equal(unpacked, plain));
	}
}

static GBytes *
pack_with(lzma_check check, const lzma_filter *filters, GBytes *plain)
{
	gsize room = lzma_stream_buffer_bound(g_bytes_get_size(plain)), used = 0;
	guint8 *out = g_malloc(room);

	g_assert_cmpint(lzma_stream_buffer_encode((lzma_filter *) filters, check, NULL,
				g_bytes_get_data(plain, NULL), g_bytes_get_size(plain), out, &used, room),
		==, LZMA_OK);
	return g_bytes_new_take(out, used);
}

static void
test_what_small_decoders_lack(void)
{
	g_autoptr(GBytes) plain = vector("md5", "m3_5000.bin");
	lzma_options_lzma options, large;
	const lzma_filter usual[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
	const lzma_filter too_large[] = {{LZMA_FILTER_LZMA2, &large}, {LZMA_VLI_UNKNOWN, NULL}};
	const lzma_filter with_arm[] = {
		{LZMA_FILTER_ARM, NULL}, {LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
	const struct {
		lzma_check check;
		const lzma_filter *filters;
		enum gya_patch_result result;
	} cases[] = {
		{LZMA_CHECK_CRC32, usual, GYA_PATCH_OK},
		{LZMA_CHECK_CRC64, usual, GYA_PATCH_E_COMPRESSION},
		{LZMA_CHECK_SHA256, usual, GYA_PATCH_E_COMPRESSION},
		{LZMA_CHECK_NONE, usual, GYA_PATCH_E_COMPRESSION},
		{LZMA_CHECK_CRC32, with_arm, GYA_PATCH_E_COMPRESSION},
		{LZMA_CHECK_CRC32, too_large, GYA_PATCH_E_COMPRESSION},
	};

	g_assert_false(lzma_lzma_preset(&options, 6));
	large = options;
	options.dict_size = DICTIONARY;
	large.dict_size = DICTIONARY + DICTIONARY / 2;
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) packed = pack_with(cases[i].check, cases[i].filters, plain);
		guint32 unpacked = 0;

		g_assert_cmpint(inspect(packed, DICTIONARY, &unpacked), ==, cases[i].result);
		g_assert_cmpuint(unpacked, ==, cases[i].result == GYA_PATCH_OK ? 5000 : 0);
	}
}

// The port keeps to its dictionary by itself, whatever a head says.
static void
test_port_has_a_limit(void)
{
	static const guint32 sizes[] = {4096, 16384, 32768};

	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
		for (guint j = 0; j < G_N_ELEMENTS(sizes); j++) {
			g_autoptr(GBytes) plain = random_bytes(50000, 1);
			g_autoptr(GBytes) packed = gy_xz_encode(plain, sizes[j], NULL);
			struct gya_xz *xz = gya_xz_liblzma_new(sizes[i]);
			guint8 out[64];
			guint32 n_out = sizeof out, n_in = (guint32) g_bytes_get_size(packed);
			enum gya_xz_result result;

			xz->start(xz->context);
			result = xz->decode(xz->context, out, &n_out, g_bytes_get_data(packed, NULL), &n_in);
			g_assert_cmpint(result, ==, sizes[j] > sizes[i] ? GYA_XZ_E_DICTIONARY : GYA_XZ_MORE);
			gya_xz_liblzma_free(xz);
		}
}

// What xz makes with several blocks, with sizes in the block's head, and streams one behind the other.
static void
test_blocks(void)
{
	g_autoptr(GBytes) plain = vector("diff", "d3.old");
	const lzma_mt sized = {.threads = 1, .block_size = 100000, .preset = 6, .check = LZMA_CHECK_CRC32};
	const lzma_mt several = {.threads = 1, .block_size = 20000, .preset = 6, .check = LZMA_CHECK_CRC32};
	const lzma_mt *const both[] = {&sized, &several};

	for (guint i = 0; i < 2; i++) {
		lzma_stream stream = LZMA_STREAM_INIT;
		gsize room = 100000;
		guint8 *out = g_malloc(room);
		g_autoptr(GBytes) packed = NULL, twice = NULL;
		g_autoptr(GByteArray) joined = g_byte_array_new();
		guint32 unpacked = 0;

		g_assert_cmpint(lzma_stream_encoder_mt(&stream, both[i]), ==, LZMA_OK);
		stream.next_in = g_bytes_get_data(plain, &stream.avail_in);
		stream.next_out = out;
		stream.avail_out = room;
		g_assert_cmpint(lzma_code(&stream, LZMA_FINISH), ==, LZMA_STREAM_END);
		packed = g_bytes_new_take(out, room - stream.avail_out);
		lzma_end(&stream);
		g_assert_cmpint(
			inspect(packed, 1 << 23, &unpacked), ==, i == 0 ? GYA_PATCH_OK : GYA_PATCH_E_FORMAT);
		for (guint j = 0; j < 2; j++)
			g_byte_array_append(
				joined, g_bytes_get_data(packed, NULL), (guint) g_bytes_get_size(packed));
		twice = g_byte_array_free_to_bytes(g_steal_pointer(&joined));
		g_assert_cmpint(inspect(twice, 1 << 23, &unpacked), ==, GYA_PATCH_E_FORMAT);
	}
}

// Any bit of it, and any cut: seen by the heads, or by the decoder and the sum.
static void
test_flips_and_cuts(void)
{
	g_autoptr(GBytes) packed = vector("xz", "m3_5000.bin.xz");
	gsize size;
	const guint8 *data = g_bytes_get_data(packed, &size);
	enum gya_patch_result result;

	for (gsize bit = 0; bit < size * 8; bit += bit < 400 || bit > size * 8 - 400 ? 1 : 13) {
		guint8 *copy = g_memdup2(data, size);
		g_autoptr(GBytes) damaged = NULL, unpacked = NULL;

		copy[bit / 8] ^= (guint8) (1 << bit % 8);
		damaged = g_bytes_new_take(copy, size);
		unpacked = unpack(damaged, DICTIONARY, 512, &result);
		g_assert_null(unpacked);
	}
	for (gsize cut = 0; cut < size; cut += 3) {
		g_autoptr(GBytes) part = g_bytes_new_from_bytes(packed, 0, cut);
		guint32 unpacked;

		g_assert_cmpint(inspect(part, DICTIONARY, &unpacked), ==, GYA_PATCH_E_FORMAT);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/alios-boot/xz/sums", test_sums);
	g_test_add_func("/alios-boot/xz/vectors", test_vectors);
	g_test_add_func("/alios-boot/xz/what-small-decoders-lack", test_what_small_decoders_lack);
	g_test_add_func("/alios-boot/xz/the-port-has-a-limit", test_port_has_a_limit);
	g_test_add_func("/alios-boot/xz/one-block-one-stream", test_blocks);
	g_test_add_func("/alios-boot/xz/flips-and-cuts-are-found", test_flips_and_cuts);
	return g_test_run();
}

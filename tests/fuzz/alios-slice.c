// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/alios/slice-private.h"
#include "device-agent/include/checksum.h"
#include "device-agent/ports/sim/xz-liblzma.h"
#include "engine/formats/alios/diff.h"
#include "protocol/wire/bytes.h"
#include "tests/fuzz/target.h"

/*
 * Any difference into the slice decoder of the second boot. As mutations seldom get through the sums of a .xz, the input is also
 * taken for what the three streams unpack to, and a slice built around it whose sums are right; then the host's decoder has to
 * be of the same mind about it. Old image and slice are blocks of their own size, so that a sanitizer sees a byte too far.
 */

#define OLD_SIZE   3000u
#define SLICE_SIZE 65536u
#define DICTIONARY 16384u
#define HEAD_SIZE  48u
#define CRC_AT     40u
#define CHUNK_MOST 65536u /* of LZMA2, as it stands */

static bool
read_block(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	gsize total;
	const guint8 *data = g_bytes_get_data(context, &total);

	g_assert_true(size > 0 && offset <= total && size <= total - offset);
	memcpy(bytes, data + offset, size);
	return true;
}

static GBytes *
old_image(void)
{
	guint8 *old = g_malloc(OLD_SIZE);

	for (guint i = 0; i < OLD_SIZE; i++)
		old[i] = (guint8) (i >> 8 ^ i);
	return g_bytes_new_take(old, OLD_SIZE);
}

/* The first slice that stands there. @made: (out) (nullable): what it made */
static enum gya_patch_result
make_slice(GBytes *package_bytes, GBytes *old_bytes, guint32 at, guint8 **made, guint32 *size)
{
	static struct alios_slice_work work;
	static struct gya_xz *xz[ALIOS_SLICE_STREAMS];
	const struct gya_patch_source package = {
		package_bytes, (guint32) g_bytes_get_size(package_bytes), read_block};
	const struct gya_patch_source old = {old_bytes, (guint32) g_bytes_get_size(old_bytes), read_block};
	struct alios_slice_head head;
	enum gya_patch_result result = alios_slice_read_head(&head, &package, at, SLICE_SIZE);

	*made = NULL;
	if (result != GYA_PATCH_OK)
		return result;
	g_assert_true(head.new_size > 0 && head.new_size <= SLICE_SIZE && head.size >= HEAD_SIZE &&
		      head.size <= package.size - at);
	for (guint i = 0; i < ALIOS_SLICE_STREAMS; i++)
		if (!xz[i])
			xz[i] = gya_xz_liblzma_new(DICTIONARY);
	*made = g_malloc(head.new_size);
	*size = head.size;
	return alios_slice_make(&work, &head, &package, (const struct gya_xz *const *) xz, &old, *made);
}

static void
apply_all(GBytes *package, GBytes *old)
{
	enum gya_patch_result result = GYA_PATCH_OK;
	guint32 size = 0;

	for (guint32 at = 0; at < g_bytes_get_size(package) && result == GYA_PATCH_OK; at += size) {
		g_autofree guint8 *made = NULL;

		result = make_slice(package, old, at, &made, &size);
	}
}

/* ---- a slice around streams ----------------------------------------------------------------------------- */

static void
append_u32(GByteArray *to, guint32 value)
{
	guint8 bytes[4];

	gyw_put_u32le(bytes, value);
	g_byte_array_append(to, bytes, sizeof bytes);
}

/* As .xz has it: seven bits a byte. */
static void
append_vli(GByteArray *to, guint32 value)
{
	for (; value >= 0x80; value >>= 7)
		g_byte_array_append(to, (const guint8[]){(guint8) (value | 0x80)}, 1);
	g_byte_array_append(to, (const guint8[]){(guint8) value}, 1);
}

static void
append_padding(GByteArray *to, guint from)
{
	while ((to->len - from) % 4 != 0)
		g_byte_array_append(to, (const guint8[]){0}, 1);
}

static void
append_chunks(GByteArray *to, const guint8 *data, gsize size)
{
	for (gsize at = 0; at < size; at += CHUNK_MOST) {
		gsize n = MIN(CHUNK_MOST, size - at);
		const guint8 head[] = {at == 0 ? 1 : 2, (guint8) ((n - 1) >> 8), (guint8) (n - 1)};

		g_byte_array_append(to, head, sizeof head);
		g_byte_array_append(to, data + at, (guint) n);
	}
	g_byte_array_append(to, (const guint8[]){0}, 1);
}

/* A .xz of these bytes, not compressed. */
static guint
append_xz(GByteArray *to, const guint8 *data, gsize size)
{
	static const guint8 heads[] = {0xFD, '7', 'z', 'X', 'Z', 0, 0, 1, 0x69, 0x22, 0xDE, 0x36, 2, 0, 0x21,
		1, 4, 0, 0, 0, 0x60, 0xB0, 0xF5, 0x59};
	guint start = to->len, block = start + 12, index, unpadded;
	guint8 foot[6] = {0, 0, 0, 0, 0, 1};

	if (size == 0)
		return 0;
	g_byte_array_append(to, heads, sizeof heads);
	append_chunks(to, data, size);
	unpadded = to->len - block + 4;
	append_padding(to, start);
	append_u32(to, gya_crc32(0, data, (guint32) size));
	index = to->len;
	g_byte_array_append(to, (const guint8[]){0, 1}, 2);
	append_vli(to, unpadded);
	append_vli(to, (guint32) size);
	append_padding(to, start);
	append_u32(to, gya_crc32(0, to->data + index, to->len - index));
	gyw_put_u32le(foot, (to->len - index) / 4 - 1);
	append_u32(to, gya_crc32(0, foot, sizeof foot));
	g_byte_array_append(to, foot, sizeof foot);
	g_byte_array_append(to, (const guint8 *) "YZ", 2);
	return to->len - start;
}

/* Sizes of control and difference, then both, then extra. */
static GByteArray *
build(const guint8 *data, gsize size)
{
	GByteArray *slice = g_byte_array_new();
	gsize left = size - 4;
	gsize control = MIN((gsize) (data[0] | data[1] << 8), left);
	gsize difference = MIN((gsize) (data[2] | data[3] << 8), left - control);
	const guint8 *at = data + 4;
	guint stored[3];

	g_byte_array_set_size(slice, HEAD_SIZE);
	stored[0] = append_xz(slice, at, control);
	stored[1] = append_xz(slice, at + control, difference);
	stored[2] = append_xz(slice, at + control + difference, left - control - difference);
	memcpy(slice->data, "BSDIFF40", 8);
	memset(slice->data + 8, 0, HEAD_SIZE - 8);
	for (guint i = 0; i < 3; i++)
		gyw_put_u32le(slice->data + 8 + 8 * i, stored[i]);
	gyw_put_u32le(slice->data + 32, (guint32) (left - control));
	return slice;
}

static void
apply_built(const guint8 *data, gsize size, GBytes *old)
{
	g_autoptr(GByteArray) slice = build(data, size);
	guint32 new_size = gyw_get_u32le(slice->data + 32), slice_size = 0;
	g_autoptr(GBytes) first = g_bytes_new(slice->data, slice->len);
	g_autoptr(GBytes) second = NULL, by_host = NULL;
	g_autofree guint8 *made = NULL, *again = NULL;
	enum gya_patch_result result = make_slice(first, old, 0, &made, &slice_size);
	gboolean is_good = result == GYA_PATCH_OK || result == GYA_PATCH_E_OLD;

	if (is_good)
		gyw_put_u32le(slice->data + CRC_AT, gya_crc16(0, made, new_size));
	second = g_bytes_new(slice->data, slice->len);
	by_host = gy_alios_diff_apply(second, old, NULL);
	g_assert_cmpint(is_good, ==, by_host != NULL);
	if (!is_good)
		return;
	g_assert_cmpint(make_slice(second, old, 0, &again, &slice_size), ==, GYA_PATCH_OK);
	g_assert_cmpuint(g_bytes_get_size(by_host), ==, new_size);
	g_assert_true(memcmp(again, g_bytes_get_data(by_host, NULL), new_size) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) package = g_bytes_new(data, size);
	g_autoptr(GBytes) old = old_image();

	apply_all(package, old);
	if (size > 4 && size < SLICE_SIZE)
		apply_built(data, size, old);
	return 0;
}

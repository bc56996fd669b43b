// SPDX-License-Identifier: Apache-2.0
#include <glib.h>
#include <string.h>

#include "device-agent/include/patch.h"
#include "device-agent/ports/sim/lzma-sdk.h"
#include "tests/fuzz/target.h"

/*
 * Any patch into the patchers of a device. Patch and old image are blocks of their own size, so that a sanitizer sees a byte too
 * far; the new image is written in pieces, in order and never beyond what was announced.
 */

#define OLD_SIZE 100188u
#define NEW_MOST (1u << 20) /* more only makes each run slower */

typedef struct {
	const uint8_t *bytes;
	size_t size;
} Block;

static bool
read_block(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const Block *block = context;

	g_assert_true(size > 0 && offset <= block->size && size <= block->size - offset);
	memcpy(bytes, block->bytes + offset, size);
	return true;
}

typedef struct {
	uint32_t written;
	uint32_t announced;
} New;

static bool
write_new(void *context, const uint8_t *bytes, uint32_t size)
{
	New *new = context;

	g_assert_true(size > 0 && size <= GYA_PATCH_PIECE && size <= new->announced - new->written);
	new->written += size;
	return true;
}

static void
try_hdiff13(const struct gya_patch_source *patch, const struct gya_patch_source *old,
	const struct gya_lzma *const lzma[])
{
	static struct gya_hdiff13 diff;
	New new = {0, 0};
	const struct gya_patch_sink sink = {&new, write_new, NULL};

	if (gya_hdiff13_open(&diff, patch, lzma) != GYA_PATCH_OK || diff.new_size > NEW_MOST)
		return;
	new.announced = diff.new_size;
	if (gya_hdiff13_apply(&diff, old, &sink) == GYA_PATCH_OK)
		g_assert_cmpuint(new.written, ==, new.announced);
}

static void
try_hpatchlite(
	const struct gya_patch_source *patch, const struct gya_patch_source *old, const struct gya_lzma *lzma)
{
	static struct gya_hpatchlite hi;
	New new = {0, 0};
	const struct gya_patch_sink sink = {&new, write_new, NULL};

	if (gya_hpatchlite_open(&hi, patch, lzma) != GYA_PATCH_OK || hi.new_size > NEW_MOST)
		return;
	new.announced = hi.new_size;
	if (gya_hpatchlite_apply(&hi, old, &sink) == GYA_PATCH_OK)
		g_assert_cmpuint(new.written, ==, new.announced);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t zeros[OLD_SIZE];
	Block old_block = {zeros, sizeof zeros};
	Block patch_block = {data, size};
	const struct gya_patch_source patch = {&patch_block, (uint32_t) size, read_block};
	const struct gya_patch_source old = {&old_block, OLD_SIZE, read_block};
	struct gya_lzma *decoders[GYA_HDIFF13_PARTS];
	const struct gya_lzma *lzma[GYA_HDIFF13_PARTS];

	for (guint i = 0; i < GYA_HDIFF13_PARTS; i++)
		lzma[i] = decoders[i] = gya_lzma_sdk_new(GYA_LZMA_SDK_WS63);
	try_hdiff13(&patch, &old, lzma);
	try_hpatchlite(&patch, &old, lzma[0]);
	for (guint i = 0; i < GYA_HDIFF13_PARTS; i++)
		gya_lzma_sdk_free(decoders[i]);
	return 0;
}

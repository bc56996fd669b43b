// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/formats/openharmony/block-update.h"
#include "tests/fuzz/target.h"

#define OLD_BLOCKS 20
#define NEW_BLOCKS 4
#define BLOCKS_MAX 64

static GBytes *
blocks_of(guint n_blocks, int value)
{
	guint8 *bytes = g_malloc(n_blocks * OHOS_BLOCK_SIZE);

	memset(bytes, value, n_blocks * OHOS_BLOCK_SIZE);
	return g_bytes_new_take(bytes, n_blocks * OHOS_BLOCK_SIZE);
}

/* A transfer.list up to the first zero, and a patch.dat behind it. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const guint8 *end = size ? memchr(data, 0, size) : NULL;
	gsize text_size = end ? (gsize) (end - data) : size;
	g_autoptr(GBytes) text = g_bytes_new(data, text_size);
	g_autoptr(GBytes) patches = end ? g_bytes_new(end + 1, size - text_size - 1) : g_bytes_new(NULL, 0);
	g_autoptr(GBytes) new_data = blocks_of(NEW_BLOCKS, 'n');
	g_autoptr(GBytes) old = blocks_of(OLD_BLOCKS, 0);
	const GyOhosBlockFiles files = {.new_data = new_data, .patches = patches};
	g_autoptr(GyOhosTransferList) list = gy_ohos_transfer_list_parse(text, "fuzz", NULL);
	g_autoptr(GBytes) made = NULL;
	gboolean is_good;

	if (!list)
		return 0;
	is_good = gy_ohos_block_check(list, &files, "fuzz", NULL);
	if (gy_ohos_transfer_list_end(list) > BLOCKS_MAX)
		return 0;
	made = gy_ohos_block_apply(list, &files, "fuzz", old, NULL);
	g_assert_true(is_good || !made);
	return 0;
}

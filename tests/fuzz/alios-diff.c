// SPDX-License-Identifier: Apache-2.0
#include "engine/compression/xz.h"
#include "engine/formats/alios/diff.h"
#include "engine/formats/alios/layout.h"
#include "engine/formats/alios/triples.h"
#include "tests/fuzz/target.h"

#define OLD_SIZE 3000

static const guint8 old_image[OLD_SIZE] = {[0 ... 999] = 1, [1000 ... 1999] = 2, [2000 ... OLD_SIZE - 1] = 3};

static void
apply(GBytes *diff)
{
	g_autoptr(GBytes) old = g_bytes_new_static(old_image, sizeof old_image);
	g_autoptr(GBytes) made = gy_alios_diff_apply(diff, old, NULL);
}

/* Two sizes, then a control stream, a diff stream and an extra stream, not packed: what is behind the packing. */
static void
apply_streams(const uint8_t *data, size_t size)
{
	gsize control_size = (gsize) (data[0] | data[1] << 8), left = size - 4;
	gsize difference_size = (gsize) (data[2] | data[3] << 8);
	GyAliosStreams streams = {NULL};
	guint32 new_size;
	char *problem;

	control_size = MIN(control_size, left);
	difference_size = MIN(difference_size, left - control_size);
	streams.control = g_bytes_new(data + 4, control_size);
	streams.difference = g_bytes_new(data + 4 + control_size, difference_size);
	streams.extra =
		g_bytes_new(data + 4 + control_size + difference_size, left - control_size - difference_size);
	new_size = (guint32) (left - control_size);
	problem = gy_alios_triples_check(&streams, new_size);
	if (!problem) {
		g_autofree guint8 *made = g_malloc(MAX(new_size, 1));

		(void) !gy_alios_triples_apply(&streams, old_image, sizeof old_image, made);
	}
	g_free(problem);
	gy_alios_streams_clear(&streams);
}

/* A difference, and the rest of the input as its streams. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);

	apply(bytes);
	if (size >= 4)
		apply_streams(data, size);
	return 0;
}

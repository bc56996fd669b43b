// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#define MAKE_PLAIN     0u
#define MAKE_LZMA      0x3C7896E1u
#define MAKE_DIFF      0x44494646u
#define MAKE_ENCRYPTED 0x3C7896E1u

// One image of a package, with every field that a test may want to be wrong.
typedef struct {
	guint32 id;
	GBytes *data;        // as stored, padded here
	guint32 decompress;  // MAKE_PLAIN, MAKE_LZMA or MAKE_DIFF
	guint32 encrypt;     // 0 or MAKE_ENCRYPTED
	guint32 new_size;    // 0: the size of `data`
	guint32 data_offset; // 0: where the data is
} MakeImage;

// A package signed with the test keys.
GBytes *make_package(const MakeImage *images, guint n_images);

// A firmware image: 0x300 bytes of header, then seeded code. Signed by the test keys, so that a chip with its
// secure boot fuse blown starts it as well.
GBytes *make_image(guint32 id, guint32 code_size, guint32 seed);

// X||Y of the test root key.
GBytes *make_root_public_key(void);

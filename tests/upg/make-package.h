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
	guint32 version_ext;
	const guint8 *salt; // 28 bytes, NULL: zeros
	const guint8 *iv;   // 16 bytes, NULL: zeros
} MakeImage;

// A package signed with the test keys.
GBytes *make_package(const MakeImage *images, guint n_images);
GBytes *make_package_for(const MakeImage *images, guint n_images, guint32 hardware_id);

// A firmware image: 0x300 bytes of header, then seeded code. Signed by the test keys, so that a chip with its
// secure boot fuse blown starts it as well.
GBytes *make_image(guint32 id, guint32 code_size, guint32 seed);

// One that compresses to about two thirds, as code does.
GBytes *make_repetitive_image(guint32 id, guint32 code_size, guint32 seed);

// The same image with an iv in its header, as one that goes into encrypted packages has.
GBytes *make_image_with_iv(guint32 id, guint32 code_size, guint32 seed, const guint8 iv[16]);

// LZMA as the packager stores it: header of 16 bytes, stream, zeros to a multiple of 16.
GBytes *make_lzma(GBytes *image);

// AES-128 in counter mode over the whole.
GBytes *make_encrypted(GBytes *plain, const guint8 key[16], const guint8 iv[16]);

// One page of the application's NV store, FF behind its records.
typedef struct {
	guint16 key;
	guint16 size;
	guint8 value; // in every byte of the data
	gboolean is_permanent;
	gboolean is_fixed; // not to be upgraded
	gboolean is_encrypted;
	gboolean is_deleted;
} MakeNvRecord;
GBytes *make_nv_page(guint8 index, guint32 sequence, const MakeNvRecord *records, guint n_records);

// X||Y of the test root key.
GBytes *make_root_public_key(void);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/*
 * Packages that our own builder refuses to make: a good one is changed, and what is needed to make the change look right
 * further up (header hashes, table hash, signatures) is made again with the test keys.
 */

/** Places in the package of the vectors that is used: one image. Spec 1.1 to 1.4. */
#define CRAFT_INFO_AREA    0x100u
#define CRAFT_HARDWARE_ID  0x14Cu
#define CRAFT_TABLE        0x200u
#define CRAFT_HEADER       0x230u
#define CRAFT_DATA         0x2D0u
#define CRAFT_HEADER_ID    (CRAFT_HEADER + 0x04u)
#define CRAFT_NEW_SIZE     (CRAFT_HEADER + 0x54u)
#define CRAFT_VERSION_TEXT 0x150u

/** craft_open: (transfer full): a copy of a package of the vectors to change. */
GByteArray *craft_open(const char *vector);
void craft_put_u32(GByteArray *package, gsize offset, guint32 value);
void craft_flip(GByteArray *package, gsize offset);
/** craft_seal: hashes and signatures again, under the test keys. */
void craft_seal(GByteArray *package);
/** craft_seal_under: the same, under another pair of keys, given as PEM files. */
void craft_seal_under(GByteArray *package, const char *root_key, const char *sub_key);
/** craft_close: (transfer full): as bytes; frees @package. */
GBytes *craft_close(GByteArray *package);
/** craft_burn: (transfer full): a container for the boot ROM with one image of 1 KiB. Spec 0. */
GBytes *craft_burn(void);

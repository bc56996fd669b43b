// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/ws63.h"

#include <glib/gi18n-lib.h>

/* Numbers as the vendor's headers have them: some jump, as after 49. */
static const struct {
	guint32 code;
	const char *name;
} codes[] = {
	{0x80000001, N_("an argument is not valid")},
	{0x80000002, N_("the operation is not supported")},
	{0x80000004, N_("a copy in memory failed")},
	{0x80000005, N_("there is no memory left")},
	{0x80001342, N_("an address is beyond the flash")},
	{0x80003000, N_("the partition table cannot be read")},
	{0x80003001, N_("there is no such partition")},
	{0x80003002, N_("a partition's description is not valid")},
	{0x80003003, N_("the board has no partition table")},
	{0x80003004, N_("the image has no place in the partition table")},
	{0x80003040, N_("the upgrade module was not started")},
	{0x80003041, N_("the upgrade module was started before")},
	{0x80003042, N_("an argument of the upgrade module is not valid")},
	{0x80003043, N_("the number of images is wrong")},
	{0x80003044, N_("the image id is not valid")},
	{0x80003045, N_("a pointer is missing")},
	{0x80003046, N_("the upgrade module is built without this")},
	{0x80003047, N_("there is nothing to install")},
	{0x80003048, N_("the flash could not be erased")},
	{0x80003049, N_("the flash could not be written")},
	{0x80003050, N_("the upgrade flags were never written")},
	{0x80003051, N_("there is not enough space")},
	{0x80003052, N_("a partition is not aligned")},
	{0x80003053, N_("what was announced is not valid")},
	{0x80003054, N_("nothing was announced")},
	{0x80003055, N_("the length of the data is not valid")},
	{0x80003056, N_("the offset of the data is not valid")},
	{0x80003057, N_("a file could not be opened")},
	{0x80003058, N_("a file could not be written")},
	{0x80003059, N_("a place in a file could not be found")},
	{0x80003060, N_("a file could not be read")},
	{0x80003061, N_("a file is empty")},
	{0x80003062, N_("an image could not be decompressed")},
	{0x80003063, N_("the board has no root key to verify with")},
	{0x80003064, N_("the stored package is damaged")},
	{0x80003065, N_("an image could not be written to its place")},
	{0x80003066, N_("the backup could not be written")},
	{0x80003067, N_("the last of three tries was needed")},
	{0x80003068, N_("the version is below the lowest one allowed")},
	{G_MAXUINT32, N_("a check failed; the device's console names it")},
};

const char *
gy_ws63_code_name(guint32 code)
{
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
		if (codes[i].code == code)
			return _(codes[i].name);
	return NULL;
}

static const struct {
	guint32 result;
	const char *name;
} results[] = {
	{0, N_("installed")},
	{1, N_("the head of the package did not verify")},
	{2, N_("the hash table did not verify")},
	{3, N_("an image did not verify")},
	{4, N_("the old image of a difference did not verify")},
	{5, N_("an image could not be decompressed")},
	{6, N_("an image could not be decrypted")},
	{7, N_("an image could not be encrypted for the flash")},
	{8, N_("a difference could not be applied")},
	{9, N_("an image could not be written")},
	{10, N_("the NV data could not be applied")},
	{11, N_("the version is below the lowest one allowed")},
	{12, N_("the image is not known")},
	{13, N_("the last of three tries was needed, which says nothing of its success")},
	{14, N_("none yet")},
	{G_MAXUINT32, N_("none yet")},
};

const char *
gy_ws63_result_name(guint32 result)
{
	for (gsize i = 0; i < G_N_ELEMENTS(results); i++)
		if (results[i].result == result)
			return _(results[i].name);
	return NULL;
}

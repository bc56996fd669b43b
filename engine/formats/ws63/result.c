// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/ws63.h"

/* Numbers as the vendor's headers have them: some jump, as after 49. */
static const struct {
	guint32 code;
	const char *name;
} codes[] = {
	{0x80000001, "an argument is not valid"},
	{0x80000002, "the operation is not supported"},
	{0x80000004, "a copy in memory failed"},
	{0x80000005, "there is no memory left"},
	{0x80001342, "an address is beyond the flash"},
	{0x80003000, "the partition table cannot be read"},
	{0x80003001, "there is no such partition"},
	{0x80003002, "a partition's description is not valid"},
	{0x80003003, "the board has no partition table"},
	{0x80003004, "the image has no place in the partition table"},
	{0x80003040, "the upgrade module was not started"},
	{0x80003041, "the upgrade module was started before"},
	{0x80003042, "an argument of the upgrade module is not valid"},
	{0x80003043, "the number of images is wrong"},
	{0x80003044, "the image id is not valid"},
	{0x80003045, "a pointer is missing"},
	{0x80003046, "the upgrade module is built without this"},
	{0x80003047, "there is nothing to install"},
	{0x80003048, "the flash could not be erased"},
	{0x80003049, "the flash could not be written"},
	{0x80003050, "the upgrade flags were never written"},
	{0x80003051, "there is not enough space"},
	{0x80003052, "a partition is not aligned"},
	{0x80003053, "what was announced is not valid"},
	{0x80003054, "nothing was announced"},
	{0x80003055, "the length of the data is not valid"},
	{0x80003056, "the offset of the data is not valid"},
	{0x80003057, "a file could not be opened"},
	{0x80003058, "a file could not be written"},
	{0x80003059, "a place in a file could not be found"},
	{0x80003060, "a file could not be read"},
	{0x80003061, "a file is empty"},
	{0x80003062, "an image could not be decompressed"},
	{0x80003063, "the board has no root key to verify with"},
	{0x80003064, "the stored package is damaged"},
	{0x80003065, "an image could not be written to its place"},
	{0x80003066, "the backup could not be written"},
	{0x80003067, "the last of three tries was needed"},
	{0x80003068, "the version is below the lowest one allowed"},
	{G_MAXUINT32, "a check failed; the device's console names it"},
};

const char *
gy_ws63_code_name(guint32 code)
{
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
		if (codes[i].code == code)
			return codes[i].name;
	return NULL;
}

static const struct {
	guint32 result;
	const char *name;
} results[] = {
	{0, "installed"},
	{1, "the head of the package did not verify"},
	{2, "the hash table did not verify"},
	{3, "an image did not verify"},
	{4, "the old image of a difference did not verify"},
	{5, "an image could not be decompressed"},
	{6, "an image could not be decrypted"},
	{7, "an image could not be encrypted for the flash"},
	{8, "a difference could not be applied"},
	{9, "an image could not be written"},
	{10, "the NV data could not be applied"},
	{11, "the version is below the lowest one allowed"},
	{12, "the image is not known"},
	{13, "the last of three tries was needed, which says nothing of its success"},
	{14, "none yet"},
	{G_MAXUINT32, "none yet"},
};

const char *
gy_ws63_result_name(guint32 result)
{
	for (gsize i = 0; i < G_N_ELEMENTS(results); i++)
		if (results[i].result == result)
			return results[i].name;
	return NULL;
}

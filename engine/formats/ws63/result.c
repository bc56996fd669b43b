// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/ws63.h"

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

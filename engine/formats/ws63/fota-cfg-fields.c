// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/fota-cfg-fields.h"

#include "engine/formats/ws63/fota-cfg.h"
#include "engine/formats/ws63/layout.h"

#define KEY(member)   G_STRUCT_OFFSET(GyFotaKeyArea, member)
#define INFO(member)  G_STRUCT_OFFSET(GyFotaInfoArea, member)
#define IMAGE(member) G_STRUCT_OFFSET(GyFotaImage, member)

const GyFotaNumber gy_fota_key_numbers[] = {
	{"ImageId", FALSE, KEY(image_id), NULL, WS63_PACKAGE_ID},
	{"StructVersion", FALSE, KEY(struct_version), NULL, WS63_STRUCT_VERSION},
	{"KeyOwnerId", TRUE, KEY(key_owner_id), "key-owner-id", 0},
	{"KeyId", TRUE, KEY(key_id), "key-id", 0},
	/* a word among the options, so it is not taken over as a number */
	{"KeyAlg", FALSE, KEY(key_alg), NULL, WS63_KEY_ALG_ECDSA},
	{"KeyVersion", FALSE, KEY(key_version), "key-version", 0},
	{"KeyVersionMask", FALSE, KEY(key_version_mask), "key-version-mask", 0},
	{"Msid", FALSE, KEY(msid), "key-msid", 0},
	{"MsidMask", FALSE, KEY(msid_mask), "key-msid-mask", 0},
	{NULL},
};

const GyFotaNumber gy_fota_info_numbers[] = {
	{"ImageId", FALSE, INFO(image_id), NULL, WS63_PACKAGE_ID},
	{"StructVersion", FALSE, INFO(struct_version), NULL, WS63_STRUCT_VERSION},
	{"Version", FALSE, INFO(version), "fota-version", 0},
	{"VersionMask", FALSE, INFO(version_mask), "fota-version-mask", 0},
	{"Msid", FALSE, INFO(msid), "msid", 0},
	{"MsidMask", FALSE, INFO(msid_mask), "msid-mask", 0},
	{"HardwareID", TRUE, INFO(hardware_id), "hardware-id", 0},
	{NULL},
};

const GyFotaNumber gy_fota_image_numbers[] = {
	{"HeaderMagic", FALSE, IMAGE(header_magic), NULL, WS63_HEADER_MAGIC},
	{"ImageId", FALSE, IMAGE(image_id), "id", 0},
	/* words among the options */
	{"DecompressFlag", FALSE, IMAGE(decompress_flag), NULL, WS63_FLAG_LZMA},
	{"ReRncFlag", FALSE, IMAGE(re_enc_flag), NULL, 0},
	{"RootKeyType", FALSE, IMAGE(root_key_type), "root-key-type", 0},
	{"version_ext", FALSE, IMAGE(version_ext), "version-ext", 0},
	{"version_mask", FALSE, IMAGE(version_mask), "version-mask", 0},
	{NULL},
};

const GyFotaBlock gy_fota_blocks[] = {
	{"ProtectionKeyL1", IMAGE(protection_key_l1), IMAGE(has_protection_key_l1), "protection-key-l1"},
	{"ProtectionKeyL2", IMAGE(protection_key_l2), IMAGE(has_protection_key_l2), "protection-key-l2"},
	{"PlainKey", IMAGE(plain_key), IMAGE(has_plain_key), "plain-key"},
	{"Iv", IMAGE(iv), IMAGE(has_iv), "iv"},
	{NULL},
};

gboolean
gy_fota_block_parse(const char *text, guint8 block[16])
{
	for (guint i = 0; i < 16; i++) {
		int high = g_ascii_xdigit_value(text[2 * i]);
		int low = high < 0 ? -1 : g_ascii_xdigit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return FALSE;
		block[i] = (guint8) (high << 4 | low);
	}
	return text[32] == '\0';
}

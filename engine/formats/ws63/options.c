// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/options.h"

#include "engine/formats/ws63/layout.h"

static const GyOptionChoice key_algs[] = {
	{"ecdsa", "ECDSA brainpoolP256r1 with SHA-256"},
	{"sha256", "SHA-256 only (0x2A13C867): integrity only, not authentic"},
	{"sha256-ecc", "SHA-256 only (0x2A13C856): integrity only, not authentic"},
	{NULL},
};

static const GyOptionChoice signings[] = {
	{"keys", "Signed by two keys"},
	{"unsigned", "Unsigned, to be signed later"},
	{"hash-only", "Digests: integrity only, not authentic"},
	{NULL},
};

static const GyOptionChoice compressions[] = {
	{"lzma", "LZMA"},
	{"none", "None"},
	{"diff", "Difference (a WS63 refuses it)"},
	{NULL},
};

#define PACKAGE "package"
#define SOURCE  "source"
#define KEYS    "keys"

const GyOption gy_ws63_options[] = {
	{"ver", PACKAGE, GY_OPTION_TEXT, "Version", "The package's version text, at most 16 characters",
		"TEXT"},
	{"hardware-id", PACKAGE, GY_OPTION_NUMBER, "Hardware id", "Board that the package is meant for",
		"NUMBER", "0"},
	{"for-sdk", PACKAGE, GY_OPTION_TEXT, "SDK on the board",
		"Version of the SDK that the board runs now: sets what it takes to upgrade from there",
		"VERSION"},
	{"key-alg", PACKAGE, GY_OPTION_CHOICE, "Algorithm", "What stands in the package's KeyAlg", "WORD",
		"ecdsa", key_algs},
	{"key-owner-id", PACKAGE, GY_OPTION_NUMBER, "Key owner id", "KeyOwnerId", "NUMBER", "0"},
	{"key-id", PACKAGE, GY_OPTION_NUMBER, "Key id", "KeyId", "NUMBER", "0"},
	{"key-version", PACKAGE, GY_OPTION_NUMBER, "Key version", "KeyVersion", "NUMBER", "0"},
	{"key-version-mask", PACKAGE, GY_OPTION_NUMBER, "Key version mask", "KeyVersionMask", "NUMBER", "0"},
	{"key-msid", PACKAGE, GY_OPTION_NUMBER, "Key market id", "Msid of the key area", "NUMBER", "0"},
	{"key-msid-mask", PACKAGE, GY_OPTION_NUMBER, "Key market id mask", "MsidMask of the key area",
		"NUMBER", "0"},
	{"fota-version", PACKAGE, GY_OPTION_NUMBER, "Package version number", "Version of the info area",
		"NUMBER", "0"},
	{"fota-version-mask", PACKAGE, GY_OPTION_NUMBER, "Package version mask",
		"VersionMask of the info area", "NUMBER", "0"},
	{"msid", PACKAGE, GY_OPTION_NUMBER, "Market id", "Msid of the info area", "NUMBER", "0"},
	{"msid-mask", PACKAGE, GY_OPTION_NUMBER, "Market id mask", "MsidMask of the info area", "NUMBER",
		"0"},
	{"partitions", PACKAGE, GY_OPTION_FILE, "Partition table",
		"The board's partition table, which the images have to fit (the standard one)", "FILE"},
	{"device-images", PACKAGE, GY_OPTION_TEXT, "Images of your own",
		"Image ids that your firmware takes beyond the standard ones", "ID[=PARTITION],..."},

	{"config", SOURCE, GY_OPTION_FILE, "fota.cfg",
		"The packager's configuration; other options go before what it says", "FOTA.CFG"},
	{"sdk-root", SOURCE, GY_OPTION_FOLDER, "SDK folder",
		"Where key files of the configuration are tried second (the current folder)", "DIR"},
	{"sdk-output", SOURCE, GY_OPTION_FOLDER, "SDK output",
		"The SDK's output tree, which --pkt takes the images from", "DIR", .gives_images = TRUE},
	{"burn", SOURCE, GY_OPTION_FILE, "Burn container",
		"A container for the boot ROM, which --pkt takes the images from", "FILE",
		.gives_images = TRUE},
	{"pkt", SOURCE, GY_OPTION_TEXT, "Images to take",
		"Comma list of app, app_iot, hilink, test, boot, nv", "LIST", "app"},

	{"signing", KEYS, GY_OPTION_CHOICE, "Signing", "How the package is signed", "WORD", "keys", signings},
	{"root-key", KEYS, GY_OPTION_KEY, "Root key", "Private key at the root of the chain", "URI"},
	{"sub-key", KEYS, GY_OPTION_KEY, "Sub key", "Private key that the root key vouches for", "URI"},
	{"signer", KEYS, GY_OPTION_TEXT, "Signer",
		"A command that signs: CMD root|sub, bytes on its input, signature on its output", "CMD"},
	{NULL},
};

const GyOption gy_ws63_image_options[] = {
	{"id", NULL, GY_OPTION_NUMBER, "Image id", "ImageId, for an image of your own", "NUMBER"},
	{"compression", NULL, GY_OPTION_CHOICE, "Compression",
		"How the image is stored; nv never is compressed", "WORD", "lzma", compressions},
	{"encrypted", NULL, GY_OPTION_FLAG, "Encrypted", "AES-128-CTR, for the application only", NULL, "no"},
	{"version-ext", NULL, GY_OPTION_NUMBER, "Version number",
		"For the protection against going back: 0, 1, 3, 7, …", "NUMBER", "0"},
	{"version-mask", NULL, GY_OPTION_NUMBER, "Version mask", "version_mask", "NUMBER", "0"},
	{"root-key-type", NULL, GY_OPTION_NUMBER, "Root key type", "RootKeyType", "NUMBER", "0"},
	{"protection-key-l1", NULL, GY_OPTION_HEX, "Protection key L1", "First half of the salt", "HEX", NULL,
		NULL, 16},
	{"protection-key-l2", NULL, GY_OPTION_HEX, "Protection key L2", "Second half of the salt", "HEX",
		NULL, NULL, 16},
	{"plain-key", NULL, GY_OPTION_HEX, "Plain key", "The AES key that the chip derives from the salt",
		"HEX", NULL, NULL, 16},
	{"iv", NULL, GY_OPTION_HEX, "IV", "First counter block", "HEX", NULL, NULL, 16},
	{NULL},
};

const GyOptionChoice gy_ws63_image_sections[] = {
	{"application", "Application"},
	{"flashboot", "Flashboot"},
	{"nv", "NV"},
	{"hilink", "Hilink"},
	{NULL},
};

static const guint32 key_alg_numbers[] = {WS63_KEY_ALG_ECDSA, WS63_KEY_ALG_HASH_RSA, WS63_KEY_ALG_HASH_ECC};

guint32
gy_ws63_key_alg_of_word(const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(key_alg_numbers); i++)
		if (g_str_equal(key_algs[i].value, word))
			return key_alg_numbers[i];
	return 0;
}

const char *
gy_ws63_key_alg_word(guint32 key_alg)
{
	for (guint i = 0; i < G_N_ELEMENTS(key_alg_numbers); i++)
		if (key_alg_numbers[i] == key_alg)
			return key_algs[i].value;
	return NULL;
}

// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/liteos/options.h"

static const GyOptionChoice generations[] = {
	{"g2", "g2: signed, 2019 and 2020"},
	{"g3", "g3: link_ota, since May 2020"},
	{"gantry", "For an agent of Gantry's own loader"},
	{NULL},
};

static const GyOptionChoice signings[] = {
	{"keys", "Signed by a key"},
	{"unsigned", "Unsigned, to be signed later"},
	{NULL},
};

#define PACKAGE "package"
#define SOURCE  "source"
#define KEYS    "keys"

const GyOption gy_liteos_options[] = {
	{"old", SOURCE, GY_OPTION_FILE, "Old image",
		"Make a difference against this image, which the device runs", "FILE"},

	{"generation", PACKAGE, GY_OPTION_CHOICE, "Generation",
		"Of the device: g3, or g2 with a key; gantry: the smallest patches, and both images named",
		"WORD", NULL, generations},
	{"dictionary", PACKAGE, GY_OPTION_NUMBER, "Dictionary",
		"Bytes of the LZMA dictionary (4096 for a difference, 16384 for a whole image)", "NUMBER"},
	{"ver", PACKAGE, GY_OPTION_TEXT, "Version", "Version text of generation gantry, at most 31 bytes",
		"TEXT"},

	{"zip", PACKAGE, GY_OPTION_FLAG, "In a zip",
		"Put the package in the plain zip that the vendor's platform takes", NULL, "no"},

	{"signing", KEYS, GY_OPTION_CHOICE, "Signing", "How a package of g2 is signed", "WORD", "keys",
		signings},
	{"key", KEYS, GY_OPTION_KEY, "Key", "Private RSA-2048 key", "URI"},
	{"signer", KEYS, GY_OPTION_TEXT, "Signer",
		"A command that signs: CMD package, bytes on its input, signature on its output", "CMD"},
	{NULL},
};

const GyOptionChoice gy_liteos_image_sections[] = {
	{"application", "Application"},
	{NULL},
};

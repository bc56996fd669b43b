// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/options.h"

static const GyOptionChoice generations[] = {
	{"legacy", "Of the 2021 tool"},
	{"2025", "Of the 2025 tool"},
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

const GyOption gy_ohos_options[] = {
	{"target", SOURCE, GY_OPTION_FOLDER, "target_package",
		"The target_package: a folder, or a zip of one", "TARGET", .gives_images = TRUE},
	{"source", SOURCE, GY_OPTION_FILE, "Source package",
		"What devices have now: components of compType 1 become differences to it", "ZIP",
		.original = "-s --source_package"},
	{"xml", SOURCE, GY_OPTION_FILE, "Configuration",
		"Used instead of updater_config/updater_specified_config.xml", "XML",
		.original = "-xp --xml_path"},
	{"partition-file", SOURCE, GY_OPTION_FILE, "Partition file",
		"A partition_file.xml: the package changes the partitions too", "XML",
		.original = "-pf --partition_file"},

	{"non-standard", PACKAGE, GY_OPTION_FLAG, "Mini or small system",
		"For a mini or small system; the package is no zip", NULL, "no",
		.original = "-nl2 -nl2x --not_l2"},
	{"not-zip", PACKAGE, GY_OPTION_FLAG, "No zip", "The update.bin alone", NULL, "no",
		.original = "-nz --no_zip"},
	{"sd-card", PACKAGE, GY_OPTION_FLAG, "SD card", "For upgrading from an SD card", NULL, "no",
		.original = "-sc --sd_card"},
	{"generation", PACKAGE, GY_OPTION_CHOICE, "Generation",
		"Which layout: legacy for mini and small systems and old standard ones, else 2025", "WORD",
		NULL, generations},
	{"any-version", PACKAGE, GY_OPTION_FLAG, "Any version",
		"Goes on although the version is in no line of VERSION.mbn", NULL, "no"},

	{"signing", KEYS, GY_OPTION_CHOICE, "Signing", "How the package is signed", "WORD", "keys", signings},
	{"key", KEYS, GY_OPTION_KEY, "Key",
		"Private RSA key of 2048 bits, or 3072 for a mini or small system", "URI",
		.original = "-pk --private_key"},
	{"signer", KEYS, GY_OPTION_TEXT, "Signer",
		"A command that signs: CMD NAME, bytes on its input, signature on its output", "CMD"},
	{"certificate", KEYS, GY_OPTION_FILE, "Certificate",
		"The key's certificate, as the device has it (signing_cert.crt beside the key)", "FILE"},
	{NULL},
};

// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/options.h"

static const GyOptionChoice generations[] = {
	{"1.0", "1.0: releases 1.3.4 and 2.0"},
	{"2.1", "2.1"},
	{"3.x", "3.0 and later"},
	{NULL},
};

static const GyOptionChoice forms[] = {
	{"image", "Image with its trailer (.md5.bin)"},
	{"xz", "Packed image with a trailer"},
	{"info-head", "Information block in front of the image"},
	{"info-block", "Information block alone"},
	{"message", "The cloud's message about a file"},
	{NULL},
};

static const GyOptionChoice chips[] = {
	{"mk3060", "MK3060, MOC108"},
	{"mk3080", "MK3080, RTL8710BN"},
	{"developerkit", "Developer Kit, STM32L4"},
	{"esp8266", "ESP8266"},
	{NULL},
};

static const GyAliosChip chip_facts[] = {
	{"mk3060", 65536, 16384},
	{"mk3080", 65536, 16384},
	{"developerkit", 65536, 16384},
	{"esp8266", 16384, 4096},
	{NULL, 65536, 4096},
};

static const GyOptionChoice digests[] = {
	{"sha256", "SHA-256"},
	{"md5", "MD5"},
	{NULL},
};

static const GyOptionChoice signings[] = {
	{"keys", "Signed by a key"},
	{"unsigned", "Unsigned"},
	{NULL},
};

#define PACKAGE "package"
#define SOURCE  "source"
#define KEYS    "keys"

const GyOption gy_alios_options[] = {
	{"old", SOURCE, GY_OPTION_FILE, "Old image",
		"Make a difference against this image, as it is in the device's flash", "FILE"},

	{"generation", PACKAGE, GY_OPTION_CHOICE, "Generation", "Release of AliOS Things on the device",
		"WORD", "2.1", generations},
	{"form", PACKAGE, GY_OPTION_CHOICE, "Form", "What is made of the image, or about a file", "WORD",
		"image", forms},
	{"magic", PACKAGE, GY_OPTION_NUMBER, "Magic",
		"Kind of image: 0xEFEFEFEF whole, 0xABABABAB application, 0xCDCDCDCD kernel", "NUMBER",
		"0xEFEFEFEF"},
	{"mcu-offset", PACKAGE, GY_OPTION_NUMBER, "MCU offset",
		"Where the image of the attached MCU goes behind the main one", "NUMBER"},
	{"app-offset", PACKAGE, GY_OPTION_NUMBER, "Application offset",
		"Where the application goes behind the kernel", "NUMBER"},
	{"padding-mode", PACKAGE, GY_OPTION_NUMBER, "Padding mode",
		"Number in the sign block of an image for 3.x; what numbers mean is not known", "NUMBER",
		"0"},
	{"chip", PACKAGE, GY_OPTION_CHOICE, "Chip", "Chip or board, which decides sizes that are not given",
		"WORD", NULL, chips},
	{"dictionary", PACKAGE, GY_OPTION_NUMBER, "Dictionary",
		"Bytes of the xz dictionary (4096 if the chip is not known)", "NUMBER"},
	{"slice-size", PACKAGE, GY_OPTION_NUMBER, "Slice size",
		"Bytes of a slice of a difference, as the device is built with (65536)", "NUMBER"},
	{"ver", PACKAGE, GY_OPTION_TEXT, "Version", "Version in the message, such as app-1.0.0-20260101.1200",
		"TEXT"},
	{"running-ver", PACKAGE, GY_OPTION_TEXT, "Running version",
		"Version that the device runs, to compare as it does", "TEXT"},
	{"any-version", PACKAGE, GY_OPTION_FLAG, "Any version",
		"Goes on although a device would refuse the version", NULL, "no"},
	{"url", PACKAGE, GY_OPTION_TEXT, "URL", "Where the message says that the file is", "URL"},
	{"digest", PACKAGE, GY_OPTION_CHOICE, "Digest", "Digest of the file in the message", "WORD", "sha256",
		digests},

	{"signing", KEYS, GY_OPTION_CHOICE, "Signing", "How the message, or with 3.x the image, is signed",
		"WORD", "keys", signings},
	{"key", KEYS, GY_OPTION_KEY, "Key",
		"Private RSA-2048 key that signs the message, or with 3.x the image", "URI"},
	{"signer", KEYS, GY_OPTION_TEXT, "Signer",
		"A command that signs: CMD file, bytes on its input, signature on its output", "CMD"},
	{NULL},
};

const GyOptionChoice gy_alios_image_sections[] = {
	{"image", "Image"},
	{"main", "Main image"},
	{"mcu", "Image of the MCU"},
	{"kernel", "Kernel"},
	{"app", "Application"},
	{NULL},
};

const GyAliosChip *
gy_alios_chip(const GyBuildOptions *options)
{
	const char *word = gy_build_options_get(options, "chip");
	const GyAliosChip *chip = chip_facts;

	while (chip->word && (!word || !g_str_equal(chip->word, word)))
		chip++;
	return chip;
}

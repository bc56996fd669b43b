// SPDX-License-Identifier: Apache-2.0
#include "ui/model/package-terms.h"

#include <glib/gi18n-lib.h>

/* Labels of metadata, links, options and their choices. */
static const char *const terms[] = {
	/* what a package says of itself */
	N_("Version"),
	N_("Algorithm"),
	N_("Hardware id"),
	N_("Key owner id"),
	N_("Key id"),
	N_("Key version"),
	N_("Key version mask"),
	N_("Key market id"),
	N_("Key market id mask"),
	N_("Package version number"),
	N_("Package version mask"),
	N_("Market id"),
	N_("Market id mask"),
	N_("Version number"),
	N_("Images"),
	N_("Total size"),
	N_("Burn address"),
	N_("Product id"),
	N_("Date"),
	N_("Time"),
	N_("File version"),
	N_("Generation"),
	N_("Type"),
	N_("Signature"),
	N_("Zip signature"),
	/* links of the chain of trust */
	N_("Root key"),
	N_("Key area"),
	N_("External key"),
	N_("Info area"),
	N_("Hash table"),
	N_("Image headers"),
	N_("Image data"),
	N_("Key"),
	N_("Zip"),
	N_("Build tools"),
	N_("Head"),
	N_("Data"),
	/* options of a package */
	N_("SDK on the board"),
	N_("Partition table"),
	N_("Images of your own"),
	N_("fota.cfg"),
	N_("SDK folder"),
	N_("SDK output"),
	N_("Burn container"),
	N_("Images to take"),
	N_("Signing"),
	N_("Sub key"),
	N_("Signer"),
	N_("target_package"),
	N_("Source package"),
	N_("Configuration"),
	N_("Partition file"),
	N_("Mini or small system"),
	N_("No zip"),
	N_("SD card"),
	N_("Any version"),
	N_("Certificate"),
	/* options of an image */
	N_("Image id"),
	N_("Compression"),
	N_("Encrypted"),
	N_("Version mask"),
	N_("Root key type"),
	N_("Protection key L1"),
	N_("Protection key L2"),
	N_("Plain key"),
	N_("IV"),
	/* choices */
	N_("ECDSA brainpoolP256r1 with SHA-256"),
	N_("SHA-256 only (0x2A13C867): integrity only, not authentic"),
	N_("SHA-256 only (0x2A13C856): integrity only, not authentic"),
	N_("Signed by two keys"),
	N_("Unsigned, to be signed later"),
	N_("Digests: integrity only, not authentic"),
	N_("LZMA"),
	N_("None"),
	N_("Difference (a WS63 refuses it)"),
	N_("Of the 2021 tool"),
	N_("Of the 2025 tool"),
	N_("Signed by a key"),
	/* images */
	N_("Application"),
	N_("Flashboot"),
	N_("NV"),
	N_("Hilink"),
	/* what options are for */
	N_("The package's version text, at most 16 characters"),
	N_("Board that the package is meant for"),
	N_("Version of the SDK that the board runs now: sets what it takes to upgrade from there"),
	N_("What stands in the package's KeyAlg"),
	N_("The board's partition table, which the images have to fit (the standard one)"),
	N_("Image ids that your firmware takes beyond the standard ones"),
	N_("The packager's configuration; other options go before what it says"),
	N_("Where key files of the configuration are tried second (the current folder)"),
	N_("The SDK's output tree, which --pkt takes the images from"),
	N_("A container for the boot ROM, which --pkt takes the images from"),
	N_("Comma list of app, app_iot, hilink, test, boot, nv"),
	N_("How the package is signed"),
	N_("Private key at the root of the chain"),
	N_("Private key that the root key vouches for"),
	N_("A command that signs: CMD root|sub, bytes on its input, signature on its output"),
	N_("ImageId, for an image of your own"),
	N_("How the image is stored; nv never is compressed"),
	N_("AES-128-CTR, for the application only"),
	N_("For the protection against going back: 0, 1, 3, 7, …"),
	N_("First half of the salt"),
	N_("Second half of the salt"),
	N_("The AES key that the chip derives from the salt"),
	N_("First counter block"),
	N_("The target_package: a folder, or a zip of one"),
	N_("What devices have now: components of compType 1 become differences to it"),
	N_("Used instead of updater_config/updater_specified_config.xml"),
	N_("A partition_file.xml: the package changes the partitions too"),
	N_("For a mini or small system; the package is no zip"),
	N_("The update.bin alone"),
	N_("For upgrading from an SD card"),
	N_("Which layout: legacy for mini and small systems and old standard ones, else 2025"),
	N_("Goes on although the version is in no line of VERSION.mbn"),
	N_("Private RSA key of 2048 bits, or 3072 for a mini or small system"),
	N_("A command that signs: CMD NAME, bytes on its input, signature on its output"),
	N_("The key's certificate, as the device has it (signing_cert.crt beside the key)"),
	/* AliOS Things: what a file says of itself */
	N_("Magic"),
	N_("Image size"),
	N_("MD5"),
	N_("Sign block"),
	N_("Padding mode"),
	N_("Signature hash"),
	N_("Image hash"),
	N_("Dictionary"),
	N_("Slices"),
	N_("Slice size"),
	N_("URL"),
	N_("File size"),
	N_("Digest"),
	N_("File digest"),
	N_("File"),
	N_("Structure"),
	N_("Asks for"),
	/* AliOS Things: options and their choices */
	N_("Old image"),
	N_("Form"),
	N_("MCU offset"),
	N_("Application offset"),
	N_("Chip"),
	N_("Running version"),
	N_("Unsigned"),
	N_("1.0: releases 1.3.4 and 2.0"),
	N_("2.1"),
	N_("3.0 and later"),
	N_("Image with its trailer (.md5.bin)"),
	N_("Packed image with a trailer"),
	N_("Information block in front of the image"),
	N_("Information block alone"),
	N_("The cloud's message about a file"),
	N_("MK3060, MOC108"),
	N_("MK3080, RTL8710BN"),
	N_("Developer Kit, STM32L4"),
	N_("ESP8266"),
	N_("SHA-256"),
	N_("Image"),
	N_("Main image"),
	N_("Image of the MCU"),
	N_("Kernel"),
	/* AliOS Things: what options are for */
	N_("Make a difference against this image, as it is in the device's flash"),
	N_("Release of AliOS Things on the device"),
	N_("What is made of the image, or about a file"),
	N_("Kind of image: 0xEFEFEFEF whole, 0xABABABAB application, 0xCDCDCDCD kernel"),
	N_("Where the image of the attached MCU goes behind the main one"),
	N_("Where the application goes behind the kernel"),
	N_("Number in the sign block of an image for 3.x; what numbers mean is not known"),
	N_("Chip or board, which decides sizes that are not given"),
	N_("Bytes of the xz dictionary (4096 if the chip is not known)"),
	N_("Bytes of a slice of a difference, as the device is built with (65536)"),
	N_("Version in the message, such as app-1.0.0-20260101.1200"),
	N_("Version that the device runs, to compare as it does"),
	N_("Goes on although a device would refuse the version"),
	N_("Where the message says that the file is"),
	N_("Digest of the file in the message"),
	N_("How the message, or with 3.x the image, is signed"),
	N_("Private RSA-2048 key that signs the message, or with 3.x the image"),
	N_("A command that signs: CMD file, bytes on its input, signature on its output"),
	/* fields of fota.cfg */
	N_("Msid of the key area"),
	N_("MsidMask of the key area"),
	N_("Version of the info area"),
	N_("VersionMask of the info area"),
	N_("Msid of the info area"),
	N_("MsidMask of the info area"),
	/* LiteOS_Lab, and labels that were not said elsewhere */
	N_("Container"),
	N_("Decoders at once"),
	N_("Differences"),
	N_("New image"),
	N_("Old size"),
	N_("Patch"),
	N_("For an agent of Gantry's own loader"),
	N_("Make a difference against this image, which the device runs"),
	N_("Of the device: g3, or g2 with a key; gantry: the smallest patches, and both images named"),
	N_("Bytes of the LZMA dictionary (4096 for a difference, 16384 for a whole image)"),
	N_("Version text of generation gantry, at most 31 bytes"),
	N_("In a zip"),
	N_("Put the package in the plain zip that the vendor's platform takes"),
	N_("How a package of g2 is signed"),
	N_("Private RSA-2048 key"),
	N_("A command that signs: CMD package, bytes on its input, signature on its output"),
};

gboolean
gy_package_term_is_known(const char *text)
{
	for (gsize i = 0; i < G_N_ELEMENTS(terms); i++)
		if (g_str_equal(terms[i], text))
			return TRUE;
	return FALSE;
}

const char *
gy_package_term(const char *text)
{
	return *text && gy_package_term_is_known(text) ? _(text) : text;
}

const char *
gy_package_severity_word(GySeverity severity)
{
	switch (severity) {
	case GY_SEVERITY_NOTE: return _("Note");
	case GY_SEVERITY_WARNING: return _("Warning");
	case GY_SEVERITY_ERROR: return _("Error");
	}
	g_return_val_if_reached("");
}

const char *
gy_package_link_word(GyLinkState state)
{
	switch (state) {
	case GY_LINK_GOOD: return C_("link of the chain", "Good");
	case GY_LINK_BAD: return C_("link of the chain", "Bad");
	case GY_LINK_UNCHECKED: return C_("link of the chain", "Not checked");
	}
	g_return_val_if_reached("");
}

static void
append(GString *text, const char *word)
{
	if (text->len > 0)
		g_string_append(text, C_("between two words of a list", ", "));
	g_string_append(text, word);
}

char *
gy_package_storage_words(GyStorage storage)
{
	GString *text = g_string_new(NULL);

	if (storage & GY_STORAGE_LZMA)
		append(text, _("compressed"));
	if (storage & GY_STORAGE_DIFF)
		append(text, _("difference"));
	if (storage & GY_STORAGE_ENCRYPTED)
		append(text, _("encrypted"));
	if (text->len == 0)
		append(text, _("whole"));
	return g_string_free(text, FALSE);
}

const char *
gy_package_trust_words(GyTrust trust)
{
	switch (trust) {
	case GY_TRUST_UNSIGNED: return _("not signed");
	case GY_TRUST_INTEGRITY_ONLY: return _("integrity only, not authentic");
	case GY_TRUST_SIGNED: return _("signed");
	}
	g_return_val_if_reached("");
}

// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "app/command.h"
#include "app/signing-options.h"
#include "engine/file.h"
#include "engine/formats/ws63/image-header.h"
#include "engine/packages/package.h"

/* "7", "0x1f"; nothing beside the number. */
static gboolean
parse_number(const char *text, const char *option, guint32 *number, GError **error)
{
	guint64 value = 0;
	gboolean is_hex;

	if (!text)
		return TRUE;
	is_hex = g_ascii_strncasecmp(text, "0x", 2) == 0;
	if (!g_ascii_string_to_unsigned(
		    is_hex ? text + 2 : text, is_hex ? 16 : 10, 0, G_MAXUINT32, &value, NULL)) {
		gy_usage(error, "%s takes a number of 32 bits, not \"%s\"", option, text);
		return FALSE;
	}
	*number = (guint32) value;
	return TRUE;
}

typedef struct {
	char *id;
	char *version_ext;
	char *version_mask;
	char *path;
	GySigningArguments signing;
} ImageSign;

static gboolean
load_keys(ImageSign *arguments, GyPrivateKey **root, GyPrivateKey **sub, GError **error)
{
	GySigningArguments *signing = &arguments->signing;
	GyPassphrase *passphrase =
		gy_passphrase_source_init(&signing->source, signing->passphrase_files, FALSE);

	if (signing->hash_only)
		return TRUE;
	*root = gy_private_key_load(signing->root_key, GY_KEY_BP256R1, "root", passphrase, error);
	if (*root)
		*sub = gy_private_key_load(signing->sub_key, GY_KEY_BP256R1, "sub", passphrase, error);
	return *root && *sub;
}

static gboolean
sign_image(const GyOutput *output, ImageSign *arguments, const char *input, GyWs63ImageOptions *options,
	GError **error)
{
	g_autoptr(GBytes) code = gy_file_read(input, GY_PACKAGE_MEMORY_MAX, error);
	g_autoptr(GBytes) image = NULL;
	g_autoptr(GyPrivateKey) root = NULL;
	g_autoptr(GyPrivateKey) sub = NULL;
	g_autofree char *what = g_strdup_printf("%s image, %s", arguments->id,
		arguments->signing.hash_only ? "integrity only, not authentic" : "signed");

	if (!code || !load_keys(arguments, &root, &sub, error))
		return FALSE;
	options->root_key = root;
	options->sub_key = sub;
	image = gy_ws63_image_sign(code, options, error);
	if (!image || !gy_command_write(arguments->path, image, error))
		return FALSE;
	gy_command_print_written(output, arguments->path, image, what);
	return TRUE;
}

static gboolean
check(const ImageSign *arguments, const char *input, GyWs63ImageOptions *options, GError **error)
{
	const GySigningArguments *signing = &arguments->signing;
	const char *const files[] = {input, signing->root_key, signing->sub_key, NULL};

	if (!gy_command_need_option(arguments->id, "--id application", error) ||
		!gy_command_need_option(arguments->path, "-o OUT", error) ||
		!gy_signing_arguments_check(signing, error))
		return FALSE;
	if (!signing->hash_only && (!gy_command_need_option(signing->root_key, "--root-key URI", error) ||
					   !gy_command_need_option(signing->sub_key, "--sub-key URI", error)))
		return FALSE;
	options->image = arguments->id;
	options->hash_only = signing->hash_only;
	return parse_number(arguments->version_ext, "--version-ext", &options->version_ext, error) &&
	       parse_number(arguments->version_mask, "--version-mask", &options->version_mask, error) &&
	       gy_command_check_output(arguments->path, files, error);
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autoptr(GError) error = NULL;
	ImageSign values = {0};
	GyWs63ImageOptions options = {0};
	const char *input = NULL;
	gboolean done;
	const GOptionEntry entries[] = {
		{"id", 0, 0, G_OPTION_ARG_STRING, &values.id, "application or flashboot", "IMAGE"},
		GY_ROOT_KEY_OPTION(&values.signing),
		GY_SUB_KEY_OPTION(&values.signing),
		GY_HASH_ONLY_OPTION(&values.signing),
		{"version-ext", 0, 0, G_OPTION_ARG_STRING, &values.version_ext,
			"Version number, for the protection against going back", "N"},
		{"version-mask", 0, 0, G_OPTION_ARG_STRING, &values.version_mask, "Which of its bits count",
			"N"},
		GY_PASSPHRASE_OPTION(&values.signing.passphrase_files),
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &values.path, "The firmware image", "OUT"},
		{NULL},
	};

	done = gy_command_parse(command, entries, &inputs, &error);
	if (done)
		input = gy_command_need_input(inputs, "IN", &error);
	done = input && check(&values, input, &options, &error) &&
	       sign_image(output, &values, input, &options, &error);
	g_free(values.id);
	g_free(values.version_ext);
	g_free(values.version_mask);
	g_free(values.path);
	gy_signing_arguments_clear(&values.signing);
	return done ? GY_EXIT_DONE : gy_output_error(output, error, 0);
}

const GyCommand gy_command_image_sign = {
	.name = "image sign",
	.arguments = "--id IMAGE --root-key URI --sub-key URI IN -o OUT",
	.summary = "Puts the header before bare WS63 code that makes it a firmware image",
	.example = "  gantry image sign --id application --root-key root.pem --sub-key sub.pem app.bin -o "
		   "app-sign.bin",
	.run = run,
};

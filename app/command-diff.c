// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "app/command.h"
#include "app/progress-bar.h"
#include "app/terminal.h"
#include "app/text.h"
#include "engine/delta/match.h"
#include "engine/delta/patch.h"
#include "engine/file.h"

typedef struct {
	char *path;
	char *format;
	char *dictionary;
	gboolean is_plain;
} Arguments;

static void
arguments_clear(Arguments *arguments)
{
	g_free(arguments->path);
	g_free(arguments->format);
	g_free(arguments->dictionary);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

/* Two inputs, and an output that is neither. */
static gboolean
check_files(char **inputs, const char *second, const char *path, const char *output, GError **error)
{
	const char *const files[] = {inputs[0], inputs[0] ? inputs[1] : NULL, NULL};

	if (!inputs[0] || !inputs[1]) {
		gy_usage(error, "two files are needed: OLD and %s", second);
		return FALSE;
	}
	if (inputs[2]) {
		gy_usage(error, "\"%s\" is one argument too many", inputs[2]);
		return FALSE;
	}
	return gy_command_need_option(path, output, error) && gy_command_check_output(path, files, error);
}

/* ---- diff ----------------------------------------------------------------------------------------------- */

static gboolean
parse_options(const Arguments *arguments, GyPatchOptions *options, GError **error)
{
	guint64 dictionary = GY_PATCH_DICTIONARY;

	options->is_plain = arguments->is_plain;
	if (arguments->format && (!gy_patch_kind_by_word(arguments->format, &options->kind) ||
					 options->kind == GY_PATCH_HDIFFSF20)) {
		gy_usage(error, "--format takes hdiff13, hi or bsdiff, not \"%s\"", arguments->format);
		return FALSE;
	}
	if (options->kind == GY_PATCH_BSDIFF && (arguments->is_plain || arguments->dictionary)) {
		gy_usage(error, "a bsdiff patch is always packed with bzip2");
		return FALSE;
	}
	if (arguments->dictionary &&
		!g_ascii_string_to_unsigned(arguments->dictionary, 10, GY_PATCH_DICTIONARY,
			GY_PATCH_DICTIONARY_MAX, &dictionary, NULL)) {
		gy_usage(error, "--dictionary takes a number of bytes from %d to %d, not \"%s\"",
			GY_PATCH_DICTIONARY, GY_PATCH_DICTIONARY_MAX, arguments->dictionary);
		return FALSE;
	}
	options->dictionary = (guint32) dictionary;
	return TRUE;
}

static void
draw(double done, gpointer data)
{
	const GyProgressView view = {.stage = "compare", .fraction = done, .seconds_left = -1};

	gy_progress_bar_draw(data, &view, FALSE);
}

static GBytes *
make(const GyOutput *output, GBytes *old, GBytes *made, const GyPatchOptions *options, GError **error)
{
	gboolean is_seen = !output->json && gy_terminal_is(STDERR_FILENO);
	GyProgressBar bar;
	const GyWatch watch = {.progress = draw, .data = &bar};
	GBytes *patch;

	if (!is_seen)
		return gy_patch_make(old, made, options, NULL, error);
	gy_progress_bar_init(&bar, STDERR_FILENO);
	patch = gy_patch_make(old, made, options, &watch, error);
	gy_progress_bar_hide(&bar);
	return patch;
}

static gboolean
diff(const GyOutput *output, char **inputs, const Arguments *arguments, const GyPatchOptions *options,
	GError **error)
{
	g_autoptr(GBytes) old = gy_file_read(inputs[0], GY_DELTA_SIZE_MAX, error);
	g_autoptr(GBytes) made = old ? gy_file_read(inputs[1], GY_DELTA_SIZE_MAX, error) : NULL;
	g_autoptr(GBytes) patch = made ? make(output, old, made, options, error) : NULL;
	g_autofree char *new_size = made ? gy_text_size(g_bytes_get_size(made)) : NULL;
	g_autofree char *what =
		g_strdup_printf("%s patch to %s", gy_patch_kind_word(options->kind), new_size);

	if (!patch || !gy_command_write(arguments->path, patch, error))
		return FALSE;
	gy_command_print_written(output, arguments->path, patch, what);
	return TRUE;
}

static int
run_diff(const GyCommand *command, GyOutput *output, char **words)
{
	g_auto(GStrv) inputs = words;
	g_auto(Arguments) arguments = {NULL};
	g_autoptr(GError) error = NULL;
	GyPatchOptions options = {.kind = GY_PATCH_HDIFF13};
	const GOptionEntry entries[] = {
		{"format", 0, 0, G_OPTION_ARG_STRING, &arguments.format,
			"hdiff13 (LiteOS, the default), hi (smallest, for little memory) or bsdiff", "WORD"},
		{"dictionary", 0, 0, G_OPTION_ARG_STRING, &arguments.dictionary,
			"Bytes of the LZMA dictionary, which the device has to have room for: 4096", "N"},
		{"no-compression", 0, 0, G_OPTION_ARG_NONE, &arguments.is_plain,
			"For a device that unpacks nothing", NULL},
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &arguments.path, "The patch", "P"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!check_files(inputs, "NEW", arguments.path, "-o P", &error) ||
		!parse_options(&arguments, &options, &error) ||
		!diff(output, inputs, &arguments, &options, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_diff = {
	.name = "diff",
	.arguments = "OLD NEW -o P",
	.summary = "Makes a patch that turns one image into another; it was applied and compared",
	.example = "  gantry diff app-1.0.bin app-1.1.bin -o app.patch",
	.run = run_diff,
};

/* ---- patch ---------------------------------------------------------------------------------------------- */

static gboolean
patch(const GyOutput *output, char **inputs, const char *path, GError **error)
{
	g_autoptr(GBytes) old = gy_file_read(inputs[0], GY_DELTA_SIZE_MAX, error);
	g_autoptr(GBytes) bytes = old ? gy_file_read(inputs[1], GY_DELTA_SIZE_MAX, error) : NULL;
	g_autoptr(GBytes) made = bytes ? gy_patch_apply(bytes, old, error) : NULL;

	if (!made) {
		g_prefix_error(error, "%s: ", inputs[1]);
		return FALSE;
	}
	if (!gy_command_write(path, made, error))
		return FALSE;
	/* nothing in a patch tells: who has the digest of the new image can compare */
	gy_command_print_written(output, path, made, "what the patch makes of the old image");
	return TRUE;
}

static int
run_patch(const GyCommand *command, GyOutput *output, char **words)
{
	g_auto(GStrv) inputs = words;
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	const GOptionEntry entries[] = {
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &path, "The new image", "NEW"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!check_files(inputs, "P", path, "-o NEW", &error) || !patch(output, inputs, path, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_patch = {
	.name = "patch",
	.arguments = "OLD P -o NEW",
	.summary = "Applies a patch of any kind that is read: HDIFF13, HDIFFSF20, hI or BSDIFF40",
	.example = "  gantry patch app-1.0.bin app.patch -o app-1.1.bin",
	.run = run_patch,
};

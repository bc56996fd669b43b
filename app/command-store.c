// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/store-report.h"
#include "engine/packages/format.h"
#include "engine/store/store-file.h"

#define STORE_ENTRY(path)                                                                                    \
	{                                                                                                    \
		"store", 0, 0, G_OPTION_ARG_FILENAME, &(path), "The store, if not the usual one", "DIR"      \
	}

static GyStore *
open_store(const char *named)
{
	g_autofree char *usual = named ? NULL : gy_store_default_path();

	return gy_store_new(named ? named : usual);
}

/* ---- add ------------------------------------------------------------------------------------------------ */

typedef struct {
	char *store;
	char *system;
	char *image;
	char *version;
	char *note;
	gboolean is_plain;
} AddArguments;

static void
add_arguments_clear(AddArguments *arguments)
{
	g_free(arguments->store);
	g_free(arguments->system);
	g_free(arguments->image);
	g_free(arguments->version);
	g_free(arguments->note);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AddArguments, add_arguments_clear)

static gboolean
check_system(const char *system, GError **error)
{
	g_autoptr(GString) words = g_string_new(NULL);

	if (!system || gy_format_by_system(system))
		return TRUE;
	for (const GyFormat *const *format = gy_format_list(); *format; format++)
		g_string_append_printf(words, " %s", (*format)->system);
	gy_usage(error, "--system takes one of%s, not \"%s\"", words->str, system);
	return FALSE;
}

static GyStoredImage *
about_of(const AddArguments *arguments)
{
	GyStoredImage *about = gy_stored_image_new();

	gy_stored_image_set(&about->system, arguments->system);
	gy_stored_image_set(&about->image, arguments->image);
	gy_stored_image_set(&about->version, arguments->version);
	gy_stored_image_set(&about->note, arguments->note);
	return about;
}

static gboolean
add_file(const GyOutput *output, GyStore *store, const char *path, const AddArguments *arguments,
	GError **error)
{
	g_autoptr(GPtrArray) added = g_ptr_array_new_with_free_func((GDestroyNotify) gy_stored_image_free);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GyStoredImage) about = about_of(arguments);
	gboolean done;

	/* may be ended at any time: what has a name by then is whole */
	done = gy_store_add_file(store, path, arguments->is_plain, about, added, notes, error);
	for (guint i = 0; i < added->len; i++)
		gy_report_stored(output, store, g_ptr_array_index(added, i), NULL);
	for (guint i = 0; i < notes->len; i++)
		gy_output_note(output, "%s", (const char *) g_ptr_array_index(notes, i));
	if (!done)
		g_prefix_error(error, "%s: ", path);
	return done;
}

static int
run_add(const GyCommand *command, GyOutput *output, char **words)
{
	g_auto(GStrv) inputs = words;
	g_auto(AddArguments) arguments = {0};
	g_autoptr(GyStore) store = NULL;
	g_autoptr(GError) error = NULL;
	const GOptionEntry entries[] = {
		STORE_ENTRY(arguments.store),
		{"system", 0, 0, G_OPTION_ARG_STRING, &arguments.system,
			"System of a plain image: liteos, alios, ...", "WORD"},
		{"image", 0, 0, G_OPTION_ARG_STRING, &arguments.image, "Which image of it: application, ...",
			"NAME"},
		{"ver", 0, 0, G_OPTION_ARG_STRING, &arguments.version,
			"Its version, for devices that tell nothing else", "TEXT"},
		{"note", 0, 0, G_OPTION_ARG_STRING, &arguments.note, "Anything worth knowing", "TEXT"},
		{"plain", 0, 0, G_OPTION_ARG_NONE, &arguments.is_plain,
			"FILE is an image, even if it looks like a package", NULL},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	if (!inputs[0])
		gy_usage(&error, "FILE is missing");
	if (error || !check_system(arguments.system, &error))
		return gy_output_error(output, error, 0);
	store = open_store(arguments.store);
	for (char **path = inputs; *path; path++)
		if (!add_file(output, store, *path, &arguments, &error))
			return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_store_add = {
	.name = "store add",
	.arguments = "FILE...",
	.summary = "Keeps images that devices run: of a package each image in it, else the file itself",
	.example = "  gantry store add app-1.0.bin --system liteos --ver 1.0\n"
		   "  gantry store add update.fwpkg",
	.run = run_add,
};

/* ---- list ----------------------------------------------------------------------------------------------- */

/* %FALSE if one is damaged; the others are listed all the same. */
static gboolean
list(const GyOutput *output, GyStore *store, GPtrArray *images, gboolean check, GError **error)
{
	guint n_damaged = 0;

	for (guint i = 0; i < images->len; i++) {
		const GyStoredImage *image = g_ptr_array_index(images, i);
		g_autoptr(GError) problem = NULL;

		/* sound or not, it was not used: nothing of its age changes */
		if (check && !gy_store_check(store, image->sha256, &problem))
			n_damaged++;
		gy_report_stored(output, store, image, problem);
	}
	if (n_damaged == 0)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_STORE_DAMAGED, "%u of %u images are damaged", n_damaged,
		images->len);
	return FALSE;
}

static int
run_list(const GyCommand *command, GyOutput *output, char **words)
{
	g_auto(GStrv) inputs = words;
	g_autofree char *path = NULL;
	gboolean check = FALSE;
	g_autoptr(GyStore) store = NULL;
	g_autoptr(GPtrArray) images = NULL;
	g_autoptr(GError) error = NULL;
	const GOptionEntry entries[] = {
		STORE_ENTRY(path),
		{"check", 0, 0, G_OPTION_ARG_NONE, &check, "Compare each image with its digest", NULL},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!gy_command_check_no_input(inputs, &error))
		return gy_output_error(output, error, 0);
	store = open_store(path);
	images = gy_store_list(store, &error);
	if (!images)
		return gy_output_error(output, error, 0);
	if (images->len == 0)
		gy_output_note(output, "no images in %s", gy_store_path(store));
	if (!list(output, store, images, check, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_store_list = {
	.name = "store list",
	.arguments = "",
	.summary = "Lists the images that are kept, the newest first",
	.example = "  gantry store list --check",
	.run = run_list,
};

/* ---- remove --------------------------------------------------------------------------------------------- */

static gboolean
remove_one(const GyOutput *output, GyStore *store, const char *digits, GError **error)
{
	g_autoptr(GyStoredImage) image = gy_store_find(store, digits, error);

	if (!image || !gy_store_remove(store, image->sha256, error))
		return FALSE;
	gy_output_print(output, "%.*s  removed\n", GY_STORED_DIGITS, image->sha256);
	return TRUE;
}

static int
run_remove(const GyCommand *command, GyOutput *output, char **words)
{
	g_auto(GStrv) inputs = words;
	g_autofree char *path = NULL;
	g_autoptr(GyStore) store = NULL;
	g_autoptr(GError) error = NULL;
	const GOptionEntry entries[] = {
		STORE_ENTRY(path),
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	if (!inputs[0]) {
		gy_usage(&error, "HASH is missing");
		return gy_output_error(output, error, 0);
	}
	store = open_store(path);
	for (char **digits = inputs; *digits; digits++)
		if (!remove_one(output, store, *digits, &error))
			return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_store_remove = {
	.name = "store remove",
	.arguments = "HASH...",
	.summary = "Takes images out of the store, by their digests or the first digits of these",
	.example = "  gantry store remove 1a8d8390ea84",
	.run = run_remove,
};

/* ---- path ----------------------------------------------------------------------------------------------- */

static int
run_path(const GyCommand *command, GyOutput *output, char **words)
{
	g_auto(GStrv) inputs = words;
	g_autofree char *path = NULL;
	g_autofree char *file = NULL;
	g_autoptr(GyStore) store = NULL;
	g_autoptr(GyStoredImage) image = NULL;
	g_autoptr(GError) error = NULL;
	const char *digits;
	const GOptionEntry entries[] = {
		STORE_ENTRY(path),
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error) ||
		!(digits = gy_command_need_input(inputs, "HASH", &error)))
		return gy_output_error(output, error, 0);
	store = open_store(path);
	image = gy_store_find(store, digits, &error);
	/* whoever asks for the file is going to read it */
	if (!image || !gy_store_check(store, image->sha256, &error))
		return gy_output_error(output, error, 0);
	file = gy_store_file(store, image->sha256);
	gy_output_print(output, "%s\n", file);
	gy_report_stored_object(output, store, image, NULL);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_store_path = {
	.name = "store path",
	.arguments = "HASH",
	.summary = "Prints where an image lies, once it was compared with its digest",
	.example = "  gantry build liteos --image application=new.bin --old \"$(gantry store path "
		   "1a8d8390)\" -o p",
	.run = run_path,
};

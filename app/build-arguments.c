// SPDX-License-Identifier: Apache-2.0
#include "app/build-arguments.h"

#include <string.h>

#include "app/command.h"

typedef struct {
	const GyOption *option;
	gboolean is_shown;
	char *help;
	char *text;
	gboolean flag;
} Argument;

struct _GyBuildArguments {
	GPtrArray *arguments;
};

static void
argument_free(Argument *argument)
{
	g_free(argument->help);
	g_free(argument->text);
	g_free(argument);
}

static gboolean
has_argument(const GyBuildArguments *arguments, const char *key)
{
	for (guint i = 0; i < arguments->arguments->len; i++)
		if (g_str_equal(((const Argument *) arguments->arguments->pdata[i])->option->key, key))
			return TRUE;
	return FALSE;
}

/* (transfer full): what it is for, and the words that it takes. */
static char *
help_of(const GyOption *option)
{
	const GyOptionChoice *choice = option->choices;
	g_autoptr(GString) words = g_string_new(NULL);

	for (; choice && choice->value; choice++)
		g_string_append_printf(words, "%s%s", words->len ? ", " : "", choice->value);
	if (words->len == 0)
		return g_strdup(option->help);
	if (option->fallback)
		g_string_append_printf(words, "; usual: %s", option->fallback);
	return g_strdup_printf("%s (%s)", option->help, words->str);
}

/* Those that have been added already are another system's too. */
static void
add_options(GyBuildArguments *arguments, const GyFormat *format, gboolean is_shown)
{
	for (const GyOption *option = format->options; option && option->key; option++) {
		Argument *argument;

		if (g_strcmp0(option->group, "keys") == 0 || has_argument(arguments, option->key))
			continue;
		argument = g_new0(Argument, 1);
		argument->option = option;
		argument->is_shown = is_shown;
		argument->help = help_of(option);
		g_ptr_array_add(arguments->arguments, argument);
	}
}

GyBuildArguments *
gy_build_arguments_new(const char *const *words)
{
	GyBuildArguments *arguments = g_new0(GyBuildArguments, 1);

	arguments->arguments = g_ptr_array_new_with_free_func((GDestroyNotify) argument_free);
	for (const GyFormat *const *format = gy_format_list(); *format; format++)
		if (g_strv_contains(words, (*format)->system))
			add_options(arguments, *format, TRUE);
	for (const GyFormat *const *format = gy_format_list(); *format; format++)
		add_options(arguments, *format, FALSE);
	return arguments;
}

void
gy_build_arguments_free(GyBuildArguments *arguments)
{
	if (!arguments)
		return;
	g_ptr_array_unref(arguments->arguments);
	g_free(arguments);
}

static GOptionEntry
entry_of(Argument *argument)
{
	const GyOption *option = argument->option;
	gboolean is_flag = option->kind == GY_OPTION_FLAG;
	gboolean is_file = option->kind == GY_OPTION_FILE || option->kind == GY_OPTION_FOLDER;

	return (GOptionEntry){
		.long_name = option->key,
		.flags = argument->is_shown ? 0 : G_OPTION_FLAG_HIDDEN,
		.arg = is_flag   ? G_OPTION_ARG_NONE
		       : is_file ? G_OPTION_ARG_FILENAME
				 : G_OPTION_ARG_STRING,
		.arg_data = is_flag ? (gpointer) &argument->flag : (gpointer) &argument->text,
		.description = argument->help,
		.arg_description = option->value_name,
	};
}

/* Between blanks, as GyOption.original has them. */
static gboolean
is_among(const char *words, const char *word)
{
	g_auto(GStrv) all = g_strsplit(words, " ", -1);

	return g_strv_contains((const char *const *) all, word);
}

/* (nullable): the option that a system's own tool calls so. */
static const GyOption *
find_original(const char *word)
{
	for (const GyFormat *const *format = gy_format_list(); *format; format++)
		for (const GyOption *option = (*format)->options; option && option->key; option++)
			if (option->original && is_among(option->original, word))
				return option;
	return NULL;
}

void
gy_build_arguments_translate(char **words)
{
	for (; *words && !g_str_equal(*words, "--"); words++) {
		const char *sign = strchr(*words, '=');
		g_autofree char *word = sign ? g_strndup(*words, (gsize) (sign - *words)) : g_strdup(*words);
		const GyOption *option = **words == '-' ? find_original(word) : NULL;
		g_autofree char *old = option ? *words : NULL;

		if (option)
			*words = g_strconcat("--", option->key, sign, NULL);
	}
}

GArray *
gy_build_arguments_entries(GyBuildArguments *arguments, const GOptionEntry *more)
{
	GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));

	for (; more->long_name; more++)
		g_array_append_val(entries, *more);
	for (guint i = 0; i < arguments->arguments->len; i++) {
		GOptionEntry entry = entry_of(arguments->arguments->pdata[i]);

		g_array_append_val(entries, entry);
	}
	return entries;
}

gboolean
gy_build_arguments_apply(
	const GyBuildArguments *arguments, const GyFormat *format, GyBuildOptions *options, GError **error)
{
	for (guint i = 0; i < arguments->arguments->len; i++) {
		const Argument *argument = arguments->arguments->pdata[i];
		const char *text = argument->flag ? "yes" : argument->text;
		const GyOption *option;
		g_autoptr(GError) cause = NULL;

		if (!text)
			continue;
		option = gy_option_find(format->options, argument->option->key);
		if (!option) {
			gy_usage(error, "%s has no --%s", format->system, argument->option->key);
			return FALSE;
		}
		if (!gy_option_check(option, text, &cause)) {
			gy_usage(error, "--%s", cause->message);
			return FALSE;
		}
		gy_build_options_set(options, option->key, text);
	}
	return TRUE;
}

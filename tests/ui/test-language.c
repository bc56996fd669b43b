// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <string.h>

#include "engine/draft.h"
#include "engine/job/job.h"
#include "engine/job/refusal.h"
#include "engine/packages/format.h"
#include "protocol/host/error.h"
#include "ui/model/error-words.h"
#include "ui/model/package-terms.h"
#include "ui/model/package-words.h"

/*
 * In Chinese no sentence is left in English. What stays Latin is what a person looks up: names of fields, files,
 * options and commands; those are not two plain words one after the other.
 */

static const char *const systems[] = {"ws63", "openharmony", "liteos", "alios"};

/* Fewer places are damaged in packages that take long to verify. */
enum { SMALL = 4096, LARGE = 65536 };

typedef struct {
	GRegex *english;
	GRegex *commands;
	GHashTable *codes; /* of findings that were met */
	GHashTable *english_texts;
	guint n_findings;
	guint n_chinese;
} Reading;

static void
reading_init(Reading *reading)
{
	reading->english = g_regex_new("(^|[^-\\w.%/_])[a-z]{2,} [a-z]{2,}($|[^-\\w.=/])", 0, 0, NULL);
	/* and what a library of JSON says of a place in a file */
	reading->commands = g_regex_new("gantry [-a-z ]+|boot ROM|[a-z]+ = |<data>:(?s:.*)", 0, 0, NULL);
	reading->codes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	reading->english_texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void
reading_clear(Reading *reading)
{
	g_regex_unref(reading->english);
	g_regex_unref(reading->commands);
	g_hash_table_unref(reading->codes);
	g_hash_table_unref(reading->english_texts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

static gboolean
is_chinese(const char *text)
{
	for (; *text; text = g_utf8_next_char(text))
		if (g_unichar_get_script(g_utf8_get_char(text)) == G_UNICODE_SCRIPT_HAN)
			return TRUE;
	return FALSE;
}

static void
read_text(Reading *reading, const char *text)
{
	g_autofree char *rest = NULL;

	if (!text || !*text)
		return;
	rest = g_regex_replace_literal(reading->commands, text, -1, 0, "", 0, NULL);
	if (is_chinese(text))
		reading->n_chinese++;
	if (g_regex_match(reading->english, rest, 0, NULL))
		g_hash_table_add(reading->english_texts, g_strdup(text));
}

/* A sentence is Chinese or a name; nothing that a check says is a name alone. */
static void
read_sentence(Reading *reading, const char *text)
{
	read_text(reading, text);
	if (text && *text && !is_chinese(text))
		g_hash_table_add(reading->english_texts, g_strdup(text));
}

static void
assert_no_english(Reading *reading)
{
	GHashTableIter iter;
	gpointer text;

	g_hash_table_iter_init(&iter, reading->english_texts);
	while (g_hash_table_iter_next(&iter, &text, NULL))
		g_test_message("in English: %s", (const char *) text);
	if (g_hash_table_size(reading->english_texts) > 0)
		g_test_fail();
}

/* ---- packages ------------------------------------------------------------------------------------------- */

static void
read_package(Reading *reading, GyPackage *package)
{
	for (guint i = 0; i < gy_package_findings(package)->len; i++) {
		const GyFinding *finding = g_ptr_array_index(gy_package_findings(package), i);
		g_autofree char *sentence = gy_package_finding_sentence(finding);
		g_autofree char *advice = gy_package_finding_advice(finding);

		read_sentence(reading, sentence);
		read_sentence(reading, advice);
		read_text(reading, finding->found);
		read_text(reading, finding->expected);
		g_hash_table_add(reading->codes, g_strdup(finding->code));
		reading->n_findings++;
	}
	for (guint i = 0; i < gy_package_fields(package)->len; i++) {
		const GyField *field = g_ptr_array_index(gy_package_fields(package), i);

		read_text(reading, gy_package_term(field->label));
		read_text(reading, field->value);
	}
	for (guint i = 0; i < gy_package_chain(package)->len; i++) {
		const GyLink *link = g_ptr_array_index(gy_package_chain(package), i);

		read_text(reading, gy_package_term(link->label));
		read_sentence(reading, link->detail);
	}
}

static void
read_error(Reading *reading, const GError *error)
{
	g_autofree char *headline = gy_error_headline(error);
	g_autofree char *advice = gy_error_advice(error);

	read_sentence(reading, error->message);
	read_sentence(reading, headline);
	read_sentence(reading, advice);
}

static void
read_bytes(Reading *reading, GBytes *bytes)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyPackage) package = gy_package_load_bytes(bytes, "a.bin", &error);

	if (package && gy_package_verify(package, NULL, &error))
		read_package(reading, package);
	else
		read_error(reading, error);
}

static void
read_damaged(Reading *reading, const char *data, gsize size)
{
	gsize step = size <= SMALL ? 13 : size <= LARGE ? 127 : 1021;
	gsize end = MIN(size, SMALL);

	for (gsize at = 0; at < end; at += step) {
		char *copy = g_memdup2(data, size);
		g_autoptr(GBytes) bytes = g_bytes_new_take(copy, size);
		g_autoptr(GBytes) cut = g_bytes_new(data, at + 1);

		copy[at] = (char) (copy[at] ^ (at % 2 ? 0x01 : 0xff));
		read_bytes(reading, bytes);
		read_bytes(reading, cut);
	}
}

static void
read_file(Reading *reading, const char *path)
{
	g_autofree char *data = NULL;
	g_autoptr(GyPackage) package = gy_package_load(path, NULL);
	gsize size = 0;

	if (!package || !g_file_get_contents(path, &data, &size, NULL) || size > 4 * LARGE)
		return;
	read_damaged(reading, data, size);
}

static void
read_folder(Reading *reading, const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	g_assert_nonnull(folder);
	while ((name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *inside = g_build_filename(path, name, NULL);

		if (g_file_test(inside, G_FILE_TEST_IS_DIR))
			read_folder(reading, inside);
		else
			read_file(reading, inside);
	}
}

static void
findings(const void *data)
{
	g_auto(Reading) reading = {0};
	g_autofree char *path = g_build_filename(g_getenv("VECTORS"), data, NULL);

	reading_init(&reading);
	read_folder(&reading, path);
	g_test_message("%u findings of %u codes", reading.n_findings, g_hash_table_size(reading.codes));
	assert_no_english(&reading);
	g_assert_cmpuint(reading.n_findings, >, 20);
	g_assert_cmpuint(g_hash_table_size(reading.codes), >, 1);
	g_assert_cmpuint(reading.n_chinese, >, reading.n_findings);
}

/* ---- errors --------------------------------------------------------------------------------------------- */

static void
advice_of_errors(void)
{
	g_auto(Reading) reading = {0};

	reading_init(&reading);
	for (int i = 0; i < GY_N_ERRORS; i++) {
		g_autoptr(GError) error = g_error_new_literal(GY_ERROR, i, "一");

		read_error(&reading, error);
	}
	for (int i = 0; i < GY_LINK_N_ERRORS; i++) {
		g_autoptr(GError) error = g_error_new_literal(GY_LINK_ERROR, i, "一");

		read_error(&reading, error);
	}
	assert_no_english(&reading);
}

static void
refusals_and_outcomes(void)
{
	g_auto(Reading) reading = {0};

	reading_init(&reading);
	/* more of each than there are */
	for (guint backend = 0; backend < 5; backend++)
		for (guint operation = 0; operation < 24; operation++)
			for (guint cause = 0; cause < 64; cause++) {
				struct gyw_refusal refusal = {.backend = backend,
					.operation = operation,
					.cause = cause,
					.code = cause};
				g_autoptr(GError) error = gy_refusal_to_error(&refusal, cause % 2 == 0);

				read_error(&reading, error);
			}
	for (int i = 0; i <= GY_OUTCOME_UNKNOWN; i++)
		read_sentence(&reading, gy_outcome_sentence((GyOutcome) i));
	assert_no_english(&reading);
}

/* What comes of a form in which one value is wrong, and nothing else is given. */
static void
read_build(Reading *reading, const GyFormat *format, const char *key, const char *text)
{
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyDraft) draft = gy_draft_new(NULL, 0600, &error);

	g_assert_no_error(error);
	gy_build_options_set(options, key, text);
	g_assert_false(format->build(options, draft, notes, &error));
	read_error(reading, error);
}

static void
build_errors(const void *data)
{
	const GyFormat *format = gy_format_by_system(data);
	g_auto(Reading) reading = {0};

	reading_init(&reading);
	for (const GyOption *option = format->options; option->key; option++) {
		g_autoptr(GError) error = NULL;

		if (!gy_option_check(option, "?", &error))
			read_error(&reading, error);
		read_build(&reading, format, option->key, "?");
	}
	assert_no_english(&reading);
	g_assert_cmpuint(reading.n_chinese, >, 0);
}

/* What a form asks for. */
static void
read_options(Reading *reading, const GyOption *options)
{
	for (; options && options->key; options++) {
		read_text(reading, gy_package_term(options->label));
		read_text(reading, gy_package_term(options->help));
		for (const GyOptionChoice *choice = options->choices; choice && choice->value; choice++)
			read_text(reading, gy_package_term(choice->label));
	}
}

static void
forms(const void *data)
{
	const GyFormat *format = gy_format_by_system(data);
	g_auto(Reading) reading = {0};

	reading_init(&reading);
	read_options(&reading, format->options);
	read_options(&reading, format->image_options);
	assert_no_english(&reading);
	g_assert_cmpuint(reading.n_chinese, >, 10);
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_setenv("LANGUAGE", "zh_CN", TRUE);
	bindtextdomain(GETTEXT_PACKAGE, g_getenv("LOCALES"));
	bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
	textdomain(GETTEXT_PACKAGE);
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(systems); i++) {
		g_autofree char *path = g_strconcat("/language/findings/", systems[i], NULL);
		g_autofree char *form = g_strconcat("/language/forms/", systems[i], NULL);
		g_autofree char *build = g_strconcat("/language/build-errors/", systems[i], NULL);

		g_test_add_data_func(path, systems[i], findings);
		g_test_add_data_func(build, systems[i], build_errors);
		g_test_add_data_func(form, systems[i], forms);
	}
	g_test_add_func("/language/advice", advice_of_errors);
	g_test_add_func("/language/refusals-and-outcomes", refusals_and_outcomes);
	return g_test_run();
}

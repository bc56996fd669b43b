// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/serial-numbers/serial-source.h"
#include "tests/line/rig.h"

typedef struct {
	char *folder;
	char *path;
	GyRecords *records;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	fixture->folder = rig_folder_new();
	fixture->path = g_build_filename(fixture->folder, "records.db", NULL);
	fixture->records = gy_records_open(fixture->path, &error);
	g_assert_no_error(error);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	gy_records_close(fixture->records);
	g_free(fixture->path);
	rig_folder_free(fixture->folder);
}

static const GySerialHolder holder = {"x", "station", "1"};

static GySerialSource *
counter(const char *pattern, guint64 first)
{
	g_autoptr(GError) error = NULL;
	GySerialPattern *parsed = gy_serial_pattern_parse(pattern, GY_CHECK_NONE, &error);

	g_assert_no_error(error);
	return gy_serial_source_new(GY_SERIAL_FROM_COUNTER, "x", parsed, first);
}

static GyRecord *
begin(Fixture *fixture, const char *number)
{
	GyRecord *record = gy_record_new();
	g_autoptr(GError) error = NULL;

	record->started_ms = g_get_real_time() / 1000;
	gy_record_set_text(&record->serial_number, number);
	g_assert_true(gy_records_begin_board(fixture->records, record, "x", &error));
	g_assert_no_error(error);
	return record;
}

static void
complete(Fixture *fixture, GyRecord *record, GyRecordResult result, gboolean keep)
{
	g_autoptr(GError) error = NULL;

	record->result = result;
	record->ended_ms = record->started_ms;
	g_assert_true(gy_records_complete_board(fixture->records, record, "x", keep, &error));
	g_assert_no_error(error);
	gy_record_free(record);
}

static void
assert_check(Fixture *fixture, const char *number, GyError code)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(gy_serials_check(fixture->records, "x", number, &error));
	g_assert_error(error, GY_ERROR, (int) code);
}

/* ---- giving numbers ------------------------------------------------------------------------------------- */

static void
only_a_pass_consumes(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GySerialSource) source = counter("N##", 1);
	g_autofree char *first = gy_serial_source_reserve(source, fixture->records, &holder, NULL, NULL);
	g_autofree char *second = NULL;
	g_autofree char *again = NULL;

	g_assert_cmpstr(first, ==, "N01");
	assert_check(fixture, "N01", GY_ERROR_SERIAL_TAKEN);
	second = gy_serial_source_reserve(source, fixture->records, &holder, NULL, NULL);
	g_assert_cmpstr(second, ==, "N02");
	complete(fixture, begin(fixture, "N02"), GY_RECORD_DONE, FALSE);
	assert_check(fixture, "N02", GY_ERROR_SERIAL_USED);
	complete(fixture, begin(fixture, "N01"), GY_RECORD_FAILED, FALSE);
	again = gy_serial_source_reserve(source, fixture->records, &holder, NULL, NULL);
	g_assert_cmpstr(again, ==, "N01");
}

static void
kept_for_the_next_attempt(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GySerialSource) source = counter("N##", 1);
	g_autofree char *first = gy_serial_source_reserve(source, fixture->records, &holder, NULL, NULL);
	g_autofree char *other = NULL;

	complete(fixture, begin(fixture, first), GY_RECORD_FAILED, TRUE);
	other = gy_serial_source_reserve(source, fixture->records, &holder, NULL, NULL);
	g_assert_cmpstr(other, ==, "N02");
	complete(fixture, begin(fixture, first), GY_RECORD_DONE, FALSE);
	assert_check(fixture, first, GY_ERROR_SERIAL_USED);
}

static void
none_left(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GySerialSource) source = counter("N#", 8);
	g_autoptr(GError) error = NULL;

	for (guint i = 8; i < 10; i++)
		g_free(gy_serial_source_reserve(source, fixture->records, &holder, NULL, &error));
	g_assert_no_error(error);
	g_assert_null(gy_serial_source_reserve(source, fixture->records, &holder, NULL, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_SERIAL_NONE_LEFT);
}

/* What was flashed by hand, or before there was a counter, has its number too. */
static void
records_count_too(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GySerialSource) source = counter("N##", 1);
	g_autofree char *number = NULL;
	g_autoptr(GyRecord) record = gy_record_new();

	record->started_ms = 1;
	gy_record_set_text(&record->serial_number, "N01");
	g_assert_true(gy_records_begin(fixture->records, record, NULL));
	record->result = GY_RECORD_DONE;
	record->ended_ms = 1;
	g_assert_true(gy_records_complete(fixture->records, record, NULL));
	number = gy_serial_source_reserve(source, fixture->records, &holder, NULL, NULL);
	g_assert_cmpstr(number, ==, "N02");
	assert_check(fixture, "N01", GY_ERROR_SERIAL_USED);
}

static void
lists_in_their_order(Fixture *fixture, gconstpointer data)
{
	static const char text[] = "# numbers\nZ9\n\n  A1  \nM5\n";
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
	g_autoptr(GError) error = NULL;
	g_autoptr(GySerialSource) source = gy_serial_source_new_list("x", NULL, bytes, "list", &error);
	const char *const expected[] = {"Z9", "A1", "M5"};

	g_assert_no_error(error);
	for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
		g_autofree char *number =
			gy_serial_source_reserve(source, fixture->records, &holder, NULL, &error);

		g_assert_no_error(error);
		g_assert_cmpstr(number, ==, expected[i]);
	}
	g_assert_null(gy_serial_source_reserve(source, fixture->records, &holder, NULL, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_SERIAL_NONE_LEFT);
}

static void
lists_name_the_line(void)
{
	static const struct {
		const char *text;
		GyError code;
		const char *place;
	} rows[] = {
		{"A1\nB2\nA1\n", GY_ERROR_CFG_DUPLICATE, "list:3:"},
		{"A1\nhas blank\n", GY_ERROR_SERIAL_PATTERN, "list:2:"},
		{"# nothing\n", GY_ERROR_CFG_VALUE, "list"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = g_bytes_new_static(rows[i].text, strlen(rows[i].text));
		g_autoptr(GError) error = NULL;

		g_assert_null(gy_serial_source_new_list("x", NULL, bytes, "list", &error));
		g_assert_error(error, GY_ERROR, (int) rows[i].code);
		g_assert_true(g_str_has_prefix(error->message, rows[i].place));
	}
}

/* ---- many at once --------------------------------------------------------------------------------------- */

#define N_THREADS 6
#define N_EACH    6

typedef struct {
	const char *path;
	GySerialSource *source;
	GPtrArray *numbers;
	guint seed;
} Worker;

/* A slot's life: reserve, begin, and pass or fail. */
static gpointer
work(gpointer data)
{
	Worker *worker = data;
	g_autoptr(GRand) random = g_rand_new_with_seed(worker->seed);
	g_autoptr(GError) error = NULL;
	Fixture own = {.records = gy_records_open(worker->path, &error)};

	g_assert_no_error(error);
	for (guint n = 0; n < N_EACH;) {
		char *number = gy_serial_source_reserve(worker->source, own.records, &holder, NULL, &error);
		gboolean passes = g_rand_boolean(random);

		g_assert_no_error(error);
		complete(&own, begin(&own, number), passes ? GY_RECORD_DONE : GY_RECORD_FAILED, FALSE);
		n += passes;
		if (passes)
			g_ptr_array_add(worker->numbers, number);
		else
			g_free(number);
	}
	gy_records_close(own.records);
	return NULL;
}

static void
no_number_twice(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GySerialSource) source = counter("N######", 1);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	Worker workers[N_THREADS];
	GThread *threads[N_THREADS];

	for (guint i = 0; i < N_THREADS; i++) {
		workers[i] = (Worker){fixture->path, source, g_ptr_array_new_with_free_func(g_free),
			(guint) g_test_rand_int()};
		threads[i] = g_thread_new("slot", work, &workers[i]);
	}
	for (guint i = 0; i < N_THREADS; i++)
		g_thread_join(threads[i]);
	for (guint i = 0; i < N_THREADS; i++)
		for (guint k = 0; k < workers[i].numbers->len; k++)
			g_assert_true(g_hash_table_add(seen, workers[i].numbers->pdata[k]));
	/* nothing is lost: the highest number is no higher than what could be in use at once */
	for (guint n = 1; n <= N_THREADS * N_EACH; n++) {
		g_autofree char *number = g_strdup_printf("N%06u", n);
		g_autoptr(GError) error = NULL;

		if (!g_hash_table_contains(seen, number))
			g_assert_true(gy_serials_check(fixture->records, "x", number, &error));
	}
	for (guint i = 0; i < N_THREADS; i++)
		g_ptr_array_unref(workers[i].numbers);
}

/* ---- killed at any moment ------------------------------------------------------------------------------- */

/* In a process of its own, so that it can die as a station dies. */
static void
die_after(const char *path, guint n_moves)
{
	Fixture own = {.records = gy_records_open(path, NULL)};
	g_autoptr(GySerialSource) source = counter("N##", 1);
	g_autofree char *number = NULL;
	GyRecord *record;

	if (n_moves > 0)
		number = gy_serial_source_reserve(source, own.records, &holder, NULL, NULL);
	if (n_moves > 1)
		record = begin(&own, number);
	if (n_moves > 2)
		complete(&own, record, GY_RECORD_DONE, FALSE);
	kill(getpid(), SIGKILL);
}

static void
the_next_start_knows(Fixture *fixture, gconstpointer data)
{
	static const struct {
		guint n_moves;
		GySerialState state;
	} rows[] = {{1, GY_SERIAL_FREE}, {2, GY_SERIAL_IN_DOUBT}, {3, GY_SERIAL_CONSUMED}};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = g_strdup_printf("killed-%u.db", i);
		g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
		g_autoptr(GyRecords) records = NULL;
		g_autoptr(GPtrArray) list = NULL;
		pid_t child = fork();

		if (child == 0)
			die_after(path, rows[i].n_moves);
		g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
		records = gy_records_open(path, NULL);
		list = gy_serials_list(records, "x", 0, NULL);
		g_assert_cmpuint(list->len, ==, 1);
		g_assert_cmpint(((GySerial *) list->pdata[0])->state, ==, rows[i].state);
	}
}

static void
doubt_is_for_a_person(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = g_build_filename(fixture->folder, "doubt.db", NULL);
	g_autoptr(GyRecords) records = NULL;
	g_autoptr(GySerialSource) source = counter("N##", 1);
	g_autoptr(GError) error = NULL;
	g_autofree char *next = NULL;
	pid_t child = fork();

	if (child == 0)
		die_after(path, 2);
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	records = gy_records_open(path, NULL);
	next = gy_serial_source_reserve(source, records, &holder, NULL, NULL);
	g_assert_cmpstr(next, ==, "N02");
	g_assert_false(gy_serials_reserve(records, &holder, "N01", &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_SERIAL_IN_DOUBT);
	g_assert_true(gy_serials_decide(records, "x", "N01", FALSE, NULL));
	g_assert_true(gy_serials_reserve(records, &holder, "N01", NULL));
	g_clear_error(&error);
	g_assert_false(gy_serials_decide(records, "x", "N01", TRUE, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_SERIAL_NOT_IN_DOUBT);
}

/* ---- patterns ------------------------------------------------------------------------------------------- */

static void
check_digits_by_the_books(void)
{
	static const struct {
		GyCheckDigit kind;
		const char *text;
		char expected;
	} rows[] = {
		{GY_CHECK_LUHN, "7992739871", '3'},
		{GY_CHECK_LUHN, "1789372997", '4'},
		{GY_CHECK_GS1, "629104150021", '3'},
		{GY_CHECK_GS1, "03600029145", '2'},
		{GY_CHECK_DAMM, "572", '4'},
		{GY_CHECK_MOD37_36, "A12425GABC1234002", 'M'},
		{GY_CHECK_LUHN, "12A", 0},
		{GY_CHECK_DAMM, "", 0},
		{GY_CHECK_MOD37_36, "a1", 0},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(gy_check_digit_of(rows[i].kind, rows[i].text), ==, rows[i].expected);
}

/* Every single wrong character is found, by every kind. */
static void
one_wrong_character_is_found(void)
{
	static const struct {
		const char *pattern;
		GyCheckDigit kind;
	} rows[] = {{"P-######!", GY_CHECK_LUHN}, {"######!-Q", GY_CHECK_GS1}, {"X########!", GY_CHECK_DAMM},
		{"K######!", GY_CHECK_MOD37_36}};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GySerialPattern) pattern =
			gy_serial_pattern_parse(rows[i].pattern, rows[i].kind, NULL);
		g_autofree char *number =
			gy_serial_pattern_format(pattern, (guint64) g_test_rand_int_range(0, 999999));

		g_assert_true(gy_serial_pattern_check(pattern, number, NULL));
		for (gsize at = 0; number[at]; at++) {
			for (char other = '0'; other <= '9'; other++) {
				g_autofree char *wrong = g_strdup(number);

				wrong[at] = other;
				g_assert_cmpint(gy_serial_pattern_check(pattern, wrong, NULL), ==,
					other == number[at]);
			}
		}
	}
}

static void
patterns_that_are_none(void)
{
	static const struct {
		const char *text;
		GyCheckDigit kind;
	} rows[] = {{"", GY_CHECK_NONE}, {"FIXED", GY_CHECK_NONE}, {"##!", GY_CHECK_NONE},
		{"##", GY_CHECK_LUHN}, {"!##", GY_CHECK_LUHN}, {"##!!", GY_CHECK_LUHN},
		{"A B#", GY_CHECK_NONE}, {"@@!", GY_CHECK_LUHN}};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(gy_serial_pattern_parse(rows[i].text, rows[i].kind, &error));
		g_assert_error(error, GY_ERROR, GY_ERROR_CFG_VALUE);
	}
}

#define ADD(path, func) g_test_add("/line/serials/" path, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("only-a-pass-consumes", only_a_pass_consumes);
	ADD("kept-for-the-next-attempt", kept_for_the_next_attempt);
	ADD("none-left", none_left);
	ADD("records-count-too", records_count_too);
	ADD("lists/in-their-order", lists_in_their_order);
	g_test_add_func("/line/serials/lists/name-the-line", lists_name_the_line);
	ADD("no-number-twice", no_number_twice);
	ADD("killed/the-next-start-knows", the_next_start_knows);
	ADD("killed/doubt-is-for-a-person", doubt_is_for_a_person);
	g_test_add_func("/line/pattern/check-digits-by-the-books", check_digits_by_the_books);
	g_test_add_func("/line/pattern/one-wrong-character-is-found", one_wrong_character_is_found);
	g_test_add_func("/line/pattern/refuses", patterns_that_are_none);
	return g_test_run();
}

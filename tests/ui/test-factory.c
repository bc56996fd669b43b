// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/devices/device-private.h"
#include "tests/line/rig.h"
#include "ui/model/board.h"
#include "ui/model/factory-template.h"
#include "ui/model/factory-words.h"
#include "ui/model/factory.h"

#define SCANNED "[serial]\nsource = scanner\npattern = WS63-####!\ncheck-digit = luhn\n[start]\non = scan\n"
#define PIN     "4711"

typedef struct {
	char *folder;
	GyFactory *factory;
	guint n_pass;
	guint n_fail;
	gboolean is_answered;
	GError *answer;
} Fixture;

static void
on_verdict(GyFactory *factory, GyFactorySlot *slot, gboolean is_pass, Fixture *fixture)
{
	fixture->n_pass += is_pass;
	fixture->n_fail += !is_pass;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
	fixture->folder = rig_folder_new();
	fixture->factory = gy_factory_new();
	g_signal_connect(fixture->factory, "verdict", G_CALLBACK(on_verdict), fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	/* what it has put off holds it */
	while (g_main_context_iteration(NULL, FALSE)) {
	}
	g_clear_error(&fixture->answer);
	g_assert_finalize_object(fixture->factory);
	rig_folder_free(fixture->folder);
}

static gboolean
is_settled(gpointer data)
{
	return gy_factory_state(data) != GY_FACTORY_LOADING;
}

static void
open_text(Fixture *fixture, const char *text, gboolean is_locked)
{
	g_autofree char *path = rig_write(fixture->folder, "x.station", text);

	g_assert_true(gy_factory_open(fixture->factory, path, is_locked));
	rig_iterate_until(is_settled, fixture->factory, 20);
}

static void
open_line(Fixture *fixture, guint n_slots, const char *extra)
{
	g_autofree char *path = rig_station(fixture->folder, n_slots, extra);

	g_assert_true(gy_factory_open(fixture->factory, path, FALSE));
	rig_iterate_until(is_settled, fixture->factory, 20);
	g_assert_cmpint(gy_factory_state(fixture->factory), ==, GY_FACTORY_LOADED);
}

static GyFactorySlot *
slot_at(Fixture *fixture, guint i)
{
	g_autoptr(GyFactorySlot) slot = g_list_model_get_item(gy_factory_slots(fixture->factory), i);

	return slot;
}

static void
assert_word(Fixture *fixture, guint i, const char *expected)
{
	g_autofree char *word = gy_factory_slot_word(slot_at(fixture, i));

	g_assert_cmpstr(word, ==, expected);
}

static void
assert_scan(Fixture *fixture, const char *text, GyFactoryScan outcome, const char *part)
{
	g_autofree char *sentence = NULL;

	g_assert_cmpint(gy_factory_scan(fixture->factory, text, &sentence), ==, outcome);
	if (!strstr(sentence, part))
		g_error("\"%s\" does not say \"%s\"", sentence, part);
}

/* ---- station files -------------------------------------------------------------------------------------- */

static void
test_errors_have_their_lines(Fixture *fixture, gconstpointer data)
{
	const GyFactoryFinding *finding;

	open_text(fixture,
		"[station]\nname = x\npackage = nowhere.fwpkg\n\n[slot 1]\nport = socket:b1\ncolour = red\n",
		FALSE);
	g_assert_cmpint(gy_factory_state(fixture->factory), ==, GY_FACTORY_REFUSED);
	g_assert_cmpuint(gy_factory_findings(fixture->factory)->len, ==, 2);
	finding = g_ptr_array_index(gy_factory_findings(fixture->factory), 0);
	g_assert_cmpuint(finding->line, ==, 3);
	finding = g_ptr_array_index(gy_factory_findings(fixture->factory), 1);
	g_assert_cmpuint(finding->line, ==, 7);
	g_assert_nonnull(strstr(finding->message, "colour"));
	g_assert_true(finding->is_error);
	/* nothing can be done with it */
	gy_factory_run(fixture->factory);
	g_assert_false(gy_factory_is_running(fixture->factory));
	g_assert_false(gy_factory_lock(fixture->factory));
}

static void
test_no_station_file(Fixture *fixture, gconstpointer data)
{
	const GyFactoryFinding *finding;

	open_text(fixture, "no section\n", FALSE);
	g_assert_cmpint(gy_factory_state(fixture->factory), ==, GY_FACTORY_REFUSED);
	finding = g_ptr_array_index(gy_factory_findings(fixture->factory), 0);
	g_assert_nonnull(strstr(finding->message, "x.station:1:"));
	g_assert_cmpstr(gy_factory_name(fixture->factory), ==, "x.station");
}

static void
test_template_is_a_station(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = g_build_filename(fixture->folder, "line-1.station", NULL);
	g_autofree char *package = rig_vector(RIG_PACKAGE);
	g_autoptr(GListStore) boards = g_list_store_new(GY_TYPE_BOARD);
	GyPort *port = gy_port_new(GY_PORT_TTY, "/dev/ttyUSB7");
	g_autoptr(GyDevice) device = NULL;
	g_autoptr(GyBoard) board = NULL;
	g_autofree char *text = NULL;

	g_free(port->usb_path);
	port->usb_path = g_strdup("1-4.2");
	device = gy_device_new(port, "");
	board = gy_board_new(device);
	g_list_store_append(boards, board);
	text = gy_factory_template(path, G_LIST_MODEL(boards), package);
	g_assert_nonnull(strstr(text, "name = line-1\n"));
	g_assert_nonnull(strstr(text, "[slot 1]\n"));
	g_assert_nonnull(strstr(text, "port = path:1-4.2\n"));
	open_text(fixture, text, FALSE);
	g_assert_cmpint(gy_factory_state(fixture->factory), ==, GY_FACTORY_LOADED);
	g_assert_cmpuint(g_list_model_get_n_items(gy_factory_slots(fixture->factory)), ==, 1);
}

/* ---- at work -------------------------------------------------------------------------------------------- */

static gboolean
is_waiting(gpointer data)
{
	return gy_factory_slot_look(data) == GY_FACTORY_SCAN;
}

static gboolean
one_passed(gpointer data)
{
	return ((Fixture *) data)->n_pass == 1;
}

static gboolean
is_empty(gpointer data)
{
	return gy_factory_slot_look(data) == GY_FACTORY_EMPTY_SLOT;
}

static void
test_board_passes(Fixture *fixture, gconstpointer data)
{
	GSubprocess *board = rig_board_new(fixture->folder, 1, NULL);
	GyFactoryTotals totals;
	g_autofree char *time = NULL;

	open_line(fixture, 2, SCANNED);
	assert_word(fixture, 0, "Off");
	assert_scan(fixture, "WS63-00018", GY_FACTORY_SCAN_BAD, "not started");
	gy_factory_run(fixture->factory);
	rig_iterate_until(is_waiting, slot_at(fixture, 0), 20);
	assert_word(fixture, 1, "–");
	assert_scan(fixture, " ", GY_FACTORY_SCAN_NOTHING, "");
	assert_scan(fixture, "SLOT:1", GY_FACTORY_SCAN_GOOD, "slot 1");
	g_assert_true(gy_factory_slot_is_target(slot_at(fixture, 0)));
	assert_scan(fixture, "WS63-00018", GY_FACTORY_SCAN_GOOD, "slot 1");
	rig_iterate_until(one_passed, fixture, 20);
	assert_word(fixture, 0, "PASS");
	g_assert_cmpstr(gy_factory_slot_number(slot_at(fixture, 0)), ==, "WS63-00018");
	time = gy_factory_slot_time(slot_at(fixture, 0));
	g_assert_true(g_str_has_suffix(time, " s"));
	g_assert_cmpuint(gy_factory_longest_number(fixture->factory), ==, strlen("WS63-00018"));
	gy_factory_totals(fixture->factory, &totals);
	g_assert_cmpuint(totals.n_pass, ==, 1);
	g_assert_cmpuint(totals.per_hour, ==, 1);
	g_assert_cmpint(totals.yield_permille, ==, 1000);
	/* it clears when the board leaves */
	rig_board_free(board, fixture->folder, 1);
	rig_iterate_until(is_empty, slot_at(fixture, 0), 20);
	gy_factory_stop(fixture->factory, FALSE);
	g_assert_false(gy_factory_is_running(fixture->factory));
	/* also of a station that rests the rate falls */
	while (g_main_context_iteration(NULL, FALSE)) {
	}
	gy_factory_tick(fixture->factory, g_get_real_time() / 1000);
	gy_factory_totals(fixture->factory, &totals);
	g_assert_cmpuint(totals.per_hour, ==, 1);
	gy_factory_tick(fixture->factory, g_get_real_time() / 1000 + 2 * 3600 * 1000);
	gy_factory_totals(fixture->factory, &totals);
	g_assert_cmpuint(totals.per_hour, ==, 0);
}

static void
test_scans_are_checked(Fixture *fixture, gconstpointer data)
{
	g_autofree char *queue = NULL;
	g_autofree char *longer = NULL;

	open_line(fixture, 1, SCANNED);
	gy_factory_run(fixture->factory);
	assert_scan(fixture, "WS63-00019", GY_FACTORY_SCAN_BAD, "check digit");
	assert_scan(fixture, "4006381333931", GY_FACTORY_SCAN_BAD, "does not look like");
	assert_scan(fixture, "SLOT:2", GY_FACTORY_SCAN_BAD, "no such slot");
	g_assert_cmpuint(gy_factory_go(fixture->factory), ==, 0);
	/* no board is in */
	assert_scan(fixture, "WS63-00018", GY_FACTORY_SCAN_QUEUED, "next board");
	assert_scan(fixture, "WS63-00018", GY_FACTORY_SCAN_BAD, "waits already");
	queue = gy_factory_queue(fixture->factory);
	g_assert_cmpstr(queue, ==, "1 number waits for a board");
	assert_scan(fixture, "WS63-00026", GY_FACTORY_SCAN_QUEUED, "next board");
	longer = gy_factory_queue(fixture->factory);
	g_assert_cmpstr(longer, ==, "2 numbers wait for boards");
}

/* ---- a scanner that is no keyboard ----------------------------------------------------------------------- */

typedef struct {
	GString *heard; /* an outcome and the text of each line */
	guint n;
} Heard;

static void
on_scanned(GyFactory *factory, int outcome, const char *text, const char *sentence, Heard *heard)
{
	g_assert_cmpstr(sentence, !=, "");
	g_string_append_printf(heard->heard, "%d %s;", outcome, text);
	heard->n++;
}

static gboolean
heard_three(gpointer data)
{
	return ((Heard *) data)->n == 3;
}

static void
test_scanner_at_a_pipe(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = g_build_filename(fixture->folder, "scanner", NULL);
	g_autofree char *expected = NULL;
	Heard heard = {g_string_new(NULL), 0};
	FILE *pipe;

	g_assert_cmpint(mkfifo(path, 0600), ==, 0);
	open_line(fixture, 1,
		"[serial]\nsource = scanner\nscanner = scanner\npattern = WS63-####!\ncheck-digit = luhn\n");
	g_signal_connect(fixture->factory, "scanned", G_CALLBACK(on_scanned), &heard);
	gy_factory_run(fixture->factory);
	pipe = fopen(path, "w");
	g_assert_nonnull(pipe);
	/* scanners end lines in one way or the other; a line without end is none yet */
	fputs("WS63-00018\r\nWS63-00019\rSLOT:1\nWS63", pipe);
	fflush(pipe);
	rig_iterate_until(heard_three, &heard, 20);
	expected = g_strdup_printf("%d WS63-00018;%d WS63-00019;%d SLOT:1;", GY_FACTORY_SCAN_QUEUED,
		GY_FACTORY_SCAN_BAD, GY_FACTORY_SCAN_GOOD);
	g_assert_cmpstr(heard.heard->str, ==, expected);
	fclose(pipe);
	g_string_free(heard.heard, TRUE);
	gy_factory_stop(fixture->factory, FALSE);
}

/* ---- the lock ------------------------------------------------------------------------------------------- */

static gboolean
is_answered(gpointer data)
{
	return ((Fixture *) data)->is_answered;
}

static void
on_unlocked(GObject *source, GAsyncResult *result, gpointer data)
{
	Fixture *fixture = data;

	fixture->is_answered = TRUE;
	g_clear_error(&fixture->answer);
	gy_factory_unlock_finish(GY_FACTORY(source), result, &fixture->answer);
}

static void
try_pin(Fixture *fixture, const char *pin)
{
	fixture->is_answered = FALSE;
	gy_factory_unlock_async(fixture->factory, pin, on_unlocked, fixture);
	rig_iterate_until(is_answered, fixture, 20);
}

static void
on_stored(GObject *source, GAsyncResult *result, gpointer data)
{
	Fixture *fixture = data;

	fixture->is_answered = TRUE;
	gy_factory_set_pin_finish(GY_FACTORY(source), result, &fixture->answer);
	g_assert_no_error(fixture->answer);
}

static void
set_pin(Fixture *fixture, const char *pin)
{
	fixture->is_answered = FALSE;
	gy_factory_set_pin_async(fixture->factory, pin, on_stored, fixture);
	rig_iterate_until(is_answered, fixture, 20);
}

static void
test_lock_needs_the_pin(Fixture *fixture, gconstpointer data)
{
	open_line(fixture, 1, SCANNED);
	g_assert_false(gy_factory_lock(fixture->factory));
	set_pin(fixture, PIN);
	g_assert_true(gy_factory_lock(fixture->factory));
	/* it is at work, and nothing else can be done */
	g_assert_true(gy_factory_is_running(fixture->factory));
	gy_factory_stop(fixture->factory, TRUE);
	g_assert_true(gy_factory_is_running(fixture->factory));
	g_assert_false(gy_factory_close(fixture->factory));
	g_assert_false(gy_factory_reload(fixture->factory));
	try_pin(fixture, "4712");
	g_assert_error(fixture->answer, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
	g_assert_true(gy_factory_is_locked(fixture->factory));
	try_pin(fixture, PIN);
	g_assert_no_error(fixture->answer);
	g_assert_false(gy_factory_is_locked(fixture->factory));
	g_assert_true(gy_factory_close(fixture->factory));
}

static void
test_wrong_pins_have_to_wait(Fixture *fixture, gconstpointer data)
{
	open_line(fixture, 1, SCANNED);
	set_pin(fixture, PIN);
	g_assert_true(gy_factory_lock(fixture->factory));
	for (guint i = 0; i < 3; i++)
		try_pin(fixture, "0000");
	try_pin(fixture, PIN);
	g_assert_error(fixture->answer, G_IO_ERROR, G_IO_ERROR_BUSY);
	g_assert_true(gy_factory_is_locked(fixture->factory));
}

static void
test_pin_leaves_the_file_as_it_is(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = g_build_filename(fixture->folder, "rig.station", NULL);
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;
	g_autoptr(GString) rest = NULL;
	g_auto(GStrv) lines = NULL;
	guint n_pins = 0;

	open_line(fixture, 1, "# a comment\n" SCANNED);
	g_assert_true(g_file_get_contents(path, &before, NULL, NULL));
	set_pin(fixture, "0815");
	set_pin(fixture, PIN);
	g_assert_true(g_file_get_contents(path, &after, NULL, NULL));
	lines = g_strsplit(after, "\n", -1);
	rest = g_string_new(NULL);
	for (guint i = 0; lines[i]; i++) {
		gboolean is_pin = g_str_has_prefix(lines[i], "pin = pbkdf2-sha256:");

		n_pins += is_pin;
		if (!is_pin)
			g_string_append_printf(rest, "%s%s", lines[i], lines[i + 1] ? "\n" : "");
	}
	g_assert_cmpuint(n_pins, ==, 1);
	g_assert_cmpstr(rest->str, ==, before);
}

/* Left locked it is locked from the first moment, at work as soon as it is read; also with a file that was broken. */
static void
test_stays_locked(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = g_build_filename(fixture->folder, "rig.station", NULL);
	g_autofree char *text = NULL;
	g_autofree char *broken = NULL;

	open_line(fixture, 1, SCANNED);
	set_pin(fixture, PIN);
	g_assert_true(gy_factory_open(fixture->factory, path, TRUE));
	g_assert_true(gy_factory_is_locked(fixture->factory));
	g_assert_false(gy_factory_open(fixture->factory, path, FALSE));
	rig_iterate_until(is_settled, fixture->factory, 20);
	g_assert_true(gy_factory_is_running(fixture->factory));
	try_pin(fixture, PIN);
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	broken = g_strconcat(text, "colour = red\n", NULL);
	g_assert_true(g_file_set_contents(path, broken, -1, NULL));
	g_assert_true(gy_factory_open(fixture->factory, path, TRUE));
	rig_iterate_until(is_settled, fixture->factory, 20);
	g_assert_cmpint(gy_factory_state(fixture->factory), ==, GY_FACTORY_REFUSED);
	g_assert_true(gy_factory_is_locked(fixture->factory));
	try_pin(fixture, PIN);
	g_assert_false(gy_factory_is_locked(fixture->factory));
}

/* ---- numbers in doubt ----------------------------------------------------------------------------------- */

static void
on_permitted(GObject *source, GAsyncResult *result, gpointer data)
{
	Fixture *fixture = data;

	fixture->is_answered = TRUE;
	g_clear_error(&fixture->answer);
	gy_factory_permit_finish(GY_FACTORY(source), result, &fixture->answer);
}

static void
ask_to_decide(Fixture *fixture, const char *pin)
{
	fixture->is_answered = FALSE;
	gy_factory_permit_async(fixture->factory, pin, on_permitted, fixture);
	rig_iterate_until(is_answered, fixture, 20);
}

static void
assert_n_doubts(Fixture *fixture, guint n)
{
	g_autoptr(GPtrArray) doubts = gy_factory_doubts(fixture->factory);

	g_assert_cmpuint(doubts->len, ==, n);
}

static void
leave_in_doubt(Fixture *fixture, const char *number)
{
	g_autofree char *path = g_build_filename(fixture->folder, "records.db", NULL);

	rig_leave_in_doubt(path, "", number);
}

static void
test_doubts_are_decided(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) doubts = NULL;
	g_autoptr(GError) error = NULL;
	const GyFactoryDoubt *doubt;

	leave_in_doubt(fixture, "WS63-00018");
	leave_in_doubt(fixture, "WS63-00026");
	leave_in_doubt(fixture, "WS63-00034");
	open_line(fixture, 1, SCANNED);
	doubts = gy_factory_doubts(fixture->factory);
	g_assert_cmpuint(doubts->len, ==, 3);
	doubt = g_ptr_array_index(doubts, 0);
	g_assert_cmpstr(doubt->number, ==, "WS63-00018");
	g_assert_true(g_str_has_prefix(doubt->where, "Slot 1 · "));
	gy_factory_run(fixture->factory);
	assert_scan(fixture, "WS63-00018", GY_FACTORY_SCAN_BAD, "ask the supervisor");
	/* what was not borne is free again, what was is used */
	g_assert_true(gy_factory_decide(fixture->factory, "WS63-00018", FALSE, NULL));
	g_assert_true(gy_factory_decide(fixture->factory, "WS63-00026", TRUE, NULL));
	assert_n_doubts(fixture, 1);
	assert_scan(fixture, "WS63-00018", GY_FACTORY_SCAN_QUEUED, "next board");
	assert_scan(fixture, "WS63-00026", GY_FACTORY_SCAN_BAD, "used before");
	g_assert_false(gy_factory_decide(fixture->factory, "WS63-00018", TRUE, &error));
	g_assert_nonnull(strstr(error->message, "Somebody else"));
	/* the supervisor may come when it has stopped */
	gy_factory_stop(fixture->factory, FALSE);
	while (g_main_context_iteration(NULL, FALSE)) {
	}
	assert_n_doubts(fixture, 1);
	g_assert_true(gy_factory_decide(fixture->factory, "WS63-00034", TRUE, NULL));
	assert_n_doubts(fixture, 0);
}

static void
test_deciding_needs_the_pin(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	leave_in_doubt(fixture, "WS63-00018");
	open_line(fixture, 1, SCANNED);
	set_pin(fixture, PIN);
	g_assert_true(gy_factory_may_decide(fixture->factory));
	g_assert_true(gy_factory_lock(fixture->factory));
	g_assert_false(gy_factory_decide(fixture->factory, "WS63-00018", TRUE, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
	ask_to_decide(fixture, "0000");
	g_assert_error(fixture->answer, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
	g_assert_false(gy_factory_may_decide(fixture->factory));
	/* the PIN is good for this alone, and until the supervisor goes */
	ask_to_decide(fixture, PIN);
	g_assert_no_error(fixture->answer);
	g_assert_true(gy_factory_is_locked(fixture->factory));
	g_assert_true(gy_factory_may_decide(fixture->factory));
	gy_factory_end_permit(fixture->factory);
	g_assert_false(gy_factory_may_decide(fixture->factory));
	ask_to_decide(fixture, PIN);
	g_assert_true(gy_factory_decide(fixture->factory, "WS63-00018", TRUE, NULL));
	assert_n_doubts(fixture, 0);
	gy_factory_end_permit(fixture->factory);
	try_pin(fixture, PIN);
	gy_factory_stop(fixture->factory, FALSE);
}

static void
on_said(GyFactory *factory, int outcome, const char *text, const char *sentence, char **said)
{
	g_free(*said);
	*said = g_strdup(sentence);
}

/* The same file in two windows, or in gantry batch. */
static void
test_station_works_once(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GyFactory) other = gy_factory_new();
	g_autofree char *said = NULL;

	open_line(fixture, 1, SCANNED);
	g_assert_true(gy_factory_open(other, gy_factory_path(fixture->factory), FALSE));
	rig_iterate_until(is_settled, other, 20);
	gy_factory_run(fixture->factory);
	g_signal_connect(other, "scanned", G_CALLBACK(on_said), &said);
	gy_factory_run(other);
	g_assert_false(gy_factory_is_running(other));
	g_assert_cmpstr(said, ==, "rig is at work already, in another program");
	gy_factory_stop(fixture->factory, FALSE);
	gy_factory_run(other);
	g_assert_true(gy_factory_is_running(other));
	gy_factory_stop(other, FALSE);
	while (g_main_context_iteration(NULL, FALSE)) {
	}
}

static gboolean
says_away(gpointer data)
{
	g_autofree char *queue = gy_factory_queue(data);

	return g_str_equal(queue, "The shared database is away: 0 records wait for it");
}

/* The line goes on without it; who stands there is told. */
static void
test_database_is_away(Fixture *fixture, gconstpointer data)
{
	g_autofree char *text =
		g_strdup_printf("[station]\nname = rig\nrecords = postgresql:///x?host=%s\nlocal = local.db\n"
				"steps = identify\n[slot 1]\nport = socket:b1\n",
			fixture->folder);
	g_autofree char *queue = NULL;

	open_text(fixture, text, FALSE);
	g_assert_cmpint(gy_factory_state(fixture->factory), ==, GY_FACTORY_LOADED);
	gy_factory_run(fixture->factory);
	rig_iterate_until(says_away, fixture->factory, 20);
	gy_factory_stop(fixture->factory, FALSE);
	while (g_main_context_iteration(NULL, FALSE)) {
	}
	queue = gy_factory_queue(fixture->factory);
	g_assert_cmpstr(queue, ==, "");
}

/* ---- the end of a batch --------------------------------------------------------------------------------- */

static void
on_ended(GyFactory *factory, const char *headline, const char *body, GString *told)
{
	g_string_append_printf(told, "%s|%s;", headline, body);
}

static gboolean
has_stopped(gpointer data)
{
	return !gy_factory_is_running(data);
}

static void
test_failures_stop_the_station(Fixture *fixture, gconstpointer data)
{
	const char *const other_board[] = {"--hardware-id", "77", NULL};
	GSubprocess *board = rig_board_new(fixture->folder, 1, other_board);
	g_autoptr(GString) told = g_string_new(NULL);
	g_autofree char *reason = NULL;
	g_autofree char *none = NULL;

	g_signal_connect(fixture->factory, "ended", G_CALLBACK(on_ended), told);
	open_line(fixture, 2, "[start]\nuntil-failures = 1\n[before]\nhardware-id = 0\n");
	gy_factory_run(fixture->factory);
	rig_iterate_until(has_stopped, fixture->factory, 20);
	reason = gy_factory_stop_reason(fixture->factory);
	g_assert_cmpstr(reason, ==, "Stopped: 1 board has failed");
	g_assert_cmpstr(told->str, ==, "rig: Stopped: 1 board has failed|Pass 0, fail 1;");
	/* what failed stays to be seen; who starts the station again begins anew */
	assert_word(fixture, 0, "FAIL");
	g_assert_true(gy_factory_reload(fixture->factory));
	rig_iterate_until(is_settled, fixture->factory, 20);
	none = gy_factory_stop_reason(fixture->factory);
	g_assert_cmpstr(none, ==, "");
	rig_board_free(board, fixture->folder, 1);
	g_string_truncate(told, 0);
	gy_factory_run(fixture->factory);
	gy_factory_stop(fixture->factory, FALSE);
	g_assert_cmpstr(told->str, ==, "rig has ended|Pass 0, fail 0;");
}

/* ---- words ---------------------------------------------------------------------------------------------- */

static void
assert_step(const char *step, const char *expected)
{
	g_autofree char *title = gy_factory_step_title(step);

	g_assert_cmpstr(title, ==, expected);
}

static void
test_words(void)
{
	assert_step("flash transfer", "Transfer");
	assert_step("flash reboot", "Restart");
	assert_step("run self-test", "self-test");
	assert_step("confirm", "Confirm");
	g_assert_cmpstr(gy_factory_cause("link/gone"), ==, "Cable unplugged");
	g_assert_cmpstr(gy_factory_cause("link/something-new"), ==, "Connection failed");
	g_assert_cmpstr(gy_factory_cause("new/kind"), ==, "Failed");
	g_assert_cmpstr(
		gy_factory_scan_reason("new/kind", "as the engine says it"), ==, "as the engine says it");
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(Fixture *fixture, gconstpointer data);
	} tests[] = {
		{"/factory/errors-have-their-lines", test_errors_have_their_lines},
		{"/factory/what-is-no-station-file-says-so", test_no_station_file},
		{"/factory/template-is-a-station", test_template_is_a_station},
		{"/factory/board-passes", test_board_passes},
		{"/factory/scans-are-checked", test_scans_are_checked},
		{"/factory/scanner-at-a-pipe", test_scanner_at_a_pipe},
		{"/factory/doubts/are-decided", test_doubts_are_decided},
		{"/factory/doubts/need-the-pin-when-locked", test_deciding_needs_the_pin},
		{"/factory/database-is-away", test_database_is_away},
		{"/factory/station-works-once", test_station_works_once},
		{"/factory/failures-stop-the-station", test_failures_stop_the_station},
		{"/factory/lock/needs-the-pin", test_lock_needs_the_pin},
		{"/factory/lock/wrong-pins-have-to-wait", test_wrong_pins_have_to_wait},
		{"/factory/lock/pin-leaves-the-file-as-it-is", test_pin_leaves_the_file_as_it_is},
		{"/factory/lock/stays-locked", test_stays_locked},
	};

	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
	g_test_add_func("/factory/words", test_words);
	return g_test_run();
}

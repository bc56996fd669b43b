// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <string.h>

#include "engine/gang/command.h"
#include "engine/station/station.h"
#include "tests/line/rig.h"

#define HEAD "[station]\nname = s\nrecords = r.db\nsteps = run a\n[run a]\ncommand = true\n"
#define SLOT "[slot 1]\nport = socket:b1\n"

static GyStation *
parse(const char *text, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));

	return gy_station_parse(bytes, "/nowhere/s.station", error);
}

/* ---- reading -------------------------------------------------------------------------------------------- */

static void
every_key_is_read(void)
{
	static const char text[] =
		"[station]\nname = line 3\noperator = Li\nrecords = data/r.db\nsteps = identify, run a, "
		"label\n"
		"deadline = 2m\ndelta = auto\nstore = images\n[link]\nbaud = 9600\nmax-baud = 460800\nanswer "
		"= 500ms\nlost = 5s\n"
		"reset-sequence = d0 w100 d1\n[serial]\nsource = counter\npattern = W-####!\n"
		"check-digit = luhn\nfirst = 0x10\nseries = w\n[before]\nchip = ws*\nhardware-id = 7\n"
		"version = 1.?\n[hooks]\npre = true\npost = true\ndeadline = 3s\n[retry]\nattempts = 3\n"
		"on = link/*, device/busy\n[start]\non = key\ndetect = answer\non-stop = "
		"abort\nuntil-failures = 5\n"
		"[run a]\ncommand = true\ndeadline = 1500ms\ntries = 2\n[label]\ncommand = true\n"
		"[slot A]\nport = path:1-4.2\nlabel = Left\n[slot B]\nport = socket:x/b\n";
	g_autoptr(GError) error = NULL;
	g_autoptr(GyStation) station = parse(text, &error);
	const GyPlan *plan;
	const GyStep *step;

	g_assert_no_error(error);
	for (guint i = 0; i < station->findings->len; i++)
		g_error("%s", ((GyStationFinding *) station->findings->pdata[i])->message);
	plan = station->plan;
	g_assert_cmpstr(plan->station, ==, "line 3");
	g_assert_cmpstr(plan->records, ==, "/nowhere/data/r.db");
	g_assert_cmpuint(plan->deadline_ms, ==, 120000);
	g_assert_cmpuint(plan->options->lost_ms, ==, 5000);
	g_assert_cmpuint(plan->options->max_baud, ==, 460800);
	g_assert_cmpuint(plan->attempts, ==, 3);
	g_assert_true(gy_plan_retries(plan, "link/lost"));
	g_assert_false(gy_plan_retries(plan, "check/failed"));
	g_assert_true(plan->before.has_hardware_id && plan->before.hardware_id == 7);
	g_assert_cmpuint(plan->steps->len, ==, 3);
	step = g_ptr_array_index(plan->steps, 1);
	g_assert_cmpuint(step->deadline_ms, ==, 1500);
	g_assert_cmpuint(step->tries, ==, 2);
	g_assert_cmpuint(plan->post_hook->deadline_ms, ==, 3000);
	g_assert_true(station->sends_differences);
	g_assert_cmpstr(station->store, ==, "/nowhere/images");
	g_assert_cmpint(station->start, ==, GY_START_KEY);
	g_assert_cmpint(station->detection, ==, GY_DETECT_ANSWER);
	g_assert_true(station->aborts);
	g_assert_cmpuint(station->until_failures, ==, 5);
	g_assert_cmpstr(((GyStationSlot *) station->slots->pdata[1])->port, ==, "socket:/nowhere/x/b");
}

/* Each is the only thing that is wrong, and the finding names its line. */
static const struct {
	const char *name;
	const char *text;
	guint line;
	gboolean is_error;
	const char *word;
} findings[] = {
	{"no-name", "[station]\nrecords = r.db\nsteps = run a\n[run a]\ncommand = true\n" SLOT, 1, TRUE,
		"no name"},
	{"no-slot", HEAD, 0, TRUE, "no slot"},
	{"slot-without-port", HEAD "[slot 1]\nlabel = x\n", 7, TRUE, "no port"},
	{"two-slots-one-port", HEAD SLOT "[slot 2]\nport = socket:b1\n", 10, TRUE, "slot 1"},
	{"slot-named-with-blank", HEAD "[slot a b]\nport = socket:b\n", 7, TRUE, "blank"},
	{"kernel-number", HEAD "[slot 1]\nport = /dev/ttyUSB0\n", 8, FALSE, "not a place"},
	{"unknown-section", HEAD SLOT "[slots]\nx = 1\n", 9, TRUE, "[slots]"},
	{"unknown-key", HEAD SLOT "[link]\nspeed = 1\n", 10, TRUE, "speed"},
	{"unknown-step",
		"[station]\nname = s\nrecords = r.db\nsteps = run a, burn\n[run a]\ncommand = true\n" SLOT, 4,
		TRUE, "burn"},
	{"step-without-command", "[station]\nname = s\nrecords = r.db\nsteps = run b\n" SLOT, 4, TRUE,
		"[run b]"},
	{"command-nobody-runs", HEAD SLOT "[run b]\ncommand = true\n", 9, FALSE, "run b"},
	{"command-that-is-none",
		"[station]\nname = s\nrecords = r.db\nsteps = run a\n[run a]\ncommand = ./no.sh\n" SLOT, 6,
		TRUE, "no program"},
	{"flash-without-package", "[station]\nname = s\nrecords = r.db\nsteps = flash, confirm\n" SLOT, 1,
		TRUE, "package"},
	{"confirm-before-flash",
		"[station]\nname = s\nrecords = r.db\nsteps = run a, confirm, identify\n[run a]\ncommand = "
		"true\n"
		"[before]\nchip = x\n" SLOT "[retry]\nattempts = 99\n",
		12, TRUE, "attempts"},
	{"before-without-identify", HEAD SLOT "[before]\nchip = x\n", 9, TRUE, "identify"},
	{"after-without-confirm", HEAD SLOT "[after]\nchip = x\n", 9, TRUE, "confirm"},
	{"delta-of-another-kind",
		"[station]\ndelta = often\nname = s\nrecords = r.db\nsteps = run a\n[run a]\ncommand = "
		"true\n" SLOT,
		2, TRUE, "often"},
	{"deadline-that-is-none", HEAD "deadline = soon\n" SLOT, 7, TRUE, "soon"},
	{"counter-without-pattern", HEAD SLOT "[serial]\nsource = counter\n", 9, TRUE, "pattern"},
	{"counter-of-letters", HEAD SLOT "[serial]\nsource = counter\npattern = @@##\n", 11, TRUE, "letters"},
	{"counter-too-high", HEAD SLOT "[serial]\nsource = counter\npattern = A##\nfirst = 100\n", 12, TRUE,
		"digits"},
	{"pattern-without-place", HEAD SLOT "[serial]\nsource = scanner\npattern = A\n", 11, TRUE, "differs"},
	{"check-digit-unknown", HEAD SLOT "[serial]\nsource = scanner\ncheck-digit = mod3\n", 11, TRUE,
		"mod3"},
	{"source-unknown", HEAD SLOT "[serial]\nsource = dice\n", 10, TRUE, "dice"},
	{"list-that-is-not-there", HEAD SLOT "[serial]\nsource = list\nlist = l.txt\n", 11, TRUE, "l.txt"},
	{"scan-without-scanner", HEAD SLOT "[serial]\nsource = counter\npattern = A#\n[start]\non = scan\n",
		13, TRUE, "scanner"},
	{"failures-no-number", HEAD SLOT "[start]\nuntil-failures = few\n", 10, TRUE, "few"},
	{"start-unknown", HEAD SLOT "[start]\non = luck\n", 10, TRUE, "luck"},
	{"pin-in-clear",
		"[station]\nname = s\nrecords = r.db\npin = 1234\nsteps = run a\n[run a]\ncommand = "
		"true\n" SLOT,
		4, TRUE, "no hash"},
	{"local-without-pool",
		"[station]\nname = s\nrecords = r.db\nlocal = l.db\nsteps = run a\n[run a]\ncommand = "
		"true\n" SLOT,
		4, FALSE, "postgresql"},
};

static void
finding_names_its_line(gconstpointer data)
{
	guint row = GPOINTER_TO_UINT(data);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyStation) station = parse(findings[row].text, &error);
	const GyStationFinding *finding;

	g_assert_no_error(error);
	if (station->findings->len != 1)
		for (guint i = 0; i < station->findings->len; i++)
			g_test_message("%s", ((GyStationFinding *) station->findings->pdata[i])->message);
	g_assert_cmpuint(station->findings->len, ==, 1);
	finding = g_ptr_array_index(station->findings, 0);
	if (!strstr(finding->message, findings[row].word))
		g_error("expected \"%s\" in: %s", findings[row].word, finding->message);
	g_assert_cmpuint(finding->line, ==, findings[row].line);
	g_assert_cmpint(finding->is_error, ==, findings[row].is_error);
	g_assert_cmpint(gy_station_refusal(station) != NULL, ==, findings[row].is_error);
}

/* A line cut out or doubled, or a byte changed: findings or an error, never more than that. */
/* Of a package of the vectors: boards get it whole then, which is no mistake, but not what was meant either. */
static void
differences_of_another_system(void)
{
	g_autofree char *package =
		g_test_build_filename(G_TEST_DIST, "vectors", "ws63", "v01_app_lzma", "signed.fwpkg", NULL);
	g_autofree char *text = g_strdup_printf(
		"[station]\nname = s\nrecords = r.db\npackage = %s\ndelta = auto\n" SLOT, package);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyStation) station = parse(text, &error);
	const GyStationFinding *finding;

	g_assert_no_error(error);
	g_assert_cmpuint(station->findings->len, ==, 1);
	finding = station->findings->pdata[0];
	g_assert_false(finding->is_error);
	g_assert_cmpuint(finding->line, ==, 5);
	g_assert_nonnull(strstr(finding->message, "WS63"));
}

static void
damaged_files_are_told(void)
{
	static const char text[] =
		HEAD SLOT "[serial]\nsource = counter\npattern = A###!\ncheck-digit = damm\n"
			  "[before]\nchip = x\n[hooks]\npre = true\n[retry]\non = a,b\n";

	for (guint i = 0; i < 2000; i++) {
		g_autofree char *damaged = g_strdup(text);
		gsize size = strlen(damaged);
		g_autoptr(GBytes) bytes = NULL;
		g_autoptr(GError) error = NULL;
		GyStation *station;

		for (int n = g_test_rand_int_range(1, 4); n > 0; n--)
			damaged[g_test_rand_int_range(0, (gint32) size)] =
				(char) g_test_rand_int_range(1, 128);
		bytes = g_bytes_new(damaged, (gsize) g_test_rand_int_range(1, (gint32) size));
		station = gy_station_parse(bytes, "/nowhere/s.station", &error);
		g_assert_cmpint(station == NULL, ==, error != NULL);
		gy_station_free(station);
	}
}

static void
durations(void)
{
	static const struct {
		const char *text;
		gboolean is_one;
		guint ms;
	} rows[] = {{"500ms", TRUE, 500}, {"30s", TRUE, 30000}, {"2m", TRUE, 120000}, {"12h", TRUE, 43200000},
		{"7", TRUE, 7000}, {"0", TRUE, 0}, {"", FALSE, 0}, {"s", FALSE, 0}, {"1d", FALSE, 0},
		{"-1s", FALSE, 0}, {"1 s", FALSE, 0}, {"99999999999h", FALSE, 0}, {"169h", FALSE, 0}};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		guint ms = 0;

		g_assert_cmpint(gy_duration_parse(rows[i].text, &ms), ==, rows[i].is_one);
		g_assert_cmpuint(ms, ==, rows[i].ms);
	}
}

static void
pin_is_hashed_with_salt(void)
{
	g_autofree char *one = gy_station_pin_make("4711");
	g_autofree char *other = gy_station_pin_make("4711");

	g_assert_cmpstr(one, !=, other);
	g_assert_null(strstr(one, "4711"));
	g_assert_true(gy_station_pin_check(one, "4711"));
	g_assert_true(gy_station_pin_check(other, "4711"));
	g_assert_false(gy_station_pin_check(one, "4712"));
	g_assert_false(gy_station_pin_check("pbkdf2-sha256:1:00:00", ""));
	g_assert_false(gy_station_pin_check("", "4711"));
}

/* ---- slots ---------------------------------------------------------------------------------------------- */

/* Whatever comes, a board is started once and only from ready, and a failure is not left without anyone acting. */
static void
slots_keep_their_rules(void)
{
	for (guint state = 0; state < GY_SLOT_N_STATES; state++) {
		for (guint event = 0; event < GY_SLOT_N_EVENTS; event++) {
			GySlotState next = GY_SLOT_N_STATES;
			gboolean moves = gy_slot_edge((GySlotState) state, (GySlotEvent) event, &next);

			if (!moves)
				g_assert_cmpint(next, ==, GY_SLOT_N_STATES);
			if (moves && next == GY_SLOT_BUSY)
				g_assert_true(state == GY_SLOT_READY && event == GY_SLOT_STARTED);
			if (moves && (next == GY_SLOT_PASS || next == GY_SLOT_FAIL))
				g_assert_cmpint(state, ==, GY_SLOT_BUSY);
			if (moves && state == GY_SLOT_BUSY)
				g_assert_true(next == GY_SLOT_PASS || next == GY_SLOT_FAIL);
		}
	}
}

/* ---- commands ------------------------------------------------------------------------------------------- */

typedef struct {
	const char *name;
	const char *command;
	guint deadline_ms;
	guint tries;
	GyError code; /* GY_N_ERRORS: none */
	const char *word;
} CommandRow;

static const CommandRow command_rows[] = {
	{"passes", "true", 5000, 1, GY_N_ERRORS, NULL},
	{"fails", "sh -c 'echo low voltage; exit 3'", 5000, 1, GY_ERROR_CHECK_FAILED,
		"ended with 3: low voltage"},
	{"dies", "sh -c 'kill -9 $$'", 5000, 1, GY_ERROR_CHECK_FAILED, "signal 9"},
	{"is-late", "sleep 60", 100, 1, GY_ERROR_CHECK_TIMEOUT, "100 ms"},
	{"children-are-late", "sh -c 'sleep 60 & sleep 60'", 100, 1, GY_ERROR_CHECK_TIMEOUT, "100 ms"},
	{"leaves-a-child", "sh -c 'sleep 60 & true'", 5000, 1, GY_N_ERRORS, NULL},
	{"is-not-there", "/no/such/program", 5000, 1, GY_ERROR_CHECK_START, "run x"},
	{"is-no-words", "'", 5000, 1, GY_ERROR_CHECK_START, "run x"},
	{"passes-at-last", "sh -c 'test -e \"$GANTRY_BOARD\" || { : > \"$GANTRY_BOARD\"; false; }'", 5000, 2,
		GY_N_ERRORS, NULL},
	{"knows-the-run",
		"sh -c 'test $GANTRY_SERIAL_NUMBER = N1 && grep -q \"\\\"serial_number\\\":\\\"N1\\\"\"'",
		5000, 1, GY_N_ERRORS, NULL},
	{"knows-no-other-run", "sh -c 'test -z \"$GANTRY_OPERATOR\"'", 5000, 1, GY_N_ERRORS, NULL},
	{"talks-too-much", "sh -c 'head -c 3000000 /dev/zero | tr \"\\\\0\" x'", 20000, 1, GY_N_ERRORS, NULL},
};

static void
runs_commands(gconstpointer data)
{
	const CommandRow *row = data;
	g_autofree char *folder = rig_folder_new();
	g_autofree char *file = g_build_filename(folder, "seen", NULL);
	GyStep *step = gy_step_new(GY_STEP_RUN, "run x");
	g_autoptr(GyRecord) record = gy_record_new();
	g_autoptr(GMainContext) context = g_main_context_new();
	g_autoptr(GError) error = NULL;
	gint64 began_us = g_get_monotonic_time();
	gboolean done;

	step->command = g_strdup(row->command);
	step->deadline_ms = row->deadline_ms;
	step->tries = row->tries;
	gy_record_set_text(&record->serial_number, "N1");
	gy_record_set_text(&record->board, file);
	g_setenv("GANTRY_OPERATOR", "of the run before", TRUE);
	g_main_context_push_thread_default(context);
	done = gy_command_step_run(step, folder, record, NULL, NULL, NULL, &error);
	g_main_context_pop_thread_default(context);
	if (row->code == GY_N_ERRORS)
		g_assert_no_error(error);
	else
		g_assert_error(error, GY_ERROR, (int) row->code);
	g_assert_cmpint(done, ==, row->code == GY_N_ERRORS);
	if (row->word && !strstr(error->message, row->word))
		g_error("expected \"%s\" in: %s", row->word, error->message);
	/* no child of a child is waited for */
	g_assert_cmpint(g_get_monotonic_time() - began_us, <, 30 * G_USEC_PER_SEC);
	gy_step_free(step);
	rig_folder_free(g_steal_pointer(&folder));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/line/station/every-key-is-read", every_key_is_read);
	for (guint i = 0; i < G_N_ELEMENTS(findings); i++) {
		g_autofree char *path = g_strconcat("/line/station/finds/", findings[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), finding_names_its_line);
	}
	g_test_add_func("/line/station/differences-of-another-system", differences_of_another_system);
	g_test_add_func("/line/station/damaged-files-are-told", damaged_files_are_told);
	g_test_add_func("/line/station/durations", durations);
	g_test_add_func("/line/station/pin-is-hashed-with-salt", pin_is_hashed_with_salt);
	g_test_add_func("/line/slots/keep-their-rules", slots_keep_their_rules);
	for (guint i = 0; i < G_N_ELEMENTS(command_rows); i++) {
		g_autofree char *path = g_strconcat("/line/command/", command_rows[i].name, NULL);

		g_test_add_data_func(path, &command_rows[i], runs_commands);
	}
	return g_test_run();
}

// SPDX-License-Identifier: Apache-2.0
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

#include "engine/station/batch.h"
#include "tests/line/rig.h"

/*
 * Boards by the hundred through eight slots, one in ten with something wrong: each record has to be the board's own, no serial
 * number may be given twice or get lost, and the station must not grow. GANTRY_FULL=1: by the thousand.
 */

#define N_SLOTS 8
/* the sanitizers look at the same paths, only slower */
#ifdef __SANITIZE_ADDRESS__
#define N_BOARDS 80
#else
#define N_BOARDS 200
#endif
#define N_BOARDS_FULL 2000
#define WARM_BOARDS   40
#define SECONDS_MAX   1200

/* ---- what can be wrong with a board --------------------------------------------------------------------- */

typedef enum { GOOD, UNPLUGGED, WRONG_BOARD, BAD_FLASH, NO_ANSWER, REFUSED, N_CAUSES } Cause;

static const struct {
	const char *name;
	const char *options[5];
	const char *codes[4]; /* any of them is right */
} causes[N_CAUSES] = {
	[GOOD] = {"good", {NULL}, {NULL}},
	[UNPLUGGED] = {"unplugged", {"--unplug-at", "9000", "--replug-after", "600000"},
		{"link/gone", "link/lost"}},
	[WRONG_BOARD] = {"wrong board", {"--hardware-id", "77"}, {"board/other"}},
	[BAD_FLASH] = {"bad flash", {"--die-at-operation", "40"},
		{"link/gone", "link/lost", "upgrade/not-confirmed"}},
	[NO_ANSWER] = {"no answer", {"--flip-at", "4", "--drop-at", "9"},
		{"link/no-answer", "link/no-agent"}},
	[REFUSED] = {"refused", {"--rollback", "4294967295"}, {"package/rollback", "device/rollback"}},
};

/* ---- a soak --------------------------------------------------------------------------------------------- */

typedef struct _Soak Soak;

/* A slot, and the board that is in it. */
typedef struct {
	Soak *soak;
	guint number;
	GSubprocess *board;
	GSocketService *mute; /* in a board's place: takes a connection and says nothing */
	Cause cause;
	char *device_id;
} Place;

struct _Soak {
	char *folder;
	char *records;
	GyBatch *batch;
	GRand *random;
	Place places[N_SLOTS];
	guint n_boards; /* that are to be */
	guint n_begun;
	guint n_ended;
	guint n_good;
	guint n_by_cause[N_CAUSES];
	GHashTable *seen; /* numbers that were consumed */
	gboolean has_ended;
	guint warm_fds;
	guint warm_threads;
	guint warm_kib;
};

static Cause
draw_cause(Soak *soak)
{
	if (g_rand_int_range(soak->random, 0, 10) != 0)
		return GOOD;
	return (Cause) g_rand_int_range(soak->random, GOOD + 1, N_CAUSES);
}

static GSocketService *
mute_board(const char *folder, guint slot)
{
	g_autofree char *name = g_strdup_printf("b%u", slot);
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
	GSocketService *service = g_socket_service_new();
	g_autoptr(GError) error = NULL;

	/* it listens, and nobody comes to the door */
	g_socket_service_stop(service);
	g_socket_listener_add_address(G_SOCKET_LISTENER(service), address, G_SOCKET_TYPE_STREAM,
		G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error);
	g_assert_no_error(error);
	return service;
}

static void
plug_in(Place *place)
{
	Soak *soak = place->soak;
	const char *options[10] = {0};
	guint n = 0;

	place->cause = draw_cause(soak);
	place->device_id = g_strdup_printf("%032x", ++soak->n_begun);
	if (place->cause == NO_ANSWER) {
		place->mute = mute_board(soak->folder, place->number);
		return;
	}
	while (n < G_N_ELEMENTS(causes[0].options) && causes[place->cause].options[n]) {
		options[n] = causes[place->cause].options[n];
		n++;
	}
	options[n++] = "--device-id";
	options[n++] = place->device_id;
	place->board = rig_board_new(soak->folder, place->number, options);
}

static void
pull_out(Place *place)
{
	Soak *soak = place->soak;

	if (place->board)
		rig_board_free(g_steal_pointer(&place->board), soak->folder, place->number);
	if (place->mute) {
		g_autofree char *name = g_strdup_printf("b%u", place->number);
		g_autofree char *path = g_build_filename(soak->folder, name, NULL);

		g_socket_listener_close(G_SOCKET_LISTENER(place->mute));
		g_clear_object(&place->mute);
		g_assert_cmpint(g_remove(path), ==, 0);
	}
	g_clear_pointer(&place->device_id, g_free);
}

/* ---- what has to be true of each board ------------------------------------------------------------------ */

static gboolean
is_code_of(Cause cause, const char *code)
{
	for (guint i = 0; i < G_N_ELEMENTS(causes[cause].codes) && causes[cause].codes[i]; i++)
		if (g_strcmp0(code, causes[cause].codes[i]) == 0)
			return TRUE;
	return FALSE;
}

static void
check_board(const Place *place, const GyRecord *record)
{
	gboolean is_good = record->result == GY_RECORD_DONE;

	g_assert_cmpint(record->result, !=, GY_RECORD_IN_DOUBT);
	if (is_good != (place->cause == GOOD) || (!is_good && !is_code_of(place->cause, record->code)))
		g_error("board %s was \"%s\", and its record says %s: %s", place->device_id,
			causes[place->cause].name, record->code ? record->code : "done",
			record->message ? record->message : "");
	/* nothing of the board that was there before, and nothing of a neighbour's */
	if (place->cause != NO_ANSWER)
		g_assert_cmpstr(record->device_id, ==, place->device_id);
	else
		g_assert_null(record->device_id);
	g_assert_cmpuint(g_ascii_strtoull(record->slot, NULL, 10), ==, place->number);
	g_assert_nonnull(record->serial_number);
	g_assert_cmpstr(record->station, ==, "rig");
}

static void
count_board(Place *place, const GyRecord *record)
{
	Soak *soak = place->soak;

	soak->n_ended++;
	soak->n_by_cause[place->cause]++;
	if (record->result != GY_RECORD_DONE)
		return;
	soak->n_good++;
	if (!g_hash_table_add(soak->seen, g_strdup(record->serial_number)))
		g_error("the serial number %s was given twice", record->serial_number);
}

static void
note_size(Soak *soak)
{
	if (soak->n_ended != WARM_BOARDS)
		return;
	soak->warm_fds = rig_n_fds();
	soak->warm_threads = rig_n_threads();
	soak->warm_kib = rig_rss_kib();
}

static void
on_event(GyGang *gang, GySlot *slot, const GyTurnEvent *event, gpointer data)
{
	Soak *soak = data;
	guint number = (guint) g_ascii_strtoull(gy_slot_name(slot), NULL, 10);
	Place *place = &soak->places[number - 1];

	if (event->kind != GY_TURN_ENDED)
		return;
	check_board(place, event->record);
	count_board(place, event->record);
	note_size(soak);
	pull_out(place);
	/* one that was unplugged in its turn cannot leave any more */
	if (!gy_slot_is_present(slot) && soak->n_begun < soak->n_boards)
		plug_in(place);
}

/* The slot is empty again: the next board. */
static void
on_removed(GyGang *gang, GySlot *slot, gpointer data)
{
	Soak *soak = data;
	guint number = (guint) g_ascii_strtoull(gy_slot_name(slot), NULL, 10);

	g_assert_cmpstr(gy_slot_number(slot), ==, "");
	g_assert_cmpstr(gy_slot_code(slot), ==, "");
	if (soak->n_begun < soak->n_boards)
		plug_in(&soak->places[number - 1]);
}

/* ---- what has to be true in the end --------------------------------------------------------------------- */

static gboolean
check_record(const GyRecord *record, gpointer data)
{
	GHashTable *runs = data;

	g_assert_true(record->result == GY_RECORD_DONE || record->result == GY_RECORD_FAILED);
	g_assert_cmpint(record->total_ms, >=, 0);
	g_assert_cmpint(record->attempt, >=, 1);
	g_assert_true(g_hash_table_add(runs, g_strdup(record->run)));
	return TRUE;
}

/* Numbers have no holes: what a failed board had was given to the next one. */
static void
check_serials(Soak *soak, GyRecords *records)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) serials = gy_serials_list(records, "", 0, &error);
	guint n_consumed = 0;

	g_assert_no_error(error);
	g_assert_cmpuint(serials->len, <=, soak->n_good + N_SLOTS);
	for (guint i = 0; i < serials->len; i++) {
		const GySerial *serial = g_ptr_array_index(serials, i);
		g_autofree char *expected = g_strdup_printf("S%06u", i + 1);

		g_assert_true(g_str_has_prefix(serial->number, expected));
		g_assert_true(serial->state == GY_SERIAL_FREE || serial->state == GY_SERIAL_CONSUMED);
		g_assert_cmpint(serial->state == GY_SERIAL_CONSUMED, ==,
			g_hash_table_contains(soak->seen, serial->number));
		n_consumed += serial->state == GY_SERIAL_CONSUMED;
	}
	g_assert_cmpuint(n_consumed, ==, soak->n_good);
}

static void
check_all(Soak *soak)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyRecords) records = gy_records_open(soak->records, &error);
	g_autoptr(GHashTable) runs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const GyRecordFilter done = {.results = 1U << GY_RECORD_DONE};

	g_assert_no_error(error);
	g_assert_true(gy_records_each(records, NULL, check_record, runs, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(g_hash_table_size(runs), ==, soak->n_boards);
	g_assert_cmpint(gy_records_count(records, &done, NULL), ==, soak->n_good);
	check_serials(soak, records);
}

static void
check_size(const Soak *soak)
{
	g_assert_cmpuint(rig_n_fds(), <=, soak->warm_fds);
	g_assert_cmpuint(rig_n_threads(), <=, soak->warm_threads);
#ifndef __SANITIZE_ADDRESS__
	/* what a sanitizer keeps of freed memory grows */
	g_assert_cmpuint(rig_rss_kib(), <=, soak->warm_kib + 4096 + soak->n_boards);
#endif
	g_test_message("%u boards, %u good; descriptors %u, threads %u, KiB %u then %u", soak->n_ended,
		soak->n_good, soak->warm_fds, soak->warm_threads, soak->warm_kib, rig_rss_kib());
	for (guint i = 1; i < N_CAUSES; i++)
		g_test_message("%s: %u", causes[i].name, soak->n_by_cause[i]);
}

/* ---- all of it ------------------------------------------------------------------------------------------ */

static void
on_ended(GyBatch *batch, gpointer data)
{
	((Soak *) data)->has_ended = TRUE;
}

static gboolean
has_ended(gpointer data)
{
	return ((Soak *) data)->has_ended;
}

static GyBatch *
make_batch(const Soak *soak)
{
	static const char keys[] = "[serial]\nsource = counter\npattern = S######!\ncheck-digit = damm\n"
				   "[identify]\ndeadline = 300ms\n"
				   "[before]\nhardware-id = 0\nversion = 1.0\n"
				   "[link]\nanswer = 800ms\nlost = 500ms\n"
				   "[run id]\ncommand = true\n";
	g_autofree char *steps = g_strconcat("steps = identify, flash, confirm, run id\n", keys, NULL);
	g_autofree char *path = rig_station(soak->folder, N_SLOTS, steps);
	const GyBatchLimits limits = {.count = soak->n_boards};
	g_autoptr(GError) error = NULL;
	GyStation *station = gy_station_load(path, &error);
	GyBatch *batch;

	g_assert_no_error(error);
	batch = gy_batch_new(station, &limits, &error);
	g_assert_no_error(error);
	return batch;
}

static void
boards_by_the_hundred(void)
{
	Soak soak = {.n_boards = g_getenv("GANTRY_FULL") ? N_BOARDS_FULL : N_BOARDS};

	soak.folder = rig_folder_new();
	soak.records = g_build_filename(soak.folder, "records.db", NULL);
	soak.random = g_rand_new_with_seed((guint32) g_test_rand_int());
	soak.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	soak.batch = make_batch(&soak);
	g_signal_connect(gy_batch_gang(soak.batch), "event", G_CALLBACK(on_event), &soak);
	g_signal_connect(gy_batch_gang(soak.batch), "removed", G_CALLBACK(on_removed), &soak);
	g_signal_connect(soak.batch, "ended", G_CALLBACK(on_ended), &soak);
	g_assert_true(gy_batch_start(soak.batch, NULL));
	for (guint i = 0; i < N_SLOTS; i++) {
		soak.places[i] = (Place){.soak = &soak, .number = i + 1};
		plug_in(&soak.places[i]);
	}
	rig_iterate_until(has_ended, &soak, SECONDS_MAX);
	g_assert_cmpuint(soak.n_ended, ==, soak.n_boards);
	check_all(&soak);
	check_size(&soak);
	g_object_unref(soak.batch);
	g_hash_table_unref(soak.seen);
	g_rand_free(soak.random);
	g_free(soak.records);
	rig_folder_free(soak.folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/line/soak/boards-by-the-hundred", boards_by_the_hundred);
	return g_test_run();
}

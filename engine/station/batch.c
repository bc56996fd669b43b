// SPDX-License-Identifier: Apache-2.0
#include "engine/station/batch.h"

#include <string.h>

#define SLOT_LABEL "SLOT:"
#define MS_PER_S   1000
#define HOUR_MS    (3600 * MS_PER_S)

struct _GyBatch {
	GObject parent;

	GyStation *station;
	GyPackage *package; /* NULL: nothing is flashed */
	GyGang *gang;
	GyRecords *records; /* for looking */
	GyBatchLimits limits;
	GyBatchTotals totals;
	GPtrArray *doubts;
	GyPool *pool;     /* NULL: the station shares nothing */
	GQueue queue;     /* numbers that wait for a board */
	GySlot *chosen;   /* that the next number is for; not a reference */
	GHashTable *once; /* names of slots that had their turn */
	gboolean is_stopping;
	gboolean has_ended;
};

G_DEFINE_FINAL_TYPE(GyBatch, gy_batch, G_TYPE_OBJECT)

enum { SIGNAL_TOTALS, SIGNAL_ENDED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* ---- totals --------------------------------------------------------------------------------------------- */

static gint64
midnight_ms(void)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autoptr(GDateTime) day = g_date_time_new_local(g_date_time_get_year(now),
		g_date_time_get_month(now), g_date_time_get_day_of_month(now), 0, 0, 0);

	/* where the clock was put forward at midnight there is none */
	return g_date_time_to_unix(day ? day : now) * MS_PER_S;
}

static guint
count(GyBatch *batch, GyRecordResult result, gint64 since_ms)
{
	const GyRecordFilter filter = {
		.since_ms = since_ms, .station = batch->station->plan->station, .results = 1U << result};

	return (guint) CLAMP(gy_records_count(batch->records, &filter, NULL), 0, G_MAXINT32);
}

static void
update_rate(GyBatch *batch)
{
	batch->totals.per_hour = count(batch, GY_RECORD_DONE, g_get_real_time() / MS_PER_S - HOUR_MS);
}

static void
load_totals(GyBatch *batch)
{
	gint64 since_ms = midnight_ms();

	batch->totals.n_pass = count(batch, GY_RECORD_DONE, since_ms);
	batch->totals.n_fail = count(batch, GY_RECORD_FAILED, since_ms);
	update_rate(batch);
}

/* ---- limits --------------------------------------------------------------------------------------------- */

static guint
n_slots(GyBatch *batch)
{
	return g_list_model_get_n_items(gy_gang_slots(batch->gang));
}

static gboolean
may_start(GyBatch *batch, GySlot *slot)
{
	const GyBatchLimits *limits = &batch->limits;
	guint n_begun = batch->totals.n_ended + gy_gang_n_in(batch->gang, GY_SLOT_BUSY);

	if (batch->is_stopping || (limits->count > 0 && n_begun >= limits->count))
		return FALSE;
	return !limits->once || !g_hash_table_contains(batch->once, gy_slot_name(slot));
}

static gboolean
has_reached_limit(GyBatch *batch)
{
	const GyBatchLimits *limits = &batch->limits;
	const GyBatchTotals *totals = &batch->totals;

	return (limits->count > 0 && totals->n_ended >= limits->count) ||
	       (limits->until_failures > 0 && totals->n_failed >= limits->until_failures) ||
	       (limits->once && totals->n_ended >= n_slots(batch));
}

static void
end_if_idle(GyBatch *batch)
{
	if (batch->has_ended || !batch->is_stopping || gy_gang_n_in(batch->gang, GY_SLOT_BUSY) > 0)
		return;
	batch->has_ended = TRUE;
	g_signal_emit(batch, signals[SIGNAL_ENDED], 0);
}

void
gy_batch_stop(GyBatch *batch, gboolean abort)
{
	batch->is_stopping = TRUE;
	if (abort)
		gy_gang_cancel(batch->gang);
	end_if_idle(batch);
}

gboolean
gy_batch_is_stopping(GyBatch *batch)
{
	return batch->is_stopping;
}

/* ---- starting ------------------------------------------------------------------------------------------- */

static gboolean
start(GyBatch *batch, GySlot *slot)
{
	if (gy_slot_state(slot) != GY_SLOT_READY || !may_start(batch, slot) ||
		!gy_gang_start(batch->gang, slot, NULL))
		return FALSE;
	g_hash_table_add(batch->once, g_strdup(gy_slot_name(slot)));
	return TRUE;
}

guint
gy_batch_go(GyBatch *batch, GySlot *slot)
{
	GListModel *slots = gy_gang_slots(batch->gang);
	guint n_started = 0;

	if (slot)
		return start(batch, slot);
	for (guint i = 0; i < n_slots(batch); i++) {
		g_autoptr(GySlot) each = g_list_model_get_item(slots, i);

		n_started += start(batch, each);
	}
	return n_started;
}

static gboolean
needs_scan(const GyBatch *batch)
{
	const GySerialSource *serials = batch->station->plan->serials;

	return serials && gy_serial_source_is_scanned(serials);
}

/* A board that needs no number, or for which one waits, is ready. */
static void
make_ready(GyBatch *batch, GySlot *slot)
{
	g_autofree char *number = NULL;

	if (needs_scan(batch)) {
		number = g_queue_pop_head(&batch->queue);
		if (!number)
			return;
	}
	gy_gang_set_number(batch->gang, slot, number);
	if (batch->station->start == GY_START_INSERT)
		start(batch, slot);
}

static void
on_inserted(GyGang *gang, GySlot *slot, gpointer data)
{
	make_ready(data, slot);
}

gboolean
gy_batch_retry(GyBatch *batch, GySlot *slot, GError **error)
{
	g_hash_table_remove(batch->once, gy_slot_name(slot));
	if (!gy_gang_again(batch->gang, slot, error))
		return FALSE;
	if (gy_slot_state(slot) == GY_SLOT_SCAN)
		make_ready(batch, slot);
	else
		start(batch, slot);
	return TRUE;
}

static void
on_event(GyGang *gang, GySlot *slot, const GyTurnEvent *event, gpointer data)
{
	GyBatch *batch = data;
	gboolean is_pass = event->record->result == GY_RECORD_DONE;
	gboolean is_fail = event->record->result == GY_RECORD_FAILED;

	if (event->kind == GY_TURN_ATTEMPTED) {
		batch->totals.n_pass += is_pass;
		batch->totals.n_fail += is_fail;
		update_rate(batch);
		g_signal_emit(batch, signals[SIGNAL_TOTALS], 0);
		if (batch->pool)
			gy_pool_wake(batch->pool);
	}
	if (event->kind != GY_TURN_ENDED)
		return;
	batch->totals.n_ended++;
	batch->totals.n_failed += !is_pass;
	if (has_reached_limit(batch))
		batch->is_stopping = TRUE;
	end_if_idle(batch);
}

/* ---- scanning ------------------------------------------------------------------------------------------- */

static GyScan
choose_slot(GyBatch *batch, const char *name, GySlot **slot, GError **error)
{
	batch->chosen = gy_gang_find(batch->gang, name);
	if (slot)
		*slot = batch->chosen;
	if (batch->chosen)
		return GY_SCAN_CHOSEN;
	g_set_error(error, GY_ERROR, GY_ERROR_SLOT_UNKNOWN, "there is no slot %s", name);
	return GY_SCAN_REFUSED;
}

/* (nullable): the slot whose board has, or is to have, that number. */
static GySlot *
slot_with(GyBatch *batch, const char *number)
{
	for (guint i = 0; i < n_slots(batch); i++) {
		g_autoptr(GySlot) slot = g_list_model_get_item(gy_gang_slots(batch->gang), i);

		/* the list keeps it */
		if (g_str_equal(gy_slot_number(slot), number))
			return slot;
	}
	return NULL;
}

/* (nullable): the first slot with a board that waits for its number. */
static GySlot *
waiting_slot(GyBatch *batch)
{
	for (guint i = 0; i < n_slots(batch); i++) {
		g_autoptr(GySlot) slot = g_list_model_get_item(gy_gang_slots(batch->gang), i);

		if (gy_slot_state(slot) == GY_SLOT_SCAN)
			return slot;
	}
	return NULL;
}

static gboolean
check_here(GyBatch *batch, const char *number, GError **error)
{
	GySlot *holder = slot_with(batch, number);

	if (holder && gy_slot_state(holder) != GY_SLOT_PASS) {
		g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_TAKEN, "the board in slot %s has the number %s",
			gy_slot_name(holder), number);
		return FALSE;
	}
	if (g_queue_find_custom(&batch->queue, number, (GCompareFunc) strcmp)) {
		g_set_error(
			error, GY_ERROR, GY_ERROR_SERIAL_TAKEN, "%s was scanned already, and waits", number);
		return FALSE;
	}
	return TRUE;
}

static GyScan
take_number(GyBatch *batch, GySlot *target, const char *number, GySlot **slot)
{
	batch->chosen = NULL;
	if (slot)
		*slot = target;
	if (!target) {
		g_queue_push_tail(&batch->queue, g_strdup(number));
		return GY_SCAN_QUEUED;
	}
	gy_gang_set_number(batch->gang, target, number);
	if (batch->station->start != GY_START_KEY)
		start(batch, target);
	return GY_SCAN_TAKEN;
}

static GyScan
scan_number(GyBatch *batch, const char *number, GySlot **slot, GError **error)
{
	GySlot *holder = slot_with(batch, number);
	GySlot *target = batch->chosen ? batch->chosen : waiting_slot(batch);
	GySlotState state;

	if (holder && gy_slot_state(holder) == GY_SLOT_FAIL && gy_slot_is_present(holder)) {
		if (slot)
			*slot = holder;
		return gy_batch_retry(batch, holder, error) ? GY_SCAN_RETRIED : GY_SCAN_REFUSED;
	}
	if (!check_here(batch, number, error) ||
		!gy_serial_source_check(batch->station->plan->serials, batch->records, number, error))
		return GY_SCAN_REFUSED;
	state = target ? gy_slot_state(target) : GY_SLOT_SCAN;
	if (state == GY_SLOT_SCAN || state == GY_SLOT_READY)
		return take_number(batch, target, number, slot);
	g_set_error(error, GY_ERROR, GY_ERROR_SLOT_BUSY, "slot %s takes no number now: it is %s",
		gy_slot_name(target), gy_slot_state_word(state));
	batch->chosen = NULL;
	return GY_SCAN_REFUSED;
}

GyScan
gy_batch_scan(GyBatch *batch, const char *text, GySlot **slot, GError **error)
{
	g_autofree char *word = g_strstrip(g_strdup(text));

	if (slot)
		*slot = NULL;
	if (g_str_has_prefix(word, SLOT_LABEL))
		return choose_slot(batch, word + strlen(SLOT_LABEL), slot, error);
	if (needs_scan(batch))
		return scan_number(batch, word, slot, error);
	g_set_error(error, GY_ERROR, GY_ERROR_SERIAL_PATTERN,
		"this station makes its serial numbers itself: a scan names a slot, such as SLOT:1");
	return GY_SCAN_REFUSED;
}

/* ---- looking -------------------------------------------------------------------------------------------- */

const GyStation *
gy_batch_station(GyBatch *batch)
{
	return batch->station;
}

GyGang *
gy_batch_gang(GyBatch *batch)
{
	return batch->gang;
}

GyPackage *
gy_batch_package(GyBatch *batch)
{
	return batch->package;
}

GyPool *
gy_batch_pool(GyBatch *batch)
{
	return batch->pool;
}

void
gy_batch_totals(GyBatch *batch, GyBatchTotals *totals)
{
	*totals = batch->totals;
}

GPtrArray *
gy_batch_doubts(GyBatch *batch)
{
	return batch->doubts;
}

guint
gy_batch_queue(GyBatch *batch)
{
	return g_queue_get_length(&batch->queue);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_batch_finalize(GObject *object)
{
	GyBatch *batch = GY_BATCH(object);

	if (batch->gang)
		g_signal_handlers_disconnect_by_data(batch->gang, batch);
	g_clear_object(&batch->gang);
	if (batch->pool) {
		g_signal_handlers_disconnect_by_data(batch->pool, batch);
		gy_pool_stop(batch->pool);
		g_clear_object(&batch->pool);
	}
	g_clear_object(&batch->package);
	gy_records_close(batch->records);
	gy_station_free(batch->station);
	g_clear_pointer(&batch->doubts, g_ptr_array_unref);
	g_queue_clear_full(&batch->queue, g_free);
	g_hash_table_unref(batch->once);
	G_OBJECT_CLASS(gy_batch_parent_class)->finalize(object);
}

static void
gy_batch_class_init(GyBatchClass *class)
{
	GType type = G_TYPE_FROM_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = gy_batch_finalize;
	signals[SIGNAL_TOTALS] =
		g_signal_new("totals", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_ENDED] =
		g_signal_new("ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gy_batch_init(GyBatch *batch)
{
	g_queue_init(&batch->queue);
	batch->once = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static gboolean
check_station(const GyStation *station, GError **error)
{
	const GyStationFinding *finding = gy_station_refusal(station);

	if (finding)
		g_set_error(error, GY_ERROR, GY_ERROR_STATION_INVALID, "%s:%u: %s", station->path,
			finding->line, finding->message);
	return !finding;
}

static gboolean
open_records(GyBatch *batch, GError **error)
{
	const GyPlan *plan = batch->station->plan;

	batch->records = gy_records_open(plan->records, error);
	if (!batch->records)
		return FALSE;
	batch->doubts = gy_serials_list(batch->records,
		plan->serials ? gy_serial_source_series(plan->serials) : "", 1U << GY_SERIAL_IN_DOUBT, error);
	return batch->doubts != NULL;
}

static void
make_gang(GyBatch *batch)
{
	const GyStation *station = batch->station;

	batch->gang = gy_gang_new(station->plan, batch->package, station->detection);
	for (guint i = 0; i < station->slots->len; i++) {
		const GyStationSlot *slot = g_ptr_array_index(station->slots, i);

		gy_gang_add(batch->gang, slot->name, slot->label, slot->port);
	}
	g_signal_connect(batch->gang, "inserted", G_CALLBACK(on_inserted), batch);
	g_signal_connect(batch->gang, "event", G_CALLBACK(on_event), batch);
}

GyBatch *
gy_batch_new_loaded(GyStation *station, GyPackage *package, const GyBatchLimits *limits, GError **error)
{
	g_autoptr(GyBatch) batch = g_object_new(GY_TYPE_BATCH, NULL);

	batch->station = station;
	batch->package = package ? g_object_ref(package) : NULL;
	if (limits)
		batch->limits = *limits;
	if (!check_station(station, error) || !open_records(batch, error))
		return NULL;
	load_totals(batch);
	make_gang(batch);
	return g_steal_pointer(&batch);
}

GyBatch *
gy_batch_new(GyStation *station, const GyBatchLimits *limits, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(GyPackage) package = NULL;

	if (!gy_station_refusal(station))
		package = gy_station_package(station, &problem);
	if (problem) {
		g_propagate_error(error, g_steal_pointer(&problem));
		gy_station_free(station);
		return NULL;
	}
	return gy_batch_new_loaded(station, package, limits, error);
}

/* With the first word of the pool there are numbers, or it is away and the station has those of before. */
static void
on_pool_changed(GyPool *pool, gpointer data)
{
	GyBatch *batch = data;

	gy_gang_watch(batch->gang);
}

void
gy_batch_start(GyBatch *batch)
{
	if (!batch->station->pool) {
		gy_gang_watch(batch->gang);
		return;
	}
	batch->pool = gy_pool_new(batch->station);
	g_signal_connect(batch->pool, "changed", G_CALLBACK(on_pool_changed), batch);
}

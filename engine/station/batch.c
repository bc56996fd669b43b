// SPDX-License-Identifier: Apache-2.0
#include "engine/station/batch-private.h"

#define US_PER_MS 1000

G_DEFINE_FINAL_TYPE(GyBatch, gy_batch, G_TYPE_OBJECT)

enum { SIGNAL_TOTALS, SIGNAL_ENDED, N_SIGNALS };

static guint signals[N_SIGNALS];

static gint64
now_ms(void)
{
	return g_get_real_time() / US_PER_MS;
}

void
gy_batch_tick(GyBatch *batch, gint64 at_ms)
{
	if (gy_tally_tick(batch->tally, at_ms))
		gy_batch_tell_totals(batch);
}

void
gy_batch_tell_totals(GyBatch *batch)
{
	g_signal_emit(batch, signals[SIGNAL_TOTALS], 0);
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

/* Failures come first: whoever reads it has to know of them. */
static GyBatchEnd
reached_limit(GyBatch *batch)
{
	const GyBatchLimits *limits = &batch->limits;
	const GyBatchTotals *totals = &batch->totals;

	if (limits->until_failures > 0 && totals->n_failed >= limits->until_failures)
		return GY_BATCH_END_FAILURES;
	if ((limits->count > 0 && totals->n_ended >= limits->count) ||
		(limits->once && totals->n_ended >= n_slots(batch)))
		return GY_BATCH_END_COUNTED;
	return GY_BATCH_END_NOT;
}

static void
stop_at_limit(GyBatch *batch)
{
	GyBatchEnd why = reached_limit(batch);

	if (why == GY_BATCH_END_NOT || batch->is_stopping)
		return;
	batch->is_stopping = TRUE;
	batch->why = why;
	gy_batch_tell_totals(batch);
}

static void
end_if_idle(GyBatch *batch)
{
	if (batch->has_ended || !batch->is_stopping || gy_gang_n_in(batch->gang, GY_SLOT_BUSY) > 0)
		return;
	batch->has_ended = TRUE;
	g_clear_pointer(&batch->lock, gy_station_lock_free);
	g_signal_emit(batch, signals[SIGNAL_ENDED], 0);
}

void
gy_batch_stop(GyBatch *batch, gboolean abort)
{
	if (!batch->is_stopping)
		batch->why = GY_BATCH_END_ASKED;
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

GyBatchEnd
gy_batch_why(GyBatch *batch)
{
	return batch->why;
}

/* ---- starting ------------------------------------------------------------------------------------------- */

gboolean
gy_batch_start_slot(GyBatch *batch, GySlot *slot)
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
		return gy_batch_start_slot(batch, slot);
	for (guint i = 0; i < n_slots(batch); i++) {
		g_autoptr(GySlot) each = g_list_model_get_item(slots, i);

		n_started += gy_batch_start_slot(batch, each);
	}
	return n_started;
}

gboolean
gy_batch_needs_scan(const GyBatch *batch)
{
	const GySerialSource *serials = batch->station->plan->serials;

	return serials && gy_serial_source_is_scanned(serials);
}

/* A board that needs no number, or for which one waits, is ready. */
static void
make_ready(GyBatch *batch, GySlot *slot)
{
	g_autofree char *number = NULL;

	if (gy_batch_needs_scan(batch)) {
		number = g_queue_pop_head(&batch->queue);
		if (!number)
			return;
	}
	gy_gang_set_number(batch->gang, slot, number);
	if (batch->station->start == GY_START_INSERT)
		gy_batch_start_slot(batch, slot);
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
		gy_batch_start_slot(batch, slot);
	return TRUE;
}

guint
gy_batch_retry_failed(GyBatch *batch)
{
	GListModel *slots = gy_gang_slots(batch->gang);
	guint n = 0;

	for (guint i = 0; i < n_slots(batch); i++) {
		g_autoptr(GySlot) slot = g_list_model_get_item(slots, i);

		if (gy_slot_state(slot) == GY_SLOT_FAIL && gy_slot_is_present(slot))
			n += gy_batch_retry(batch, slot, NULL);
	}
	return n;
}

static void
on_event(GyGang *gang, GySlot *slot, const GyTurnEvent *event, gpointer data)
{
	GyBatch *batch = data;

	if (event->kind == GY_TURN_ATTEMPTED) {
		gy_tally_count(batch->tally, event->record->result, now_ms());
		gy_batch_tell_totals(batch);
		if (batch->pool)
			gy_pool_wake(batch->pool);
	}
	if (event->kind != GY_TURN_ENDED)
		return;
	batch->totals.n_ended++;
	batch->totals.n_failed += event->record->result != GY_RECORD_DONE;
	stop_at_limit(batch);
	end_if_idle(batch);
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
	totals->n_pass = batch->tally->n_pass;
	totals->n_fail = batch->tally->n_fail;
	totals->per_hour = batch->tally->per_hour;
}

GPtrArray *
gy_batch_doubts(GyBatch *batch)
{
	return batch->doubts;
}

static const char *
series_of(const GyBatch *batch)
{
	const GySerialSource *serials = batch->station->plan->serials;

	return serials ? gy_serial_source_series(serials) : "";
}

static gboolean
look_for_doubts(GyBatch *batch, GError **error)
{
	GPtrArray *doubts =
		gy_serials_list(batch->records, series_of(batch), 1U << GY_SERIAL_IN_DOUBT, error);

	if (!doubts)
		return FALSE;
	g_clear_pointer(&batch->doubts, g_ptr_array_unref);
	batch->doubts = doubts;
	return TRUE;
}

gboolean
gy_batch_decide(GyBatch *batch, const char *number, gboolean use, GError **error)
{
	gboolean is_done = gy_serials_decide(batch->records, series_of(batch), number, use, error);

	/* also when it failed: somebody else may have decided */
	if (!look_for_doubts(batch, is_done ? error : NULL))
		return FALSE;
	if (is_done && batch->pool)
		gy_pool_wake(batch->pool);
	gy_batch_tell_totals(batch);
	return is_done;
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

	if (batch->ticker)
		g_source_destroy(batch->ticker);
	g_clear_pointer(&batch->ticker, g_source_unref);
	if (batch->gang)
		g_signal_handlers_disconnect_by_data(batch->gang, batch);
	g_clear_object(&batch->gang);
	if (batch->pool) {
		g_signal_handlers_disconnect_by_data(batch->pool, batch);
		gy_pool_stop(batch->pool);
		g_clear_object(&batch->pool);
	}
	g_clear_object(&batch->package);
	gy_station_lock_free(batch->lock);
	gy_tally_free(batch->tally);
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
on_tick(gpointer data)
{
	gy_batch_tick(data, now_ms());
	return G_SOURCE_CONTINUE;
}

static void
watch_time(GyBatch *batch)
{
	batch->ticker = g_timeout_source_new_seconds(GY_TALLY_TICK_S);
	g_source_set_callback(batch->ticker, on_tick, batch, NULL);
	g_source_attach(batch->ticker, g_main_context_get_thread_default());
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
	batch->records = gy_records_open(batch->station->plan->records, error);
	return batch->records && look_for_doubts(batch, error);
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

/* Before any board is there: the plan is not changed once a slot looks at it. */
static void
prepare_differences(GyBatch *batch)
{
	const GyStation *station = batch->station;
	g_autofree char *usual = NULL;
	g_autoptr(GyStore) store = NULL;

	if (!station->sends_differences || !batch->package)
		return;
	usual = gy_store_default_path();
	store = gy_store_new(station->store ? station->store : usual);
	station->plan->options->delta = gy_auto_delta_new(store, batch->package, NULL, TRUE);
}

GyBatch *
gy_batch_new_loaded(GyStation *station, GyPackage *package, const GyBatchLimits *limits, GError **error)
{
	g_autoptr(GyBatch) batch = g_object_new(GY_TYPE_BATCH, NULL);

	batch->station = station;
	batch->package = package ? g_object_ref(package) : NULL;
	if (limits)
		batch->limits = *limits;
	if (batch->limits.until_failures == 0)
		batch->limits.until_failures = station->until_failures;
	if (!check_station(station, error) || !open_records(batch, error))
		return NULL;
	batch->tally = gy_tally_new(station->plan->records, station->plan->station, now_ms(), error);
	if (!batch->tally)
		return NULL;
	watch_time(batch);
	prepare_differences(batch);
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

gboolean
gy_batch_start(GyBatch *batch, GError **error)
{
	batch->lock = gy_station_lock_new(batch->station, error);
	if (!batch->lock)
		return FALSE;
	if (!batch->station->pool) {
		gy_gang_watch(batch->gang);
		return TRUE;
	}
	batch->pool = gy_pool_new(batch->station);
	g_signal_connect(batch->pool, "changed", G_CALLBACK(on_pool_changed), batch);
	return TRUE;
}

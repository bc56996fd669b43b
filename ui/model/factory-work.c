// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>

#include "ui/model/factory-private.h"

#define US_PER_MS 1000

/* ---- totals --------------------------------------------------------------------------------------------- */

static void
set_totals(GyFactory *factory, guint n_pass, guint n_fail, guint per_hour)
{
	guint n_all = n_pass + n_fail;

	factory->totals.n_pass = n_pass;
	factory->totals.n_fail = n_fail;
	factory->totals.per_hour = per_hour;
	factory->totals.yield_permille = n_all ? (int) (((guint64) n_pass * 1000 + n_all / 2) / n_all) : -1;
}

void
gy_factory_tick(GyFactory *factory, gint64 now_ms)
{
	const GyTally *tally = factory->tally;

	if (!tally || !gy_tally_tick(factory->tally, now_ms))
		return;
	set_totals(factory, tally->n_pass, tally->n_fail, tally->per_hour);
	gy_factory_tell_totals(factory);
}

static gboolean
on_tick(gpointer data)
{
	gy_factory_tick(data, g_get_real_time() / US_PER_MS);
	return G_SOURCE_CONTINUE;
}

/* A station that rests is looked at too. Without its records nothing is lost but that. */
static void
rest(GyFactory *factory, GyPlan *plan)
{
	factory->plan = gy_plan_ref(plan);
	factory->records = gy_records_open(plan->records, NULL);
	factory->tally = gy_tally_new(plan->records, plan->station, g_get_real_time() / US_PER_MS, NULL);
	factory->tally_timer = g_timeout_add_seconds(GY_TALLY_TICK_S, on_tick, factory);
}

static void
on_totals(GyBatch *batch, GyFactory *factory)
{
	GyBatchTotals totals;

	gy_batch_totals(batch, &totals);
	set_totals(factory, totals.n_pass, totals.n_fail, totals.per_hour);
	factory->why = gy_batch_why(batch);
	factory->n_failed = totals.n_failed;
	gy_factory_tell_totals(factory);
}

void
gy_factory_totals(GyFactory *factory, GyFactoryTotals *totals)
{
	*totals = factory->totals;
}

guint
gy_factory_n_busy(GyFactory *factory)
{
	return factory->batch ? gy_gang_n_in(gy_batch_gang(factory->batch), GY_SLOT_BUSY) : 0;
}

static void
add_sentence(GString *text, char *sentence)
{
	if (text->len > 0)
		g_string_append(text, " · ");
	g_string_append(text, sentence);
	g_free(sentence);
}

char *
gy_factory_queue(GyFactory *factory)
{
	GString *text = g_string_new(NULL);
	const GyPoolState *pool = &factory->pool;
	guint n = factory->batch ? gy_batch_queue(factory->batch) : 0;

	if (n > 0)
		add_sentence(text,
			g_strdup_printf(
				ngettext("%u number waits for a board", "%u numbers wait for boards", n), n));
	if (pool->is_away)
		add_sentence(
			text, g_strdup_printf(ngettext("The shared database is away: %u record waits for it",
						      "The shared database is away: %u records wait for it",
						      pool->n_queued),
				      pool->n_queued));
	if (pool->n_conflicts > 0)
		add_sentence(text, g_strdup_printf(ngettext("%u serial number is another station's too",
							   "%u serial numbers are another station's too",
							   pool->n_conflicts),
					   pool->n_conflicts));
	return g_string_free(text, FALSE);
}

/* ---- at work -------------------------------------------------------------------------------------------- */

static void
set_running(GyFactory *factory, gboolean is_running)
{
	factory->is_running = is_running;
	for (guint i = 0; i < gy_factory_n_slots(factory); i++)
		gy_factory_slot_set_on(gy_factory_slot_at(factory, i), is_running);
	gy_factory_tell_changed(factory);
	gy_factory_tell_totals(factory);
}

static void
on_event(GyGang *gang, GySlot *slot, const GyTurnEvent *event, GyFactory *factory)
{
	GyFactorySlot *own = gy_factory_slot_named(factory, gy_slot_name(slot));

	if (event->kind == GY_TURN_ENDED && own)
		gy_factory_tell_verdict(factory, own, event->record->result == GY_RECORD_DONE);
	if (event->kind == GY_TURN_BEGAN || event->kind == GY_TURN_ENDED)
		gy_factory_tell_totals(factory);
}

static void
on_pool(GyPool *pool, GyFactory *factory)
{
	gy_pool_state_clear(&factory->pool);
	gy_pool_state(pool, &factory->pool);
	gy_factory_tell_totals(factory);
}

static void
watch_pool(GyFactory *factory)
{
	GyPool *pool = gy_batch_pool(factory->batch);

	if (pool)
		g_signal_connect(pool, "changed", G_CALLBACK(on_pool), factory);
}

static void
leave_pool(GyFactory *factory)
{
	GyPool *pool = gy_batch_pool(factory->batch);

	if (pool)
		g_signal_handlers_disconnect_by_data(pool, factory);
	gy_pool_state_clear(&factory->pool);
	factory->pool = (GyPoolState){0};
}

void
gy_factory_drop_batch(GyFactory *factory)
{
	g_clear_handle_id(&factory->tally_timer, g_source_remove);
	g_clear_pointer(&factory->tally, gy_tally_free);
	g_clear_pointer(&factory->records, gy_records_close);
	g_clear_pointer(&factory->plan, gy_plan_unref);
	if (!factory->batch)
		return;
	leave_pool(factory);
	g_signal_handlers_disconnect_by_data(gy_batch_gang(factory->batch), factory);
	g_signal_handlers_disconnect_by_data(factory->batch, factory);
	g_clear_object(&factory->batch);
}

/* Not while it tells us: its gang is still busy with the event that was the last. */
static void
drop_ended(gpointer data)
{
	g_autoptr(GyFactory) factory = data;
	g_autoptr(GyPlan) plan = NULL;

	if (!factory->batch || !gy_batch_is_stopping(factory->batch) || gy_factory_n_busy(factory) > 0)
		return;
	plan = gy_plan_ref(gy_batch_station(factory->batch)->plan);
	gy_factory_drop_batch(factory);
	rest(factory, plan);
	gy_factory_tell_totals(factory);
}

char *
gy_factory_stop_reason(GyFactory *factory)
{
	if (factory->why != GY_BATCH_END_FAILURES)
		return g_strdup("");
	return g_strdup_printf(
		ngettext("Stopped: %u board has failed", "Stopped: %u boards have failed", factory->n_failed),
		factory->n_failed);
}

/* For who does not look at the page: which station, why, and how its boards did. */
static void
tell_ended(GyFactory *factory, GyBatch *batch)
{
	g_autofree char *reason = gy_factory_stop_reason(factory);
	GyBatchTotals totals;
	g_autofree char *headline = NULL;
	g_autofree char *body = NULL;

	gy_batch_totals(batch, &totals);
	/* Translators: name of a station, and why it stopped */
	headline = *reason ? g_strdup_printf(_("%1$s: %2$s"), gy_factory_name(factory), reason)
			   : g_strdup_printf(_("%s has ended"), gy_factory_name(factory));
	body = g_strdup_printf(_("Pass %1$u, fail %2$u"), totals.n_ended - totals.n_failed, totals.n_failed);
	gy_factory_tell_ended(factory, headline, body);
}

static void
on_ended(GyBatch *batch, GyFactory *factory)
{
	factory->why = gy_batch_why(batch);
	set_running(factory, FALSE);
	tell_ended(factory, batch);
	g_clear_pointer(&factory->scanner, gy_factory_scanner_free);
	g_idle_add_once(drop_ended, g_object_ref(factory));
}

void
gy_factory_use_batch(GyFactory *factory, GyBatch *batch)
{
	GListModel *slots = gy_gang_slots(gy_batch_gang(batch));
	GyPackage *package = gy_batch_package(batch);

	factory->batch = batch;
	factory->state = GY_FACTORY_LOADED;
	factory->package = package ? g_path_get_basename(gy_package_name(package)) : NULL;
	for (guint i = 0; i < g_list_model_get_n_items(slots); i++) {
		g_autoptr(GObject) slot = g_list_model_get_item(slots, i);
		g_autoptr(GyFactorySlot) own = gy_factory_slot_new(slot);

		g_list_store_append(factory->slots, own);
	}
	g_signal_connect(gy_batch_gang(batch), "event", G_CALLBACK(on_event), factory);
	g_signal_connect_swapped(
		gy_batch_gang(batch), "inserted", G_CALLBACK(gy_factory_tell_totals), factory);
	g_signal_connect(batch, "totals", G_CALLBACK(on_totals), factory);
	g_signal_connect(batch, "ended", G_CALLBACK(on_ended), factory);
	on_totals(batch, factory);
}

void
gy_factory_run(GyFactory *factory)
{
	g_autoptr(GError) error = NULL;

	if (factory->state != GY_FACTORY_LOADED || factory->is_running)
		return;
	/* one that has ended is not begun again: the file is read anew, as it is by now */
	if (!factory->batch || gy_batch_is_stopping(factory->batch)) {
		factory->runs_when_loaded = gy_factory_reload(factory);
		return;
	}
	if (!gy_batch_start(factory->batch, &error)) {
		gy_factory_tell_scanned(factory, GY_FACTORY_SCAN_BAD, "", error->message);
		return;
	}
	watch_pool(factory);
	set_running(factory, TRUE);
	gy_factory_open_scanner(factory);
}

void
gy_factory_stop(GyFactory *factory, gboolean abort)
{
	if (!factory->is_running || factory->is_locked)
		return;
	gy_batch_stop(factory->batch, abort);
	gy_factory_tell_changed(factory);
}

gboolean
gy_factory_is_running(GyFactory *factory)
{
	return factory->is_running;
}

gboolean
gy_factory_is_stopping(GyFactory *factory)
{
	return factory->is_running && gy_batch_is_stopping(factory->batch);
}

guint
gy_factory_go(GyFactory *factory)
{
	return factory->is_running ? gy_batch_go(factory->batch, NULL) : 0;
}

gboolean
gy_factory_retry(GyFactory *factory, GyFactorySlot *slot)
{
	GySlot *found;

	if (!gy_factory_slot_can_retry(slot) || !factory->is_running)
		return FALSE;
	found = gy_gang_find(gy_batch_gang(factory->batch), gy_factory_slot_name(slot));
	return found && gy_batch_retry(factory->batch, found, NULL);
}

guint
gy_factory_retry_all(GyFactory *factory)
{
	return factory->is_running ? gy_batch_retry_failed(factory->batch) : 0;
}

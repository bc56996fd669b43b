// SPDX-License-Identifier: Apache-2.0
#include "ui/model/factory-load.h"
#include "ui/model/factory-private.h"

G_DEFINE_FINAL_TYPE(GyFactory, gy_factory, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, SIGNAL_TOTALS, SIGNAL_SCANNED, SIGNAL_VERDICT, SIGNAL_ENDED, N_SIGNALS };

static guint signals[N_SIGNALS];

void
gy_factory_tell_changed(GyFactory *factory)
{
	g_signal_emit(factory, signals[SIGNAL_CHANGED], 0);
}

void
gy_factory_tell_totals(GyFactory *factory)
{
	g_signal_emit(factory, signals[SIGNAL_TOTALS], 0);
}

void
gy_factory_tell_scanned(GyFactory *factory, GyFactoryScan outcome, const char *text, const char *sentence)
{
	g_signal_emit(factory, signals[SIGNAL_SCANNED], 0, (int) outcome, text, sentence);
}

void
gy_factory_tell_verdict(GyFactory *factory, GyFactorySlot *slot, gboolean is_pass)
{
	g_signal_emit(factory, signals[SIGNAL_VERDICT], 0, slot, is_pass);
}

void
gy_factory_tell_ended(GyFactory *factory, const char *headline, const char *body)
{
	g_signal_emit(factory, signals[SIGNAL_ENDED], 0, headline, body);
}

GyFactorySlot *
gy_factory_slot_at(GyFactory *factory, guint i)
{
	g_autoptr(GyFactorySlot) slot = g_list_model_get_item(G_LIST_MODEL(factory->slots), i);

	/* the list keeps it */
	return slot;
}

guint
gy_factory_n_slots(GyFactory *factory)
{
	return g_list_model_get_n_items(G_LIST_MODEL(factory->slots));
}

GyFactorySlot *
gy_factory_slot_named(GyFactory *factory, const char *name)
{
	for (guint i = 0; i < gy_factory_n_slots(factory); i++)
		if (g_str_equal(gy_factory_slot_name(gy_factory_slot_at(factory, i)), name))
			return gy_factory_slot_at(factory, i);
	return NULL;
}

/* ---- findings ------------------------------------------------------------------------------------------- */

static void
finding_free(gpointer data)
{
	GyFactoryFinding *finding = data;

	g_free(finding->message);
	g_free(finding);
}

static void
add_finding(GyFactory *factory, gboolean is_error, guint line, const char *code, const char *message)
{
	GyFactoryFinding *finding = g_new0(GyFactoryFinding, 1);

	finding->is_error = is_error;
	finding->line = line;
	finding->code = code;
	finding->message = g_strdup(message);
	g_ptr_array_add(factory->findings, finding);
}

static void
take_findings(GyFactory *factory, const GyStation *station)
{
	for (guint i = 0; i < station->findings->len; i++) {
		const GyStationFinding *finding = g_ptr_array_index(station->findings, i);

		add_finding(factory, finding->is_error, finding->line, gy_error_word(finding->code),
			finding->message);
	}
}

static void
refuse(GyFactory *factory, const GError *error)
{
	add_finding(factory, TRUE, 0, gy_error_code(error), error->message);
	factory->state = GY_FACTORY_REFUSED;
}

/* ---- the station ---------------------------------------------------------------------------------------- */

static void
forget_station(GyFactory *factory)
{
	if (factory->loading)
		g_cancellable_cancel(factory->loading);
	g_clear_object(&factory->loading);
	gy_factory_set_target(factory, NULL);
	g_clear_pointer(&factory->scanner, gy_factory_scanner_free);
	gy_factory_drop_batch(factory);
	g_list_store_remove_all(factory->slots);
	g_ptr_array_set_size(factory->findings, 0);
	g_clear_pointer(&factory->package, g_free);
	g_clear_pointer(&factory->pin, g_free);
	g_clear_pointer(&factory->name, g_free);
	factory->totals = (GyFactoryTotals){.yield_permille = -1};
	factory->is_running = FALSE;
	factory->why = GY_BATCH_END_NOT;
}

static void
take_loaded(GyFactory *factory, GyFactoryLoaded *loaded)
{
	g_autoptr(GError) error = NULL;
	GyStation *station = g_steal_pointer(&loaded->station);
	GyBatch *batch;

	take_findings(factory, station);
	factory->pin = g_strdup(station->pin);
	if (station->plan->station) {
		g_free(factory->name);
		factory->name = g_strdup(station->plan->station);
	}
	if (gy_station_refusal(station)) {
		factory->state = GY_FACTORY_REFUSED;
		gy_station_free(station);
		return;
	}
	batch = gy_batch_new_loaded(station, loaded->package, NULL, &error);
	if (batch)
		gy_factory_use_batch(factory, batch);
	else
		refuse(factory, error);
}

static void
on_loaded(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GyFactory) factory = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GyFactoryLoaded) loaded = gy_factory_load_finish(result, &error);
	gboolean runs = factory->runs_when_loaded;
	gboolean locks = factory->locks_when_loaded;

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	g_clear_object(&factory->loading);
	factory->runs_when_loaded = FALSE;
	factory->locks_when_loaded = FALSE;
	if (loaded)
		take_loaded(factory, loaded);
	else
		refuse(factory, error);
	/* a file that was broken meanwhile does not open the lock */
	factory->is_locked = locks && factory->pin;
	gy_factory_tell_changed(factory);
	if (runs || factory->is_locked)
		gy_factory_run(factory);
}

static void
load(GyFactory *factory)
{
	forget_station(factory);
	factory->state = GY_FACTORY_LOADING;
	factory->name = g_path_get_basename(factory->path);
	factory->loading = g_cancellable_new();
	gy_factory_load_async(factory->path, factory->loading, on_loaded, g_object_ref(factory));
	gy_factory_tell_changed(factory);
}

static gboolean
may_leave(GyFactory *factory)
{
	return !gy_factory_is_locked(factory) && gy_factory_n_busy(factory) == 0;
}

gboolean
gy_factory_open(GyFactory *factory, const char *path, gboolean is_locked)
{
	if (!may_leave(factory))
		return FALSE;
	if (path != factory->path) {
		g_free(factory->path);
		factory->path = g_canonicalize_filename(path, NULL);
	}
	factory->runs_when_loaded = FALSE;
	factory->locks_when_loaded = is_locked;
	load(factory);
	return TRUE;
}

gboolean
gy_factory_reload(GyFactory *factory)
{
	return factory->path && gy_factory_open(factory, factory->path, FALSE);
}

gboolean
gy_factory_close(GyFactory *factory)
{
	if (!may_leave(factory))
		return FALSE;
	forget_station(factory);
	g_clear_pointer(&factory->path, g_free);
	factory->state = GY_FACTORY_NONE;
	gy_factory_tell_changed(factory);
	return TRUE;
}

GyFactoryState
gy_factory_state(GyFactory *factory)
{
	return factory->state;
}

const char *
gy_factory_path(GyFactory *factory)
{
	return factory->path;
}

const char *
gy_factory_name(GyFactory *factory)
{
	return factory->name ? factory->name : "";
}

const char *
gy_factory_package(GyFactory *factory)
{
	return factory->package ? factory->package : "";
}

GPtrArray *
gy_factory_findings(GyFactory *factory)
{
	return factory->findings;
}

guint
gy_factory_longest_number(GyFactory *factory)
{
	const GyStation *station = factory->batch ? gy_batch_station(factory->batch) : NULL;
	const GySerialSource *serials = !station               ? NULL
					: station->pool_source ? station->pool_source
							       : station->plan->serials;

	return serials ? gy_serial_source_longest(serials) : 0;
}

GListModel *
gy_factory_slots(GyFactory *factory)
{
	return G_LIST_MODEL(factory->slots);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_factory_dispose(GObject *object)
{
	GyFactory *factory = GY_FACTORY(object);

	forget_station(factory);
	g_clear_pointer(&factory->path, g_free);
	G_OBJECT_CLASS(gy_factory_parent_class)->dispose(object);
}

static void
gy_factory_finalize(GObject *object)
{
	GyFactory *factory = GY_FACTORY(object);

	g_object_unref(factory->slots);
	g_ptr_array_unref(factory->findings);
	G_OBJECT_CLASS(gy_factory_parent_class)->finalize(object);
}

static void
gy_factory_class_init(GyFactoryClass *class)
{
	GType type = G_TYPE_FROM_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_factory_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_factory_finalize;
	signals[SIGNAL_CHANGED] =
		g_signal_new("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_TOTALS] =
		g_signal_new("totals", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_SCANNED] = g_signal_new("scanned", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_STRING, G_TYPE_STRING);
	signals[SIGNAL_VERDICT] = g_signal_new("verdict", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		G_TYPE_NONE, 2, GY_TYPE_FACTORY_SLOT, G_TYPE_BOOLEAN);
	signals[SIGNAL_ENDED] = g_signal_new("ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
gy_factory_init(GyFactory *factory)
{
	factory->slots = g_list_store_new(GY_TYPE_FACTORY_SLOT);
	factory->findings = g_ptr_array_new_with_free_func(finding_free);
	factory->totals.yield_permille = -1;
}

GyFactory *
gy_factory_new(void)
{
	return g_object_new(GY_TYPE_FACTORY, NULL);
}

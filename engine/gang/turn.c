// SPDX-License-Identifier: Apache-2.0
#include "engine/gang/turn.h"

#include "engine/gang/attempt-private.h"

struct _GyTurn {
	GObject parent;

	/* fixed from the start */
	GyPlan *plan;
	GyPackage *package; /* NULL: nothing is flashed */
	char *slot;
	char *port;
	char *number;
	GMainContext *context;
	GCancellable *cancellable;
	GThread *thread;
};

G_DEFINE_FINAL_TYPE(GyTurn, gy_turn, G_TYPE_OBJECT)

static guint event_signal;

/* ---- events, from the thread to the context ------------------------------------------------------------- */

/* An event with all that it points to. */
typedef struct {
	GyTurn *turn;
	GyTurnEvent event;
	GyRecord *record;
	char *text;
	GBytes *bytes;
	GyDeviceInfo *device;
	GError *error;
} Parcel;

static gboolean
deliver(gpointer data)
{
	Parcel *parcel = data;
	GThread *thread = NULL;

	if (parcel->event.kind == GY_TURN_ENDED)
		thread = g_steal_pointer(&parcel->turn->thread);
	/* it has nothing more to do: after the last event nothing of the turn runs any more */
	if (thread)
		g_thread_join(thread);
	g_signal_emit(parcel->turn, event_signal, 0, &parcel->event);
	return G_SOURCE_REMOVE;
}

static void
parcel_free(gpointer data)
{
	Parcel *parcel = data;

	gy_record_free(parcel->record);
	g_free(parcel->text);
	g_clear_pointer(&parcel->bytes, g_bytes_unref);
	g_clear_pointer(&parcel->device, gy_device_info_free);
	g_clear_error(&parcel->error);
	g_object_unref(parcel->turn);
	g_free(parcel);
}

static void
pack(Parcel *parcel)
{
	GyTurnEvent *event = &parcel->event;

	event->record = parcel->record = gy_record_copy(event->record);
	event->text = parcel->text = g_strdup(event->text);
	event->bytes = parcel->bytes = event->bytes ? g_bytes_ref(event->bytes) : NULL;
	event->device = parcel->device = event->device ? gy_device_info_copy(event->device) : NULL;
	event->error = parcel->error = event->error ? g_error_copy(event->error) : NULL;
}

static void
tell(const GyTurnEvent *event, gpointer data)
{
	GyTurn *turn = data;
	Parcel *parcel = g_new0(Parcel, 1);
	g_autoptr(GSource) source = g_idle_source_new();

	parcel->turn = g_object_ref(turn);
	parcel->event = *event;
	pack(parcel);
	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, deliver, parcel, parcel_free);
	g_source_attach(source, turn->context);
}

/* ---- the thread ----------------------------------------------------------------------------------------- */

static gpointer
run_thread(gpointer data)
{
	g_autoptr(GyTurn) turn = data;
	g_autoptr(GMainContext) context = g_main_context_new();
	g_autofree char *number = g_strdup(turn->number);
	GyAttemptSetting setting = {
		turn->plan, turn->package, turn->slot, turn->port, turn->cancellable, tell, turn};

	g_main_context_push_thread_default(context);
	for (guint i = 1;; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GyRecord) record = gy_attempt_run(&setting, i, number, &error);

		if (gy_attempt_goes_on(turn->plan, record, i)) {
			g_free(number);
			number = g_strdup(record->serial_number);
			continue;
		}
		tell(&(GyTurnEvent){.kind = GY_TURN_ENDED,
			     .record = record,
			     .fraction = 1,
			     .elapsed_ms = MAX(record->total_ms, 0),
			     .error = error},
			turn);
		break;
	}
	g_main_context_pop_thread_default(context);
	return NULL;
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_turn_finalize(GObject *object)
{
	GyTurn *turn = GY_TURN(object);

	/* the thread holds a reference, so it has ended; it may be the one that drops the last one */
	g_clear_pointer(&turn->thread, g_thread_unref);
	gy_plan_unref(turn->plan);
	g_clear_object(&turn->package);
	g_free(turn->slot);
	g_free(turn->port);
	g_free(turn->number);
	g_main_context_unref(turn->context);
	g_object_unref(turn->cancellable);
	G_OBJECT_CLASS(gy_turn_parent_class)->finalize(object);
}

static void
gy_turn_class_init(GyTurnClass *class)
{
	G_OBJECT_CLASS(class)->finalize = gy_turn_finalize;
	event_signal = g_signal_new("event", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
gy_turn_init(GyTurn *turn)
{
	turn->context = g_main_context_ref_thread_default();
	turn->cancellable = g_cancellable_new();
}

GyTurn *
gy_turn_new(GyPlan *plan, GyPackage *package, const char *slot, const char *port, const char *number)
{
	GyTurn *turn;

	g_return_val_if_fail(plan && slot && port, NULL);
	g_return_val_if_fail(package || !gy_plan_has(plan, GY_STEP_FLASH), NULL);
	turn = g_object_new(GY_TYPE_TURN, NULL);
	turn->plan = gy_plan_ref(plan);
	turn->package = package ? g_object_ref(package) : NULL;
	turn->slot = g_strdup(slot);
	turn->port = g_strdup(port);
	turn->number = g_strdup(number);
	return turn;
}

void
gy_turn_start(GyTurn *turn)
{
	g_return_if_fail(!turn->thread);
	turn->thread = g_thread_new("gantry-turn", run_thread, g_object_ref(turn));
}

void
gy_turn_cancel(GyTurn *turn)
{
	g_cancellable_cancel(turn->cancellable);
}

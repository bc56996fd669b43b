// SPDX-License-Identifier: Apache-2.0
#include "engine/gang/gang.h"

#include <glib/gi18n-lib.h>

#include "engine/gang/presence.h"
#include "engine/gang/slot-private.h"
#include "engine/job/device-query-async.h"

#define ASK_EVERY_MS 1000
#define ANSWER_MS    600
/* A board that has restarted may come back to its USB port after its turn has ended: for so long it is still the same. */
#define SAME_BOARD_US (5 * G_USEC_PER_SEC)

/* What the gang keeps of a slot beside what it shows. */
typedef struct {
	GyGang *gang; /* not a reference: cleared when it goes */
	GySlot *slot;
	GyTurn *turn; /* NULL: none runs */
	gint64 ended_us;
	gboolean may_restart; /* the last turn reset the board */
	gboolean wants_start; /* as soon as nobody asks the port any more */
	GCancellable *asking; /* of what asks it; NULL: nothing does */
} Place;

struct _GyGang {
	GObject parent;

	GyPlan *plan;
	GyPackage *package; /* NULL: nothing is flashed */
	GyDetection detection;
	GListStore *slots;
	GPtrArray *places;
	GyPresence *presence;
	guint asking_id;
};

G_DEFINE_FINAL_TYPE(GyGang, gy_gang, G_TYPE_OBJECT)

enum { SIGNAL_INSERTED, SIGNAL_REMOVED, SIGNAL_EVENT, N_SIGNALS };

static guint signals[N_SIGNALS];

static Place *
place_at(GyGang *gang, guint i)
{
	return g_ptr_array_index(gang->places, i);
}

static void
place_clear(gpointer data)
{
	Place *place = data;

	g_object_unref(place->slot);
	g_clear_object(&place->asking);
}

static Place *
place_of(GyGang *gang, GySlot *slot)
{
	for (guint i = 0; i < gang->places->len; i++)
		if (place_at(gang, i)->slot == slot)
			return place_at(gang, i);
	return NULL;
}

/* ---- boards come and go --------------------------------------------------------------------------------- */

static gboolean
is_same_board(const Place *place)
{
	GySlotState state = gy_slot_state(place->slot);

	return (state == GY_SLOT_PASS || state == GY_SLOT_FAIL) && place->may_restart &&
	       g_get_monotonic_time() - place->ended_us < SAME_BOARD_US;
}

static void
board_came(GyGang *gang, Place *place)
{
	if (is_same_board(place) || !gy_slot_apply(place->slot, GY_SLOT_INSERTED))
		return;
	gy_slot_clear(place->slot);
	g_signal_emit(gang, signals[SIGNAL_INSERTED], 0, place->slot);
}

static void
board_left(GyGang *gang, Place *place)
{
	/* the next one is another */
	place->may_restart = FALSE;
	if (!gy_slot_apply(place->slot, GY_SLOT_REMOVED))
		return;
	gy_slot_clear(place->slot);
	g_signal_emit(gang, signals[SIGNAL_REMOVED], 0, place->slot);
}

static void
set_present(GyGang *gang, Place *place, gboolean is_present)
{
	if (!gy_slot_set_present(place->slot, is_present))
		return;
	if (is_present)
		board_came(gang, place);
	else
		board_left(gang, place);
}

static void
look(GyGang *gang)
{
	guint n = gang->places->len;
	g_autofree const char **ports = g_new0(const char *, n + 1);
	g_autofree gboolean *present = g_new0(gboolean, n);

	for (guint i = 0; i < n; i++)
		ports[i] = gy_slot_port(place_at(gang, i)->slot);
	gy_presence_look(gang->presence, ports, present);
	for (guint i = 0; i < n; i++)
		set_present(gang, place_at(gang, i), present[i]);
}

/* ---- asking ports that stay ----------------------------------------------------------------------------- */

static void start_turn(GyGang *gang, Place *place);

static void
on_asked(GObject *source, GAsyncResult *result, gpointer data)
{
	Place *place = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GyDeviceInfo) device = gy_device_query_finish(result, &error);
	GyGang *gang = place->gang;
	gboolean was_stopped = g_cancellable_is_cancelled(place->asking);

	g_clear_object(&place->asking);
	if (gang && place->wants_start)
		start_turn(gang, place);
	else if (gang && !place->turn && !was_stopped)
		set_present(gang, place, device != NULL);
	g_rc_box_release_full(place, place_clear);
}

static gboolean
ask_all(gpointer data)
{
	GyGang *gang = data;

	for (guint i = 0; i < gang->places->len; i++) {
		Place *place = place_at(gang, i);

		if (place->asking || place->turn)
			continue;
		place->asking = g_cancellable_new();
		gy_device_query_async(gy_slot_port(place->slot), gang->plan->options->baud, ANSWER_MS,
			place->asking, on_asked, g_rc_box_acquire(place));
	}
	return G_SOURCE_CONTINUE;
}

static guint
add_timer(GyGang *gang)
{
	g_autoptr(GSource) source = g_timeout_source_new(ASK_EVERY_MS);

	g_source_set_callback(source, ask_all, gang, NULL);
	return g_source_attach(source, g_main_context_get_thread_default());
}

void
gy_gang_watch(GyGang *gang)
{
	if (gang->presence || gang->asking_id)
		return;
	if (gang->detection == GY_DETECT_ANSWER) {
		gang->asking_id = add_timer(gang);
		ask_all(gang);
		return;
	}
	gang->presence = gy_presence_new();
	for (guint i = 0; i < gang->places->len; i++)
		gy_presence_add(gang->presence, gy_slot_port(place_at(gang, i)->slot));
	g_signal_connect_object(gang->presence, "changed", G_CALLBACK(look), gang, G_CONNECT_SWAPPED);
	look(gang);
}

/* ---- turns ---------------------------------------------------------------------------------------------- */

static void
end_turn(GyGang *gang, Place *place, const GyTurnEvent *event)
{
	gboolean is_pass = event->record->result == GY_RECORD_DONE;

	g_signal_handlers_disconnect_by_data(place->turn, place);
	g_clear_object(&place->turn);
	place->ended_us = g_get_monotonic_time();
	place->may_restart = event->record->stage >= GY_STAGE_REBOOT;
	gy_slot_apply(place->slot, is_pass ? GY_SLOT_PASSED : GY_SLOT_FAILED);
}

static void
on_event(GyTurn *turn, const GyTurnEvent *event, gpointer data)
{
	Place *place = data;
	GyGang *gang = place->gang;
	g_autoptr(GyTurn) alive = g_object_ref(turn);

	gy_slot_take_event(place->slot, event);
	if (event->kind == GY_TURN_ENDED)
		end_turn(gang, place, event);
	g_signal_emit(gang, signals[SIGNAL_EVENT], 0, place->slot, event);
	/* what came or went meanwhile was not for the slot to show */
	if (event->kind == GY_TURN_ENDED && gang->presence)
		look(gang);
}

static void
start_turn(GyGang *gang, Place *place)
{
	const char *number = gy_slot_number(place->slot);

	place->wants_start = FALSE;
	place->turn = gy_turn_new(gang->plan, gang->package, gy_slot_name(place->slot),
		gy_slot_port(place->slot), *number ? number : NULL);
	g_signal_connect(place->turn, "event", G_CALLBACK(on_event), place);
	gy_turn_start(place->turn);
}

gboolean
gy_gang_start(GyGang *gang, GySlot *slot, GError **error)
{
	Place *place = place_of(gang, slot);

	g_return_val_if_fail(place, FALSE);
	if (!gy_slot_apply(slot, GY_SLOT_STARTED)) {
		g_set_error(error, GY_ERROR, GY_ERROR_SLOT_BUSY, _("slot %s is not ready to start: it is %s"),
			gy_slot_name(slot), _(gy_slot_state_word(gy_slot_state(slot))));
		return FALSE;
	}
	place->wants_start = TRUE;
	if (place->asking)
		g_cancellable_cancel(place->asking);
	else
		start_turn(gang, place);
	return TRUE;
}

gboolean
gy_gang_again(GyGang *gang, GySlot *slot, GError **error)
{
	gboolean was_pass = gy_slot_state(slot) == GY_SLOT_PASS;

	if (gy_slot_apply(slot, GY_SLOT_AGAIN)) {
		if (was_pass)
			gy_slot_clear(slot);
		return TRUE;
	}
	g_set_error(error, GY_ERROR, GY_ERROR_SLOT_BUSY, _("the board in slot %s has not ended: it is %s"),
		gy_slot_name(slot), _(gy_slot_state_word(gy_slot_state(slot))));
	return FALSE;
}

gboolean
gy_gang_set_number(GyGang *gang, GySlot *slot, const char *number)
{
	if (!gy_slot_apply(slot, GY_SLOT_NUMBERED))
		return FALSE;
	gy_slot_set_number(slot, number);
	return TRUE;
}

void
gy_gang_cancel(GyGang *gang)
{
	for (guint i = 0; i < gang->places->len; i++)
		if (place_at(gang, i)->turn)
			gy_turn_cancel(place_at(gang, i)->turn);
}

/* ---- slots ---------------------------------------------------------------------------------------------- */

GListModel *
gy_gang_slots(GyGang *gang)
{
	return G_LIST_MODEL(gang->slots);
}

GySlot *
gy_gang_find(GyGang *gang, const char *name)
{
	for (guint i = 0; i < gang->places->len; i++)
		if (g_str_equal(gy_slot_name(place_at(gang, i)->slot), name))
			return place_at(gang, i)->slot;
	return NULL;
}

guint
gy_gang_n_in(GyGang *gang, GySlotState state)
{
	guint n = 0;

	for (guint i = 0; i < gang->places->len; i++)
		n += gy_slot_state(place_at(gang, i)->slot) == state;
	return n;
}

/* A turn that still runs is told to stop; it needs the gang no more. */
static void
place_drop(gpointer data)
{
	Place *place = data;

	place->gang = NULL;
	if (place->asking)
		g_cancellable_cancel(place->asking);
	if (place->turn) {
		g_signal_handlers_disconnect_by_data(place->turn, place);
		gy_turn_cancel(place->turn);
		g_clear_object(&place->turn);
	}
	g_rc_box_release_full(place, place_clear);
}

GySlot *
gy_gang_add(GyGang *gang, const char *name, const char *label, const char *port)
{
	Place *place = g_rc_box_new0(Place);

	place->gang = gang;
	place->slot = gy_slot_new(name, label, port);
	g_ptr_array_add(gang->places, place);
	g_list_store_append(gang->slots, place->slot);
	return place->slot;
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_gang_dispose(GObject *object)
{
	GyGang *gang = GY_GANG(object);

	if (gang->asking_id) {
		GSource *source = g_main_context_find_source_by_id(
			g_main_context_get_thread_default(), gang->asking_id);

		g_source_destroy(source);
		gang->asking_id = 0;
	}
	g_clear_object(&gang->presence);
	g_ptr_array_set_size(gang->places, 0);
	G_OBJECT_CLASS(gy_gang_parent_class)->dispose(object);
}

static void
gy_gang_finalize(GObject *object)
{
	GyGang *gang = GY_GANG(object);

	g_ptr_array_unref(gang->places);
	g_object_unref(gang->slots);
	g_clear_object(&gang->package);
	gy_plan_unref(gang->plan);
	G_OBJECT_CLASS(gy_gang_parent_class)->finalize(object);
}

static void
gy_gang_class_init(GyGangClass *class)
{
	GType type = G_TYPE_FROM_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_gang_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_gang_finalize;
	signals[SIGNAL_INSERTED] = g_signal_new(
		"inserted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, GY_TYPE_SLOT);
	signals[SIGNAL_REMOVED] = g_signal_new(
		"removed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, GY_TYPE_SLOT);
	signals[SIGNAL_EVENT] = g_signal_new("event", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		G_TYPE_NONE, 2, GY_TYPE_SLOT, G_TYPE_POINTER);
}

static void
gy_gang_init(GyGang *gang)
{
	gang->slots = g_list_store_new(GY_TYPE_SLOT);
	gang->places = g_ptr_array_new_with_free_func(place_drop);
}

GyGang *
gy_gang_new(GyPlan *plan, GyPackage *package, GyDetection detection)
{
	GyGang *gang = g_object_new(GY_TYPE_GANG, NULL);

	gang->plan = gy_plan_ref(plan);
	gang->package = package ? g_object_ref(package) : NULL;
	gang->detection = detection;
	return gang;
}

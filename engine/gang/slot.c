// SPDX-License-Identifier: Apache-2.0
#include "engine/gang/slot-private.h"

struct _GySlot {
	GObject parent;

	char *name;
	char *label;
	char *port;
	GySlotState state;
	char *number;
	char *step;
	char *stage; /* of the step; NULL: it has none */
	char *shown_step;
	double fraction;
	gint64 elapsed_ms;
	char *code;
	char *message;
	char *run;
	char *device;
	gboolean is_present;
};

G_DEFINE_FINAL_TYPE(GySlot, gy_slot, G_TYPE_OBJECT)

enum {
	PROP_0,
	PROP_NAME,
	PROP_LABEL,
	PROP_PORT,
	PROP_STATE,
	PROP_NUMBER,
	PROP_STEP,
	PROP_FRACTION,
	PROP_ELAPSED,
	PROP_CODE,
	PROP_MESSAGE,
	PROP_PRESENT,
	PROP_DEVICE,
	N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* ---- looking -------------------------------------------------------------------------------------------- */

const char *
gy_slot_name(GySlot *slot)
{
	return slot->name;
}

const char *
gy_slot_label(GySlot *slot)
{
	return slot->label;
}

const char *
gy_slot_port(GySlot *slot)
{
	return slot->port;
}

GySlotState
gy_slot_state(GySlot *slot)
{
	return slot->state;
}

const char *
gy_slot_number(GySlot *slot)
{
	return slot->number;
}

const char *
gy_slot_step(GySlot *slot)
{
	return slot->shown_step;
}

double
gy_slot_fraction(GySlot *slot)
{
	return slot->fraction;
}

gint64
gy_slot_elapsed_ms(GySlot *slot)
{
	return slot->elapsed_ms;
}

const char *
gy_slot_code(GySlot *slot)
{
	return slot->code;
}

const char *
gy_slot_message(GySlot *slot)
{
	return slot->message;
}

gboolean
gy_slot_is_present(GySlot *slot)
{
	return slot->is_present;
}

const char *
gy_slot_run(GySlot *slot)
{
	return slot->run;
}

const char *
gy_slot_device(GySlot *slot)
{
	return slot->device;
}

/* ---- changing ------------------------------------------------------------------------------------------- */

static void
set_text(GySlot *slot, char **member, const char *value, guint prop)
{
	if (g_str_equal(*member, value ? value : ""))
		return;
	g_free(*member);
	*member = g_strdup(value ? value : "");
	g_object_notify_by_pspec(G_OBJECT(slot), props[prop]);
}

static void
set_fraction(GySlot *slot, double fraction)
{
	slot->fraction = fraction;
	g_object_notify_by_pspec(G_OBJECT(slot), props[PROP_FRACTION]);
}

static void
set_elapsed(GySlot *slot, gint64 elapsed_ms)
{
	slot->elapsed_ms = elapsed_ms;
	g_object_notify_by_pspec(G_OBJECT(slot), props[PROP_ELAPSED]);
}

static void
show_step(GySlot *slot)
{
	g_autofree char *text =
		slot->stage ? g_strconcat(slot->step, " ", slot->stage, NULL) : g_strdup(slot->step);

	set_text(slot, &slot->shown_step, text, PROP_STEP);
}

gboolean
gy_slot_apply(GySlot *slot, GySlotEvent event)
{
	GySlotState next;

	if (!gy_slot_edge(slot->state, event, &next))
		return FALSE;
	if (next == slot->state)
		return TRUE;
	slot->state = next;
	g_object_notify_by_pspec(G_OBJECT(slot), props[PROP_STATE]);
	return TRUE;
}

void
gy_slot_set_number(GySlot *slot, const char *number)
{
	set_text(slot, &slot->number, number, PROP_NUMBER);
}

gboolean
gy_slot_set_present(GySlot *slot, gboolean is_present)
{
	if (slot->is_present == is_present)
		return FALSE;
	slot->is_present = is_present;
	g_object_notify_by_pspec(G_OBJECT(slot), props[PROP_PRESENT]);
	return TRUE;
}

void
gy_slot_clear(GySlot *slot)
{
	gy_slot_set_number(slot, NULL);
	g_clear_pointer(&slot->run, g_free);
	g_clear_pointer(&slot->stage, g_free);
	g_free(slot->step);
	slot->step = g_strdup("");
	show_step(slot);
	set_text(slot, &slot->code, NULL, PROP_CODE);
	set_text(slot, &slot->message, NULL, PROP_MESSAGE);
	set_text(slot, &slot->device, NULL, PROP_DEVICE);
	set_fraction(slot, 0);
	set_elapsed(slot, 0);
}

static void
take_beginning(GySlot *slot, const GyTurnEvent *event)
{
	g_free(slot->run);
	slot->run = g_strdup(event->record->run);
	if (event->record->serial_number)
		gy_slot_set_number(slot, event->record->serial_number);
	set_text(slot, &slot->code, NULL, PROP_CODE);
	set_text(slot, &slot->message, NULL, PROP_MESSAGE);
}

static void
take_step(GySlot *slot, const char *name, const char *stage)
{
	if (name) {
		g_free(slot->step);
		slot->step = g_strdup(name);
	}
	g_free(slot->stage);
	slot->stage = g_strdup(stage);
	show_step(slot);
}

static void
take_end(GySlot *slot, const GyTurnEvent *event)
{
	set_text(slot, &slot->code, event->record->code, PROP_CODE);
	set_text(slot, &slot->message, event->record->message, PROP_MESSAGE);
}

void
gy_slot_take_event(GySlot *slot, const GyTurnEvent *event)
{
	switch (event->kind) {
	case GY_TURN_BEGAN: take_beginning(slot, event); break;
	case GY_TURN_STEP: take_step(slot, event->text, NULL); break;
	case GY_TURN_STAGE: take_step(slot, NULL, gy_stage_name(event->stage)); break;
	case GY_TURN_DEVICE: set_text(slot, &slot->device, event->device->device_id, PROP_DEVICE); break;
	case GY_TURN_ATTEMPTED:
	case GY_TURN_ENDED: take_end(slot, event); break;
	case GY_TURN_PROGRESS:
	case GY_TURN_CONSOLE:
	case GY_TURN_LOG: break;
	}
	if (event->kind != GY_TURN_CONSOLE && event->kind != GY_TURN_LOG)
		set_fraction(slot, event->fraction);
	set_elapsed(slot, event->elapsed_ms);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_slot_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
	GySlot *slot = GY_SLOT(object);

	switch (id) {
	case PROP_NAME: g_value_set_string(value, slot->name); break;
	case PROP_LABEL: g_value_set_string(value, slot->label); break;
	case PROP_PORT: g_value_set_string(value, slot->port); break;
	case PROP_STATE: g_value_set_int(value, (int) slot->state); break;
	case PROP_NUMBER: g_value_set_string(value, slot->number); break;
	case PROP_STEP: g_value_set_string(value, slot->shown_step); break;
	case PROP_FRACTION: g_value_set_double(value, slot->fraction); break;
	case PROP_ELAPSED: g_value_set_int64(value, slot->elapsed_ms); break;
	case PROP_CODE: g_value_set_string(value, slot->code); break;
	case PROP_MESSAGE: g_value_set_string(value, slot->message); break;
	case PROP_PRESENT: g_value_set_boolean(value, slot->is_present); break;
	case PROP_DEVICE: g_value_set_string(value, slot->device); break;
	default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
}

static void
gy_slot_finalize(GObject *object)
{
	GySlot *slot = GY_SLOT(object);

	g_free(slot->name);
	g_free(slot->label);
	g_free(slot->port);
	g_free(slot->number);
	g_free(slot->step);
	g_free(slot->stage);
	g_free(slot->shown_step);
	g_free(slot->code);
	g_free(slot->message);
	g_free(slot->run);
	g_free(slot->device);
	G_OBJECT_CLASS(gy_slot_parent_class)->finalize(object);
}

static void
add_text(guint id, const char *name)
{
	props[id] = g_param_spec_string(
		name, NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
}

static void
gy_slot_class_init(GySlotClass *class)
{
	const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

	G_OBJECT_CLASS(class)->get_property = gy_slot_get_property;
	G_OBJECT_CLASS(class)->finalize = gy_slot_finalize;
	add_text(PROP_NAME, "name");
	add_text(PROP_LABEL, "label");
	add_text(PROP_PORT, "port");
	add_text(PROP_NUMBER, "number");
	add_text(PROP_STEP, "step");
	add_text(PROP_CODE, "code");
	add_text(PROP_MESSAGE, "message");
	add_text(PROP_DEVICE, "device");
	props[PROP_STATE] = g_param_spec_int("state", NULL, NULL, 0, GY_SLOT_N_STATES - 1, 0, flags);
	props[PROP_FRACTION] = g_param_spec_double("fraction", NULL, NULL, 0, 1, 0, flags);
	props[PROP_ELAPSED] = g_param_spec_int64("elapsed", NULL, NULL, 0, G_MAXINT64, 0, flags);
	props[PROP_PRESENT] = g_param_spec_boolean("present", NULL, NULL, FALSE, flags);
	g_object_class_install_properties(G_OBJECT_CLASS(class), N_PROPS, props);
}

static void
gy_slot_init(GySlot *slot)
{
	slot->number = g_strdup("");
	slot->step = g_strdup("");
	slot->shown_step = g_strdup("");
	slot->code = g_strdup("");
	slot->message = g_strdup("");
	slot->device = g_strdup("");
}

GySlot *
gy_slot_new(const char *name, const char *label, const char *port)
{
	GySlot *slot = g_object_new(GY_TYPE_SLOT, NULL);

	slot->name = g_strdup(name);
	slot->label = g_strdup(label ? label : "");
	slot->port = g_strdup(port);
	return slot;
}

// SPDX-License-Identifier: Apache-2.0
#include "ui/model/factory-slot.h"

#include <glib/gi18n-lib.h>

#include "engine/gang/slot.h"
#include "ui/model/factory-words.h"
#include "ui/model/words.h"

struct _GyFactorySlot {
	GObject parent;

	GySlot *slot;
	gboolean is_on;
	gboolean is_target;
};

G_DEFINE_FINAL_TYPE(GyFactorySlot, gy_factory_slot, G_TYPE_OBJECT)

static guint changed_signal;

static void
tell(GyFactorySlot *slot)
{
	g_signal_emit(slot, changed_signal, 0);
}

/* The time of an attempt is told with what else it tells: 30 times a second is enough. */
static void
on_notify(GyFactorySlot *slot, GParamSpec *spec)
{
	if (!g_str_equal(spec->name, "elapsed"))
		tell(slot);
}

/* ---- looking -------------------------------------------------------------------------------------------- */

const char *
gy_factory_slot_name(GyFactorySlot *slot)
{
	return gy_slot_name(slot->slot);
}

GyFactoryLook
gy_factory_slot_look(GyFactorySlot *slot)
{
	static const GyFactoryLook looks[GY_SLOT_N_STATES] = {
		[GY_SLOT_EMPTY] = GY_FACTORY_EMPTY_SLOT,
		[GY_SLOT_SCAN] = GY_FACTORY_SCAN,
		[GY_SLOT_READY] = GY_FACTORY_READY_SLOT,
		[GY_SLOT_BUSY] = GY_FACTORY_BUSY,
		[GY_SLOT_PASS] = GY_FACTORY_PASS,
		[GY_SLOT_FAIL] = GY_FACTORY_FAIL,
	};
	GySlotState state = gy_slot_state(slot->slot);

	/* what has ended is told as long as the board is in, also when the station rests */
	if (!slot->is_on && state < GY_SLOT_BUSY)
		return GY_FACTORY_OFF;
	return looks[state];
}

char *
gy_factory_slot_title(GyFactorySlot *slot)
{
	const char *label = gy_slot_label(slot->slot);

	return *label ? g_strdup_printf("%s %s", gy_slot_name(slot->slot), label)
		      : g_strdup(gy_slot_name(slot->slot));
}

char *
gy_factory_slot_word(GyFactorySlot *slot)
{
	switch (gy_factory_slot_look(slot)) {
	case GY_FACTORY_OFF: return g_strdup(C_("slot", "Off"));
	case GY_FACTORY_EMPTY_SLOT: return g_strdup("–");
	case GY_FACTORY_SCAN: return g_strdup(C_("slot", "Scan"));
	case GY_FACTORY_READY_SLOT: return g_strdup(C_("slot", "Ready"));
	case GY_FACTORY_BUSY: return g_strdup_printf(_("%d %%"), (int) (gy_slot_fraction(slot->slot) * 100));
	case GY_FACTORY_PASS: return g_strdup(_("PASS"));
	case GY_FACTORY_FAIL: return g_strdup(_("FAIL"));
	}
	return NULL;
}

const char *
gy_factory_slot_number(GyFactorySlot *slot)
{
	return gy_slot_number(slot->slot);
}

char *
gy_factory_slot_time(GyFactorySlot *slot)
{
	GyFactoryLook look = gy_factory_slot_look(slot);

	if (look != GY_FACTORY_PASS && look != GY_FACTORY_FAIL)
		return g_strdup("");
	return gy_words_duration(gy_slot_elapsed_ms(slot->slot));
}

char *
gy_factory_slot_detail(GyFactorySlot *slot)
{
	switch (gy_factory_slot_look(slot)) {
	case GY_FACTORY_OFF: return g_strdup(_("Not started"));
	case GY_FACTORY_EMPTY_SLOT: return g_strdup(_("Insert board"));
	case GY_FACTORY_SCAN: return g_strdup(_("Scan its serial number"));
	case GY_FACTORY_READY_SLOT: return g_strdup(_("Space starts"));
	case GY_FACTORY_BUSY: return gy_factory_step_title(gy_slot_step(slot->slot));
	case GY_FACTORY_PASS: return g_strdup(_("Remove board"));
	case GY_FACTORY_FAIL: return g_strdup(gy_factory_cause(gy_slot_code(slot->slot)));
	}
	return NULL;
}

const char *
gy_factory_slot_code(GyFactorySlot *slot)
{
	return gy_factory_slot_look(slot) == GY_FACTORY_FAIL ? gy_slot_code(slot->slot) : "";
}

double
gy_factory_slot_fraction(GyFactorySlot *slot)
{
	return gy_slot_fraction(slot->slot);
}

gboolean
gy_factory_slot_can_retry(GyFactorySlot *slot)
{
	return slot->is_on && gy_slot_state(slot->slot) == GY_SLOT_FAIL && gy_slot_is_present(slot->slot);
}

gboolean
gy_factory_slot_is_target(GyFactorySlot *slot)
{
	return slot->is_target;
}

char *
gy_factory_slot_sentence(GyFactorySlot *slot)
{
	g_autofree char *title = gy_factory_slot_title(slot);
	g_autofree char *word = gy_factory_slot_word(slot);
	g_autofree char *detail = gy_factory_slot_detail(slot);

	if (gy_factory_slot_look(slot) == GY_FACTORY_EMPTY_SLOT)
		/* Translators: name of a slot, and what to do there */
		return g_strdup_printf(_("Slot %1$s: %2$s"), title, detail);
	/* Translators: name of a slot, PASS or the like, and more about it */
	return g_strdup_printf(_("Slot %1$s: %2$s, %3$s"), title, word, detail);
}

/* ---- for the factory ------------------------------------------------------------------------------------ */

void
gy_factory_slot_set_on(GyFactorySlot *slot, gboolean is_on)
{
	if (slot->is_on == is_on)
		return;
	slot->is_on = is_on;
	tell(slot);
}

void
gy_factory_slot_set_target(GyFactorySlot *slot, gboolean is_target)
{
	if (slot->is_target == is_target)
		return;
	slot->is_target = is_target;
	tell(slot);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_factory_slot_finalize(GObject *object)
{
	g_clear_object(&GY_FACTORY_SLOT(object)->slot);
	G_OBJECT_CLASS(gy_factory_slot_parent_class)->finalize(object);
}

static void
gy_factory_slot_class_init(GyFactorySlotClass *class)
{
	G_OBJECT_CLASS(class)->finalize = gy_factory_slot_finalize;
	changed_signal = g_signal_new(
		"changed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gy_factory_slot_init(GyFactorySlot *slot)
{
}

GyFactorySlot *
gy_factory_slot_new(GObject *engine_slot)
{
	GyFactorySlot *slot = g_object_new(GY_TYPE_FACTORY_SLOT, NULL);

	g_return_val_if_fail(GY_IS_SLOT(engine_slot), slot);
	slot->slot = GY_SLOT(g_object_ref(engine_slot));
	g_signal_connect_object(engine_slot, "notify", G_CALLBACK(on_notify), slot, G_CONNECT_SWAPPED);
	return slot;
}

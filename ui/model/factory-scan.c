// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>

#include "ui/model/factory-private.h"
#include "ui/model/factory-words.h"

/* For so long a slot shows that the last scan was for it. */
#define TARGET_MS 1500

void
gy_factory_set_target(GyFactory *factory, GyFactorySlot *slot)
{
	g_clear_handle_id(&factory->target_timer, g_source_remove);
	if (factory->target)
		gy_factory_slot_set_target(factory->target, FALSE);
	factory->target = slot;
	if (slot)
		gy_factory_slot_set_target(slot, TRUE);
}

static gboolean
forget_target(gpointer data)
{
	GyFactory *factory = data;

	factory->target_timer = 0;
	gy_factory_set_target(factory, NULL);
	return G_SOURCE_REMOVE;
}

static void
show_target(GyFactory *factory, GyScan outcome, GyFactorySlot *slot, const GError *error)
{
	/* a label holds until its number comes, also if another one was refused before */
	if (outcome == GY_SCAN_REFUSED && !g_error_matches(error, GY_ERROR, GY_ERROR_SLOT_BUSY))
		return;
	gy_factory_set_target(factory, slot);
	if (slot && outcome != GY_SCAN_CHOSEN)
		factory->target_timer = g_timeout_add(TARGET_MS, forget_target, factory);
}

static char *
words_of_scan(GyFactory *factory, GyScan outcome, GyFactorySlot *slot, const GError *error)
{
	const char *name = slot ? gy_factory_slot_name(slot) : "";

	switch (outcome) {
	case GY_SCAN_REFUSED: return g_strdup(gy_factory_scan_reason(gy_error_code(error), error->message));
	case GY_SCAN_TAKEN: return g_strdup_printf(_("Taken for slot %s"), name);
	case GY_SCAN_QUEUED: return g_strdup(_("No slot is free: kept for the next board"));
	case GY_SCAN_CHOSEN: return g_strdup_printf(_("The next number is for slot %s"), name);
	case GY_SCAN_RETRIED: return g_strdup_printf(_("Slot %s is tried again"), name);
	}
	return NULL;
}

GyFactoryScan
gy_factory_scan(GyFactory *factory, const char *text, char **sentence)
{
	g_autofree char *word = g_strstrip(g_strdup(text));
	g_autoptr(GError) error = NULL;
	GySlot *slot = NULL;
	GyFactorySlot *own;
	GyScan outcome;

	if (!*word) {
		*sentence = g_strdup("");
		return GY_FACTORY_SCAN_NOTHING;
	}
	if (!factory->is_running) {
		*sentence = g_strdup(_("The station is not started"));
		return GY_FACTORY_SCAN_BAD;
	}
	outcome = gy_batch_scan(factory->batch, word, &slot, &error);
	own = slot ? gy_factory_slot_named(factory, gy_slot_name(slot)) : NULL;
	show_target(factory, outcome, own, error);
	*sentence = words_of_scan(factory, outcome, own, error);
	gy_factory_tell_totals(factory);
	if (outcome == GY_SCAN_REFUSED)
		return GY_FACTORY_SCAN_BAD;
	return outcome == GY_SCAN_QUEUED ? GY_FACTORY_SCAN_QUEUED : GY_FACTORY_SCAN_GOOD;
}

static void
on_line(const char *text, gpointer data)
{
	GyFactory *factory = data;
	g_autofree char *sentence = NULL;
	GyFactoryScan outcome;

	if (!text) {
		gy_factory_tell_scanned(
			factory, GY_FACTORY_SCAN_BAD, "", _("The scanner is gone: type the numbers"));
		return;
	}
	outcome = gy_factory_scan(factory, text, &sentence);
	gy_factory_tell_scanned(factory, outcome, text, sentence);
}

void
gy_factory_open_scanner(GyFactory *factory)
{
	const char *path = gy_batch_station(factory->batch)->scanner;
	g_autoptr(GError) error = NULL;

	if (!path || factory->scanner)
		return;
	factory->scanner = gy_factory_scanner_new(path, on_line, factory, &error);
	if (!factory->scanner)
		gy_factory_tell_scanned(factory, GY_FACTORY_SCAN_BAD, "", error->message);
}

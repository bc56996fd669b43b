// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/station/batch.h"
#include "engine/station/tally.h"
#include "ui/model/factory-scanner.h"
#include "ui/model/factory.h"

struct _GyFactory {
	GObject parent;

	GyFactoryState state;
	char *path;
	char *name;
	char *package;
	GPtrArray *findings;
	GListStore *slots;
	GyBatch *batch;            /* NULL: none was made, or it has ended */
	GyFactoryScanner *scanner; /* NULL: the keyboard is one */
	GCancellable *loading;
	GyFactoryTotals totals;
	GyPoolState pool; /* of the database that stations share; zeroed without one */
	/* what is left of a batch that has ended: its totals follow the clock, its doubts can be decided on; else NULL */
	GyPlan *plan;
	GyRecords *records;
	GyTally *tally;
	guint tally_timer;
	gboolean is_running;
	gboolean runs_when_loaded;
	gboolean locks_when_loaded;

	GyFactorySlot *target; /* not a reference */
	guint target_timer;

	char *pin; /* its hash; NULL: there is none */
	gboolean is_locked;
	guint n_wrong;
	gint64 rests_until_us;
	gint64 may_decide_until_us;

	GyBatchEnd why; /* it has stopped */
	guint n_failed; /* boards of the batch that has stopped */
};

void gy_factory_tell_changed(GyFactory *factory);
void gy_factory_tell_totals(GyFactory *factory);

/** gy_factory_tell_verdict, gy_factory_tell_ended: see the signals. */
void gy_factory_tell_verdict(GyFactory *factory, GyFactorySlot *slot, gboolean is_pass);
void gy_factory_tell_ended(GyFactory *factory, const char *headline, const char *body);

/** gy_factory_use_batch: (transfer full): its slots are the factory's from now on. */
void gy_factory_use_batch(GyFactory *factory, GyBatch *batch);
/** gy_factory_drop_batch: the one that there may be, and what is left of the one before. */
void gy_factory_drop_batch(GyFactory *factory);

guint gy_factory_n_slots(GyFactory *factory);
/** gy_factory_slot_at: (transfer none). */
GyFactorySlot *gy_factory_slot_at(GyFactory *factory, guint i);

/** gy_factory_open_scanner: the one that the station file names, if it does. */
void gy_factory_open_scanner(GyFactory *factory);

/** gy_factory_tell_scanned: see the signal. */
void gy_factory_tell_scanned(
	GyFactory *factory, GyFactoryScan outcome, const char *text, const char *sentence);

/** gy_factory_slot_named: (nullable): by the name in its label. */
GyFactorySlot *gy_factory_slot_named(GyFactory *factory, const char *name);

/** gy_factory_set_target: (nullable): the slot that the next number is for, or the last one was for. */
void gy_factory_set_target(GyFactory *factory, GyFactorySlot *slot);

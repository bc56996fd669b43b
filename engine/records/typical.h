// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/records/records.h"

/** How many runs at most, the newest, say what is typical. */
#define GY_TYPICAL_RUNS 20

/**
 * GyTypical: how long the stages of a run take as a rule.
 * @n_runs: how many runs say so; 0: nothing is known
 * @stage_ms: medians in milliseconds; negative where nothing is known
 */
typedef struct {
	guint n_runs;
	double stage_ms[GY_N_STAGES];
} GyTypical;

/**
 * gy_records_typical:
 * @board: (nullable): the board's name as in GyRecord
 * @system: of the package
 * @bytes: that are going to be sent
 * @typical: is filled in; nothing is known in it on failure
 *
 * What the last runs that were done say of one that is about to go on: those of the same board and system, or where there
 * are none, those of the same system. Among them those that sent between half and twice as much count before all others;
 * stages whose work is one of bytes are scaled to @bytes. How long the installing takes is not, so runs of other sizes
 * leave it unknown.
 *
 * Returns: %FALSE with %GY_ERROR_RECORDS_READ
 */
gboolean gy_records_typical(GyRecords *records, const char *board, const char *system, guint64 bytes,
	GyTypical *typical, GError **error) G_GNUC_WARN_UNUSED_RESULT;

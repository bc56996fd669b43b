// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/station/pool.h"

/**
 * GyBatchLimits: when a batch stops by itself; zeroed: never.
 * @count: after so many boards, passed or failed; no more are started
 * @once: after one board in each slot
 * @until_failures: after so many boards that failed; 0: as the station says
 */
typedef struct {
	guint count;
	gboolean once;
	guint until_failures;
} GyBatchLimits;

/**
 * GyBatchTotals: boards of this station.
 * @n_pass, @n_fail, @per_hour: see GyTally
 * @n_ended, @n_failed: of this batch alone
 */
typedef struct {
	guint n_pass;
	guint n_fail;
	guint per_hour;
	guint n_ended;
	guint n_failed;
} GyBatchTotals;

/** GyBatchEnd: why a batch starts no more boards. */
typedef enum {
	GY_BATCH_END_NOT, /* it does */
	GY_BATCH_END_ASKED,
	GY_BATCH_END_COUNTED,  /* as many boards as there were to be */
	GY_BATCH_END_FAILURES, /* as many boards have failed as may */
} GyBatchEnd;

/** GyScan: what became of something that was scanned. */
typedef enum {
	GY_SCAN_REFUSED,
	GY_SCAN_TAKEN,   /* it is the number of the board in the slot */
	GY_SCAN_QUEUED,  /* it is the number of the next board that needs one */
	GY_SCAN_CHOSEN,  /* it was a slot's label: the next number is for that slot */
	GY_SCAN_RETRIED, /* it was the number of a board that had failed: it is tried again */
} GyScan;

/**
 * GyBatch:
 *
 * A station at work: it waits for boards, gives them their numbers, starts their turns and counts them. It belongs to the
 * thread-default main context of the thread that made it; but for a look at the local database it never blocks it. What the
 * slots show and what their turns tell is the gang's, see gy_batch_gang().
 *
 * Signals:
 * - `totals`: look at gy_batch_totals(), gy_batch_doubts() and gy_batch_why()
 * - `ended`: it has stopped, and nothing runs any more
 */
#define GY_TYPE_BATCH (gy_batch_get_type())
G_DECLARE_FINAL_TYPE(GyBatch, gy_batch, GY, BATCH, GObject)

/**
 * gy_batch_new:
 * @station: (transfer full): taken in any case
 * @limits: (nullable): none
 *
 * Returns: (transfer full): a batch that waits to be started, or %NULL with %GY_ERROR_STATION_INVALID for a station with an
 *   error, or an error of its package or its database
 */
GyBatch *gy_batch_new(
	GyStation *station, const GyBatchLimits *limits, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_batch_new_loaded: gy_batch_new() for who has loaded the package elsewhere, so that nothing waits for it here.
 * @package: (nullable): what gy_station_package() gives; a station with an error needs none
 */
GyBatch *gy_batch_new_loaded(GyStation *station, GyPackage *package, const GyBatchLimits *limits,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_batch_start: boards that are in already begin now; where numbers come from a pool, once that was asked.
 *
 * Returns: %FALSE with %GY_ERROR_STATION_BUSY if the station is at work elsewhere, or %GY_ERROR_FILE_NOT_WRITABLE
 */
gboolean gy_batch_start(GyBatch *batch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const GyStation *gy_batch_station(GyBatch *batch);
GyGang *gy_batch_gang(GyBatch *batch);
/** gy_batch_package: (nullable): what is flashed. */
GyPackage *gy_batch_package(GyBatch *batch);
/** gy_batch_pool: (nullable): if the station shares a database with others. */
GyPool *gy_batch_pool(GyBatch *batch);
void gy_batch_totals(GyBatch *batch, GyBatchTotals *totals);
/** gy_batch_doubts: (transfer none) (element-type GySerial): numbers in doubt that nobody has decided on; until the next
 * gy_batch_decide(). */
GPtrArray *gy_batch_doubts(GyBatch *batch);
/**
 * gy_batch_decide: what a person says of a number in doubt; see gy_serials_decide(). Tells `totals`.
 * @use: whether a board has it; otherwise it is free again
 *
 * Returns: %FALSE with %GY_ERROR_SERIAL_NOT_IN_DOUBT if it is not any more, or an error of the database
 */
gboolean gy_batch_decide(
	GyBatch *batch, const char *number, gboolean use, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** gy_batch_queue: how many scanned numbers wait for a board. */
guint gy_batch_queue(GyBatch *batch);

/**
 * gy_batch_scan:
 * @text: what a scanner read, or a person typed: a serial number, or `SLOT:` and a slot's name
 * @slot: (out) (optional) (nullable) (transfer none): the slot that it is for
 * @error: return location for why it is refused
 */
GyScan gy_batch_scan(GyBatch *batch, const char *text, GySlot **slot, GError **error);

/** gy_batch_go: starts a slot that is ready; @slot: (nullable): all that are. Returns: how many were started */
guint gy_batch_go(GyBatch *batch, GySlot *slot);

/** gy_batch_retry: a board that failed, with the number that it had; one that passed, as a new one. */
gboolean gy_batch_retry(GyBatch *batch, GySlot *slot, GError **error);

/** gy_batch_retry_failed: all failed boards that are still in. Returns: how many are tried again, or are ready to be */
guint gy_batch_retry_failed(GyBatch *batch);

/** gy_batch_stop: no board is started any more; @abort: and those that run are told to stop. */
void gy_batch_stop(GyBatch *batch, gboolean abort);
gboolean gy_batch_is_stopping(GyBatch *batch);
/** gy_batch_why: why it is stopping. */
GyBatchEnd gy_batch_why(GyBatch *batch);

/**
 * gy_batch_tick: looks at the clock: boards that passed an hour ago leave the rate, and midnight begins new totals. A batch
 * does it by itself every few seconds.
 * @at_ms: milliseconds since 1970
 */
void gy_batch_tick(GyBatch *batch, gint64 at_ms);

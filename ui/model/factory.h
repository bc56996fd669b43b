// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/model/factory-slot.h"

/** GY_FACTORY_PIN_LEAST: characters of the shortest PIN. */
#define GY_FACTORY_PIN_LEAST 4

/**
 * GyFactoryState: of a factory's station.
 * @GY_FACTORY_NONE: no station file was opened
 * @GY_FACTORY_LOADING: one is read and checked, its package too
 * @GY_FACTORY_REFUSED: it cannot start; gy_factory_findings() say why
 * @GY_FACTORY_LOADED: it can be at work, or is; see gy_factory_is_running()
 */
typedef enum {
	GY_FACTORY_NONE,
	GY_FACTORY_LOADING,
	GY_FACTORY_REFUSED,
	GY_FACTORY_LOADED,
} GyFactoryState;

/** GyFactoryFinding: what is wrong with a station file; @line: 0 where there is none; @code: stable. */
typedef struct {
	gboolean is_error;
	guint line;
	const char *code;
	char *message;
} GyFactoryFinding;

/** GyFactoryTotals: by the records, since midnight; @yield_permille: passed of all, -1 as long as nothing has ended. */
typedef struct {
	guint n_pass;
	guint n_fail;
	guint per_hour;
	int yield_permille;
} GyFactoryTotals;

/** GyFactoryScan: what became of a scan. */
typedef enum {
	GY_FACTORY_SCAN_NOTHING, /* there was nothing but blanks */
	GY_FACTORY_SCAN_BAD,     /* refused: it stays to be seen */
	GY_FACTORY_SCAN_GOOD,
	GY_FACTORY_SCAN_QUEUED, /* no board waits: it is the next one's */
} GyFactoryScan;

/**
 * GyFactory:
 *
 * The place where an operator stands: a station file, its slots at work, and a lock that only the supervisor's PIN opens.
 * The engine does the work; no GTK type, so that it is tested without a display.
 *
 * Signals:
 * - `changed`: state, station, whether it runs or is locked
 * - `totals`: totals, queue, how many are busy
 * - `scanned` (int outcome, char *text, char *sentence): a scanner that is no keyboard sent something, see gy_factory_scan()
 * - `verdict` (GyFactorySlot *slot, gboolean is_pass): a board has ended
 * - `ended` (char *headline, char *body): the station has stopped, in words for people who do not look at it
 */
#define GY_TYPE_FACTORY (gy_factory_get_type())
G_DECLARE_FINAL_TYPE(GyFactory, gy_factory, GY, FACTORY, GObject)

GyFactory *gy_factory_new(void);

/* ---- the station ---------------------------------------------------------------------------------------- */

/**
 * gy_factory_open: reads a station file on a thread of its own.
 * @is_locked: it is locked and at work as soon as it is read, if it has a PIN; else it waits for gy_factory_run()
 *
 * Returns: %FALSE if the station that is open is locked, or has boards that run
 */
gboolean gy_factory_open(GyFactory *factory, const char *path, gboolean is_locked);
/** gy_factory_reload: the same file again, after it was edited. */
gboolean gy_factory_reload(GyFactory *factory);
/** gy_factory_close: no station is open any more; as gy_factory_open(). */
gboolean gy_factory_close(GyFactory *factory);

GyFactoryState gy_factory_state(GyFactory *factory);
/** gy_factory_path: (nullable): of the station file. */
const char *gy_factory_path(GyFactory *factory);
/** gy_factory_name: the station's, or its file's; "" if there is none. */
const char *gy_factory_name(GyFactory *factory);
/** gy_factory_package: name of what is flashed, "" if nothing is. */
const char *gy_factory_package(GyFactory *factory);
/** gy_factory_findings: (transfer none) (element-type GyFactoryFinding): in the order of the lines; warnings too. */
GPtrArray *gy_factory_findings(GyFactory *factory);
/** gy_factory_longest_number: characters of the station's longest serial number; 0 if that is not known. */
guint gy_factory_longest_number(GyFactory *factory);
/** gy_factory_slots: (transfer none): a list of GyFactorySlot. */
GListModel *gy_factory_slots(GyFactory *factory);

/* ---- at work -------------------------------------------------------------------------------------------- */

/** gy_factory_run: boards are waited for; those that are in begin as the station file says. */
void gy_factory_run(GyFactory *factory);
/** gy_factory_stop: boards that run finish, or with @abort are told to stop; not while it is locked. */
void gy_factory_stop(GyFactory *factory, gboolean abort);
gboolean gy_factory_is_running(GyFactory *factory);
/** gy_factory_is_stopping: the boards that run are the last ones. */
gboolean gy_factory_is_stopping(GyFactory *factory);
/** gy_factory_stop_reason: (transfer full): why it stopped by itself, as a sentence; "" if it did not. */
char *gy_factory_stop_reason(GyFactory *factory);
guint gy_factory_n_busy(GyFactory *factory);
void gy_factory_totals(GyFactory *factory, GyFactoryTotals *totals);
/** gy_factory_tick: looks at the clock for a station that has stopped; done every few seconds. @now_ms: since 1970 */
void gy_factory_tick(GyFactory *factory, gint64 now_ms);
/** gy_factory_queue: (transfer full): what waits, as sentences: scanned numbers, records for a shared database; "": nothing. */
char *gy_factory_queue(GyFactory *factory);

/**
 * gy_factory_scan:
 * @text: what a scanner typed
 * @sentence: (out) (transfer full): what became of it, to be shown beside it
 */
GyFactoryScan gy_factory_scan(GyFactory *factory, const char *text, char **sentence);
/** gy_factory_go: starts all slots that are ready. Returns: how many began. */
guint gy_factory_go(GyFactory *factory);
/** gy_factory_retry: a failed board once more, with its number. Returns: whether it begins or is ready. */
gboolean gy_factory_retry(GyFactory *factory, GyFactorySlot *slot);
/** gy_factory_retry_all: every failed board that is still in. Returns: how many. */
guint gy_factory_retry_all(GyFactory *factory);

/* ---- numbers in doubt ----------------------------------------------------------------------------------- */

/** GyFactoryDoubt: a serial number of which nobody knows whether a board bears it; @where: slot and time of its run. */
typedef struct {
	char *number;
	char *where;
} GyFactoryDoubt;

/** gy_factory_doubts: (transfer full) (element-type GyFactoryDoubt): left by a run that was cut off. */
GPtrArray *gy_factory_doubts(GyFactory *factory);

/**
 * gy_factory_decide: what a person who has looked says of one; `totals` follows.
 * @use: whether a board bears it; otherwise it is free again
 * @error: return location for a translated sentence
 *
 * Returns: %FALSE if it may not be decided here and now, or somebody else has
 */
gboolean gy_factory_decide(GyFactory *factory, const char *number, gboolean use, GError **error);

/** gy_factory_may_decide: on an unlocked station, or for two minutes after gy_factory_permit_async(). */
gboolean gy_factory_may_decide(GyFactory *factory);

/** gy_factory_permit_async: the supervisor's PIN, which leaves the station locked; otherwise as gy_factory_unlock_async(). */
void gy_factory_permit_async(
	GyFactory *factory, const char *pin, GAsyncReadyCallback callback, gpointer data);
gboolean gy_factory_permit_finish(GyFactory *factory, GAsyncResult *result, GError **error);

/** gy_factory_end_permit: the supervisor has gone. */
void gy_factory_end_permit(GyFactory *factory);

/* ---- the lock ------------------------------------------------------------------------------------------- */

gboolean gy_factory_is_locked(GyFactory *factory);
/** gy_factory_has_pin: whether the station file holds the hash of one. */
gboolean gy_factory_has_pin(GyFactory *factory);
/** gy_factory_lock: only the operator's part is left, and the station is at work. Returns: %FALSE without a PIN */
gboolean gy_factory_lock(GyFactory *factory);

/**
 * gy_factory_unlock_async:
 * @pin: what was typed; copied, and the copy cleared
 *
 * Compares it on a thread of its own, since the hash is slow. After three wrong ones each further try has to wait.
 */
void gy_factory_unlock_async(
	GyFactory *factory, const char *pin, GAsyncReadyCallback callback, gpointer data);
/** gy_factory_unlock_finish: %FALSE with a translated sentence if it is still locked. */
gboolean gy_factory_unlock_finish(GyFactory *factory, GAsyncResult *result, GError **error);

/** gy_factory_set_pin_async: puts the hash of a PIN into the station file. */
void gy_factory_set_pin_async(
	GyFactory *factory, const char *pin, GAsyncReadyCallback callback, gpointer data);
gboolean gy_factory_set_pin_finish(GyFactory *factory, GAsyncResult *result, GError **error);

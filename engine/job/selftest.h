// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/keys/agent-key.h"

/**
 * GySelftest: what a test of a board's flash found.
 * @passed: the rest but @seed is 0 then
 * @seed: of the pattern that was written; the same seed writes the same
 * @step: 1 record, 2 fill, 3 neighbours, 4 backup, 5 recover, 6 copy, 7 patch: where it stopped
 * @what: 0 other bytes than were written, 1 erase, 2 write, 3 flush, 4 read: a call of the board's that failed; 5 an area is too
 *   small; 6 the patcher's own code is in @found
 * @area: 0 running, 1 download, 2 backup, 3 flag, 4 flag backup
 * @offset: bytes from the start of the area
 * @expected: what was written there
 * @found: what was read
 */
typedef struct {
	gboolean passed;
	guint32 seed;
	guint32 step;
	guint32 what;
	guint32 area;
	guint32 offset;
	guint32 expected;
	guint32 found;
} GySelftest;

/** gy_selftest_step_name: "neighbours"; stable, for JSON. "passed" for 0. */
const char *gy_selftest_step_name(guint32 step);
/** gy_selftest_area_name: "backup"; stable, for JSON. */
const char *gy_selftest_area_name(guint32 area);

/** gy_selftest_sentence: (transfer full): the same for people, without a full stop. */
char *gy_selftest_sentence(const GySelftest *selftest);

/**
 * GySelftestOptions:
 * @port: see gy_transport_new()
 * @baud: 0: 115200
 * @key: (nullable): for a device that wants to know who asks
 * @seed: of what is written
 * @told: (nullable): the board has printed @line; @step of @n_steps begins, or 0 of 0 if the line says nothing of it
 * @data: for @told
 */
typedef struct {
	const char *port;
	guint baud;
	GyAgentKey *key;
	guint32 seed;
	void (*told)(gpointer data, const char *line, guint step, guint n_steps);
	gpointer data;
} GySelftestOptions;

/**
 * gy_device_selftest:
 * @result: what was found, once the device has said it
 *
 * Has a board test its flash: all that it stores, the program that runs included, is erased. Blocks until the board has answered after
 * its reset, for as long as six installations at most, at least two minutes. Cancelled before the reset, the board is told to forget it;
 * after it the test goes on, and gy_device_query() gets the result.
 *
 * Returns: %TRUE if the device has said what it found, a fault included; otherwise %FALSE with %GY_ERROR_CANCELLED,
 *   %GY_ERROR_DEVICE_NOT_SUPPORTED for a board without such a test, %GY_ERROR_UPGRADE_NOT_CONFIRMED if nothing answered in time, what the
 *   device refused, or a GY_LINK_ERROR
 */
gboolean gy_device_selftest(const GySelftestOptions *options, GySelftest *result, GCancellable *cancellable,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

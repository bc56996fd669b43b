// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * GyBootText:
 *
 * What a boot loader prints while it installs, as far as it tells something.
 */
typedef struct {
	char line[96];
	gsize used;
	int percent;           /* -1: none seen */
	gboolean says_begun;   /* "need upgrade", and neither of the following since */
	gboolean says_success; /* "upgrade success" */
	gboolean says_failure;
	guint n_installs; /* how often it said "upgrade success" */
} GyBootText;

void gy_boot_text_start(GyBootText *boot);
/** gy_boot_text_add: reads along; returns whether the percentage changed. */
gboolean gy_boot_text_add(GyBootText *boot, const guint8 *bytes, gsize size);

/**
 * GyRestart:
 *
 * Whether a device has restarted, by its own clock.
 */
typedef struct {
	guint32 uptime_ms; /* when it was last asked before the reset */
	gint64 asked_ms;   /* our time of that */
} GyRestart;

/**
 * gy_restart_seen: whether @uptime_ms, told at @now_ms, belongs to a later boot. Clocks may differ by two per cent.
 */
gboolean gy_restart_seen(const GyRestart *restart, guint32 uptime_ms, gint64 now_ms);

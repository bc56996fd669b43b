// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "ui/model/bench.h"

/**
 * gy_attention_watch:
 *
 * What the desktop is told of jobs for as long as @window is there: it does not suspend while one runs, if people want
 * that, and gets a notification of one that ended while nobody looked.
 */
void gy_attention_watch(GtkWindow *window, GyBench *bench, GSettings *settings);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "ui/model/bench.h"
#include "ui/model/factory.h"

/**
 * gy_attention_watch:
 *
 * What the desktop is told of jobs for as long as @window is there: it does not suspend while one runs, if people want
 * that, and gets a notification of one that ended while nobody looked; also of a station that has stopped.
 */
void gy_attention_watch(GtkWindow *window, GyBench *bench, GyFactory *factory, GSettings *settings);

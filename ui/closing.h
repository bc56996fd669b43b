// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "ui/model/bench.h"
#include "ui/model/factory.h"

/**
 * gy_closing_ask:
 *
 * Asks whether @window is to close while boards are flashed, and says what would happen. Who wants that has the jobs and the
 * station's boards cancelled; when the last one has ended the window is destroyed.
 */
void gy_closing_ask(GtkWindow *window, GyBench *bench, GyFactory *factory);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/devices.h"

/**
 * GyBench:
 *
 * What all places of the app look at together: the ports of this computer, the package that is loaded and the jobs. No
 * GTK type, so that it is tested without a display.
 */
#define GY_TYPE_BENCH (gy_bench_get_type())
G_DECLARE_FINAL_TYPE(GyBench, gy_bench, GY, BENCH, GObject)

/** gy_bench_new: (transfer full). */
GyBench *gy_bench_new(void);

/** gy_bench_rescan: looks at all ports again, see gy_devices_refresh(). */
void gy_bench_rescan(GyBench *bench);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/station/station.h"

/**
 * GyStationLock:
 *
 * A station is at work once on a computer: two programs that wait for boards in the same slots would both begin with each. It
 * is a lock on a file beside the records, which goes with the program that has it, however that ends.
 */
typedef struct _GyStationLock GyStationLock;

/**
 * gy_station_lock_new:
 *
 * Returns: (transfer full): the lock, or %NULL with %GY_ERROR_STATION_BUSY, or %GY_ERROR_FILE_NOT_WRITABLE if there can be no
 *   such file
 */
GyStationLock *gy_station_lock_new(const GyStation *station, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void gy_station_lock_free(GyStationLock *lock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyStationLock, gy_station_lock_free)

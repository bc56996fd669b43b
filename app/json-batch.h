// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/json.h"

/* Members of what `gantry batch` and `gantry station` print. */
extern const GyJsonMember gy_json_batch_begin_members[];
extern const GyJsonMember gy_json_step_members[];
extern const GyJsonMember gy_json_verdict_members[];
extern const GyJsonMember gy_json_slot_members[];
extern const GyJsonMember gy_json_scan_members[];
extern const GyJsonMember gy_json_serial_members[];
extern const GyJsonMember gy_json_totals_members[];
extern const GyJsonMember gy_json_batch_end_members[];
extern const GyJsonMember gy_json_control_members[];
extern const GyJsonMember gy_json_station_members[];
extern const GyJsonMember gy_json_station_finding_members[];
extern const GyJsonMember gy_json_database_members[];

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/json.h"

/* Members of the types "record" and "record-stats"; ended by an empty one. */
extern const GyJsonMember gy_json_record_members[];
extern const GyJsonMember gy_json_record_stats_members[];

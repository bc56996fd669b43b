// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/selftest.h"
#include "protocol/wire/message.h"

/** gy_selftest_from_wire: the same in the engine's words. */
void gy_selftest_from_wire(GySelftest *selftest, const struct gyw_info_check *wire);

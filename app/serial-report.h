// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/records/serials.h"

/** gy_report_serial: one serial number on a line, or as an object. */
void gy_report_serial(const GyOutput *output, const GySerial *serial);

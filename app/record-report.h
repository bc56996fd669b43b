// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/records/stats.h"

/** gy_report_record_row: one record on a line; with --json its object. */
void gy_report_record_row(const GyOutput *output, const GyRecord *record);
/** gy_report_record: all of one record; with --json its object. */
void gy_report_record(const GyOutput *output, const GyRecord *record);
/** gy_report_record_stats: pass rate, times and causes; with --json their object. */
void gy_report_record_stats(const GyOutput *output, const GyRecordStats *stats);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/records/record.h"

/** gy_record_blank: (transfer full): as gy_record_new(), without an id of its run. */
GyRecord *gy_record_blank(void);

/** gy_record_text: where a %GY_RECORD_TEXT of @record is kept. */
char **gy_record_text(const GyRecord *record, const GyRecordField *field);

/** gy_record_number: where a %GY_RECORD_NUMBER or %GY_RECORD_TIME of @record is kept. */
gint64 *gy_record_number(const GyRecord *record, const GyRecordField *field);

/** gy_record_stage_of: the stage of that word; the first one if there is none. */
GyStage gy_record_stage_of(const char *word);

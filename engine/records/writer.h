// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/*
 * Which program writes a record, so that a run that is still going is told from one that was left in doubt. A process
 * number alone comes back; together with the time of its start and the computer's own start it does not.
 */

/** gy_record_writer: (transfer full): this process. */
char *gy_record_writer(void);

/** gy_record_writer_is_alive: whether @writer (nullable) still runs on this computer. */
gboolean gy_record_writer_is_alive(const char *writer);

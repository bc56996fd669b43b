// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "engine/error.h"

#define GY_RESET_STEPS_MAX   64
#define GY_RESET_WAIT_MS_MAX 60000

/**
 * GyResetSequence:
 *
 * How a board is reset over the control lines of its port: steps with blanks between them, such as "d0 r1 w100 r0".
 * `d0` `d1` set DTR, `r0` `r1` set RTS (1: asserted, which is the low level on the wire of a TTL adapter), `wN` waits N
 * milliseconds. At most %GY_RESET_STEPS_MAX steps, which together wait at most %GY_RESET_WAIT_MS_MAX.
 */
typedef struct _GyResetSequence GyResetSequence;

/** gy_reset_sequence_parse: (transfer full): %NULL with %GY_ERROR_RESET_SEQUENCE, whose message names the column. */
GyResetSequence *gy_reset_sequence_parse(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GyResetSequence *gy_reset_sequence_copy(const GyResetSequence *sequence);
void gy_reset_sequence_free(GyResetSequence *sequence);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyResetSequence, gy_reset_sequence_free)

/** gy_reset_sequence_to_text: (transfer full): the same with one blank between the steps. */
char *gy_reset_sequence_to_text(const GyResetSequence *sequence);

/** gy_reset_sequence_wait_ms: how long all of its waits take. */
guint gy_reset_sequence_wait_ms(const GyResetSequence *sequence);

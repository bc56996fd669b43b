// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/*
 * What the factory page says in a few words, in the language of the app.
 */

/** gy_factory_step_title: (transfer full): of a slot's step: "flash transfer" is "Transfer", "run self-test" "self-test". */
char *gy_factory_step_title(const char *step);

/** gy_factory_cause: why a board failed, in about three words, by its stable code. */
const char *gy_factory_cause(const char *code);

/**
 * gy_factory_scan_reason: why a scan was refused, a whole sentence.
 * @code: stable code of the refusal
 * @message: (nullable): what the engine said, for a code that is not known
 */
const char *gy_factory_scan_reason(const char *code, const char *message);

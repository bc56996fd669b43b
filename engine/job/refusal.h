// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/error.h"
#include "protocol/wire/message.h"

/**
 * gy_refusal_to_error:
 * @refusal: what the device said
 * @is_failure: whether it was FAILED, that is: tried
 *
 * Returns: (transfer full): the error of the engine, whose message names the operation, the cause and the code of the
 *   device's own API
 */
GError *gy_refusal_to_error(const struct gyw_refusal *refusal, gboolean is_failure);

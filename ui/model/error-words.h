// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/** gy_error_headline: (transfer full): what happened, for people, translated where the code is a frequent one; else what
 * @error says, as one sentence. */
char *gy_error_headline(const GError *error);

/** gy_error_advice: (transfer full): what to do about it, one sentence with a full stop; "" if there is nothing. */
char *gy_error_advice(const GError *error);

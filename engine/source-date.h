// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/** gy_source_date: seconds since 1970 from the environment's SOURCE_DATE_EPOCH; %FALSE if it is not set to a number. */
gboolean gy_source_date(gint64 *seconds);

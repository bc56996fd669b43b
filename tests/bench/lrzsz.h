// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/*
 * The programs of lrzsz as they are, one on each end of a line. `protocol` is "zmodem" (sz and rz) or "ymodem-1k" (sb
 * and rb).
 */

/* Whether both programs are installed. */
gboolean lrzsz_is_there(const char *protocol);

/*
 * Sends `payload` and says how long it took: from the start of the second program until the first has ended. FALSE if
 * it did not arrive whole, or not within `limit_s`.
 */
gboolean lrzsz_run(const char *protocol, const char *host_path, const char *device_path, GBytes *payload,
	double limit_s, double *seconds);

// SPDX-License-Identifier: Apache-2.0
#include "engine/delta/watch.h"

#include <glib/gi18n-lib.h>

gboolean
gy_watch_tell(const GyWatch *watch, double done, GError **error)
{
	if (!watch)
		return TRUE;
	if (g_cancellable_is_cancelled(watch->cancellable)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CANCELLED, _("making the difference was cancelled"));
		return FALSE;
	}
	if (watch->progress)
		watch->progress(done, watch->data);
	return TRUE;
}

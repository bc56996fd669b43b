// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/** gy_application_new: (transfer full): the desktop app, for g_application_run(). */
GApplication *gy_application_new(void);

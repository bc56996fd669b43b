// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "engine/packages/package.h"

/**
 * gy_package_finding_widget_new:
 * @finding: copied
 * @bytes: (nullable): the file that its offset is in; without it, it cannot be shown there
 *
 * One finding in words, with where it is and what to do; it can be copied, and the bytes it is about be looked at.
 */
GtkWidget *gy_package_finding_widget_new(const GyFinding *finding, GBytes *bytes);

/** gy_package_error_widget_new: the same for an error, which is about no file. */
GtkWidget *gy_package_error_widget_new(const GError *error);

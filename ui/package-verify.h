// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "ui/model/package-inspection.h"

/**
 * gy_package_verify_ask: which root key the chain of trust has to start from; then verifies with it. A dialog over the window
 * of @over.
 * @root_key: (nullable): what is proposed
 */
void gy_package_verify_ask(GtkWidget *over, GyPackageInspection *inspection, const char *root_key);

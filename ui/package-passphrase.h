// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "ui/model/package-question.h"

/** gy_package_passphrase_ask: in a dialog over the window of @over. What is typed is given to the build and kept nowhere. */
void gy_package_passphrase_ask(GtkWidget *over, GyPackageQuestion *question);

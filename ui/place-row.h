// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/page.h"

/** gy_place_row_new: a row of the sidebar, which follows the note and the spinner of @page. */
GtkWidget *gy_place_row_new(const char *title, const char *icon, GyPage *page);

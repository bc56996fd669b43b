// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

/** gy_about_new: what this is, with the versions that a bug report needs. */
GtkWindow *gy_about_new(GtkWindow *parent);

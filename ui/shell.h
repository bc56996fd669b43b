// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "ui/model/bench.h"

/**
 * GyShell:
 *
 * The window: a sidebar of places, which folds away when the window is narrow, and the place that is looked at. Property
 * `is-folded`: only one of the two is seen.
 */
#define GY_TYPE_SHELL (gy_shell_get_type())
G_DECLARE_FINAL_TYPE(GyShell, gy_shell, GY, SHELL, AdwApplicationWindow)

GyShell *gy_shell_new(AdwApplication *application, GyBench *bench, GSettings *settings);

/** gy_shell_show_place: "devices", "package", "flash", "factory", "console" or "history"; any other word does nothing.
 * Locked, there is but the factory. */
void gy_shell_show_place(GyShell *shell, const char *place);

/** gy_shell_open_files: (element-type GFile) @files: at least one. Returns: %FALSE if they are for making a package */
gboolean gy_shell_open_files(GyShell *shell, GSList *files);

/** gy_shell_hint_drop: what would happen to files that are dragged over the window; (nullable) @text: the usual. */
void gy_shell_hint_drop(GyShell *shell, const char *text);

/** gy_shell_toast: a brief confirmation; @text is no markup. */
void gy_shell_toast(GyShell *shell, const char *text);

/** gy_shell_open: loads a package; a remote file is refused. */
void gy_shell_open(GyShell *shell, GFile *file);

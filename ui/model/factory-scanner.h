// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/** GyFactoryScannerFunc: a line that a scanner sent, without its end; (nullable) @text: it is gone. */
typedef void (*GyFactoryScannerFunc)(const char *text, gpointer data);

/** GyFactoryScanner: a scanner that is no keyboard: a tty or a pipe that lines come from. */
typedef struct _GyFactoryScanner GyFactoryScanner;

/** gy_factory_scanner_new: (transfer full): %NULL with %GY_ERROR_FILE_NOT_FOUND or %GY_ERROR_FILE_UNREADABLE. */
GyFactoryScanner *gy_factory_scanner_new(
	const char *path, GyFactoryScannerFunc on_line, gpointer data, GError **error);
void gy_factory_scanner_free(GyFactoryScanner *scanner);

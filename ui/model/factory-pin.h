// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/*
 * The supervisor's PIN: its hash is slow on purpose, so it is compared and made on a thread of its own.
 */

/** gy_factory_pin_check_async: @pin is copied, and the copy cleared. */
void gy_factory_pin_check_async(
	const char *hash, const char *pin, GAsyncReadyCallback callback, gpointer data);
/** gy_factory_pin_check_finish: whether it is the one. */
gboolean gy_factory_pin_check_finish(GAsyncResult *result);

/** gy_factory_pin_store_async: puts the hash of @pin into the station file in @path. */
void gy_factory_pin_store_async(
	const char *path, const char *pin, GAsyncReadyCallback callback, gpointer data);
/** gy_factory_pin_store_finish: (transfer full): the hash, or %NULL with an error of the file. */
char *gy_factory_pin_store_finish(GAsyncResult *result, GError **error);

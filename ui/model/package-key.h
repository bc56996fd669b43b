// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/**
 * gy_package_key_describe_async:
 * @uri: a path or a URI of a key
 * @cancellable: (nullable): its end is told at once
 *
 * What a key is and where it lives, looked up in a thread. A token is not touched, nobody is asked for a passphrase, and
 * nothing of a private key but its public half is looked at.
 */
void gy_package_key_describe_async(
	const char *uri, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);

/** gy_package_key_describe_finish: (transfer full): "root.pem · bp256r1 847a160b… · in keys"; or %NULL with why it
 * is no key that can be used. */
char *gy_package_key_describe_finish(GAsyncResult *result, GError **error);

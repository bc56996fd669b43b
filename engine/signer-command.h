// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/**
 * gy_signer_command_sign:
 * @command: a command line with its quotes, started without a shell
 * @which: names the key: "root" or "sub"; added to the command as its last argument
 * @data: what is signed; the command hashes it (SHA-256) itself
 * @size: bytes of @data
 * @signature: r then s, 32 bytes each, big endian
 * @error: return location
 *
 * Runs a command that has a key which this program does not: @data on its standard input, the signature on its standard
 * output, either 64 bytes or DER. Its standard error is left to it. Blocks until it ends.
 *
 * Returns: %FALSE with %GY_ERROR_KEY_SIGNER
 */
gboolean gy_signer_command_sign(const char *command, const char *which, const guint8 *data, gsize size,
	guint8 signature[64], GError **error) G_GNUC_WARN_UNUSED_RESULT;

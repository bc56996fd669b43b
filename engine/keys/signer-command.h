// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/**
 * gy_signer_command_run:
 * @command: a command line with its quotes, started without a shell
 * @which: what is signed, or by which key: "root"; added to the command as its last argument
 * @data: what is signed; the command hashes it (SHA-256) itself
 * @error: return location
 *
 * Runs a command that has a key which this program does not: @data on its standard input, the signature on its standard
 * output. Its standard error is left to it. Blocks until it ends.
 *
 * Returns: (transfer full): what it wrote, or %NULL with %GY_ERROR_KEY_SIGNER
 */
GBytes *gy_signer_command_run(
	const char *command, const char *which, GBytes *data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_signer_command_sign: the same for ECDSA: @signature gets r then s, 32 bytes each, big endian; the command may write
 * these or DER. */
gboolean gy_signer_command_sign(const char *command, const char *which, const guint8 *data, gsize size,
	guint8 signature[64], GError **error) G_GNUC_WARN_UNUSED_RESULT;

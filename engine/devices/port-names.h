// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"
#include "protocol/host/transport/transport.h"

/*
 * Names of our own for ports. A name belongs to the place where a port is plugged in (see GyPort) and stays there,
 * whatever is plugged in and whatever number the kernel gives it. They are kept in `gantry/names` below the user's
 * folder for configuration.
 */

/** gy_port_names_file: (transfer full): its path. */
char *gy_port_names_file(void);

/**
 * gy_port_names_load:
 *
 * Returns: (transfer full) (element-type utf8 utf8): from place to name; empty if there is no file; %NULL with
 *   %GY_ERROR_CFG_SYNTAX or an error of gy_file_read()
 */
GHashTable *gy_port_names_load(GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_port_name_set:
 * @port: a port's path, `bt:ADDRESS`, or a USB path such as `1-4.2` or `path:1-4.2`, where nothing needs to be
 * @name: a letter, then letters, digits, `.`, `_` and `-`; at most 32
 *
 * Gives a place a name, instead of the one that it had.
 *
 * Returns: (transfer full): the place, or %NULL with %GY_ERROR_NAME_INVALID, %GY_ERROR_NAME_TAKEN,
 *   %GY_ERROR_NAME_NO_PLACE or an error of reading or writing the file
 */
char *gy_port_name_set(const char *port, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_port_name_remove: @port as above, or the name itself. Returns: as above, or %GY_ERROR_NAME_UNKNOWN. */
char *gy_port_name_remove(const char *port, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_port_resolve:
 * @port: what gy_transport_new() takes, or one of our names
 *
 * A name stands before a file of the same name in the current folder; `./NAME` is the file.
 *
 * Returns: (transfer full): what gy_transport_new() takes: for a name, the port that is at its place now; %NULL with
 *   %GY_LINK_ERROR_NO_PORT if nothing is there, %GY_LINK_ERROR_BAD_PORT if it is neither a port nor a name, or an error
 *   of gy_port_names_load()
 */
char *gy_port_resolve(const char *port, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_port_place: (transfer full) (nullable): where the port that gy_port_resolve() gives is plugged in, if that is known. */
char *gy_port_place(const char *port);

/** gy_port_transport_new: (transfer full): gy_transport_new() that knows our names. */
GyTransport *gy_port_transport_new(const char *port, GError **error) G_GNUC_WARN_UNUSED_RESULT;

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/*
 * What is at the device's end of a cable: a thread that gives every byte back, or carries bytes to a board's socket. The
 * cable may go and come.
 */
typedef struct _Bridge Bridge;

/** BridgeOpen: the device's end of the cable; -1 if it cannot be opened now. May take moments. */
typedef int (*BridgeOpen)(gconstpointer data);

/** bridge_new: between the end of the cable and @socket_path (nullable: an echo). */
Bridge *bridge_new(BridgeOpen open_end, gconstpointer data, const char *socket_path);
void bridge_free(Bridge *bridge);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bridge, bridge_free)

/** bridge_open_tty: for @data its path; raw. */
int bridge_open_tty(gconstpointer path);

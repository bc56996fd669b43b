// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/*
 * What is at the device's end of a cable: a thread that gives every byte back, or carries bytes to a board's socket. The
 * cable may go and come.
 */
typedef struct _Bridge Bridge;

/** bridge_new: between @tty and @socket_path (nullable: an echo). */
Bridge *bridge_new(const char *tty, const char *socket_path);
void bridge_free(Bridge *bridge);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bridge, bridge_free)

/** guest_open_tty: raw; -1 if it cannot be opened now. */
int guest_open_tty(const char *path);

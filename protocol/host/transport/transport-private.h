// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/transport/transport.h"

/* What the back ends share. Paths are the port's, without a prefix. */

GyTransport *gy_pty_transport_new(const char *path);
GyTransport *gy_serial_transport_new(const char *path);
/* @display: how sentences name it. */
GyTransport *gy_socket_transport_new(GSocketConnectable *peer, const char *display);
/* @port with its prefix; bluetooth-transport.c, or no-bluetooth.c where it is left out. */
GyTransport *gy_bluetooth_transport_new(const char *port, GError **error);

/* transport.c */
gboolean gy_transport_would_block(int error_number);

/* port-error.c: what went wrong with a device node, in a sentence that helps. Always FALSE. */
gboolean gy_port_open_error(GError **error, const char *path, int error_number);
gboolean gy_port_gone_error(GError **error, const char *path);
gboolean gy_port_io_error(GError **error, const char *path, const char *what, int error_number);
/* Reading and writing fail so when a device is pulled. */
gboolean gy_port_is_gone(int error_number);

/* tty.c: what both kinds of tty need. Each returns 0 or an errno. */
int gy_tty_lock(int fd);
int gy_tty_set_raw(int fd);
int gy_tty_set_speed(int fd, guint baud);
gsize gy_tty_unsent(int fd);
/* poll() on @fd with a cancellable; for gy_transport_wait(). */
GIOCondition gy_fd_wait(int fd, GIOCondition what, gint timeout_ms, GCancellable *cancellable);

/* tty-speed.c: any rate, by the kernel's own struct, which cannot be included beside <termios.h>. */
int gy_tty_set_odd_speed(int fd, guint baud);

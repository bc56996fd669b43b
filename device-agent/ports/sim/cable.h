// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// What hangs between the device's UART and the host: a pty or a socket. Used by one thread. No call blocks.
struct gya_cable {
	// Makes the end that hosts can open; again after `unplug`.
	gboolean (*plug)(struct gya_cable *cable, GError **error);
	// The end is gone for the host, as a pulled USB bridge is.
	void (*unplug)(struct gya_cable *cable);
	// Whether a host holds the other end. Takes note of hosts that came and went.
	bool (*is_held)(struct gya_cable *cable);
	// What to poll for; -1 while there is nothing that would wake a sleeper.
	int (*descriptor)(struct gya_cable *cable);
	// Bytes moved, 0 if none can be now.
	size_t (*read)(struct gya_cable *cable, uint8_t *bytes, size_t size);
	size_t (*write)(struct gya_cable *cable, const uint8_t *bytes, size_t size);
	// The rate that the host has set; 0 where there is none to set.
	uint32_t (*other_baud)(struct gya_cable *cable);
	// Where hosts find it, as the ready line has it: "pty /dev/pts/5", "socket PATH". Owned by the cable.
	const char *(*place)(struct gya_cable *cable);
	void (*free)(struct gya_cable *cable); // unplugs first
};

// `link` NULL: no symbolic link. Hosts that set no speed find `baud`.
struct gya_cable *gya_cable_pty_new(const char *link, uint32_t baud);
struct gya_cable *gya_cable_socket_new(const char *path);

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_PORT_H
#define GYA_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/info-tag.h"

struct gya_agent;

/*
 * What the agent needs from the chip. None of the calls blocks, but `reset`, which does not come back on a real
 * chip. An entry marked optional may be NULL.
 */
struct gya_port {
	void *context;
	/* Takes up to `size` received bytes; returns how many. */
	uint32_t (*link_read)(void *context, uint8_t *bytes, uint32_t size);
	/* Gives up to `size` bytes to the transmitter; returns how many it took. */
	uint32_t (*link_write)(void *context, const uint8_t *bytes, uint32_t size);
	/* Whether the last bit of the last byte is on the line: "transmitter empty". */
	bool (*link_idle)(void *context);
	/* Optional: sets the UART's speed; NULL where the port has one speed. */
	void (*link_set_speed)(void *context, uint32_t baud);
	/* Optional: a byte that is not ours, for the device's own shell. */
	void (*console)(void *context, uint8_t byte);
	/* Kicks the watchdog. Called at least once for every 4 KiB hashed, stored or read. */
	void (*watchdog)(void *context);
	/* Wakes the task that runs gya_store_step; optional where one thread runs both in turn. */
	void (*wake_store)(void *context);
	/* Optional: for one thread, or flash that stops the chip, so that nothing is received while it stores: gya_serve_deaf. */
	void (*serve_deaf)(struct gya_agent *agent);
	/*
	 * Optional: what the agent is built with beside its core. It is shown the type of every request first, and 0 in every
	 * step; true: it has dealt with the request, or holds it. gya_guard (guard.h), gya_serve_region (backend-ab.h), or the port's
	 * own function that asks them in turn.
	 */
	bool (*extend)(struct gya_agent *agent, uint32_t type);
	struct gya_guard *guard; /* what gya_guard goes by */
	uint32_t can; /* GYW_CAN_SPEED, GYW_DEAF_WHILE_STORES, GYW_NEEDS_AUTH: what of the above is set */
	uint32_t reset_cause; /* enum gyw_reset_cause */
	const struct gya_info_tag *tags;
	uint32_t start_baud;
	const uint32_t *speeds; /* only those that this port was measured to sustain */
	uint32_t n_speeds;
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_AGENT_H
#define GYA_AGENT_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/backend.h"
#include "device-agent/include/port.h"
#include "protocol/wire/frame.h"
#include "protocol/wire/message.h"

/* Both may be set by the port's build. The MTU is at most a quarter of a window below 8 KiB. */
#ifndef GYA_WINDOW_SIZE
#define GYA_WINDOW_SIZE 32768u
#endif
#ifndef GYA_MTU
#define GYA_MTU 2060u /* 2 KiB of payload */
#endif

struct gya_agent;

/*
 * The agent has two sides, joined by the window: gya_link_step takes frames, keeps the window and answers; it is
 * bounded and never blocks. gya_store_step calls the backend and may block as long as INFO says. An RTOS runs them in
 * two tasks, one thread runs them in turn. `now_ms` wraps; differences count.
 *
 * The port owns the struct; its size is the agent's whole RAM (agent-private.h has the layout and the assertion).
 */
void gya_agent_init(struct gya_agent *agent, const struct gya_port *port, const struct gya_backend *backend,
	const struct gya_crypto *crypto, const struct gya_board *board, uint32_t now_ms);

/* Returns in how many ms it wants to run again if no byte comes before; 0: at once. */
uint32_t gya_link_step(struct gya_agent *agent, uint32_t now_ms);

/* Does one piece of work: stores one piece, hashes one piece or makes one backend call. Returns whether there is more. */
bool gya_store_step(struct gya_agent *agent);

/* For a port or an application that prints: whether a frame is just going out (text would damage it). */
bool gya_link_is_sending(const struct gya_agent *agent);

/* For `serve_deaf` of a port that cannot receive while it stores. */
void gya_serve_deaf(struct gya_agent *agent);

#endif

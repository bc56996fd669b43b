/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GANTRY_AGENT_H
#define GANTRY_AGENT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The agent as a component of the SDK's application. WS63.md says what to set up around it.
 *
 * Starts both tasks; from then on the UART's receiver is the agent's. Call it once, after the SDK's own upgrade and NV
 * initialisation (ws63_upg_init). False if a task, a semaphore or the UART could not be had: then nothing was started.
 */
bool gantry_agent_start(void);

/*
 * A byte from the line that is not the agent's, outside a session. The component has an empty one that any other
 * definition replaces; where the shell shares the UART it goes there. Called from the link task; must not block.
 */
void gantry_agent_console_byte(uint8_t byte);

/*
 * Whether this chip can take the encrypted image with this header (160 bytes, spec: 1.4); with `is_stored` its data are in
 * the upgrade module's storage, and a key that does not fit is to be found in them. The component has one that says no,
 * which any other definition replaces. Called from the store task.
 */
bool gantry_agent_decrypts(const uint8_t *header, bool is_stored);

#endif

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

#endif

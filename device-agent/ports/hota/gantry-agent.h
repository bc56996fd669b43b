/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GANTRY_AGENT_H
#define GANTRY_AGENT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The agent as a component of a mini or small system that has the lite OTA component. PORT.md says what to set up around it.
 *
 * Starts both tasks; from then on the UART is the agent's, and so are the Hota calls. Call it once. False if a task, a
 * semaphore or the UART could not be had: then nothing was started.
 */
bool gantry_agent_start(void);

/*
 * Each of these has a definition in the component that any other one replaces. A byte from the line that is not the
 * agent's, outside a session: called from the link task, must not block.
 */
void gantry_agent_console_byte(uint8_t byte);
/* With CONFIG_GANTRY_NO_METADATA: the platform's own call that makes the stored package count. 0 if it went through. */
int gantry_agent_finish(void);

#endif

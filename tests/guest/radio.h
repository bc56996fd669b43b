// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/* The device's radio in the guest, and the serial port that it announces. */

#define RADIO_ADDRESS "00:AA:01:01:00:01"

/** radio_start: switches it on, visible and ready to pair, and listens. */
void radio_start(void);
/** radio_hang_up: ends the connection from the device's side. It stays in reach. */
void radio_hang_up(void);
/** radio_accept: the next connection; -1 if there is none within @timeout_ms. */
int radio_accept(gint timeout_ms);
/** radio_forget: both sides lose what pairing gave them. */
void radio_forget(void);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * gy_interrupt_install:
 * @json: whether the last words are an object on standard output
 *
 * From here on Ctrl-C, SIGQUIT, SIGTERM and SIGHUP put the terminal back as it was, say that the program was interrupted and
 * end it with 130.
 */
void gy_interrupt_install(gboolean json);

/** gy_interrupt_hold: puts the end off while a file is written, so that no half of one stays. */
void gy_interrupt_hold(void);
/** gy_interrupt_release: ends the program now if it was to end in between. */
void gy_interrupt_release(void);

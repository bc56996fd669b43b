// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/** gy_terminal_is: whether a descriptor is a terminal that can move its cursor. */
gboolean gy_terminal_is(int fd);

/** gy_terminal_width: columns; 80 if it does not say. */
guint gy_terminal_width(int fd);

/** gy_terminal_has_colour: a terminal, and NO_COLOR is not set. */
gboolean gy_terminal_has_colour(int fd);

/** gy_terminal_is_utf8: whether it shows more than ASCII, by the locale. */
gboolean gy_terminal_is_utf8(void);

/**
 * gy_terminal_ask_secret:
 * @prompt: what is asked for, without a colon
 * @error: return location
 *
 * Asks on the controlling terminal without echo, even when input and output are redirected.
 *
 * Returns: (transfer full): the line, or %NULL with %GY_ERROR_KEY_PASSPHRASE if there is no terminal or it ended
 */
char *gy_terminal_ask_secret(const char *prompt, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_terminal_is_asking: whether a question stands on the terminal now; from any thread. */
gboolean gy_terminal_is_asking(void);

/**
 * gy_terminal_make_raw:
 * @fd: a terminal
 *
 * Every key arrives at once and without echo, Ctrl-C and Ctrl-Z too. Output is processed as before. Undone by
 * gy_terminal_restore(), at exit, and by the interrupt handlers when a signal ends the program.
 */
gboolean gy_terminal_make_raw(int fd);
void gy_terminal_restore(void);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/**
 * sim_board_start: starts a WS63 board of version 1.0 with FOLDER/flash.bin; comes back when it can be connected to.
 * @root: the root key that it keeps
 * @extra: more of its options, "--pty" or "--socket" among them; ended by %NULL
 *
 * It ends with the test, also with one that fails. Returns: (transfer full)
 */
GSubprocess *sim_board_start(const char *folder, const char *root, const char *const *extra);

/**
 * sim_board_run: starts `gantry sim` with these words, ended by %NULL; likewise.
 * @said: (nullable): a file for what it tells on standard error
 */
GSubprocess *sim_board_run(const char *const *words, const char *said);

/** sim_board_stop: ends it; drops the reference. */
void sim_board_stop(GSubprocess *board);

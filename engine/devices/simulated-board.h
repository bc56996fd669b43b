// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/devices/sample.h"

/** gy_simulator_find: (transfer full) (nullable): the gantry-sim that $GANTRY_SIM names, that was installed or built with
 * the running program, or that is in PATH. */
char *gy_simulator_find(void);

/**
 * GySimulatedBoard:
 *
 * A gantry-sim of our own, with a flash that lasts as long as it does. It ends with the object, and with this process.
 *
 * Signals:
 * - `ended`: it ended by itself
 */
#define GY_TYPE_SIMULATED_BOARD (gy_simulated_board_get_type())
G_DECLARE_FINAL_TYPE(GySimulatedBoard, gy_simulated_board, GY, SIMULATED_BOARD, GObject)

/**
 * gy_simulated_board_start_async:
 * @spec: options of gantry-sim without their dashes, `NAME=VALUE` or `NAME`, separated by commas: "baud=115200,deaf"
 *
 * @sample: (nullable): what it holds; one is made if there is none. Boards of one sample take the same packages
 *
 * Starts a board that holds its application and trusts its key. `baud` has a value for a first try, whose flash takes no
 * time (`flash-timing=real` installs for half a minute); `code-size` (bytes) is an option of our own. Ends with the line
 * open for a host.
 */
void gy_simulated_board_start_async(const char *spec, GySample *sample, GCancellable *cancellable,
	GAsyncReadyCallback callback, gpointer data);

/** gy_simulated_board_start_finish: (transfer full): %NULL with GY_ERROR_FILE_NOT_FOUND if there is no gantry-sim,
 * %GY_ERROR_CFG_VALUE if it refuses @spec, or an error of making the sample. */
GySimulatedBoard *gy_simulated_board_start_finish(
	GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_simulated_board_stop: ends the process and removes its files; the object is of no use any more. */
void gy_simulated_board_stop(GySimulatedBoard *board);

/** gy_simulated_board_port: what gy_transport_new() takes. */
const char *gy_simulated_board_port(GySimulatedBoard *board);
/** gy_simulated_board_baud: that it starts with. */
guint gy_simulated_board_baud(GySimulatedBoard *board);
/** gy_simulated_board_sample: %NULL once it was stopped. */
GySample *gy_simulated_board_sample(GySimulatedBoard *board);

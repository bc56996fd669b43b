// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/devices/devices.h"
#include "engine/devices/simulated-board.h"
#include "engine/job/job.h"

/**
 * GyBoardState:
 * @GY_BOARD_NOT_ASKED: a port, of which nothing is known that the system does not say
 * @GY_BOARD_ASKING: it is being identified
 * @GY_BOARD_READY: it has answered
 * @GY_BOARD_NO_ANSWER: it was asked; gy_board_error()
 * @GY_BOARD_NO_PERMISSION: this user may not open the port
 * @GY_BOARD_IN_USE: another program holds the port
 * @GY_BOARD_FLASHING: one of our jobs holds it
 * @GY_BOARD_UNPLUGGED: it is gone, and a job waits for it
 */
typedef enum {
	GY_BOARD_NOT_ASKED,
	GY_BOARD_ASKING,
	GY_BOARD_READY,
	GY_BOARD_NO_ANSWER,
	GY_BOARD_NO_PERMISSION,
	GY_BOARD_IN_USE,
	GY_BOARD_FLASHING,
	GY_BOARD_UNPLUGGED,
} GyBoardState;

/**
 * GyBoard:
 *
 * A row of the list of devices: a port, and what is known of the board behind it. A port is never opened before
 * gy_board_identify() or a job.
 *
 * Signals:
 * - `changed`: look again
 */
#define GY_TYPE_BOARD (gy_board_get_type())
G_DECLARE_FINAL_TYPE(GyBoard, gy_board, GY, BOARD, GObject)

/** gy_board_new: (transfer full): of a port of this computer. */
GyBoard *gy_board_new(GyDevice *device);
/** gy_board_new_simulated: (transfer full): @number counts them for people, from 1. */
GyBoard *gy_board_new_simulated(GySimulatedBoard *simulated, guint number);

GyBoardState gy_board_state(GyBoard *board);
/** gy_board_state_word: translated: "Ready". */
const char *gy_board_state_word(GyBoard *board);
/** gy_board_title: (transfer full): a name that a person recognises: "WS63 board", "Fixture-3", "Serial port". */
char *gy_board_title(GyBoard *board);
/** gy_board_subtitle: (transfer full): where it is: "ttyUSB0 · CH340 · 1-4.2". */
char *gy_board_subtitle(GyBoard *board);
/** gy_board_path: what gy_transport_new() takes. */
const char *gy_board_path(GyBoard *board);
/** gy_board_place: where it is plugged in, see GyPort; "" for a simulated one. */
const char *gy_board_place(GyBoard *board);
/** gy_board_name: the one of our own, "" if it has none. */
const char *gy_board_name(GyBoard *board);
gboolean gy_board_is_simulated(GyBoard *board);
/** gy_board_simulated: (nullable): the child process behind a simulated one. */
GySimulatedBoard *gy_board_simulated(GyBoard *board);
GyDevice *gy_board_device(GyBoard *board);
/** gy_board_info: (nullable): what it said last. */
const GyDeviceInfo *gy_board_info(GyBoard *board);
/** gy_board_error: (nullable): why it is not ready, with the words of gy_error_headline(). */
const GError *gy_board_error(GyBoard *board);
/** gy_board_baud: speed that its port is opened at; 0: the usual one. */
guint gy_board_baud(GyBoard *board);
void gy_board_set_baud(GyBoard *board, guint baud);
/** gy_board_can_open: whether it may be identified or flashed now. */
gboolean gy_board_can_open(GyBoard *board);
/** gy_board_report: (transfer full): everything that is known, as lines of text. */
char *gy_board_report(GyBoard *board);

/** gy_board_identify: opens the port and asks; the state tells how it went. Does nothing where gy_board_can_open() is
 * %FALSE. */
void gy_board_identify(GyBoard *board);

/** gy_board_take_info: (transfer full) (nullable) @info: a job has asked it. */
void gy_board_take_info(GyBoard *board, GyDeviceInfo *info);
/** gy_board_set_flashing: a job of ours holds the port, or does not any more. */
void gy_board_set_flashing(GyBoard *board, gboolean is_flashing);
gboolean gy_board_is_flashing(GyBoard *board);
/** gy_board_set_device: (nullable) @device: it was unplugged; it is back. */
void gy_board_set_device(GyBoard *board, GyDevice *device);

/** gy_board_set_chosen: whether the next start of a flash is for it too. */
void gy_board_set_chosen(GyBoard *board, gboolean is_chosen);
gboolean gy_board_is_chosen(GyBoard *board);

/** gy_board_compare: by where they are plugged in, then by path; simulated ones last. */
int gy_board_compare(GyBoard *a, GyBoard *b);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/*
 * A line without hardware: simulated boards that are plugged in and pulled out at places of a folder, and station files that
 * say so. Everything fails the test by itself when it does not work.
 */

/** rig_folder_new: (transfer full): an empty folder; rig_folder_free() removes it and what is in it. */
char *rig_folder_new(void);
void rig_folder_free(char *folder);

/** rig_vector: (transfer full): path of a file below tests/vectors/ws63. */
char *rig_vector(const char *name);

/** rig_write: a text file in the folder. Returns: (transfer full): its path */
char *rig_write(const char *folder, const char *name, const char *text);

/**
 * rig_station: (transfer full): path of a station file with @n_slots slots, named 1, 2, ..., at the sockets b1, b2, ... of the folder.
 * @extra: (nullable): more sections and keys; the first lines continue [station]
 */
char *rig_station(const char *folder, guint n_slots, const char *extra);

/** RIG_PACKAGE: what a board of version 1.0 takes. */
#define RIG_PACKAGE "v01_app_lzma/signed.fwpkg"

/**
 * rig_board_new: (transfer full): plugs a board in at slot @slot of the folder; it has no flash file and no timing.
 * @options: (nullable): more of gantry-sim's, ended by %NULL
 *
 * Its socket is there soon; it ends with the test, also with one that fails.
 */
GSubprocess *rig_board_new(const char *folder, guint slot, const char *const *options);

/** rig_board_free: pulls it out: its socket is gone when this returns. */
void rig_board_free(GSubprocess *board, const char *folder, guint slot);

/**
 * rig_leave_in_doubt: a program that is killed while it is at work on a board of the station "rig", in slot 1, with the serial
 * number @number of @series; @database: file of its records
 */
void rig_leave_in_doubt(const char *database, const char *series, const char *number);

/** rig_iterate_until: runs the main context until @done says so; fails after @seconds. */
void rig_iterate_until(gboolean (*done)(gpointer data), gpointer data, guint seconds);

/** rig_n_fds, rig_n_threads, rig_rss_kib: of this process. */
guint rig_n_fds(void);
guint rig_n_threads(void);
guint rig_rss_kib(void);

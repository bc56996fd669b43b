// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/** GyLineFunc: a line without its end; %NULL: there will be none any more. */
typedef void (*GyLineFunc)(const char *line, gpointer data);
/** GyTypedFunc: what was typed of the next line so far. */
typedef void (*GyTypedFunc)(const char *text, gpointer data);
/** GyKeyFunc: a key with Ctrl, as the letter that is on it: 'R'. */
typedef void (*GyKeyFunc)(char letter, gpointer data);

/**
 * GyLineInput:
 *
 * Lines that a scanner or a person types: from a pipe, from a tty of its own, or from the terminal that the program draws
 * on; there the keys come one by one and without echo, so that they do not write into the picture.
 */
typedef struct _GyLineInput GyLineInput;

/**
 * gy_line_input_new:
 * @fd: what is read; closed with the input, unless it is standard input
 * @on_typed: (nullable): called with each key, if @fd is a terminal
 * @on_interrupt: called for Ctrl-C on a terminal
 */
GyLineInput *gy_line_input_new(
	int fd, GyLineFunc on_line, GyTypedFunc on_typed, GSourceOnceFunc on_interrupt, gpointer data);
/** gy_line_input_on_key: what keys with Ctrl do that mean nothing to a line; only those that a terminal sends. */
void gy_line_input_on_key(GyLineInput *input, GyKeyFunc on_key);
void gy_line_input_free(GyLineInput *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyLineInput, gy_line_input_free)

/** gy_line_input_open: (transfer full): the same for a path; %NULL with %GY_ERROR_FILE_NOT_FOUND or _UNREADABLE. */
GyLineInput *gy_line_input_open(
	const char *path, GyLineFunc on_line, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

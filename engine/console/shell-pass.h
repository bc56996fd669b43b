// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/keys/agent-key.h"

/**
 * GyShellPass:
 *
 * Gets typed text to the shell of a device that wants to know who asks, which is closed to everybody else: says HELLO when
 * the port was opened, shows the key, and asks often enough that the device stays open. A device that asks for no key, or
 * has no agent that answers, gets the text all the same. It stands between a console and its port and belongs to the
 * console's thread. Times are milliseconds of any steady clock.
 */
typedef struct _GyShellPass GyShellPass;

/** gy_shell_pass_new: @key is referenced. Nothing is said before gy_shell_pass_open(). */
GyShellPass *gy_shell_pass_new(GyAgentKey *key);
void gy_shell_pass_free(GyShellPass *pass);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyShellPass, gy_shell_pass_free)

/** gy_shell_pass_open: the port was opened, or opened again: all begins anew. */
void gy_shell_pass_open(GyShellPass *pass, gint64 now_ms);

/** gy_shell_pass_receive: takes what came from the port; the next step tells what of it the device printed. */
void gy_shell_pass_receive(GyShellPass *pass, const guint8 *bytes, gsize size, gint64 now_ms);

/**
 * gy_shell_pass_step:
 * @text: what the device has printed is appended
 *
 * Lets time act. Returns: %FALSE with %GY_LINK_ERROR_AUTH_REFUSED if the device does not take the
 * key, or %GY_LINK_ERROR_AUTH_REQUIRED if the key could not sign
 */
gboolean gy_shell_pass_step(
	GyShellPass *pass, gint64 now_ms, GByteArray *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_shell_pass_send: gives up to @size bytes of its own, which go out before any text. Returns: how many. */
gsize gy_shell_pass_send(GyShellPass *pass, guint8 *bytes, gsize size, gint64 now_ms);
/** gy_shell_pass_wants_to_send: whether gy_shell_pass_send() would give a byte now. */
gboolean gy_shell_pass_wants_to_send(GyShellPass *pass, gint64 now_ms);

/**
 * gy_shell_pass_takes_text: whether text that waits may go out now, after all that gy_shell_pass_send() has given. If the
 * device has not answered lately, it is asked first: it may have been reset, and would drop the text.
 */
gboolean gy_shell_pass_takes_text(GyShellPass *pass, gint64 now_ms);

/** gy_shell_pass_deadline: when gy_shell_pass_step() wants to be called at the latest. */
gint64 gy_shell_pass_deadline(GyShellPass *pass);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <sys/types.h>

/** Pty: a program on a terminal of its own. */
typedef struct {
	int fd;
	pid_t pid;
	GString *seen;
	gsize at; /* of what was expected so far */
} Pty;

/** pty_start: runs a program with a terminal of that many columns; @environment: "NAME=VALUE" or %NULL. */
Pty *pty_start(const char *const *words, guint columns, const char *environment);
/** pty_expect: reads until @text came after what was expected last; fails after ten seconds. */
void pty_expect(Pty *pty, const char *text);
void pty_send(Pty *pty, const char *text);
/** pty_has_echo: whether the terminal shows what is typed. */
gboolean pty_has_echo(Pty *pty);
/** pty_end: reads to the end; returns the exit status. @seen is complete then. */
int pty_end(Pty *pty);
void pty_free(Pty *pty);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pty, pty_free)

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>
#include <stdint.h>

#include "protocol/wire/message.h"

// gantry-sim as a process in a folder of its own, and the smallest host that can talk to it.
struct rig {
	char *folder;
	GSubprocess *process;
	GInputStream *stdout_pipe;
	char *place; // the ready line
	int line;    // the host's end of the line, -1: not open
};

void rig_set_up(struct rig *rig, gconstpointer unused);
void rig_tear_down(struct rig *rig, gconstpointer unused);

char *rig_path(const struct rig *rig, const char *name);
char *rig_vector(const char *name);

// Starts the simulator with these options and reads its ready line. At the end of an option "@name"
// stands for a file of the rig's folder, "#name" for one of the vectors.
void rig_start(struct rig *rig, ...) G_GNUC_NULL_TERMINATED;
// Runs it to its end. `message`, if not NULL, gets what it wrote to stderr.
int rig_run(struct rig *rig, char **message, ...) G_GNUC_NULL_TERMINATED;
char *rig_read_line(struct rig *rig);
void rig_wait(struct rig *rig);

// The host: opens a pty by path with a speed, or a socket with speed 0.
void rig_open(struct rig *rig, const char *path, guint baud);
void rig_close(struct rig *rig);
void rig_send(struct rig *rig, const void *bytes, gsize size);
// Bytes that came within `ms`, at most `most`; ends early when `most` are there.
GByteArray *rig_receive(struct rig *rig, gsize most, guint ms);
// Says HELLO until an INFO comes, for `ms`.
gboolean rig_hello(struct rig *rig, struct gyw_info *info, guint ms);
// What was printed until `text` came, or all of `ms`.
gboolean rig_sees(struct rig *rig, const char *text, guint ms);

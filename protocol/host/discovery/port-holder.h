// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * GyPortHolder: a process that has a port open
 * @pid: its number
 * @program: its name as the kernel has it, at most 15 bytes; "" where it cannot be read
 */
typedef struct {
	int pid;
	char *program;
} GyPortHolder;

void gy_port_holder_free(GyPortHolder *holder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyPortHolder, gy_port_holder_free)

/**
 * gy_port_holders:
 * @paths: device nodes, ended by %NULL
 *
 * Looks for who has them open, by any of their names, in one walk over all processes but this one. Those of other
 * users are not seen without privileges.
 *
 * Returns: (transfer full) (element-type GyPortHolder) (nullable elements): one for each of @paths, %NULL where none is
 *   seen
 */
GPtrArray *gy_port_holders(const char *const *paths);

/** gy_port_holder_find: (transfer full) (nullable): the same for one. */
GyPortHolder *gy_port_holder_find(const char *path);

/** gy_port_holder_text: (transfer full): "program (pid N)", "" for %NULL. */
char *gy_port_holder_text(const GyPortHolder *holder);

/** gy_port_holder: (transfer full): gy_port_holder_find() as a text. */
char *gy_port_holder(const char *path);

/** gy_port_holder_is_modem_manager: whether it is the service that tries new ports for modems. */
gboolean gy_port_holder_is_modem_manager(const GyPortHolder *holder);

/** gy_port_modem_manager: (transfer full) (nullable): that service, if it runs and what it has open cannot be seen. */
GyPortHolder *gy_port_modem_manager(void);

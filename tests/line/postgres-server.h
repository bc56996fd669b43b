// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/**
 * PostgresServer: a real server with a database of its own, on a Unix socket in a folder of its own; and a second socket, whose
 * connections can be cut.
 */
typedef struct _PostgresServer PostgresServer;

/** postgres_server_new: (transfer full) (nullable): %NULL if PostgreSQL is not installed. It ends with the test. */
PostgresServer *postgres_server_new(void);
void postgres_server_free(PostgresServer *server);

/** postgres_server_uri: of the socket that can be cut, or of the server itself. */
const char *postgres_server_uri(PostgresServer *server, gboolean can_be_cut);

/** postgres_server_cut: all that goes through the second socket ends, and nothing new is let through until it is mended. */
void postgres_server_cut(PostgresServer *server);
void postgres_server_mend(PostgresServer *server);

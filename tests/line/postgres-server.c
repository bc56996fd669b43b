// SPDX-License-Identifier: Apache-2.0
#include "tests/line/postgres-server.h"

#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "engine/records/postgres.h"
#include "tests/line/rig.h"

#define NOBODY     65534
#define SOCKET     ".s.PGSQL.5432"
#define READY_MS   20000
#define LOOK_US    50000
#define COPY_BYTES 65536

struct _PostgresServer {
	char *folder;
	char *data;
	char *direct;
	char *cuttable;
	GSubprocess *process;
	/* the second socket */
	GSocketService *proxy;
	char *proxy_folder;
	GMutex lock;
	gboolean is_cut;
	GPtrArray *streams; /* GIOStream, both sides of each connection */
};

/* ---- the server ----------------------------------------------------------------------------------------- */

/* (transfer full) (nullable): the newest version's folder of programs. */
static char *
find_programs(void)
{
	g_autoptr(GDir) dir = g_dir_open("/usr/lib/postgresql", 0, NULL);
	g_autofree char *newest = NULL;
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		if (newest && g_ascii_strtoull(newest, NULL, 10) >= g_ascii_strtoull(name, NULL, 10))
			continue;
		g_free(newest);
		newest = g_strdup(name);
	}
	return newest ? g_build_filename("/usr/lib/postgresql", newest, "bin", NULL) : NULL;
}

/* It refuses to run as root. */
static void
set_up_child(gpointer data)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
		_exit(127);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
spawn(const char *programs, const char *const *words)
{
	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
		G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
	g_autofree char *program = g_build_filename(programs, words[0], NULL);
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	GSubprocess *process;

	g_ptr_array_add(all, program);
	for (guint i = 1; words[i]; i++)
		g_ptr_array_add(all, (gpointer) words[i]);
	g_ptr_array_add(all, NULL);
	g_subprocess_launcher_setenv(launcher, "LC_ALL", "C", TRUE);
	g_subprocess_launcher_unsetenv(launcher, "LD_PRELOAD");
	g_subprocess_launcher_set_cwd(launcher, "/");
	g_subprocess_launcher_set_child_setup(launcher, set_up_child, NULL, NULL);
	process = g_subprocess_launcher_spawnv(launcher, (const char *const *) all->pdata, &error);
	g_assert_no_error(error);
	return process;
}

static void
wait_until_ready(PostgresServer *server)
{
	gint64 until_us = g_get_monotonic_time() + READY_MS * 1000;

	for (;;) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GyPostgres) postgres = gy_postgres_open(server->direct, 2000, &error);

		if (postgres)
			return;
		if (g_get_monotonic_time() > until_us)
			g_error("the server does not come up: %s", error->message);
		g_usleep(LOOK_US);
	}
}

/* ---- the second socket ---------------------------------------------------------------------------------- */

static gboolean
keep(PostgresServer *server, GIOStream *stream)
{
	gboolean is_cut;

	g_mutex_lock(&server->lock);
	is_cut = server->is_cut;
	if (!is_cut)
		g_ptr_array_add(server->streams, g_object_ref(stream));
	g_mutex_unlock(&server->lock);
	return !is_cut;
}

typedef struct {
	GInputStream *from;
	GIOStream *to;
} Copy;

static gpointer
copy(gpointer data)
{
	Copy *both = data;
	g_autofree guint8 *buffer = g_malloc(COPY_BYTES);
	gssize got;

	while ((got = g_input_stream_read(both->from, buffer, COPY_BYTES, NULL, NULL)) > 0)
		if (!g_output_stream_write_all(
			    g_io_stream_get_output_stream(both->to), buffer, (gsize) got, NULL, NULL, NULL))
			break;
	g_socket_shutdown(g_socket_connection_get_socket(G_SOCKET_CONNECTION(both->to)), TRUE, TRUE, NULL);
	return NULL;
}

/* A thread of its own for each connection. */
static gboolean
on_connection(GThreadedSocketService *service, GSocketConnection *client, GObject *source, gpointer data)
{
	PostgresServer *server = data;
	g_autofree char *path = g_build_filename(server->folder, SOCKET, NULL);
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
	g_autoptr(GSocketClient) connector = g_socket_client_new();
	g_autoptr(GSocketConnection) real =
		g_socket_client_connect(connector, G_SOCKET_CONNECTABLE(address), NULL, NULL);
	Copy there, back;
	GThread *thread;

	if (!real || !keep(server, G_IO_STREAM(client)) || !keep(server, G_IO_STREAM(real)))
		return TRUE;
	there = (Copy){g_io_stream_get_input_stream(G_IO_STREAM(client)), G_IO_STREAM(real)};
	back = (Copy){g_io_stream_get_input_stream(G_IO_STREAM(real)), G_IO_STREAM(client)};
	thread = g_thread_new("back", copy, &back);
	copy(&there);
	g_thread_join(thread);
	return TRUE;
}

void
postgres_server_cut(PostgresServer *server)
{
	g_mutex_lock(&server->lock);
	server->is_cut = TRUE;
	for (guint i = 0; i < server->streams->len; i++)
		g_socket_shutdown(
			g_socket_connection_get_socket(server->streams->pdata[i]), TRUE, TRUE, NULL);
	g_ptr_array_set_size(server->streams, 0);
	g_mutex_unlock(&server->lock);
}

void
postgres_server_mend(PostgresServer *server)
{
	g_mutex_lock(&server->lock);
	server->is_cut = FALSE;
	g_mutex_unlock(&server->lock);
}

static void
start_proxy(PostgresServer *server)
{
	g_autofree char *path = NULL;
	g_autoptr(GSocketAddress) address = NULL;
	g_autoptr(GError) error = NULL;

	server->proxy_folder = rig_folder_new();
	path = g_build_filename(server->proxy_folder, SOCKET, NULL);
	address = g_unix_socket_address_new(path);
	server->proxy = g_threaded_socket_service_new(64);
	g_socket_listener_add_address(G_SOCKET_LISTENER(server->proxy), address, G_SOCKET_TYPE_STREAM,
		G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error);
	g_assert_no_error(error);
	g_signal_connect(server->proxy, "run", G_CALLBACK(on_connection), server);
	g_socket_service_start(server->proxy);
}

/* ---- both ----------------------------------------------------------------------------------------------- */

static char *
uri_of(const char *folder)
{
	g_autofree char *host = g_uri_escape_string(folder, NULL, FALSE);

	return g_strdup_printf("postgresql:///postgres?host=%s&user=line", host);
}

PostgresServer *
postgres_server_new(void)
{
	g_autofree char *programs = find_programs();
	PostgresServer *server;
	GSubprocess *init;

	if (!programs)
		return NULL;
	server = g_new0(PostgresServer, 1);
	g_mutex_init(&server->lock);
	server->streams = g_ptr_array_new_with_free_func(g_object_unref);
	server->folder = rig_folder_new();
	server->data = g_build_filename(server->folder, "data", NULL);
	if (getuid() == 0)
		g_assert_cmpint(chown(server->folder, NOBODY, NOBODY), ==, 0);
	init = spawn(programs, (const char *const[]){"initdb", "-D", server->data, "-U", "line", "-A",
				       "trust", "--no-sync", "--locale=C", "-E", "UTF8", NULL});
	g_assert_true(g_subprocess_wait_check(init, NULL, NULL));
	g_object_unref(init);
	server->process = spawn(
		programs, (const char *const[]){"postgres", "-D", server->data, "-k", server->folder, "-h",
				  "", "-F", "-c", "shared_buffers=4MB", "-c", "max_connections=30", NULL});
	server->direct = uri_of(server->folder);
	start_proxy(server);
	server->cuttable = uri_of(server->proxy_folder);
	wait_until_ready(server);
	return server;
}

const char *
postgres_server_uri(PostgresServer *server, gboolean can_be_cut)
{
	return can_be_cut ? server->cuttable : server->direct;
}

static void
remove_all(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		remove_all(below);
	}
	g_remove(path);
}

void
postgres_server_free(PostgresServer *server)
{
	g_socket_service_stop(server->proxy);
	postgres_server_cut(server);
	g_socket_listener_close(G_SOCKET_LISTENER(server->proxy));
	g_object_unref(server->proxy);
	g_subprocess_send_signal(server->process, SIGQUIT);
	g_subprocess_wait(server->process, NULL, NULL);
	g_object_unref(server->process);
	remove_all(server->folder);
	remove_all(server->proxy_folder);
	g_ptr_array_unref(server->streams);
	g_free(server->folder);
	g_free(server->proxy_folder);
	g_free(server->data);
	g_free(server->direct);
	g_free(server->cuttable);
	g_free(server);
}

// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lrzsz.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_EVERY_US 2000
#define HEAD_START_US 300000
#define PARTING_US    3000000 /* what the second program has to end after the first */

static const struct {
	const char *protocol;
	const char *sender[4];
	const char *receiver[3];
} programs[] = {
	{"zmodem", {"sz", "-b", "payload"}, {"rz", "-y"}},
	{"ymodem-1k", {"sb", "-k", "payload"}, {"rb", "-y"}},
};

static guint
find(const char *protocol)
{
	guint i = 0;

	while (i + 1 < G_N_ELEMENTS(programs) && strcmp(programs[i].protocol, protocol) != 0)
		i++;
	return i;
}

gboolean
lrzsz_is_there(const char *protocol)
{
	g_autofree char *sender = g_find_program_in_path(programs[find(protocol)].sender[0]);
	g_autofree char *receiver = g_find_program_in_path(programs[find(protocol)].receiver[0]);

	return sender && receiver;
}

/* A session of its own: the terminal's signals stay away from it, and it can be ended with all it started. */
static void
leave_session(gpointer data)
{
	setsid();
}

static GPid
spawn(const char *const *argv, const char *folder, const char *path)
{
	g_autoptr(GError) error = NULL;
	GPid pid = 0;
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	int silence = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (!g_spawn_async_with_fds(folder, (char **) argv, NULL,
		    G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, leave_session, NULL, &pid, fd, fd,
		    silence, &error))
		g_printerr("bench-link: %s\n", error->message);
	if (fd >= 0)
		close(fd);
	if (silence >= 0)
		close(silence);
	return pid;
}

static gboolean
has_ended(GPid *pid)
{
	if (*pid != 0 && waitpid(*pid, NULL, WNOHANG) == *pid)
		*pid = 0;
	return *pid == 0;
}

static void
wait_us(GPid *pid, gint64 us)
{
	gint64 end = g_get_monotonic_time() + us;

	while (!has_ended(pid) && g_get_monotonic_time() < end)
		g_usleep(LOOK_EVERY_US);
}

static void
stop(GPid *pid)
{
	static const int signals[] = {SIGTERM, SIGKILL};

	for (guint i = 0; i < G_N_ELEMENTS(signals) && *pid != 0; i++) {
		kill(-*pid, signals[i]);
		wait_us(pid, PARTING_US);
	}
}

static gboolean
arrived(const char *path, GBytes *payload)
{
	g_autofree char *content = NULL;
	gsize size = 0;

	return g_file_get_contents(path, &content, &size, NULL) && size == g_bytes_get_size(payload) &&
	       memcmp(content, g_bytes_get_data(payload, NULL), size) == 0;
}

static gboolean
run(guint which, const char *sent, const char *received, const char *host_path, const char *device_path,
	double limit_s, double *seconds)
{
	GPid sender = spawn(programs[which].sender, sent, host_path);
	GPid receiver;
	gboolean in_time;
	gint64 start;

	g_usleep(HEAD_START_US);
	start = g_get_monotonic_time();
	receiver = spawn(programs[which].receiver, received, device_path);
	in_time = sender != 0 && receiver != 0;
	while (in_time && !has_ended(&sender) && !has_ended(&receiver)) {
		in_time = (double) (g_get_monotonic_time() - start) < limit_s * 1e6;
		g_usleep(LOOK_EVERY_US);
	}
	*seconds = (double) (g_get_monotonic_time() - start) / 1e6;
	if (in_time) {
		wait_us(&receiver, PARTING_US);
		wait_us(&sender, PARTING_US);
	}
	stop(&sender);
	stop(&receiver);
	return in_time;
}

gboolean
lrzsz_run(const char *protocol, const char *host_path, const char *device_path, GBytes *payload,
	double limit_s, double *seconds)
{
	g_autofree char *sent = g_dir_make_tmp("gantry-sent-XXXXXX", NULL);
	g_autofree char *received = g_dir_make_tmp("gantry-received-XXXXXX", NULL);
	g_autofree char *source = g_build_filename(sent, "payload", NULL);
	g_autofree char *target = g_build_filename(received, "payload", NULL);
	gboolean ok;

	ok = g_file_set_contents(
		     source, g_bytes_get_data(payload, NULL), (gssize) g_bytes_get_size(payload), NULL) &&
	     run(find(protocol), sent, received, host_path, device_path, limit_s, seconds) &&
	     arrived(target, payload);
	g_unlink(source);
	g_unlink(target);
	g_rmdir(sent);
	g_rmdir(received);
	return ok;
}

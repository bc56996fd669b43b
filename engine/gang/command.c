// SPDX-License-Identifier: Apache-2.0
#include "engine/gang/command.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "engine/records/export.h"
#include "engine/safe-text.h"

#define LINE_MAX_BYTES 1024
#define READ_SIZE      4096
/* What a command may print in all: more is read and thrown away. */
#define OUTPUT_MAX (256 * 1024)
#define PREFIX     "GANTRY_"

/* One start of a command, until it has ended and its output is read. */
typedef struct {
	const GyStep *step;
	GSubprocess *process;
	pid_t group;
	GInputStream *output;
	GyCommandFunc on_line;
	gpointer data;
	gsize n_bytes;
	GString *line;
	char *last_line;
	gboolean is_read;
	gboolean has_exited;
	gboolean is_late;
	gboolean is_stopped;
} Start;

/* ---- what the command is told --------------------------------------------------------------------------- */

static int
input_of(const GyRecord *record)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	g_autofree char *text = NULL;
	int fd = memfd_create("gantry-run", MFD_CLOEXEC);
	gsize size;

	json_node_take_object(node, gy_record_to_json(record));
	text = json_to_string(node, FALSE);
	size = strlen(text);
	/* a file without a name: a command that does not read its input breaks no pipe of ours */
	if (fd >= 0 && write(fd, text, size) == (gssize) size && write(fd, "\n", 1) == 1 &&
		lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Nothing of the run before is in it: each field is set, or taken out. */
static void
set_environment(GSubprocessLauncher *launcher, const GyRecord *record)
{
	for (const GyRecordField *field = gy_record_fields(); field->name; field++) {
		g_autofree char *upper = g_ascii_strup(field->name, -1);
		g_autofree char *name = g_strconcat(PREFIX, upper, NULL);
		g_autofree char *value = gy_record_field_text(record, field);

		if (value && !g_str_equal(field->name, "log") && !g_str_equal(field->name, "steps"))
			g_subprocess_launcher_setenv(launcher, name, value, TRUE);
		else
			g_subprocess_launcher_unsetenv(launcher, name);
	}
}

/*
 * In the child: a group of its own, so that all that it starts can be killed; and nothing outlives us. Its number is told through
 * a pipe: GSubprocess forgets it as soon as the process has ended, and what that left behind has to be found then too.
 */
static void
set_up_child(gpointer data)
{
	int fd = GPOINTER_TO_INT(data);
	pid_t group = getpid();

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (write(fd, &group, sizeof group) != sizeof group)
		_exit(127);
}

/* The group of a process that was spawned with the other end of the pipe; 0 if it never came so far. */
static pid_t
read_group(int fd)
{
	pid_t group = 0;

	return read(fd, &group, sizeof group) == sizeof group ? group : 0;
}

static GSubprocess *
spawn_words(const GyStep *step, const char *folder, const GyRecord *record, int group_fd, GError **error)
{
	g_autoptr(GSubprocessLauncher) launcher =
		g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
	g_auto(GStrv) words = NULL;
	GSubprocess *process;
	g_autoptr(GError) cause = NULL;
	int input = input_of(record);

	if (input < 0 || !g_shell_parse_argv(step->command, NULL, &words, &cause)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CHECK_START, "%s: %s", step->name,
			cause ? cause->message : _("no room for what it is told"));
		if (input >= 0)
			close(input);
		return NULL;
	}
	g_subprocess_launcher_take_stdin_fd(launcher, input);
	if (folder)
		g_subprocess_launcher_set_cwd(launcher, folder);
	set_environment(launcher, record);
	g_subprocess_launcher_set_child_setup(launcher, set_up_child, GINT_TO_POINTER(group_fd), NULL);
	process = g_subprocess_launcher_spawnv(launcher, (const char *const *) words, &cause);
	if (!process)
		g_set_error(error, GY_ERROR, GY_ERROR_CHECK_START, "%s: %s", step->name, cause->message);
	return process;
}

static GSubprocess *
spawn(const GyStep *step, const char *folder, const GyRecord *record, pid_t *group, GError **error)
{
	GSubprocess *process;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_CHECK_START, "%s: %s", step->name, g_strerror(errno));
		return NULL;
	}
	process = spawn_words(step, folder, record, fds[1], error);
	close(fds[1]);
	*group = process ? read_group(fds[0]) : 0;
	close(fds[0]);
	return process;
}

/* ---- reading what it prints ----------------------------------------------------------------------------- */

static void
take_line(Start *start)
{
	g_autofree char *safe = gy_text_safe(start->line->str);

	g_string_truncate(start->line, 0);
	if (*safe) {
		g_free(start->last_line);
		start->last_line = g_strdup(safe);
	}
	if (start->on_line)
		start->on_line(safe, start->data);
}

static void
take_bytes(Start *start, GBytes *bytes)
{
	gsize size = 0;
	const char *data = g_bytes_get_data(bytes, &size);

	start->n_bytes += size;
	for (gsize i = 0; i < size && start->n_bytes <= OUTPUT_MAX; i++) {
		if (data[i] != '\n' && data[i] != '\0' && data[i] != '\r')
			g_string_append_c(start->line, data[i]);
		if (data[i] == '\n' || start->line->len >= LINE_MAX_BYTES)
			take_line(start);
	}
}

static void read_next(Start *start);

static void
on_read(GObject *source, GAsyncResult *result, gpointer data)
{
	Start *start = data;
	g_autoptr(GBytes) bytes = g_input_stream_read_bytes_finish(start->output, result, NULL);

	if (bytes && g_bytes_get_size(bytes) > 0) {
		take_bytes(start, bytes);
		read_next(start);
		return;
	}
	if (start->line->len > 0)
		take_line(start);
	start->is_read = TRUE;
}

static void
read_next(Start *start)
{
	g_input_stream_read_bytes_async(start->output, READ_SIZE, G_PRIORITY_DEFAULT, NULL, on_read, start);
}

/* ---- its end -------------------------------------------------------------------------------------------- */

static void
kill_group(Start *start)
{
	if (start->group > 0)
		kill(-start->group, SIGKILL);
}

static void
on_exited(GObject *source, GAsyncResult *result, gpointer data)
{
	Start *start = data;

	g_subprocess_wait_finish(start->process, result, NULL);
	start->has_exited = TRUE;
	/* what it left running in the background would hold the pipe, and perhaps the port */
	kill_group(start);
}

static gboolean
on_deadline(gpointer data)
{
	Start *start = data;

	start->is_late = TRUE;
	kill_group(start);
	return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled(GCancellable *cancellable, gpointer data)
{
	Start *start = data;

	start->is_stopped = TRUE;
	kill_group(start);
	return G_SOURCE_REMOVE;
}

static GSource *
attach(GSource *source, GMainContext *context, GSourceFunc func, gpointer data)
{
	g_source_set_callback(source, func, data, NULL);
	g_source_attach(source, context);
	return source;
}

static void
detach(GSource *source)
{
	if (!source)
		return;
	g_source_destroy(source);
	g_source_unref(source);
}

static void
wait_for_end(Start *start, GCancellable *cancellable)
{
	GMainContext *context = g_main_context_get_thread_default();
	GSource *late = attach(g_timeout_source_new(start->step->deadline_ms), context, on_deadline, start);
	GSource *stop = cancellable ? attach(g_cancellable_source_new(cancellable), context,
					      G_SOURCE_FUNC(on_cancelled), start)
				    : NULL;

	g_subprocess_wait_async(start->process, NULL, on_exited, start);
	read_next(start);
	while (!start->has_exited || !start->is_read)
		g_main_context_iteration(context, TRUE);
	detach(late);
	detach(stop);
}

static gboolean
judge(const Start *start, GError **error)
{
	const char *name = start->step->name;
	const char *words = start->last_line ? start->last_line : _("it printed nothing");

	if (start->is_stopped)
		g_set_error(error, GY_ERROR, GY_ERROR_CANCELLED, _("stopped on request in %s"), name);
	else if (start->is_late)
		g_set_error(error, GY_ERROR, GY_ERROR_CHECK_TIMEOUT, _("%s took longer than %u ms: %s"), name,
			start->step->deadline_ms, words);
	else if (!g_subprocess_get_if_exited(start->process))
		g_set_error(error, GY_ERROR, GY_ERROR_CHECK_FAILED, _("%s was ended by signal %d: %s"), name,
			g_subprocess_get_term_sig(start->process), words);
	else if (g_subprocess_get_exit_status(start->process) != 0)
		g_set_error(error, GY_ERROR, GY_ERROR_CHECK_FAILED, _("%s ended with %d: %s"), name,
			g_subprocess_get_exit_status(start->process), words);
	else
		return TRUE;
	return FALSE;
}

static gboolean
run_once(const GyStep *step, const char *folder, const GyRecord *record, GCancellable *cancellable,
	GyCommandFunc on_line, gpointer data, GError **error)
{
	pid_t group = 0;
	g_autoptr(GSubprocess) process = spawn(step, folder, record, &group, error);
	g_autoptr(GString) line = g_string_new(NULL);
	Start start = {.step = step,
		.process = process,
		.group = group,
		.line = line,
		.on_line = on_line,
		.data = data};
	gboolean done;

	if (!process)
		return FALSE;
	start.output = g_subprocess_get_stdout_pipe(process);
	wait_for_end(&start, cancellable);
	done = judge(&start, error);
	g_free(start.last_line);
	return done;
}

gboolean
gy_command_step_run(const GyStep *step, const char *folder, const GyRecord *record, GCancellable *cancellable,
	GyCommandFunc on_line, gpointer data, GError **error)
{
	for (guint i = 1;; i++) {
		g_autoptr(GError) problem = NULL;

		if (run_once(step, folder, record, cancellable, on_line, data, &problem))
			return TRUE;
		if (i >= step->tries || g_error_matches(problem, GY_ERROR, GY_ERROR_CANCELLED) ||
			g_error_matches(problem, GY_ERROR, GY_ERROR_CHECK_START)) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return FALSE;
		}
		if (on_line)
			on_line(problem->message, data);
	}
}

// SPDX-License-Identifier: Apache-2.0
#include "engine/devices/simulated-board.h"

#include <glib/gi18n-lib.h>
#include <signal.h>
#include <sys/prctl.h>

#define PROGRAM   "gantry-sim"
#define BAUD      921600
#define CODE_SIZE (256 * 1024)
#define CODE_MAX  (1024 * 1024)

struct _GySimulatedBoard {
	GObject parent;

	GySample *sample;
	char *port;
	char *flash;
	guint baud;
	GSubprocess *process;
	GCancellable *stop;
};

G_DEFINE_FINAL_TYPE(GySimulatedBoard, gy_simulated_board, G_TYPE_OBJECT)

static guint signal_ended;

/* ---- the program ---------------------------------------------------------------------------------------- */

/* (transfer full) (nullable): @name below the folder of our own program, if it can be run */
static char *
beside_us(const char *name)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *folder = self ? g_path_get_dirname(self) : NULL;
	g_autofree char *path = folder ? g_build_filename(folder, name, NULL) : NULL;

	return path && g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) && !g_file_test(path, G_FILE_TEST_IS_DIR)
		       ? g_steal_pointer(&path)
		       : NULL;
}

char *
gy_simulator_find(void)
{
	const char *named = g_getenv("GANTRY_SIM");
	char *path;

	if (named && *named)
		return g_strdup(named);
	path = beside_us(PROGRAM);
	if (!path)
		path = beside_us("../device-agent/ports/sim/" PROGRAM);
	return path ? path : g_find_program_in_path(PROGRAM);
}

/* ---- what is asked for ---------------------------------------------------------------------------------- */

typedef struct {
	GPtrArray *words; /* of the command line, in our own memory */
	gint64 code_size;
	gint64 baud;
} Spec;

static void
spec_free(Spec *spec)
{
	g_ptr_array_unref(spec->words);
	g_free(spec);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Spec, spec_free)

static gboolean
take_number(const char *name, const char *value, gint64 most, gint64 *number, GError **error)
{
	g_autoptr(GError) why = NULL;

	if (value && g_ascii_string_to_signed(value, 10, 1, most, number, &why))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE, _("simulated board: %s wants a number: %s"), name,
		why ? why->message : _("there is none"));
	return FALSE;
}

static gboolean
take_option(Spec *spec, const char *option, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(option, "=", 2);
	const char *value = parts[0] ? parts[1] : NULL;

	if (!parts[0] || !*parts[0])
		return TRUE;
	if (g_str_equal(parts[0], "code-size"))
		return take_number(parts[0], value, CODE_MAX, &spec->code_size, error);
	if (g_str_equal(parts[0], "baud"))
		return take_number(parts[0], value, 4000000, &spec->baud, error);
	g_ptr_array_add(spec->words, g_strconcat("--", parts[0], NULL));
	if (value)
		g_ptr_array_add(spec->words, g_strdup(value));
	return TRUE;
}

static Spec *
spec_new(const char *text, GError **error)
{
	g_auto(GStrv) options = g_strsplit(text ? text : "", ",", -1);
	g_autoptr(Spec) spec = g_new0(Spec, 1);

	spec->words = g_ptr_array_new_with_free_func(g_free);
	spec->code_size = CODE_SIZE;
	spec->baud = BAUD;
	for (guint i = 0; options[i]; i++)
		if (!take_option(spec, g_strstrip(options[i]), error))
			return NULL;
	return g_steal_pointer(&spec);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

void
gy_simulated_board_stop(GySimulatedBoard *board)
{
	g_cancellable_cancel(board->stop);
	/* asked to end it removes its link; it is no power cut that is meant */
	if (board->process)
		g_subprocess_send_signal(board->process, SIGTERM);
	g_clear_object(&board->process);
	g_clear_pointer(&board->sample, gy_sample_unref);
}

static void
gy_simulated_board_dispose(GObject *object)
{
	gy_simulated_board_stop(GY_SIMULATED_BOARD(object));
	G_OBJECT_CLASS(gy_simulated_board_parent_class)->dispose(object);
}

static void
gy_simulated_board_finalize(GObject *object)
{
	GySimulatedBoard *board = GY_SIMULATED_BOARD(object);

	g_object_unref(board->stop);
	g_free(board->port);
	g_free(board->flash);
	G_OBJECT_CLASS(gy_simulated_board_parent_class)->finalize(object);
}

static void
gy_simulated_board_class_init(GySimulatedBoardClass *class)
{
	G_OBJECT_CLASS(class)->dispose = gy_simulated_board_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_simulated_board_finalize;
	signal_ended = g_signal_new(
		"ended", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gy_simulated_board_init(GySimulatedBoard *board)
{
	board->stop = g_cancellable_new();
}

const char *
gy_simulated_board_port(GySimulatedBoard *board)
{
	return board->port;
}

guint
gy_simulated_board_baud(GySimulatedBoard *board)
{
	return board->baud;
}

GySample *
gy_simulated_board_sample(GySimulatedBoard *board)
{
	return board->sample;
}

/* ---- starting ------------------------------------------------------------------------------------------- */

static void
end_with_us(gpointer data)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static void
add(GPtrArray *words, const char *name, const char *value)
{
	g_ptr_array_add(words, g_strdup(name));
	if (value)
		g_ptr_array_add(words, g_strdup(value));
}

static GPtrArray *
command_line(const char *program, GySimulatedBoard *board, Spec *spec)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *image = g_strconcat("application=", board->sample->image, NULL);
	g_autofree char *baud = g_strdup_printf("%u", board->baud);

	add(words, program, NULL);
	add(words, "--quiet", NULL);
	add(words, "--new", NULL);
	add(words, "--flash", board->flash);
	add(words, "--root-key", board->sample->root_key);
	add(words, "--image", image);
	add(words, "--version", "1.0");
	add(words, "--pty", board->port);
	add(words, "--baud", baud);
	for (guint i = 0; i < spec->words->len; i++)
		add(words, g_ptr_array_index(spec->words, i), NULL);
	g_ptr_array_add(words, NULL);
	return words;
}

static gboolean
spawn(GySimulatedBoard *board, Spec *spec, GError **error)
{
	g_autofree char *program = gy_simulator_find();
	g_autoptr(GSubprocessLauncher) launcher =
		g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
	g_autoptr(GPtrArray) words = NULL;
	g_autoptr(GError) why = NULL;

	if (!program) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_FOUND,
			_("%s is neither beside this program nor in PATH"), PROGRAM);
		return FALSE;
	}
	words = command_line(program, board, spec);
	g_subprocess_launcher_set_child_setup(launcher, end_with_us, NULL, NULL);
	board->process = g_subprocess_launcher_spawnv(launcher, (const char *const *) words->pdata, &why);
	if (!board->process)
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_FOUND, _("%s cannot be started: %s"), program,
			why->message);
	return board->process != NULL;
}

/* What it says on its way out, which is short and all there already when the other pipe has closed. */
static void
on_last_words(GObject *stream, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) task = data;
	g_autoptr(GBytes) bytes = g_input_stream_read_bytes_finish(G_INPUT_STREAM(stream), result, NULL);
	gsize size = 0;
	const char *text = bytes ? g_bytes_get_data(bytes, &size) : NULL;
	g_autofree char *safe = g_utf8_make_valid(text ? text : "", (gssize) size);

	g_task_return_new_error(task, GY_ERROR, GY_ERROR_CFG_VALUE,
		_("the simulated board does not start: %s"), g_strstrip(safe));
}

static void
on_ended(GObject *process, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;

	if (!g_subprocess_wait_finish(G_SUBPROCESS(process), result, &error))
		return;
	g_signal_emit(data, signal_ended, 0);
}

/* Its first line says that it can be connected to. */
static void
on_first_line(GObject *stream, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) task = data;
	GySimulatedBoard *board = g_object_get_data(G_OBJECT(task), "board");
	g_autoptr(GError) error = NULL;
	g_autofree char *line =
		g_data_input_stream_read_line_finish(G_DATA_INPUT_STREAM(stream), result, NULL, &error);

	if (line) {
		/* nobody holds the object for this call: its end cancels it */
		g_subprocess_wait_async(board->process, board->stop, on_ended, board);
		g_task_return_pointer(task, g_object_ref(board), g_object_unref);
		return;
	}
	if (error) {
		g_task_return_error(task, g_steal_pointer(&error));
		return;
	}
	g_input_stream_read_bytes_async(g_subprocess_get_stderr_pipe(board->process), 4096,
		G_PRIORITY_DEFAULT, NULL, on_last_words, g_steal_pointer(&task));
}

static void
make_sample(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	GError *error = NULL;
	GySample *sample = gy_sample_new((gsize) ((Spec *) data)->code_size, &error);

	if (sample)
		g_task_return_pointer(task, sample, (GDestroyNotify) gy_sample_unref);
	else
		g_task_return_error(task, error);
}

static GySimulatedBoard *
board_new(GySample *sample, const Spec *spec)
{
	GySimulatedBoard *board = g_object_new(GY_TYPE_SIMULATED_BOARD, NULL);

	board->sample = sample;
	board->port = g_strdup_printf("%s/board-%u", sample->folder, ++sample->n_boards);
	board->flash = g_strconcat(board->port, ".flash", NULL);
	board->baud = (guint) spec->baud;
	return board;
}

/* The child is started on this thread: it is to end with the one that started it. */
static void
start_with(GTask *owned, GySample *sample)
{
	g_autoptr(GTask) task = owned;
	Spec *spec = g_task_get_task_data(task);
	GySimulatedBoard *board = board_new(sample, spec);
	GCancellable *cancellable = g_task_get_cancellable(task);
	g_autoptr(GDataInputStream) output = NULL;
	GError *error = NULL;

	g_object_set_data_full(G_OBJECT(task), "board", board, g_object_unref);
	if (!spawn(board, spec, &error)) {
		g_task_return_error(task, error);
		return;
	}
	output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(board->process));
	g_filter_input_stream_set_close_base_stream(G_FILTER_INPUT_STREAM(output), FALSE);
	g_data_input_stream_read_line_async(
		output, G_PRIORITY_DEFAULT, cancellable, on_first_line, g_steal_pointer(&task));
}

static void
on_sample(GObject *source, GAsyncResult *result, gpointer data)
{
	GError *error = NULL;
	GySample *sample = g_task_propagate_pointer(G_TASK(result), &error);

	if (sample) {
		start_with(data, sample);
		return;
	}
	g_task_return_error(data, error);
	g_object_unref(data);
}

void
gy_simulated_board_start_async(const char *text, GySample *sample, GCancellable *cancellable,
	GAsyncReadyCallback callback, gpointer data)
{
	GTask *task = g_task_new(NULL, cancellable, callback, data);
	g_autoptr(GTask) first = NULL;
	GError *error = NULL;
	Spec *spec = spec_new(text, &error);

	if (!spec) {
		g_task_return_error(task, error);
		g_object_unref(task);
		return;
	}
	g_task_set_task_data(task, spec, (GDestroyNotify) spec_free);
	if (sample) {
		start_with(task, gy_sample_ref(sample));
		return;
	}
	first = g_task_new(NULL, cancellable, on_sample, task);
	/* the outer task holds it as long as this one runs */
	g_task_set_task_data(first, spec, NULL);
	g_task_run_in_thread(first, make_sample);
}

GySimulatedBoard *
gy_simulated_board_start_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tests/cli/run.h"
#include "tests/pcp/stock-device.h"

/* The program itself, and a stock device at the other end of a pseudo-terminal. */

typedef struct {
	int fd;
	int held; /* so that the terminal outlives who opens it */
	char *port;
	StockDevice *device;
	guint lose;  /* the message of the device that is lost, counted from 1 */
	guint spoil; /* the message to it that comes damaged */
	guint n_up;
	guint n_down;
	gint is_over;
	GThread *thread;
} Line;

static gint64
now_ms(void)
{
	return g_get_monotonic_time() / 1000;
}

static void
say(Line *line)
{
	if (line->device->out->len == 0)
		return;
	if (++line->n_up != line->lose)
		g_assert_cmpint(write(line->fd, line->device->out->data, line->device->out->len), ==,
			(gssize) line->device->out->len);
	g_byte_array_set_size(line->device->out, 0);
}

static gpointer
run_device(gpointer data)
{
	Line *line = data;

	while (!g_atomic_int_get(&line->is_over)) {
		struct pollfd poll_fd = {.fd = line->fd, .events = POLLIN};
		guint8 bytes[1024];

		if (poll(&poll_fd, 1, 20) > 0 && (poll_fd.revents & POLLIN)) {
			gssize n = read(line->fd, bytes, sizeof bytes);

			if (n > 0 && ++line->n_down == line->spoil)
				bytes[n - 1] ^= 0x40;
			if (n > 0)
				stock_device_receive(line->device, bytes, (gsize) n, now_ms());
		}
		stock_device_step(line->device, now_ms());
		say(line);
	}
	return NULL;
}

static void
line_start(Line *line, GBytes *good)
{
	struct termios settings;

	line->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	g_assert_cmpint(line->fd, >=, 0);
	g_assert_cmpint(grantpt(line->fd), ==, 0);
	g_assert_cmpint(unlockpt(line->fd), ==, 0);
	line->port = g_strdup(ptsname(line->fd));
	line->held = open(line->port, O_RDWR | O_NOCTTY | O_CLOEXEC);
	g_assert_cmpint(tcgetattr(line->held, &settings), ==, 0);
	cfmakeraw(&settings);
	g_assert_cmpint(tcsetattr(line->held, TCSANOW, &settings), ==, 0);
	line->device = stock_device_new("V1.0", good);
	line->device->install_ms = 1200;
	line->thread = g_thread_new("device", run_device, line);
}

static void
line_end(Line *line)
{
	g_atomic_int_set(&line->is_over, 1);
	g_thread_join(line->thread);
	stock_device_free(line->device);
	close(line->held);
	close(line->fd);
	g_free(line->port);
}

static char *
vector(const char *folder, const char *name)
{
	return g_test_build_filename(G_TEST_DIST, "vectors", "liteos", folder, name, NULL);
}

static GBytes *
read_file(const char *path)
{
	g_autoptr(GError) error = NULL;
	char *data;
	gsize size;

	g_file_get_contents(path, &data, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(data, size);
}

static void
test_flash(gconstpointer data)
{
	const Line *faults = data;
	Line line = {.lose = faults->lose, .spoil = faults->spoil};
	char *folder = folder_new();
	g_autofree char *database = g_build_filename(folder, "records.db", NULL);
	g_autoptr(Run) list = NULL;
	JsonObject *record;
	g_autofree char *path = vector("pkg", "p2_diff.signed.bin");
	g_autoptr(GBytes) good = read_file(path);
	g_autoptr(Run) run = NULL;
	g_autoptr(GPtrArray) objects = NULL;

	line_start(&line, good);
	run = run_gantry("flash", path, "--pcp", "--version", "V1.1", "--port", line.port, "--database",
		database, "--json", NULL);
	objects = assert_documented(run->out);
	g_assert_cmpint(run->status, ==, 0);
	g_assert_cmpstr(json_object_get_string_member(last_object(objects), "verdict"), ==, "version");
	g_assert_cmpstr(line.device->running, ==, "V1.1");
	line_end(&line);
	list = run_gantry("records", "list", "--database", database, "--json", NULL);
	g_ptr_array_unref(objects);
	objects = assert_documented(list->out);
	record = last_object(objects);
	g_assert_cmpstr(json_object_get_string_member(record, "result"), ==, "done");
	g_assert_cmpstr(json_object_get_string_member(record, "outcome"), ==, "upgraded");
	g_assert_cmpstr(json_object_get_string_member(record, "from_version"), ==, "V1.0");
	g_assert_cmpstr(json_object_get_string_member(record, "to_version"), ==, "V1.1");
	folder_free(folder);
}

/* Its signature is not the device's: it says so at the end. */
static void
test_other_signature(void)
{
	Line line = {0};
	g_autofree char *path = vector("pkg", "p2_diff.signed.bin");
	g_autofree char *other = vector("pkg", "p1_full.signed.bin");
	g_autoptr(GBytes) good = read_file(other);
	g_autoptr(Run) run = NULL;

	line_start(&line, good);
	run = run_gantry("flash", path, "--pcp", "--version", "V1.1", "--port", line.port, NULL);
	g_assert_cmpint(run->status, ==, 7);
	assert_sentence(run, "upgrade/failed");
	g_assert_nonnull(strstr(run->err, "0x08"));
	line_end(&line);
}

static void
test_refused(void)
{
	Line line = {0};
	g_autofree char *path = vector("pkg", "p2_diff.signed.bin");
	g_autoptr(GBytes) good = read_file(path);
	g_autoptr(Run) run = NULL;

	line_start(&line, good);
	line.device->refuses = GY_PCP_LATEST;
	run = run_gantry("flash", path, "--pcp", "--version", "V1.1", "--port", line.port, NULL);
	g_assert_cmpint(run->status, ==, 6);
	assert_sentence(run, "device/refused");
	line_end(&line);
}

static void
test_command_line(void)
{
	g_autofree char *unsigned_package = vector("pkg", "p2_diff.info32.bin");
	g_autofree char *path = vector("pkg", "p2_diff.signed.bin");
	g_autoptr(Run) other = run_gantry(
		"flash", unsigned_package, "--pcp", "--version", "V1.1", "--port", "socket:nowhere", NULL);
	g_autoptr(Run) no_version = run_gantry("flash", path, "--pcp", "--port", "socket:nowhere", NULL);
	g_autoptr(Run) no_pcp =
		run_gantry("flash", path, "--fragment", "100", "--port", "socket:nowhere", NULL);
	g_autoptr(Run) fragment = run_gantry("flash", path, "--pcp", "--version", "V1.1", "--fragment", "501",
		"--port", "socket:nowhere", NULL);

	g_autoptr(Run) dry = run_gantry(
		"flash", path, "--pcp", "--version", "V1.1", "--dry-run", "--port", "socket:nowhere", NULL);
	g_autoptr(Run) no_reset = run_gantry(
		"flash", path, "--pcp", "--version", "V1.1", "--no-reset", "--port", "socket:nowhere", NULL);
	g_autoptr(Run) both = run_gantry(
		"flash", path, "--pcp", "--version", "V1.1", "--boot2", "--port", "socket:nowhere", NULL);

	g_assert_cmpint(dry->status, ==, 2);
	g_assert_cmpint(no_reset->status, ==, 2);
	g_assert_cmpint(both->status, ==, 2);
	g_assert_cmpint(other->status, ==, 3);
	assert_sentence(other, "package/not-supported");
	g_assert_cmpint(no_version->status, ==, 2);
	g_assert_cmpint(no_pcp->status, ==, 2);
	g_assert_cmpint(fragment->status, ==, 3);
	assert_sentence(fragment, "cfg/value");
}

int
main(int argc, char **argv)
{
	static const Line clean, lossy = {.lose = 3, .spoil = 5};

	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/pcp/flash/stock-device-is-fed", &clean, test_flash);
	g_test_add_data_func("/pcp/flash/lost-and-damaged-frames-come-again", &lossy, test_flash);
	g_test_add_func("/pcp/flash/other-signature-is-the-device-s-to-find", test_other_signature);
	g_test_add_func("/pcp/flash/refusal-is-told", test_refused);
	g_test_add_func("/pcp/flash/only-what-fits-is-sent", test_command_line);
	return g_test_run();
}

// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "tests/transport/conformance.h"

#define NOBODY  65534
#define DIALOUT 20

/* ---- names ---------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *port;
	GyLinkError code;
} wrong_names[] = {
	{"no-path", "ttyUSB0", GY_LINK_ERROR_BAD_PORT},
	{"empty", "", GY_LINK_ERROR_BAD_PORT},
	{"folder", "/tmp", GY_LINK_ERROR_BAD_PORT},
	{"file", "/etc/passwd", GY_LINK_ERROR_BAD_PORT},
	{"missing", "/dev/ttyNONE7", GY_LINK_ERROR_NO_PORT},
	{"below-a-file", "/etc/passwd/tty", GY_LINK_ERROR_NO_PORT},
	{"serial-missing", "serial:/dev/ttyNONE7", GY_LINK_ERROR_NO_PORT},
	{"serial-folder", "serial:/dev", GY_LINK_ERROR_BAD_PORT},
	{"serial-empty", "serial:", GY_LINK_ERROR_BAD_PORT},
	{"socket-empty", "socket:", GY_LINK_ERROR_BAD_PORT},
	{"socket-file", "socket:/etc/passwd", GY_LINK_ERROR_BAD_PORT},
	{"tcp-empty", "tcp:", GY_LINK_ERROR_BAD_PORT},
	{"tcp-no-port", "tcp:localhost", GY_LINK_ERROR_BAD_PORT},
	{"tcp-no-host", "tcp::5000", GY_LINK_ERROR_BAD_PORT},
	{"tcp-port-0", "tcp:localhost:0", GY_LINK_ERROR_BAD_PORT},
	{"tcp-port-too-high", "tcp:localhost:65536", GY_LINK_ERROR_BAD_PORT},
	{"tcp-port-no-number", "tcp:localhost:http", GY_LINK_ERROR_BAD_PORT},
	{"unknown-kind", "parallel:1", GY_LINK_ERROR_BAD_PORT},
	{"usb-empty", "usb:", GY_LINK_ERROR_BAD_PORT},
	{"usb-no-product", "usb:1209", GY_LINK_ERROR_BAD_PORT},
	{"usb-no-hexadecimal", "usb:1209:000g", GY_LINK_ERROR_BAD_PORT},
	{"usb-id-too-long", "usb:01209:0001", GY_LINK_ERROR_BAD_PORT},
	{"usb-empty-serial-number", "usb:1209:0001:", GY_LINK_ERROR_BAD_PORT},
	{"path-empty", "path:", GY_LINK_ERROR_BAD_PORT},
	{"path-no-port", "path:1", GY_LINK_ERROR_BAD_PORT},
	{"path-empty-port", "path:1-", GY_LINK_ERROR_BAD_PORT},
	{"path-port-0", "path:1-0", GY_LINK_ERROR_BAD_PORT},
	{"path-leading-zero", "path:1-04", GY_LINK_ERROR_BAD_PORT},
	{"path-ends-with-dot", "path:1-4.", GY_LINK_ERROR_BAD_PORT},
	{"path-too-high", "path:1-256", GY_LINK_ERROR_BAD_PORT},
	{"path-too-deep", "path:1-1.2.3.4.5.6.7.8", GY_LINK_ERROR_BAD_PORT},
	{"path-folder", "path:../1-4", GY_LINK_ERROR_BAD_PORT},
};

static void
refuses_a_wrong_name(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(GError) error = NULL;
	g_autoptr(GyTransport) transport = gy_transport_new(wrong_names[i].port, &error);

	g_assert_null(transport);
	g_assert_error(error, GY_LINK_ERROR, (gint) wrong_names[i].code);
}

static void
refuses_a_path_too_long_for_a_socket(void)
{
	g_autofree char *path = g_strnfill(200, 'a');
	g_autofree char *port = g_strdup_printf("socket:/%s", path);
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_transport_new(port, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT);
}

static void
asks_for_the_prefix_of_a_socket(void)
{
	g_autoptr(Bench) bench = bench_new(BENCH_UNIX);
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_transport_new(bench->path, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT);
	g_assert_nonnull(strstr(error->message, "socket:"));
}

static void
refuses_a_device_that_is_no_tty(void)
{
	static const char *const ports[] = {"/dev/null", "serial:/dev/zero"};
	guint i;

	for (i = 0; i < G_N_ELEMENTS(ports); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GyTransport) transport = gy_transport_new(ports[i], &error);

		g_assert_no_error(error);
		g_assert_false(gy_transport_open(transport, 115200, NULL, &error));
		g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT);
	}
}

/* ---- ports that others have or keep --------------------------------------------------------------------- */

static char *
slave_of(const Bench *bench)
{
	char *path = g_file_read_link(bench->path, NULL);

	g_assert_nonnull(path);
	return path;
}

/* In a child without root's rights: tries to open, and hands the error's code and sentence back. */
static GyLinkError
open_as_nobody(Bench *bench, char **message)
{
	int ends[2];
	char text[512] = {0};
	guint8 code = 0xFF;
	pid_t child;

	g_assert_cmpint(pipe(ends), ==, 0);
	child = fork();
	if (child == 0) {
		g_autoptr(GError) error = NULL;

		if (setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
			setresuid(NOBODY, NOBODY, NOBODY) == 0 &&
			!gy_transport_open(bench->transport, 115200, NULL, &error)) {
			code = (guint8) error->code;
			g_strlcpy(text, error->message, sizeof text);
		}
		_exit(write(ends[1], &code, 1) == 1 && write(ends[1], text, sizeof text) > 0 ? 0 : 1);
	}
	close(ends[1]);
	g_assert_cmpint(read(ends[0], &code, 1), ==, 1);
	g_assert_cmpint(read(ends[0], text, sizeof text), ==, sizeof text);
	close(ends[0]);
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	*message = g_strndup(text, sizeof text);
	return (GyLinkError) code;
}

static void
names_the_group_that_may(gconstpointer data)
{
	g_autofree char *message = NULL;
	g_autofree char *slave = NULL;
	const struct group *group;
	g_autoptr(Bench) bench = NULL;

	if (geteuid() != 0) {
		g_test_skip("needs root, to give rights up");
		return;
	}
	bench = bench_new(GPOINTER_TO_INT(data));
	slave = slave_of(bench);
	g_assert_cmpint(chown(slave, 0, DIALOUT), ==, 0);
	g_assert_cmpint(chmod(slave, 0660), ==, 0);
	g_assert_cmpint(open_as_nobody(bench, &message), ==, GY_LINK_ERROR_FORBIDDEN);
	group = getgrgid(DIALOUT);
	g_assert_nonnull(strstr(message, group != NULL ? group->gr_name : "20"));
}

static void
names_the_user_where_no_group_may(gconstpointer data)
{
	g_autofree char *message = NULL;
	g_autofree char *slave = NULL;
	g_autoptr(Bench) bench = NULL;

	if (geteuid() != 0) {
		g_test_skip("needs root, to give rights up");
		return;
	}
	bench = bench_new(GPOINTER_TO_INT(data));
	slave = slave_of(bench);
	g_assert_cmpint(chmod(slave, 0600), ==, 0);
	g_assert_cmpint(open_as_nobody(bench, &message), ==, GY_LINK_ERROR_FORBIDDEN);
	g_assert_nonnull(strstr(message, "the user root"));
}

/* A child holds the port until its pipe is closed. */
static pid_t
hold(Bench *bench, int *leash)
{
	int ready[2];
	int wait[2];
	char byte = 0;
	pid_t child;

	g_assert_cmpint(pipe(ready), ==, 0);
	g_assert_cmpint(pipe(wait), ==, 0);
	child = fork();
	if (child == 0) {
		close(wait[1]);
		byte = gy_transport_open(bench->transport, 115200, NULL, NULL) ? 'y' : 'n';
		_exit(write(ready[1], &byte, 1) == 1 && read(wait[0], &byte, 1) == 0 ? 0 : 1);
	}
	close(ready[1]);
	close(wait[0]);
	g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
	g_assert_cmpint(byte, ==, 'y');
	close(ready[0]);
	*leash = wait[1];
	return child;
}

static void
names_the_program_that_has_it(gconstpointer data)
{
	g_autoptr(Bench) bench = bench_new(GPOINTER_TO_INT(data));
	g_autoptr(GError) error = NULL;
	g_autofree char *program = NULL;
	g_autofree char *process = NULL;
	int leash;
	pid_t child = hold(bench, &leash);

	g_assert_false(gy_transport_open(bench->transport, 115200, NULL, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BUSY);
	process = g_strdup_printf("process %d", (int) child);
	g_assert_nonnull(strstr(error->message, process));
	g_assert_true(g_file_get_contents("/proc/self/comm", &program, NULL, NULL));
	g_assert_nonnull(strstr(error->message, g_strstrip(program)));
	close(leash);
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	bench_open(bench);
}

/* A program that does not lock files, but has asked for the terminal alone. */
static void
a_foreign_program_may_have_it(gconstpointer data)
{
	g_autofree char *message = NULL;
	g_autofree char *slave = NULL;
	g_autoptr(Bench) bench = NULL;
	int code;
	int fd;

	if (geteuid() != 0) {
		g_test_skip("needs root, to give rights up");
		return;
	}
	bench = bench_new(GPOINTER_TO_INT(data));
	slave = slave_of(bench);
	g_assert_cmpint(chmod(slave, 0666), ==, 0);
	fd = open(slave, O_RDWR | O_NOCTTY);
	g_assert_cmpint(ioctl(fd, TIOCEXCL), ==, 0);
	code = open_as_nobody(bench, &message);
	/* where ModemManager runs, it is the suspect */
	g_assert_true(code == GY_LINK_ERROR_BUSY || code == GY_LINK_ERROR_MODEM_MANAGER);
	g_assert_nonnull(strstr(message, "in use by"));
	close(fd);
}

static const struct {
	const char *name;
	GTestDataFunc run;
} tty_only[] = {
	{"names-the-group-that-may", names_the_group_that_may},
	{"names-the-user-where-no-group-may", names_the_user_where_no_group_may},
	{"names-the-program-that-has-it", names_the_program_that_has_it},
	{"a-foreign-program-may-have-it", a_foreign_program_may_have_it},
};

static void
add(const char *kind, const char *name, gpointer data, GTestDataFunc run)
{
	g_autofree char *path = g_strdup_printf("/transport/%s/%s", kind, name);

	g_test_add_data_func(path, data, run);
}

int
main(int argc, char **argv)
{
	guint kind;
	guint i;

	g_test_init(&argc, &argv, NULL);
	for (kind = 0; kind < BENCH_N_KINDS; kind++) {
		conformance_add(bench_names[kind], kind);
		if (kind != BENCH_PTY && kind != BENCH_SERIAL)
			continue;
		for (i = 0; i < G_N_ELEMENTS(tty_only); i++)
			add(bench_names[kind], tty_only[i].name, GUINT_TO_POINTER(kind), tty_only[i].run);
	}
	for (i = 0; i < G_N_ELEMENTS(wrong_names); i++)
		add("name", wrong_names[i].name, GUINT_TO_POINTER(i), refuses_a_wrong_name);
	g_test_add_func("/transport/name/socket-too-long", refuses_a_path_too_long_for_a_socket);
	g_test_add_func("/transport/name/asks-for-the-prefix-of-a-socket", asks_for_the_prefix_of_a_socket);
	g_test_add_func("/transport/name/device-that-is-no-tty", refuses_a_device_that_is_no_tty);
	return g_test_run();
}

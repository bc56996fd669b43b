// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/sim/rig.h"

#define SOON_MS     5000
#define SILENT_MS   400

#define APPLICATION "--image", "application=#inputs/app_sign.bin"
#define PROVISION   "--new", "--root-key", "#keys/test_root_public_key.pem", APPLICATION

#define DEVICE_ID   "000102030405060708090a0b0c0d0e0f"

static const char *
pty_of(const struct rig *rig)
{
	g_assert_true(g_str_has_prefix(rig->place, "pty /dev/pts/"));
	return rig->place + strlen("pty ");
}

static void
check_info(const struct gyw_info *info, const char *version)
{
	static const guint8 id[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

	g_assert_cmpstr(info->chip, ==, "ws63");
	g_assert_cmpstr(info->board, ==, "ws63");
	g_assert_cmpstr(info->version, ==, version);
	g_assert_cmpmem(info->device_id, info->device_id_size, id, sizeof id);
	g_assert_true(info->has_hardware_id);
	g_assert_cmpuint(info->hardware_id, ==, 7);
	g_assert_true(info->has_digest);
	g_assert_true(info->has_root_key);
	g_assert_cmpuint(info->boot_baud, ==, 115200);
}

static void
test_answers_on_a_pty(struct rig *rig, gconstpointer unused)
{
	struct gyw_info info;

	rig_start(rig, PROVISION, "--version", "first", "--hardware-id", "7", "--device-id", DEVICE_ID, NULL);
	rig_open(rig, pty_of(rig), 115200);
	g_assert_true(rig_hello(rig, &info, SOON_MS));
	check_info(&info, "first");
	g_assert_cmpuint(info.reset_cause, ==, GYW_RESET_POWER);
}

static void
test_answers_on_a_socket(struct rig *rig, gconstpointer unused)
{
	g_autofree char *path = rig_path(rig, "line");
	g_autofree char *place = g_strconcat("socket ", path, NULL);
	struct gyw_info info;

	rig_start(rig, PROVISION, "--version", "first", "--hardware-id", "7", "--device-id", DEVICE_ID,
		"--socket", "@line", NULL);
	g_assert_cmpstr(rig->place, ==, place);
	rig_open(rig, path, 0);
	g_assert_true(rig_hello(rig, &info, SOON_MS));
	check_info(&info, "first");
}

static void
test_hosts_take_turns(struct rig *rig, gconstpointer unused)
{
	g_autofree char *path = rig_path(rig, "line");
	struct rig second = {.line = -1};
	struct gyw_info info;

	rig_start(rig, PROVISION, "--socket", "@line", NULL);
	rig_open(rig, path, 0);
	g_assert_true(rig_hello(rig, &info, SOON_MS));
	rig_open(&second, path, 0);
	g_assert_false(rig_hello(&second, &info, SILENT_MS));
	rig_close(rig);
	g_assert_true(rig_hello(&second, &info, SOON_MS));
	rig_close(&second);
}

static void
test_a_pty_can_be_opened_again(struct rig *rig, gconstpointer unused)
{
	g_autofree char *link = rig_path(rig, "port");
	struct gyw_info info;

	rig_start(rig, PROVISION, "--pty", "@port", NULL);
	for (guint i = 0; i < 3; i++) {
		rig_open(rig, link, 115200);
		g_assert_true(rig_hello(rig, &info, SOON_MS));
	}
}

// No answer and nothing readable at a wrong rate, both at the right one.
static void
test_a_wrong_rate_gives_garbage(struct rig *rig, gconstpointer unused)
{
	struct gyw_info info;

	rig_start(rig, PROVISION, "--chatter", "20", NULL);
	rig_open(rig, pty_of(rig), 9600);
	g_assert_false(rig_hello(rig, &info, SILENT_MS));
	{
		g_autoptr(GByteArray) bytes = rig_receive(rig, 64, SOON_MS);

		g_assert_cmpuint(bytes->len, >, 0);
		g_assert_null(memmem(bytes->data, bytes->len, "tick", 4));
	}
	rig_open(rig, pty_of(rig), 115200);
	g_assert_true(rig_sees(rig, "tick", SOON_MS));
	g_assert_true(rig_hello(rig, &info, SOON_MS));
}

static void
test_starts_at_the_rate_it_is_given(struct rig *rig, gconstpointer unused)
{
	struct gyw_info info;

	rig_start(rig, PROVISION, "--baud", "921600", NULL);
	rig_open(rig, pty_of(rig), 115200);
	g_assert_false(rig_hello(rig, &info, SILENT_MS));
	rig_open(rig, pty_of(rig), 921600);
	g_assert_true(rig_hello(rig, &info, SOON_MS));
}

// How long the line makes a host wait that writes so much.
static gint64
time_of_writing(struct rig *rig, gsize size)
{
	g_autofree guint8 *bytes = g_malloc(size);
	gint64 start;

	memset(bytes, 'x', size);
	start = g_get_monotonic_time();
	rig_send(rig, bytes, size);
	return g_get_monotonic_time() - start;
}

// Processor time of the board so far.
static gint64
busy_us(struct rig *rig)
{
	g_autofree char *path = g_strdup_printf("/proc/%s/stat", g_subprocess_get_identifier(rig->process));
	g_autofree char *text = NULL;
	guint64 user, kernel;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	// fields 14 and 15, of which the name in brackets is number 2
	g_assert_cmpint(sscanf(strrchr(text, ')') + 1,
				" %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" G_GUINT64_FORMAT
				" %" G_GUINT64_FORMAT,
				&user, &kernel),
		==, 2);
	return (gint64) (user + kernel) * G_USEC_PER_SEC / sysconf(_SC_CLK_TCK);
}

// The pty itself and the line hold some 18 KiB; what is written beyond that has to wait for its byte times.
static void
test_bytes_take_their_time(struct rig *rig, gconstpointer unused)
{
	const gsize size = 128 * 1024;
	gint64 us, expected_us;

	rig_start(rig, PROVISION, "--baud", "2000000", NULL);
	rig_open(rig, pty_of(rig), 2000000);
	us = time_of_writing(rig, size);
	expected_us = (gint64) (size - 24 * 1024) * 10 * 1000000 / 2000000;
	g_assert_cmpint(us, >=, expected_us);
	// it sleeps between the bytes
	g_assert_cmpint(busy_us(rig), <, us * 3 / 4);
}

static void
test_a_socket_has_no_rate_unless_told(struct rig *rig, gconstpointer unused)
{
	g_autofree char *path = rig_path(rig, "line");
	struct gyw_info info;

	rig_start(rig, PROVISION, "--socket", "@line", NULL);
	rig_open(rig, path, 0);
	// 23 s at 115200
	g_assert_cmpint(time_of_writing(rig, 256 * 1024), <, 10 * G_USEC_PER_SEC);
	g_assert_true(rig_hello(rig, &info, SOON_MS));
}

static GBytes *
read_flash(const struct rig *rig)
{
	g_autofree char *path = rig_path(rig, "flash");
	char *bytes;
	gsize size;

	g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
	g_assert_cmpuint(size, ==, 0x400000);
	return g_bytes_new_take(bytes, size);
}

static void
test_new_flash_has_everything_in_its_place(struct rig *rig, gconstpointer unused)
{
	g_autofree char *image_path = rig_vector("inputs/app_sign.bin");
	g_autofree char *boot_path = rig_vector("inputs/flashboot_sign.bin");
	g_autofree char *image = NULL, *boot = NULL;
	g_autoptr(GBytes) flash = NULL;
	const guint8 *bytes;
	gsize image_size, boot_size;

	rig_start(
		rig, "--flash", "@flash", PROVISION, "--image", "flashboot=#inputs/flashboot_sign.bin", NULL);
	g_assert_true(g_file_get_contents(image_path, &image, &image_size, NULL));
	g_assert_true(g_file_get_contents(boot_path, &boot, &boot_size, NULL));
	flash = read_flash(rig);
	bytes = g_bytes_get_data(flash, NULL);
	g_assert_cmpmem(bytes, 4, "\x1e\xc3\xa5\x4b", 4);
	g_assert_cmpmem(bytes + 0x380, 4, "\x4b\xa5\x87\x4b", 4);
	g_assert_cmpmem(bytes + 0x8000, 4, "GSF1", 4);
	g_assert_true(memcmp(bytes + 0x30000, image, image_size) == 0);
	g_assert_true(memcmp(bytes + 0x20000, boot, boot_size) == 0);
	g_assert_cmphex(bytes[0x30000 + image_size], ==, 0xFF);
}

static void
test_new_keeps_what_is_there(struct rig *rig, gconstpointer unused)
{
	g_autofree char *path = rig_path(rig, "flash");
	g_autofree char *message = NULL;
	g_autofree char *kept = NULL;

	g_assert_true(g_file_set_contents(path, "precious", -1, NULL));
	g_assert_cmpint(rig_run(rig, &message, "--flash", "@flash", PROVISION, NULL), ==, 1);
	g_assert_nonnull(strstr(message, "--force"));
	g_assert_true(g_file_get_contents(path, &kept, NULL, NULL));
	g_assert_cmpstr(kept, ==, "precious");
	rig_start(rig, "--flash", "@flash", PROVISION, "--force", NULL);
	g_bytes_unref(read_flash(rig));
}

static void
test_a_running_boards_flash_is_its_own(struct rig *rig, gconstpointer unused)
{
	g_autofree char *message = NULL;

	rig_start(rig, "--flash", "@flash", PROVISION, NULL);
	g_assert_cmpint(rig_run(rig, &message, "--flash", "@flash", NULL), ==, 1);
	g_assert_nonnull(strstr(message, "running"));
	g_assert_cmpint(rig_run(rig, NULL, "--flash", "@flash", PROVISION, "--force", NULL), ==, 1);
}

#define TEXT_64 "0123456789012345678901234567890123456789012345678901234567890123"

static const struct {
	const char *name;
	const char *options[4];
	int code;
	const char *message;
} refusals[] = {
	{"unknown-option", {"--frob"}, 2, "--frob"},
	{"stray-word", {"frob"}, 2, "frob"},
	{"unknown-board", {"--board", "z80"}, 2, "z80"},
	{"wrong-system", {"--board", "stm32f429", "--root-key", "key.pem"}, 2, "signed"},
	{"rollback-of-another-kind", {"--board", "hi3861", "--rollback", "1"}, 2, "nothing like it"},
	{"layout-of-another-kind", {"--board", "hi3516", "--layout", "ab"}, 2, "staged"},
	{"local-version-of-another-kind", {"--local-version", "1"}, 2, "hi3516"},
	{"version-too-long-for-it", {"--board", "hi3861", "--version", TEXT_64}, 2, "63"},
	{"key-of-another-kind", {"--board", "hi3516", "--root-key", "#keys/test_root_public_key.pem"}, 4,
		"no RSA key"},
	{"staging-as-section", {"--board", "hi3516", "--image", "kernel-staged=#inputs/nv.bin"}, 3, "rootfs"},
	{"unknown-layout", {"--layout", "round"}, 2, "compressed, ab, hilink"},
	{"own-image-without-size", {"--own-image", "fonts=1"}, 2, "NAME=ID,SIZE"},
	{"own-image-of-a-known-id", {"--own-image", "fonts=0x4B0F2D2D,0x1000"}, 2, "already"},
	{"own-image-of-a-known-name", {"--own-image", "nv=1,0x1000"}, 2, "already"},
	{"own-image-in-half-sectors", {"--own-image", "fonts=1,0x1800"}, 2, "multiple of 0x1000"},
	{"own-image-too-large", {"--own-image", "fonts=1,0x240000"}, 2, "less than"},
	{"own-image-with-regions", {"--layout", "ab", "--own-image", "fonts=1,0x1000"}, 2, "regions"},
	{"bad-rollback-word", {"--rollback", "7:x"}, 2, "32 bits"},
	{"bad-package-key", {"--package-key", "00"}, 2, "32 hexadecimal"},
	{"two-lines", {"--pty", "--socket", "@s"}, 2, "--socket"},
	{"rate-out-of-range", {"--baud", "1"}, 2, "--baud"},
	{"device-id-of-wrong-size", {"--device-id", "00ff"}, 2, "--device-id"},
	{"image-without-section", {"--image", "file.bin"}, 2, "SECTION=FILE"},
	{"bad-moment", {"--die-at-operation", "3:never"}, 2, "before, middle or after"},
	{"bad-operation", {"--die-at-operation", "x"}, 2, "number"},
	{"bad-timing", {"--flash-timing", "slow"}, 2, "real or none"},
	{"provisioning-an-old-flash", {"--flash", "@flash", "--hardware-id", "1"}, 2, "--new"},
	{"replug-without-unplug", {"--replug-after", "5"}, 2, "--unplug-at"},
	{"missing-flash", {"--flash", "@flash"}, 1, "--new"},
	{"missing-key", {"--root-key", "@key"}, 1, "key"},
	{"no-key", {"--root-key", "#keys/public_keys.txt"}, 4, "no elliptic curve key"},
	{"missing-agent-key", {"--agent-key", "@key"}, 1, "key"},
	{"no-agent-key", {"--agent-key", "#keys/public_keys.txt"}, 4, "no elliptic curve key"},
	{"missing-image", {"--image", "application=/nonexistent"}, 1, "/nonexistent"},
	{"unknown-section", {"--image", "attic=#inputs/nv.bin"}, 3, "application"},
	{"too-large-for-its-section", {"--image", "nv=#inputs/app_sign.bin"}, 3, "65536"},
	{"version-of-nothing", {"--version", "1"}, 3, "application"},
	{"socket-in-no-folder", {"--socket", "@no/such/folder"}, 1, "folder"},
};

static void
test_refusal(struct rig *rig, gconstpointer data)
{
	gsize i = GPOINTER_TO_SIZE(data);
	g_autofree char *message = NULL;
	const char *const *o = refusals[i].options;

	g_assert_cmpint(rig_run(rig, &message, o[0], o[1], o[1] == NULL ? NULL : o[2],
				o[1] == NULL || o[2] == NULL ? NULL : o[3], NULL),
		==, refusals[i].code);
	if (strstr(message, refusals[i].message) == NULL)
		g_error("\"%s\" is not in: %s", refusals[i].message, message);
}

static void
test_a_flash_of_another_size_is_refused(struct rig *rig, gconstpointer unused)
{
	g_autofree char *path = rig_path(rig, "flash");
	g_autofree char *message = NULL;

	g_assert_true(g_file_set_contents(path, "short", -1, NULL));
	g_assert_cmpint(rig_run(rig, &message, "--flash", "@flash", NULL), ==, 1);
	g_assert_nonnull(strstr(message, "4194304"));
}

static void
test_only_links_are_replaced(struct rig *rig, gconstpointer unused)
{
	g_autofree char *path = rig_path(rig, "port");
	g_autofree char *kept = NULL;
	struct gyw_info info;

	g_assert_true(g_file_set_contents(path, "precious", -1, NULL));
	g_assert_cmpint(rig_run(rig, NULL, "--pty", "@port", NULL), ==, 1);
	g_assert_cmpint(rig_run(rig, NULL, "--socket", "@port", NULL), ==, 1);
	g_assert_true(g_file_get_contents(path, &kept, NULL, NULL));
	g_assert_cmpstr(kept, ==, "precious");
	g_assert_cmpint(unlink(path), ==, 0);
	g_assert_cmpint(symlink("/dev/pts/nowhere", path), ==, 0);
	rig_start(rig, PROVISION, "--pty", "@port", NULL);
	rig_open(rig, path, 115200);
	g_assert_true(rig_hello(rig, &info, SOON_MS));
}

static void
test_leaves_nothing_behind(struct rig *rig, gconstpointer data)
{
	g_autofree char *path = rig_path(rig, "port");

	rig_start(rig, PROVISION, GPOINTER_TO_INT(data) ? "--socket" : "--pty", "@port", NULL);
	g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
	g_subprocess_send_signal(rig->process, SIGINT);
	g_assert_true(g_subprocess_wait_check(rig->process, NULL, NULL));
	g_clear_object(&rig->process);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS) || g_file_test(path, G_FILE_TEST_IS_SYMLINK));
}

static void
test_a_killed_boards_socket_is_taken_over(struct rig *rig, gconstpointer unused)
{
	g_autofree char *path = rig_path(rig, "line");
	struct gyw_info info;

	rig_start(rig, PROVISION, "--socket", "@line", NULL);
	g_assert_cmpint(rig_run(rig, NULL, "--socket", "@line", NULL), ==, 1);
	g_subprocess_force_exit(rig->process);
	rig_wait(rig);
	rig_start(rig, PROVISION, "--socket", "@line", NULL);
	rig_open(rig, path, 0);
	g_assert_true(rig_hello(rig, &info, SOON_MS));
}

// A frame's zeros on the console do no harm; here the bytes only count.
static void
unplug(struct rig *rig, const char *path, guint baud)
{
	g_autofree char *again = NULL;
	g_autoptr(GByteArray) rest = NULL;
	struct gyw_info info;

	rig_open(rig, path, baud);
	g_assert_true(rig_hello(rig, &info, SOON_MS));
	time_of_writing(rig, 500);
	again = rig_read_line(rig);
	// the old line is dead for good
	rest = rig_receive(rig, G_MAXSIZE, SILENT_MS);
	rig_close(rig);
	g_assert_true(g_str_has_prefix(again, baud == 0 ? "socket " : "pty "));
	rig_open(rig, path, baud);
	g_assert_true(rig_hello(rig, &info, SOON_MS));
	// the board itself ran on
	g_assert_cmpuint(info.uptime_ms, >=, 50);
	g_assert_cmpuint(info.reset_cause, ==, GYW_RESET_POWER);
}

static void
test_unplugged_socket_comes_back(struct rig *rig, gconstpointer unused)
{
	g_autofree char *path = rig_path(rig, "port");

	rig_start(rig, PROVISION, "--socket", "@port", "--unplug-at", "300", "--replug-after", "50", NULL);
	unplug(rig, path, 0);
}

static void
test_unplugged_pty_comes_back(struct rig *rig, gconstpointer unused)
{
	g_autofree char *path = rig_path(rig, "port");

	rig_start(rig, PROVISION, "--pty", "@port", "--unplug-at", "300", "--replug-after", "50", NULL);
	unplug(rig, path, 115200);
}

static void
test_a_blank_board_is_dead(struct rig *rig, gconstpointer unused)
{
	g_autoptr(GInputStream) log = NULL;
	struct gyw_info info;
	char text[512] = "";
	gsize got;

	rig_start(rig, "--board", "ws63", NULL);
	log = g_object_ref(g_subprocess_get_stderr_pipe(rig->process));
	rig_open(rig, pty_of(rig), 115200);
	g_assert_false(rig_hello(rig, &info, SILENT_MS));
	g_subprocess_send_signal(rig->process, SIGTERM);
	g_assert_true(g_subprocess_wait_check(rig->process, NULL, NULL));
	g_clear_object(&rig->process);
	g_assert_true(g_input_stream_read_all(log, text, sizeof text - 1, &got, NULL, NULL));
	g_assert_nonnull(strstr(text, "no bootable application"));
}

// At the start a version record is written: operation 0.
static void
test_a_cut_is_a_sigkill(struct rig *rig, gconstpointer data)
{
	struct gyw_info info;

	g_assert_cmpint(rig_run(rig, NULL, "--flash", "@flash", PROVISION, "--die-at-operation", data, NULL),
		==, -SIGKILL);
	rig_start(rig, "--flash", "@flash", NULL);
	rig_open(rig, pty_of(rig), 115200);
	g_assert_true(rig_hello(rig, &info, SOON_MS));
}

static void
test_flash_outlives_a_kill(struct rig *rig, gconstpointer unused)
{
	struct gyw_info before, after;

	rig_start(rig, "--flash", "@flash", PROVISION, "--version", "kept", "--hardware-id", "9", NULL);
	rig_open(rig, pty_of(rig), 115200);
	g_assert_true(rig_hello(rig, &before, SOON_MS));
	g_subprocess_force_exit(rig->process);
	rig_wait(rig);
	rig_start(rig, "--flash", "@flash", NULL);
	rig_open(rig, pty_of(rig), 115200);
	g_assert_true(rig_hello(rig, &after, SOON_MS));
	g_assert_cmpstr(after.version, ==, "kept");
	g_assert_cmpuint(after.hardware_id, ==, 9);
	g_assert_cmpmem(after.device_id, after.device_id_size, before.device_id, before.device_id_size);
	g_assert_cmpuint(after.device_id_size, ==, 16);
}

static void
test_every_board_has_an_id_of_its_own(struct rig *rig, gconstpointer unused)
{
	struct gyw_info first, second;

	rig_start(rig, PROVISION, NULL);
	rig_open(rig, pty_of(rig), 115200);
	g_assert_true(rig_hello(rig, &first, SOON_MS));
	g_subprocess_force_exit(rig->process);
	rig_wait(rig);
	rig_start(rig, PROVISION, NULL);
	rig_open(rig, pty_of(rig), 115200);
	g_assert_true(rig_hello(rig, &second, SOON_MS));
	g_assert_true(memcmp(first.device_id, second.device_id, 16) != 0);
}

static void
test_a_reset_starts_the_clock_again(struct rig *rig, gconstpointer unused)
{
	g_autofree char *path = rig_path(rig, "line");
	struct gyw_info info;

	rig_start(rig, PROVISION, "--socket", "@line", NULL);
	rig_open(rig, path, 0);
	g_assert_true(rig_hello(rig, &info, SOON_MS));
	g_assert_cmpuint(info.reset_cause, ==, GYW_RESET_POWER);
	rig_send(rig, "reset\r", 6);
	g_assert_true(rig_sees(rig, "application, version", SOON_MS));
	g_assert_true(rig_hello(rig, &info, SOON_MS));
	g_assert_cmpuint(info.reset_cause, ==, GYW_RESET_SOFTWARE);
}

static void
test_a_deaf_board_answers(struct rig *rig, gconstpointer unused)
{
	struct gyw_info info;

	rig_start(rig, PROVISION, "--deaf", NULL);
	rig_open(rig, pty_of(rig), 115200);
	g_assert_true(rig_hello(rig, &info, SOON_MS));
	g_assert_cmphex(info.capabilities & GYW_DEAF_WHILE_STORES, !=, 0);
}

static void
test_a_spoilt_byte_costs_one_answer(struct rig *rig, gconstpointer data)
{
	g_autofree char *path = rig_path(rig, "line");
	struct gyw_info info;

	rig_start(rig, PROVISION, "--socket", "@line", data, "10", NULL);
	rig_open(rig, path, 0);
	g_assert_false(rig_hello(rig, &info, 250));
	g_assert_true(rig_hello(rig, &info, SOON_MS));
}

static void
add(const char *path, gconstpointer data, void (*test)(struct rig *, gconstpointer))
{
	g_test_add(path, struct rig, data, rig_set_up, test, rig_tear_down);
}

static void
add_refusals(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path = g_strconcat("/sim/refuses/", refusals[i].name, NULL);

		add(path, GSIZE_TO_POINTER(i), test_refusal);
	}
}

static void
add_lines(void)
{
	add("/sim/line/answers-on-a-pty", NULL, test_answers_on_a_pty);
	add("/sim/line/answers-on-a-socket", NULL, test_answers_on_a_socket);
	add("/sim/line/hosts-take-turns", NULL, test_hosts_take_turns);
	add("/sim/line/a-pty-can-be-opened-again", NULL, test_a_pty_can_be_opened_again);
	add("/sim/line/a-wrong-rate-gives-garbage", NULL, test_a_wrong_rate_gives_garbage);
	add("/sim/line/starts-at-the-rate-it-is-given", NULL, test_starts_at_the_rate_it_is_given);
	add("/sim/line/bytes-take-their-time", NULL, test_bytes_take_their_time);
	add("/sim/line/a-socket-has-no-rate-unless-told", NULL, test_a_socket_has_no_rate_unless_told);
	add("/sim/line/unplugged-pty-comes-back", NULL, test_unplugged_pty_comes_back);
	add("/sim/line/unplugged-socket-comes-back", NULL, test_unplugged_socket_comes_back);
	add("/sim/line/a-flipped-byte-costs-one-answer", "--flip-at", test_a_spoilt_byte_costs_one_answer);
	add("/sim/line/a-lost-byte-costs-one-answer", "--drop-at", test_a_spoilt_byte_costs_one_answer);
	add("/sim/line/only-links-are-replaced", NULL, test_only_links_are_replaced);
	add("/sim/line/leaves-no-link-behind", GINT_TO_POINTER(0), test_leaves_nothing_behind);
	add("/sim/line/leaves-no-socket-behind", GINT_TO_POINTER(1), test_leaves_nothing_behind);
	add("/sim/line/a-killed-boards-socket-is-taken-over", NULL,
		test_a_killed_boards_socket_is_taken_over);
}

int
main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	g_test_init(&argc, &argv, NULL);
	add_lines();
	add_refusals();
	add("/sim/flash/new-has-everything-in-its-place", NULL, test_new_flash_has_everything_in_its_place);
	add("/sim/flash/new-keeps-what-is-there", NULL, test_new_keeps_what_is_there);
	add("/sim/flash/a-running-boards-is-its-own", NULL, test_a_running_boards_flash_is_its_own);
	add("/sim/flash/another-size-is-refused", NULL, test_a_flash_of_another_size_is_refused);
	add("/sim/flash/outlives-a-kill", NULL, test_flash_outlives_a_kill);
	add("/sim/power/a-cut-before-the-first-operation", "0:before", test_a_cut_is_a_sigkill);
	add("/sim/power/a-cut-in-the-first-operation", "0:middle", test_a_cut_is_a_sigkill);
	add("/sim/power/a-cut-after-the-first-operation", "0:after", test_a_cut_is_a_sigkill);
	add("/sim/power/a-reset-starts-the-clock-again", NULL, test_a_reset_starts_the_clock_again);
	add("/sim/board/a-blank-one-is-dead", NULL, test_a_blank_board_is_dead);
	add("/sim/board/every-one-has-an-id-of-its-own", NULL, test_every_board_has_an_id_of_its_own);
	add("/sim/board/a-deaf-one-answers", NULL, test_a_deaf_board_answers);
	return g_test_run();
}

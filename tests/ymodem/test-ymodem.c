// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/host/ymodem/block.h"
#include "protocol/host/ymodem/ymodem.h"
#include "tests/link/line.h"

#define MS_NS    1000000
#define N_FAULTY 500
#define LIMIT_MS (30 * 60 * 1000)
#define NAME     "image.bin"

static GBytes *
random_file(gsize size)
{
	guint8 *data = g_malloc(MAX(size, 1));

	for (gsize i = 0; i < size; i++)
		data[i] = (guint8) g_test_rand_int();
	return g_bytes_new_take(data, size);
}

static GBytes *
vector(const char *file)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "vectors", "alios", file, NULL);
	char *content = NULL;
	gsize size = 0;

	g_assert_true(g_file_get_contents(path, &content, &size, NULL));
	return g_bytes_new_take(content, size);
}

/* ---- both ends on one line ------------------------------------------------------------------------------ */

typedef struct {
	GyYmodem *ymodem;
	LineWay out, in;
	guint8 bytes[64];
	gsize size;
} End;

static void
move(End *end, Line *line, gint64 now_ns)
{
	guint8 bytes[256];
	gsize got;

	while ((got = line_read(line, end->in, bytes, sizeof bytes, now_ns)) > 0)
		gy_ymodem_receive(end->ymodem, bytes, got, now_ns / MS_NS);
	gy_ymodem_step(end->ymodem, now_ns / MS_NS);
	for (;;) {
		gsize put;

		if (end->size == 0)
			end->size =
				gy_ymodem_send(end->ymodem, end->bytes, sizeof end->bytes, now_ns / MS_NS);
		if (end->size == 0)
			return;
		put = line_write(line, end->out, end->bytes, end->size, now_ns);
		end->size -= put;
		memmove(end->bytes, end->bytes + put, end->size);
		if (put == 0)
			return;
	}
}

static gint64
next_ns(const End *end, Line *line, gint64 now_ns)
{
	gint64 deadline = gy_ymodem_deadline(end->ymodem);
	gint64 next = deadline > G_MAXINT64 / MS_NS ? G_MAXINT64 : deadline * MS_NS;

	next = MIN(next, line_next_ns(line, end->in));
	if (end->size > 0)
		next = MIN(next, line_room_ns(line, end->out, now_ns));
	return MAX(next, now_ns + 1000);
}

static gboolean
is_over(const End *end)
{
	return gy_ymodem_state(end->ymodem) != GY_YMODEM_UNDER_WAY && end->size == 0 &&
	       !gy_ymodem_wants_to_send(end->ymodem);
}

/* Until both are done with it. */
static gint64
run(GyYmodem *sender, GyYmodem *receiver, const LineOptions *options)
{
	g_autoptr(Line) line = line_new(options);
	End host = {.ymodem = sender, .out = LINE_TO_DEVICE, .in = LINE_TO_HOST};
	End device = {.ymodem = receiver, .out = LINE_TO_HOST, .in = LINE_TO_DEVICE};
	gint64 now_ns = 0;

	while (!is_over(&host) || !is_over(&device)) {
		gint64 next;

		move(&host, line, now_ns);
		move(&device, line, now_ns);
		next = MIN(next_ns(&host, line, now_ns), next_ns(&device, line, now_ns));
		if (next == G_MAXINT64)
			break;
		g_assert_cmpint(next / MS_NS, <, LIMIT_MS);
		now_ns = next;
	}
	return now_ns / MS_NS;
}

static void
test_clean(gconstpointer data)
{
	static const gsize sizes[] = {1, 127, 128, 129, 1023, 1024, 1025, 5028, 40000, 300000};
	const GyYmodemOptions how = {.block_size = GPOINTER_TO_UINT(data)};

	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(GBytes) file = random_file(sizes[i]);
		g_autoptr(GyYmodem) sender = gy_ymodem_sender_new(file, NAME, &how, 0);
		g_autoptr(GyYmodem) receiver = gy_ymodem_receiver_new(&how, 0);
		g_autoptr(GBytes) got = NULL;
		gint64 took = run(sender, receiver, &(LineOptions){.baud = 921600, .delay_ms = 1});

		got = gy_ymodem_file(receiver);
		g_assert_no_error(gy_ymodem_error(sender));
		g_assert_no_error(gy_ymodem_error(receiver));
		g_assert_true(g_bytes_equal(got, file));
		g_assert_cmpstr(gy_ymodem_name(receiver), ==, NAME);
		g_assert_cmpuint(gy_ymodem_done(sender), ==, sizes[i]);
		/* one block on the line at a time, and no second that is lost waiting */
		g_assert_cmpint(took, <, 200 + (gint64) (sizes[i] / how.block_size + 5) * 20);
	}
}

/* Right, or a clear failure of both ends or of the sender; never something else than the file. */
static void
test_faulty(void)
{
	guint n_right = 0;

	for (guint seed = 1; seed <= N_FAULTY; seed++) {
		g_autoptr(GBytes) file = random_file((gsize) g_test_rand_int_range(1, 12000));
		const GyYmodemOptions how = {.block_size = seed % 2 ? 1024 : 128};
		const LineOptions line = {
			.baud = 115200,
			.delay_ms = seed % 20,
			.bit_error_rate = seed % 3 == 0 ? 0 : 1e-6 * (1 << seed % 7),
			.drop_rate = seed % 3 == 1 ? 0 : 1e-5 * (1 << seed % 6),
			.text_rate = seed % 5 == 0 ? 1e-3 : 0,
			.seed = seed,
		};
		g_autoptr(GyYmodem) sender = gy_ymodem_sender_new(file, NAME, &how, 0);
		g_autoptr(GyYmodem) receiver = gy_ymodem_receiver_new(&how, 0);
		g_autoptr(GBytes) got = NULL;

		(void) run(sender, receiver, &line);
		got = gy_ymodem_file(receiver);
		if (gy_ymodem_state(receiver) == GY_YMODEM_DONE)
			g_assert_true(g_bytes_equal(got, file));
		if (gy_ymodem_state(sender) == GY_YMODEM_DONE) {
			g_assert_true(g_bytes_equal(got, file));
			n_right++;
		}
		g_assert_true(
			(gy_ymodem_error(sender) != NULL) == (gy_ymodem_state(sender) == GY_YMODEM_FAILED));
	}
	g_test_message("%u of %u arrived", n_right, N_FAULTY);
	g_assert_cmpuint(n_right, >, N_FAULTY * 9 / 10);
}

/* ---- the loader's own bytes ----------------------------------------------------------------------------- */

static void
take_all(GyYmodem *ymodem, GByteArray *out, gint64 now_ms)
{
	guint8 bytes[100];
	gsize got;

	while ((got = gy_ymodem_send(ymodem, bytes, sizeof bytes, now_ms)) > 0)
		g_byte_array_append(out, bytes, (guint) got);
}

static void
answer(GyYmodem *ymodem, const char *bytes, gsize size, GByteArray *out, gint64 now_ms)
{
	for (gsize i = 0; i < size; i++) {
		gy_ymodem_receive(ymodem, (const guint8 *) bytes + i, 1, now_ms);
		take_all(ymodem, out, now_ms);
	}
}

static const struct {
	const char *file;
	guint block_size;
	guint n_blocks;
} streams[] = {{"ymodem/y1_host_1k.bin", 1024, 5}, {"ymodem/y2_host_128.bin", 128, 40}};

/* What a loader answers, and what went to it: the stream that two generations of them took. */
static void
test_stream(gconstpointer data)
{
	guint index = GPOINTER_TO_UINT(data);
	g_autoptr(GBytes) file = vector("md5/m3_5000.md5.bin");
	g_autoptr(GBytes) stream = vector(streams[index].file);
	const char *start = g_bytes_get_data(stream, NULL);
	gsize address = (gsize) (strchr(start, '\r') + 1 - start);
	const GyYmodemOptions how = {.block_size = streams[index].block_size, .once = TRUE};
	g_autoptr(GyYmodem) sender = gy_ymodem_sender_new(file, "m3.bin", &how, 0);
	g_autoptr(GByteArray) out = g_byte_array_new();

	answer(sender, "CC\006C", 4, out, 10);
	for (guint i = 0; i < streams[index].n_blocks; i++)
		answer(sender, "\006", 1, out, 20);
	answer(sender, "\025\006C\006", 4, out, 30);
	g_assert_cmpint(gy_ymodem_state(sender), ==, GY_YMODEM_DONE);
	g_assert_cmpmem(out->data, out->len, start + address, (int) (g_bytes_get_size(stream) - address));
}

/* Our receiver takes it too. */
static void
test_stream_is_received(gconstpointer data)
{
	guint index = GPOINTER_TO_UINT(data);
	g_autoptr(GBytes) file = vector("md5/m3_5000.md5.bin");
	g_autoptr(GBytes) stream = vector(streams[index].file);
	const char *start = g_bytes_get_data(stream, NULL);
	gsize address = (gsize) (strchr(start, '\r') + 1 - start);
	g_autoptr(GyYmodem) receiver = gy_ymodem_receiver_new(&(GyYmodemOptions){0}, 0);
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GByteArray) expected = g_byte_array_new();
	g_autoptr(GBytes) got = NULL;

	take_all(receiver, out, 0);
	answer(receiver, start + address, g_bytes_get_size(stream) - address, out, 10);
	g_assert_cmpint(gy_ymodem_state(receiver), ==, GY_YMODEM_DONE);
	got = gy_ymodem_file(receiver);
	g_assert_true(g_bytes_equal(got, file));
	g_byte_array_append(expected, (const guint8 *) "C\006C", 3);
	for (guint i = 0; i < streams[index].n_blocks; i++)
		g_byte_array_append(expected, (const guint8 *) "\006", 1);
	g_byte_array_append(expected, (const guint8 *) "\025\006C\006", 4);
	g_assert_cmpmem(out->data, out->len, expected->data, expected->len);
}

/* ---- a receiver that takes everything for the next block ------------------------------------------------ */

static void
test_nothing_is_sent_twice(void)
{
	static const char *const answers[] = {"", "\025", "\025\025\025"};
	g_autoptr(GBytes) file = random_file(5000);

	for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
		const GyYmodemOptions how = {.once = TRUE};
		g_autoptr(GyYmodem) sender = gy_ymodem_sender_new(file, NAME, &how, 0);
		g_autoptr(GByteArray) out = g_byte_array_new();

		answer(sender, "C\006C\006", 4, out, 10);
		g_byte_array_set_size(out, 0);
		answer(sender, answers[i], strlen(answers[i]), out, 20);
		gy_ymodem_step(sender, gy_ymodem_deadline(sender) - 1);
		if (i == 0)
			g_assert_cmpint(gy_ymodem_state(sender), ==, GY_YMODEM_UNDER_WAY);
		gy_ymodem_step(sender, 60000);
		take_all(sender, out, 60000);
		g_assert_error(gy_ymodem_error(sender), GY_LINK_ERROR, GY_LINK_ERROR_TRANSFER);
		g_assert_cmpuint(out->len, ==, 0);
	}
}

static void
test_the_other_end_cancels(void)
{
	g_autoptr(GBytes) file = random_file(5000);
	g_autoptr(GyYmodem) sender = gy_ymodem_sender_new(file, NAME, &(GyYmodemOptions){0}, 0);
	g_autoptr(GByteArray) out = g_byte_array_new();

	answer(sender, "C\006C\006\030", 5, out, 10);
	g_assert_cmpint(gy_ymodem_state(sender), ==, GY_YMODEM_UNDER_WAY);
	answer(sender, "\030", 1, out, 10);
	g_assert_error(gy_ymodem_error(sender), GY_LINK_ERROR, GY_LINK_ERROR_CANCELLED_THERE);
}

static void
test_nobody_there(void)
{
	g_autoptr(GBytes) file = random_file(10);
	g_autoptr(GyYmodem) sender =
		gy_ymodem_sender_new(file, NAME, &(GyYmodemOptions){.start_ms = 3000}, 0);
	g_autoptr(GyYmodem) receiver = gy_ymodem_receiver_new(&(GyYmodemOptions){.start_ms = 3000}, 0);

	gy_ymodem_step(sender, 3000);
	g_assert_error(gy_ymodem_error(sender), GY_LINK_ERROR, GY_LINK_ERROR_NOT_ASKED);
	for (gint64 now = 0; now <= 5000; now += 100)
		gy_ymodem_step(receiver, now);
	g_assert_error(gy_ymodem_error(receiver), GY_LINK_ERROR, GY_LINK_ERROR_NOT_ASKED);
}

/* ---- headers -------------------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	gsize size;
	gboolean is_good;
	guint64 file_size;
} headers[] = {
	{"a\00012 13", 7, TRUE, 12},
	{"a\0000", 3, TRUE, 0},
	{"a\0004294967295", 12, TRUE, G_MAXUINT32},
	{"a\0004294967296", 12, FALSE, 0},
	{"a\000", 2, FALSE, 0},
	{"a", 1, FALSE, 0},
	{"\000", 1, TRUE, 0},
};

static void
test_headers(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
		g_autofree guint8 *data = g_memdup2(headers[i].text, headers[i].size);
		g_autofree char *name = NULL;
		guint64 size = 0;

		g_assert_true(
			gy_ymodem_header_parse(data, headers[i].size, &name, &size) == headers[i].is_good);
		g_assert_cmpuint(size, ==, headers[i].file_size);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/ymodem/clean-line/blocks-of-1024", GUINT_TO_POINTER(1024), test_clean);
	g_test_add_data_func("/ymodem/clean-line/blocks-of-128", GUINT_TO_POINTER(128), test_clean);
	g_test_add_func("/ymodem/faulty-lines/right-or-a-clear-failure", test_faulty);
	for (guint i = 0; i < G_N_ELEMENTS(streams); i++) {
		g_autofree char *base = g_path_get_basename(streams[i].file);
		g_autofree char *sent = g_strdup_printf("/ymodem/loader/sends/%s", base);
		g_autofree char *received = g_strdup_printf("/ymodem/loader/receives/%s", base);

		g_test_add_data_func(sent, GUINT_TO_POINTER(i), test_stream);
		g_test_add_data_func(received, GUINT_TO_POINTER(i), test_stream_is_received);
	}
	g_test_add_func("/ymodem/loader/nothing-is-sent-twice", test_nothing_is_sent_twice);
	g_test_add_func("/ymodem/the-other-end-cancels", test_the_other_end_cancels);
	g_test_add_func("/ymodem/nobody-there", test_nobody_there);
	g_test_add_func("/ymodem/headers", test_headers);
	return g_test_run();
}

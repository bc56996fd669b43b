// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/host/ymodem/block.h"
#include "tests/second-boot/loader.h"

/* The reference loader by itself: what hosts have to live with is there, as it is documented. */

#define STEP_MS  10
#define QUIET_MS 400

typedef struct {
	Loader *loader;
	gint64 now_ms;
	GByteArray *said;
} Talk;

static void
talk_collect(Talk *talk)
{
	guint8 bytes[256];
	gsize size;

	while ((size = loader_send(talk->loader, bytes, sizeof bytes)) > 0)
		g_byte_array_append(talk->said, bytes, (guint) size);
}

static void
talk_wait(Talk *talk, gint64 ms)
{
	for (gint64 until = talk->now_ms + ms; talk->now_ms < until; talk->now_ms += STEP_MS) {
		loader_step(talk->loader, talk->now_ms);
		talk_collect(talk);
	}
}

/* All of it at once, then nothing for a while; what was said before is forgotten. */
static void
talk_put_bytes(Talk *talk, const guint8 *bytes, gsize size)
{
	g_byte_array_set_size(talk->said, 0);
	loader_receive(talk->loader, bytes, size, talk->now_ms);
	talk_collect(talk);
	talk_wait(talk, QUIET_MS);
}

static void
talk_put(Talk *talk, const char *text)
{
	talk_put_bytes(talk, (const guint8 *) text, strlen(text));
}

static void
talk_reset(Talk *talk)
{
	talk_wait(talk, 60);
	talk_put(talk, "w");
}

static void
talk_begin(Talk *talk, LoaderGeneration generation)
{
	*talk = (Talk){loader_new(generation, 0), 0, g_byte_array_new()};
	talk_reset(talk);
}

static void
talk_end(Talk *talk)
{
	loader_free(talk->loader);
	g_byte_array_unref(talk->said);
}

static gboolean
has_said(const Talk *talk, const char *text)
{
	g_autofree char *all = g_strndup((const char *) talk->said->data, talk->said->len);

	return strstr(all, text) != NULL;
}

static void
assert_said(const Talk *talk, const char *bytes)
{
	g_assert_cmpmem(talk->said->data, talk->said->len, bytes, (guint) strlen(bytes));
}

/* The last of what was said. */
static void
assert_said_last(const Talk *talk, const char *bytes)
{
	guint size = (guint) strlen(bytes);

	g_assert_cmpuint(talk->said->len, >=, size);
	g_assert_cmpmem(talk->said->data + talk->said->len - size, size, bytes, size);
}

/* ---- YMODEM --------------------------------------------------------------------------------------------- */

static void
put_block(Talk *talk, guint number, const char *data, gsize size)
{
	g_autoptr(GByteArray) block = g_byte_array_new();

	gy_ymodem_block_append(block, number, (const guint8 *) data, size, YMODEM_SMALL, 0);
	talk_put_bytes(talk, block->data, block->len);
}

static void
ask(Talk *talk, const char *address)
{
	g_autofree char *line = g_strconcat(address, "\r", NULL);

	talk_put(talk, "h");
	talk_put(talk, has_said(talk, "1: print version") ? "2" : "1");
	talk_put(talk, line);
	/* 3.x erases all of the partition first */
	talk_wait(talk, 4000);
}

static void
put_file(Talk *talk, char fill, gsize size)
{
	g_autofree char *length = g_strdup_printf("%" G_GSIZE_FORMAT, size);
	g_autoptr(GString) header = g_string_new("a.bin");
	g_autofree char *data = g_malloc(size);

	memset(data, fill, size);
	g_string_append_len(header, "\0", 1);
	g_string_append(header, length);
	put_block(talk, 0, header->str, header->len);
	for (gsize at = 0; at < size; at += YMODEM_SMALL)
		put_block(talk, (guint) (at / YMODEM_SMALL) + 1, data + at, MIN(YMODEM_SMALL, size - at));
}

static void
put_end(Talk *talk)
{
	talk_put(talk, "\x04");
	assert_said(talk, "\x15");
	talk_put(talk, "\x04");
	assert_said(talk, "\x06"
			  "C");
	put_block(talk, 0, "", 0);
	g_assert_cmphex(talk->said->data[0], ==, YMODEM_ACK);
	talk_wait(talk, 1200);
}

static char *
vector(const char *file, gsize *size)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "vectors", "alios", file, NULL);
	g_autoptr(GError) error = NULL;
	char *data = NULL;

	g_file_get_contents(path, &data, size, &error);
	g_assert_no_error(error);
	return data;
}

/* What a host sends, as the original took it: the address, then block after block when it is asked or acknowledged. */
static void
check_stream(const char *file, gsize block_size, LoaderGeneration generation)
{
	gsize size, image_size, at;
	g_autofree char *stream = vector(file, &size);
	g_autofree char *image = vector("md5/m3_5000.md5.bin", &image_size);
	g_autoptr(GByteArray) answers = g_byte_array_new();
	Talk talk;

	talk_begin(&talk, generation);
	talk_put(&talk, generation == LOADER_1_0 ? "2" : "1");
	at = strcspn(stream, "\r") + 1;
	talk_put_bytes(&talk, (const guint8 *) stream, at);
	talk_wait(&talk, 4000);
	g_assert_true(has_said(&talk, "C"));
	while (at < size) {
		gsize data = gy_ymodem_block_size((guint8) stream[at]);
		gsize n = data == 0 ? 1 : YMODEM_HEAD + data + YMODEM_CRC;

		talk_put_bytes(&talk, (const guint8 *) stream + at, n);
		/* the prompt comes a second behind the last of them */
		g_byte_array_append(answers, talk.said->data, MIN(talk.said->len, 2));
		at += n;
	}
	g_assert_cmpuint(answers->len, ==, 2 + (image_size + block_size - 1) / block_size + 4);
	g_assert_cmpmem(answers->data, 3, "\x06\x43\x06", 3);
	g_assert_cmpmem(answers->data + answers->len - 4, 4, "\x15\x06\x43\x06", 4);
	g_assert_cmpmem(
		loader_flash(talk.loader) + LOADER_OTA, (guint) image_size, image, (guint) image_size);
	g_assert_cmphex(loader_flash(talk.loader)[LOADER_OTA + image_size], ==, 0xFF);
	talk_end(&talk);
}

static void
test_streams(void)
{
	for (LoaderGeneration generation = LOADER_1_0; generation <= LOADER_2_1; generation++) {
		check_stream("ymodem/y1_host_1k.bin", 1024, generation);
		check_stream("ymodem/y2_host_128.bin", 128, generation);
	}
}

/* No NAK and no word for a bad block, and a block that comes twice is written twice. */
static void
test_bad_and_repeated_blocks(void)
{
	Talk talk;
	g_autoptr(GByteArray) bad = g_byte_array_new();

	talk_begin(&talk, LOADER_2_1);
	ask(&talk, "0x101000");
	put_file(&talk, 'a', 128);
	assert_said(&talk, "\x06");
	gy_ymodem_block_append(bad, 2, (const guint8 *) "b", 1, YMODEM_SMALL, 0);
	bad->data[50] ^= 1;
	talk_put_bytes(&talk, bad->data, bad->len);
	assert_said(&talk, "");
	talk_end(&talk);

	talk_begin(&talk, LOADER_2_1);
	ask(&talk, "0x101000");
	put_block(&talk, 0,
		"a\0"
		"384",
		5);
	put_block(&talk, 1, "one", 3);
	put_block(&talk, 1, "one", 3);
	put_block(&talk, 2, "two", 3);
	put_end(&talk);
	g_assert_cmpmem(loader_flash(talk.loader) + LOADER_OTA + 128, 3, "one", 3);
	g_assert_cmpmem(loader_flash(talk.loader) + LOADER_OTA + 256, 3, "two", 3);
	talk_end(&talk);
}

/* Sectors are erased once until the reset: what comes to the same place again is damaged, but on 3.x. */
static void
test_second_transfer(void)
{
	for (LoaderGeneration generation = LOADER_1_0; generation <= LOADER_3; generation++) {
		Talk talk;
		const guint8 *flash;

		talk_begin(&talk, generation);
		flash = loader_flash(talk.loader) + LOADER_APP;
		for (guint i = 0; i < 2; i++) {
			ask(&talk, "0x1c000");
			put_file(&talk, i == 0 ? 0x0F : 0x3C, 200);
			put_end(&talk);
			g_assert_true(has_said(&talk, "boot# ") || i == 0);
		}
		g_assert_cmphex(flash[0], ==, generation == LOADER_3 ? 0x3C : 0x0C);
		g_assert_cmphex(flash[199], ==, generation == LOADER_3 ? 0x3C : 0x0C);
		g_assert_cmphex(flash[200], ==, 0xFF);
		talk_end(&talk);
	}
}

static void
test_bad_headers(void)
{
	Talk talk;

	talk_begin(&talk, LOADER_1_0);
	ask(&talk, "0x1c000");
	put_block(&talk, 0, "name", 4);
	assert_said(&talk, "\x06"
			   "aos boot# ");
	talk_end(&talk);
	for (LoaderGeneration generation = LOADER_2_1; generation <= LOADER_3; generation++) {
		talk_begin(&talk, generation);
		ask(&talk, "0x1c000");
		put_block(&talk, 0,
			"name\0"
			"x",
			6);
		assert_said(&talk, "\x06\x15\x15\x15\x15\x15");
		talk_put(&talk, "k");
		assert_said_last(&talk, "boot# ");
		g_assert_true(has_said(&talk, "bad header"));
		/* more than the partition has */
		ask(&talk, "0x1c000");
		put_block(&talk, 0,
			"name\0"
			"0xe5001",
			12);
		assert_said(&talk, "");
		talk_put(&talk, "k");
		g_assert_true(has_said(&talk, "too large"));
		talk_end(&talk);
	}
}

/* ---- the menu ------------------------------------------------------------------------------------------- */

static void
test_window(void)
{
	Talk talk = {loader_new(LOADER_2_1, 0), 0, g_byte_array_new()};

	talk_wait(&talk, 50);
	assert_said_last(&talk, "Waiting 100ms ...\r\n");
	talk_put(&talk, "x");
	g_assert_true(has_said(&talk, LOADER_APP_TEXT));
	talk_put(&talk, "w");
	assert_said(&talk, "");
	talk_end(&talk);
}

static void
test_keys(void)
{
	Talk talk;

	talk_begin(&talk, LOADER_1_0);
	assert_said(&talk, "aos boot# ");
	talk_put(&talk, "1");
	assert_said(&talk, "1 \r\npart A version: app-1.2.3\r\npart B version: \r\naos boot# ");
	talk_put(&talk, "4");
	assert_said(&talk, "4 \r\nnot supported\r\naos boot# ");
	talk_put(&talk, "\r");
	assert_said(&talk, "aos boot# ");
	talk_put(&talk, "www");
	assert_said(&talk, "");
	talk_put(&talk, "6");
	g_assert_true(has_said(&talk, "Waiting 100ms"));
	talk_end(&talk);

	talk_begin(&talk, LOADER_3);
	assert_said(&talk, "2ndboot# ");
	talk_put(&talk, "1");
	g_assert_true(has_said(&talk, "OS  part addr:0x0001c000, len:0x000e5000\r\n"));
	g_assert_true(has_said(&talk, "OTA part addr:0x00101000, len:0x000e5000\r\n"));
	talk_end(&talk);
}

/* Two times in a row, and nothing between; the reset is all that is seen of it here. */
static void
test_activate(void)
{
	Talk talk;

	talk_begin(&talk, LOADER_2_1);
	talk_put(&talk, "2");
	assert_said_last(&talk, "aos boot# ");
	talk_put(&talk, "h");
	talk_put(&talk, "2");
	assert_said_last(&talk, "aos boot# ");
	talk_put(&talk, "2");
	g_assert_true(has_said(&talk, "Waiting 100ms"));
	/* a record asks for it */
	g_assert_cmphex(loader_flash(talk.loader)[0x10000 + 14], ==, 0x46);
	talk_end(&talk);
}

static void
test_addresses(void)
{
	static const char *const bad[] = {
		"0\r", "0x0\r", "\r", "zz\r", "0x1c001\r", "0x1c000z\r", "99999999999\r"};
	Talk talk;

	talk_begin(&talk, LOADER_2_1);
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		talk_put(&talk, "1");
		g_assert_true(has_said(&talk, "OS  partition address 0x1c000, length 0xe5000\r\n"));
		talk_put(&talk, bad[i]);
		assert_said_last(&talk, "\r\ninvalid address\r\naos boot# ");
	}
	ask(&talk, "1052672");
	assert_said_last(&talk, "C");
	talk_put(&talk, "\x03");
	assert_said(&talk, "aos boot# ");
	talk_end(&talk);

	/* 1.0 writes over itself */
	talk_begin(&talk, LOADER_1_0);
	ask(&talk, "0x100");
	put_file(&talk, 'x', 130);
	g_assert_cmphex(loader_flash(talk.loader)[0x100 + 129], ==, 'x');
	talk_end(&talk);
}

/* ---- whatever comes ------------------------------------------------------------------------------------- */

#define N_STREAMS   150
#define N_TOKENS    60
#define RECORD      0x10000
#define RECORD_END  0x11000
#define RECORD_COPY 0x1A000

static void
put_any_block(Talk *talk, guint number)
{
	gsize size = g_test_rand_bit() ? YMODEM_SMALL : YMODEM_LARGE;
	g_autofree guint8 *data = g_malloc(size);
	g_autoptr(GByteArray) block = g_byte_array_new();

	for (gsize i = 0; i < size; i++)
		data[i] = (guint8) g_test_rand_int();
	gy_ymodem_block_append(block, number, data, size, size, 0);
	if (g_test_rand_int_range(0, 8) == 0)
		block->data[g_test_rand_int_range(0, (gint) block->len)] ^= 1;
	talk_put_bytes(talk, block->data, block->len);
}

static void
put_any_header(Talk *talk)
{
	static const char *const lengths[] = {
		"1", "5000", "0xe5000", "0xe5001", "4294967295", "99999999999", "0", "x"};
	g_autoptr(GString) header = g_string_new("a.bin");

	g_string_append_len(header, "\0", 1);
	g_string_append(header, lengths[g_test_rand_int_range(0, G_N_ELEMENTS(lengths))]);
	put_block(talk, 0, header->str, header->len);
}

static void
put_any(Talk *talk)
{
	static const char *const words[] = {"1", "2", "22", "3", "h", "w", "\r", "0x1c000\r", "0x101000\r",
		"0x1b000\r", "0x1e5fff\r", "\x04", "\x03", "\x18", "0x1c000"};

	switch (g_test_rand_int_range(0, 6)) {
	case 0:
	case 1: put_any_block(talk, (guint) g_test_rand_int_range(0, 300)); break;
	case 2: put_any_header(talk); break;
	case 3:
		talk_put(talk, "1");
		talk_put(talk, g_test_rand_bit() ? "0x1c000\r" : "0x101000\r");
		talk_wait(talk, 4000);
		put_any_header(talk);
		break;
	default: talk_put(talk, words[g_test_rand_int_range(0, G_N_ELEMENTS(words))]); break;
	}
	if (g_test_rand_int_range(0, 20) == 0)
		talk_wait(talk, 70000);
}

static gboolean
is_blank(const guint8 *flash, gsize from, gsize to)
{
	return flash[from] == 0xFF && memcmp(flash + from, flash + from + 1, to - from - 1) == 0;
}

/* 2.1 and 3.x write to their two partitions and to the record, and to nothing else. */
static void
test_any_stream(void)
{
	guint n_written = 0;

	for (guint i = 0; i < N_STREAMS; i++) {
		const guint8 *flash;
		Talk talk;

		talk_begin(&talk, i % 2 == 0 ? LOADER_2_1 : LOADER_3);
		for (guint j = 0; j < N_TOKENS; j++) {
			put_any(&talk);
			if (loader_has_started(talk.loader)) {
				loader_reset(talk.loader, talk.now_ms);
				talk_reset(&talk);
			}
		}
		flash = loader_flash(talk.loader);
		g_assert_true(is_blank(flash, 0, RECORD));
		g_assert_true(is_blank(flash, RECORD_END, RECORD_COPY));
		g_assert_true(is_blank(flash, LOADER_OTA + LOADER_PART_SIZE, LOADER_FLASH_SIZE));
		n_written += !is_blank(flash, LOADER_APP, LOADER_OTA + LOADER_PART_SIZE);
		talk_end(&talk);
	}
	g_test_message("%u of %u streams wrote something", n_written, N_STREAMS);
	g_assert_cmpuint(n_written, >, N_STREAMS / 10);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/second-boot/loader/takes-what-the-original-took", test_streams);
	g_test_add_func("/second-boot/loader/bad-and-repeated-blocks", test_bad_and_repeated_blocks);
	g_test_add_func("/second-boot/loader/sectors-are-erased-once", test_second_transfer);
	g_test_add_func("/second-boot/loader/bad-headers", test_bad_headers);
	g_test_add_func("/second-boot/loader/window", test_window);
	g_test_add_func("/second-boot/loader/keys", test_keys);
	g_test_add_func("/second-boot/loader/activate", test_activate);
	g_test_add_func("/second-boot/loader/addresses", test_addresses);
	g_test_add_func("/second-boot/loader/writes-nothing-beside-its-partitions", test_any_stream);
	return g_test_run();
}

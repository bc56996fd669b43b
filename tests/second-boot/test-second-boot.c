// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/host/second-boot/menu.h"
#include "protocol/host/second-boot/second-boot.h"
#include "tests/link/line.h"
#include "tests/second-boot/loader.h"

#define MS_NS    1000000
#define N_FAULTY 500
#define LIMIT_MS (20 * 60 * 1000)
#define RESET_MS 700

static const GySecondBootMap board = {{LOADER_APP, LOADER_PART_SIZE}, {LOADER_OTA, LOADER_PART_SIZE}};

static GBytes *
random_image(gsize size)
{
	guint8 *data = g_malloc(size);

	for (gsize i = 0; i < size; i++)
		data[i] = (guint8) g_test_rand_int();
	return g_bytes_new_take(data, size);
}

/* ---- client and loader on one line ---------------------------------------------------------------------- */

typedef struct {
	guint8 bytes[64];
	gsize size;
} Pending;

static void
push(Line *line, LineWay way, Pending *pending, gint64 now_ns)
{
	gsize put = line_write(line, way, pending->bytes, pending->size, now_ns);

	pending->size -= put;
	memmove(pending->bytes, pending->bytes + put, pending->size);
}

static void
move_client(GySecondBoot *client, Line *line, Pending *pending, gint64 now_ns)
{
	guint8 bytes[256];
	gsize got;

	while ((got = line_read(line, LINE_TO_HOST, bytes, sizeof bytes, now_ns)) > 0)
		gy_second_boot_receive(client, bytes, got, now_ns / MS_NS);
	gy_second_boot_step(client, now_ns / MS_NS);
	if (pending->size == 0)
		pending->size =
			gy_second_boot_send(client, pending->bytes, sizeof pending->bytes, now_ns / MS_NS);
	push(line, LINE_TO_DEVICE, pending, now_ns);
}

static void
move_loader(Loader *loader, Line *line, Pending *pending, gint64 now_ns)
{
	guint8 bytes[256];
	gsize got;

	while ((got = line_read(line, LINE_TO_DEVICE, bytes, sizeof bytes, now_ns)) > 0)
		loader_receive(loader, bytes, got, now_ns / MS_NS);
	loader_step(loader, now_ns / MS_NS);
	if (pending->size == 0)
		pending->size = loader_send(loader, pending->bytes, sizeof pending->bytes);
	push(line, LINE_TO_HOST, pending, now_ns);
}

static gint64
to_ns(gint64 ms)
{
	return ms > G_MAXINT64 / MS_NS ? G_MAXINT64 : ms * MS_NS;
}

static void
run(GySecondBoot *client, Loader *loader, const LineOptions *options)
{
	g_autoptr(Line) line = line_new(options);
	Pending from_client = {.size = 0}, from_loader = {.size = 0};
	gint64 now_ns = 0;

	while (gy_second_boot_error(client) == NULL && gy_second_boot_stage(client) != GY_SECOND_BOOT_DONE) {
		gint64 next;

		move_client(client, line, &from_client, now_ns);
		move_loader(loader, line, &from_loader, now_ns);
		next = MIN(to_ns(gy_second_boot_deadline(client)), to_ns(loader_deadline(loader)));
		next = MIN(next, MIN(line_next_ns(line, LINE_TO_HOST), line_next_ns(line, LINE_TO_DEVICE)));
		if (from_client.size > 0 || gy_second_boot_wants_to_send(client))
			next = MIN(next, line_room_ns(line, LINE_TO_DEVICE, now_ns));
		if (from_loader.size > 0)
			next = MIN(next, line_room_ns(line, LINE_TO_HOST, now_ns));
		/* what the loader has left to say */
		next = MIN(next, now_ns + 20 * MS_NS);
		now_ns = MAX(next, now_ns + 10000);
		g_assert_cmpint(now_ns / MS_NS, <, LIMIT_MS);
	}
}

static gboolean
holds(Loader *loader, guint32 address, GBytes *image)
{
	return memcmp(loader_flash(loader) + address, g_bytes_get_data(image, NULL),
		       g_bytes_get_size(image)) == 0;
}

/* Whether everything beside the partition is as it was. */
static gboolean
is_clean(const guint8 *flash, gsize size)
{
	/* each byte is the one before it */
	return size == 0 || (flash[0] == 0xFF && memcmp(flash, flash + 1, size - 1) == 0);
}

static gboolean
is_clean_beside(Loader *loader, guint32 address)
{
	guint32 behind = address + LOADER_PART_SIZE;

	return is_clean(loader_flash(loader), address) &&
	       is_clean(loader_flash(loader) + behind, LOADER_FLASH_SIZE - behind);
}

/* ---- a clean line --------------------------------------------------------------------------------------- */

static void
test_flash(gconstpointer data)
{
	static const char *const keys[] = {"h26", "h13", "h12"};
	static const GySecondBootGeneration generations[] = {
		GY_SECOND_BOOT_1_0, GY_SECOND_BOOT_2_1, GY_SECOND_BOOT_3};
	LoaderGeneration generation = (LoaderGeneration) GPOINTER_TO_INT(data);

	for (guint to_ota = 0; to_ota < 2; to_ota++) {
		g_autoptr(GBytes) image = random_image(50000);
		const GySecondBootOptions options = {.image = image,
			.name = "image.bin",
			.map = board,
			.to_ota = to_ota != 0,
			.expect = LOADER_APP_TEXT};
		g_autoptr(GySecondBoot) client = gy_second_boot_new(&options, 0);
		g_autoptr(Loader) loader = loader_new(generation, RESET_MS);
		guint32 address = to_ota ? LOADER_OTA : LOADER_APP;

		run(client, loader, &(LineOptions){.baud = 921600, .delay_ms = 1});
		g_assert_no_error(gy_second_boot_error(client));
		g_assert_true(holds(loader, address, image));
		g_assert_true(is_clean_beside(loader, address));
		g_assert_cmpint(gy_second_boot_generation(client), ==, generations[generation]);
		g_assert_cmpstr(loader_keys(loader), ==, keys[generation]);
		g_assert_cmpuint(gy_second_boot_done(client), ==, 50000);
	}
}

/* A part of the flash behind the partition's start; only a loader that writes anywhere writes there. */
static void
test_address_within(void)
{
	g_autoptr(GBytes) image = random_image(5000);
	const GySecondBootOptions options = {
		.image = image, .name = "image.bin", .map = board, .address = LOADER_APP + 0x3000};
	g_autoptr(GySecondBoot) client = gy_second_boot_new(&options, 0);
	g_autoptr(Loader) loader = loader_new(LOADER_1_0, RESET_MS);

	run(client, loader, &(LineOptions){.baud = 921600});
	g_assert_no_error(gy_second_boot_error(client));
	g_assert_true(holds(loader, LOADER_APP + 0x3000, image));
	g_assert_true(is_clean(loader_flash(loader), LOADER_APP + 0x3000));
	g_assert_false(gy_second_boot_is_for_ota(client));
}

/* Nothing is sent again: the loader would write it behind what it has. After a reset it begins from the start. */
static void
test_lost_ack(gconstpointer data)
{
	g_autoptr(GBytes) image = random_image(20000);
	const GySecondBootOptions options = {.image = image, .name = "image.bin", .map = board};
	g_autoptr(GySecondBoot) client = gy_second_boot_new(&options, 0);
	g_autoptr(GySecondBoot) again = gy_second_boot_new(&options, 0);
	g_autoptr(Loader) loader = loader_new((LoaderGeneration) GPOINTER_TO_INT(data), RESET_MS);
	const guint8 *written = loader_flash(loader) + LOADER_APP;

	loader_lose_ack(loader, 7);
	run(client, loader, &(LineOptions){.baud = 921600});
	g_assert_error(gy_second_boot_error(client), GY_LINK_ERROR, GY_LINK_ERROR_TRANSFER);
	g_assert_nonnull(strstr(gy_second_boot_error(client)->message, "reset the board and start again"));
	g_assert_cmpuint(gy_second_boot_done(client), ==, 6 * 1024);
	g_assert_cmpmem(written, 7 * 1024, g_bytes_get_data(image, NULL), 7 * 1024);
	g_assert_true(is_clean(written + 7 * 1024, LOADER_PART_SIZE - 7 * 1024));
	loader_reset(loader, RESET_MS);
	run(again, loader, &(LineOptions){.baud = 921600});
	g_assert_no_error(gy_second_boot_error(again));
	g_assert_true(holds(loader, LOADER_APP, image));
}

static void
assert_refused(LoaderGeneration generation, const GySecondBootMap *map, guint32 address, gsize size,
	const char *said)
{
	g_autoptr(GBytes) image = random_image(size);
	const GySecondBootOptions options = {
		.image = image, .name = "image.bin", .map = *map, .address = address};
	g_autoptr(GySecondBoot) client = gy_second_boot_new(&options, 0);
	g_autoptr(Loader) loader = loader_new(generation, RESET_MS);

	run(client, loader, &(LineOptions){.baud = 921600});
	g_assert_error(gy_second_boot_error(client), GY_LINK_ERROR, GY_LINK_ERROR_BOOT_MENU);
	g_assert_nonnull(strstr(gy_second_boot_error(client)->message, said));
	g_assert_true(is_clean(loader_flash(loader), LOADER_FLASH_SIZE));
}

static void
test_addresses(void)
{
	static const GySecondBootMap none = {{0, 0}, {0, 0}};
	static const GySecondBootMap other = {{0x2C000, 0x1000}, {0, 0}};

	static const GySecondBootMap other_ota = {{0, 0}, {0x2C000, 0x1000}};

	assert_refused(LOADER_1_0, &none, 0, 10, "any address");
	assert_refused(LOADER_1_0, &none, LOADER_APP, 10, "any address");
	assert_refused(LOADER_2_1, &other, 0, 10, "another board");
	assert_refused(LOADER_2_1, &other_ota, 0, 10, "another board");
	assert_refused(LOADER_3, &none, 0, LOADER_PART_SIZE + 1, "the partition at 0x1C000");
	assert_refused(LOADER_1_0, &board, 0, LOADER_PART_SIZE + 1, "the partition at 0x1C000");
	/* the loader, what is between the partitions, and the end of the flash */
	assert_refused(LOADER_1_0, &board, 1, 10, "none of the board's partitions");
	assert_refused(LOADER_1_0, &board, LOADER_APP - 1, 10, "none of the board's partitions");
	assert_refused(
		LOADER_1_0, &board, LOADER_OTA + LOADER_PART_SIZE, 10, "none of the board's partitions");
	assert_refused(LOADER_1_0, &board, G_MAXUINT32, 10, "none of the board's partitions");
	assert_refused(LOADER_1_0, &board, LOADER_APP + 0x3001, 10, "sectors of 4096 bytes");
	assert_refused(LOADER_1_0, &board, LOADER_OTA - 0x1000, 0x1001, "has room for 4096");
	assert_refused(LOADER_2_1, &none, LOADER_APP + 0x1000, 10, "the start of a partition only");
	assert_refused(LOADER_3, &board, LOADER_OTA + 0x1000, 10, "the start of a partition only");
}

static void
test_nobody_resets(void)
{
	g_autoptr(GBytes) image = random_image(10);
	const GySecondBootOptions options = {.image = image, .name = "i", .map = board, .reset_ms = 3000};
	g_autoptr(GySecondBoot) client = gy_second_boot_new(&options, 0);
	g_autoptr(Loader) loader = loader_new(LOADER_2_1, 100000);

	run(client, loader, &(LineOptions){.baud = 921600});
	g_assert_error(gy_second_boot_error(client), GY_LINK_ERROR, GY_LINK_ERROR_NO_BOOT_MENU);
}

static void
test_another_start_is_told(void)
{
	g_autoptr(GBytes) image = random_image(10);
	const GySecondBootOptions options = {.image = image, .name = "i", .map = board, .expect = "app-9"};
	g_autoptr(GySecondBoot) client = gy_second_boot_new(&options, 0);
	g_autoptr(Loader) loader = loader_new(LOADER_2_1, RESET_MS);

	run(client, loader, &(LineOptions){.baud = 921600});
	g_assert_error(gy_second_boot_error(client), GY_LINK_ERROR, GY_LINK_ERROR_NOT_STARTED);
}

/* ---- faulty lines --------------------------------------------------------------------------------------- */

/* The right image, or a failure that is told; and nothing beside the partition. */
static void
test_faulty(void)
{
	guint n_right = 0;

	for (guint seed = 1; seed <= N_FAULTY; seed++) {
		g_autoptr(GBytes) image = random_image((gsize) g_test_rand_int_range(1, 9000));
		const GySecondBootOptions options = {.image = image, .name = "image.bin", .map = board};
		const LineOptions line = {
			.baud = 921600,
			.delay_ms = seed % 5,
			.bit_error_rate = seed % 3 == 0 ? 0 : 1e-6 * (1 << seed % 6),
			.drop_rate = seed % 3 == 1 ? 0 : 1e-5 * (1 << seed % 5),
			.seed = seed,
		};
		g_autoptr(GySecondBoot) client = gy_second_boot_new(&options, 0);
		g_autoptr(Loader) loader = loader_new((LoaderGeneration) (seed % 3), RESET_MS);

		run(client, loader, &line);
		g_assert_true(gy_second_boot_error(client) || holds(loader, LOADER_APP, image));
		g_assert_true(is_clean_beside(loader, LOADER_APP));
		n_right += gy_second_boot_error(client) == NULL;
	}
	g_test_message("%u of %u were written", n_right, N_FAULTY);
	g_assert_cmpuint(n_right, >, N_FAULTY / 3);
}

/* ---- menus ---------------------------------------------------------------------------------------------- */

static void
test_unknown_menus(void)
{
	static const struct {
		const char *help;
		const char *prompt;
		GySecondBootGeneration generation;
	} menus[] = {
		{"1 ymodem\r\n", "aos boot# ", GY_SECOND_BOOT_2_1},
		{"2 YModem update\r\n", "aos boot# ", GY_SECOND_BOOT_1_0},
		{"1: ymodem\n", "2ndboot# ", GY_SECOND_BOOT_3},
		{"2: ymodem\n", "2ndboot# ", GY_SECOND_BOOT_UNKNOWN},
		{"5: ymodem\n", "aos boot# ", GY_SECOND_BOOT_UNKNOWN},
		{"1: ymodem\n2: ymodem\n", "aos boot# ", GY_SECOND_BOOT_UNKNOWN},
		{"1: xmodem\n", "aos boot# ", GY_SECOND_BOOT_UNKNOWN},
		{"", "aos boot# ", GY_SECOND_BOOT_UNKNOWN},
	};

	for (guint i = 0; i < G_N_ELEMENTS(menus); i++)
		g_assert_cmpint(
			gy_second_boot_recognise(menus[i].help, menus[i].prompt), ==, menus[i].generation);
}

static void
test_maps(void)
{
	GySecondBootMap map;

	gy_second_boot_read_map("OS  part addr:0x0001c000, len:0x000e5000\r\nOTA part addr:0x", &map);
	g_assert_cmphex(map.application.address, ==, 0x1C000);
	g_assert_cmphex(map.application.size, ==, 0xE5000);
	g_assert_cmpuint(map.ota.size, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/second-boot/flash/1.0", GINT_TO_POINTER(LOADER_1_0), test_flash);
	g_test_add_data_func("/second-boot/flash/2.1", GINT_TO_POINTER(LOADER_2_1), test_flash);
	g_test_add_data_func("/second-boot/flash/3", GINT_TO_POINTER(LOADER_3), test_flash);
	g_test_add_func("/second-boot/wrong-addresses-are-not-written-to", test_addresses);
	g_test_add_func("/second-boot/an-address-within-a-partition", test_address_within);
	g_test_add_data_func(
		"/second-boot/a-lost-ack-ends-it/1.0", GINT_TO_POINTER(LOADER_1_0), test_lost_ack);
	g_test_add_data_func("/second-boot/a-lost-ack-ends-it/3", GINT_TO_POINTER(LOADER_3), test_lost_ack);
	g_test_add_func("/second-boot/nobody-resets-the-board", test_nobody_resets);
	g_test_add_func("/second-boot/another-start-is-told", test_another_start_is_told);
	g_test_add_func("/second-boot/faulty-lines/right-or-a-clear-failure", test_faulty);
	g_test_add_func("/second-boot/unknown-menus", test_unknown_menus);
	g_test_add_func("/second-boot/maps", test_maps);
	return g_test_run();
}

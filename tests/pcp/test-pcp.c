// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/host/pcp/pcp.h"
#include "tests/pcp/stock-device.h"

/* ---- frames --------------------------------------------------------------------------------------------- */

static GBytes *
from_hex(const char *text)
{
	gsize size = strlen(text) / 2;
	guint8 *bytes = g_malloc(size);

	for (gsize i = 0; i < size; i++)
		bytes[i] = (guint8) (g_ascii_xdigit_value(text[2 * i]) << 4 |
				     g_ascii_xdigit_value(text[2 * i + 1]));
	return g_bytes_new_take(bytes, size);
}

static void
check_vector(const char *hex)
{
	g_autoptr(GBytes) whole = from_hex(hex);
	g_autoptr(GByteArray) again = g_byte_array_new();
	GyPcpReader reader = {0};
	GyPcpFrame frame;

	g_assert_cmpuint(
		gy_pcp_reader_add(&reader, g_bytes_get_data(whole, NULL), g_bytes_get_size(whole), 0), ==,
		g_bytes_get_size(whole));
	g_assert_true(gy_pcp_reader_next(&reader, 0, &frame));
	g_assert_cmpuint(reader.skipped, ==, 0);
	gy_pcp_frame_append(again, &frame);
	g_assert_cmpmem(again->data, (gint) again->len, g_bytes_get_data(whole, NULL),
		(gint) g_bytes_get_size(whole));
	g_assert_false(gy_pcp_reader_next(&reader, 0, &frame));
}

static void
test_vectors(void)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "vectors", "liteos", "pkg", "pcp_frames.txt", NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(GError) error = NULL;
	guint n = 0;

	g_file_get_contents(path, &text, NULL, &error);
	g_assert_no_error(error);
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		g_auto(GStrv) fields = g_strsplit(*line, ";", 3);

		if (**line == '#' || g_strv_length(fields) < 3)
			continue;
		check_vector(g_strstrip(fields[1]));
		n++;
	}
	g_assert_cmpuint(n, ==, 15);
}

/* Any bytes before, between and behind: text, halves of frames, frames with one byte changed. */
static void
test_resynchronises(void)
{
	for (guint round = 0; round < 500; round++) {
		g_autoptr(GByteArray) line = g_byte_array_new();
		GyPcpReader reader = {0};
		guint n_good = 0, n_found = 0;
		GyPcpFrame frame;

		for (guint i = 0; i < 8; i++) {
			guint8 data[64];
			const GyPcpFrame sent = {0x15, data, (gsize) g_test_rand_int_range(0, sizeof data)};
			guint from = line->len;

			for (gsize k = 0; k < sizeof data; k++)
				data[k] = g_test_rand_int_range(0, 4) ? (guint8) g_test_rand_int() : 0xFF;
			gy_pcp_frame_append(line, &sent);
			switch (g_test_rand_int_range(0, 4)) {
			case 0:
				line->data[from + (guint) g_test_rand_int_range(
							  0, (gint32) (line->len - from))] ^= 0x10;
				break;
			case 1:
				g_byte_array_append(line, data, (guint) sent.size);
				n_good++;
				break;
			default: n_good++; break;
			}
		}
		for (guint at = 0; at < line->len;) {
			guint piece = (guint) g_test_rand_int_range(1, 90);
			gsize most = MIN(line->len - at, piece);

			at += (guint) gy_pcp_reader_add(&reader, line->data + at, most, 0);
			while (gy_pcp_reader_next(&reader, 0, &frame))
				n_found++;
		}
		while (gy_pcp_reader_next(&reader, 1000, &frame))
			n_found++;
		/* what is random may be a frame, too, but none that is whole is lost but by a longer one around it */
		g_assert_cmpuint(n_found + 1, >=, n_good);
	}
}

static void
test_silence_ends_a_half(void)
{
	g_autoptr(GBytes) half = from_hex("FFFE0113");
	g_autoptr(GBytes) whole = from_hex("FFFE01134C9A0000");
	GyPcpReader reader = {0};
	GyPcpFrame frame;

	(void) gy_pcp_reader_add(&reader, g_bytes_get_data(half, NULL), 4, 0);
	g_assert_false(gy_pcp_reader_next(&reader, 100, &frame));
	g_assert_false(gy_pcp_reader_next(&reader, 1000, &frame));
	(void) gy_pcp_reader_add(&reader, g_bytes_get_data(whole, NULL), 8, 1000);
	g_assert_true(gy_pcp_reader_next(&reader, 1000, &frame));
	g_assert_cmpuint(frame.code, ==, GY_PCP_QUERY);
}

/* ---- upgrades in virtual time --------------------------------------------------------------------------- */

typedef struct {
	guint loss;   /* of a message, in 1000 */
	guint damage; /* of a byte, in 100000 */
	guint repeat; /* of a message, in 1000 */
} Faults;

/* What is left of a message. */
static void
carry(const Faults *faults, GByteArray *from, GByteArray *to)
{
	guint times = (guint) g_test_rand_int_range(0, 1000) < faults->repeat ? 2 : 1;

	if (from->len == 0)
		return;
	if ((guint) g_test_rand_int_range(0, 1000) >= faults->loss)
		while (times-- > 0)
			g_byte_array_append(to, from->data, from->len);
	for (guint i = 0; i < to->len; i++)
		if ((guint) g_test_rand_int_range(0, 100000) < faults->damage)
			to->data[i] ^= (guint8) (1u << g_test_rand_int_range(0, 8));
	g_byte_array_set_size(from, 0);
}

static void
run_upgrade(GyPcp *pcp, StockDevice *device, const Faults *faults)
{
	g_autoptr(GByteArray) up = g_byte_array_new();
	g_autoptr(GByteArray) down = g_byte_array_new();
	g_autoptr(GByteArray) said = g_byte_array_new();
	guint8 piece[2048];

	for (gint64 now_ms = 0; gy_pcp_stage(pcp) < GY_PCP_STAGE_DONE && now_ms < 4000000; now_ms += 20) {
		gsize n;

		while ((n = gy_pcp_send(pcp, piece, sizeof piece, now_ms)) > 0)
			g_byte_array_append(said, piece, (guint) n);
		carry(faults, said, down);
		stock_device_receive(device, down->data, down->len, now_ms);
		g_byte_array_set_size(down, 0);
		stock_device_step(device, now_ms);
		carry(faults, device->out, up);
		gy_pcp_receive(pcp, up->data, up->len, now_ms);
		g_byte_array_set_size(up, 0);
		gy_pcp_step(pcp, now_ms);
	}
	g_assert_cmpint(gy_pcp_stage(pcp), >=, GY_PCP_STAGE_DONE);
}

static GBytes *
random_package(gsize size)
{
	guint8 *bytes = g_malloc(size);

	for (gsize i = 0; i < size; i++)
		bytes[i] = (guint8) g_test_rand_int();
	return g_bytes_new_take(bytes, size);
}

static void
assert_upgraded(const GyPcp *pcp, const StockDevice *device)
{
	g_assert_no_error(gy_pcp_error(pcp));
	g_assert_cmpint(gy_pcp_stage(pcp), ==, GY_PCP_STAGE_DONE);
	g_assert_cmpmem(device->stored->data, (gint) device->stored->len,
		g_bytes_get_data(device->good, NULL), (gint) g_bytes_get_size(device->good));
	g_assert_cmpstr(device->running, ==, "V1.1");
}

static void
test_clean(void)
{
	static const gsize sizes[] = {1, 499, 500, 501, 20000};
	static const Faults none;

	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(GBytes) package = random_package(sizes[i]);
		GyPcpOptions options = {.package = package, .version = "V1.1"};
		g_autoptr(StockDevice) device = stock_device_new("V1.0", package);
		g_autoptr(GyPcp) pcp = gy_pcp_new(&options, 0);

		device->reports = i % 2 == 0;
		run_upgrade(pcp, device, &none);
		assert_upgraded(pcp, device);
		g_assert_cmpstr(gy_pcp_running(pcp), ==, device->reports ? "V1.0" : "V1.1");
		g_assert_cmpuint(device->n_requests, ==, (sizes[i] + 499) / 500);
	}
}

/* Loss, damage and repetition: the exact package, or an end that says why. A device that checks frames always gets it. */
static void
test_lines(void)
{
	guint n_upgraded = 0;

	for (guint seed = 0; seed < 500; seed++) {
		g_autoptr(GBytes) package = random_package(2000);
		GyPcpOptions options = {.package = package, .version = "V1.1", .fragment_size = 100};
		g_autoptr(StockDevice) device = stock_device_new("V1.0", package);
		g_autoptr(GyPcp) pcp = gy_pcp_new(&options, 0);
		const Faults faults = {(guint) g_test_rand_int_range(0, 200),
			(guint) g_test_rand_int_range(0, 200), (guint) g_test_rand_int_range(0, 100)};

		device->checks = seed % 4 != 0;
		device->reports = seed % 3 != 0;
		run_upgrade(pcp, device, &faults);
		if (gy_pcp_stage(pcp) == GY_PCP_STAGE_DONE) {
			assert_upgraded(pcp, device);
			n_upgraded++;
		} else {
			g_assert_nonnull(gy_pcp_error(pcp));
		}
	}
	g_test_message("%u of 500 upgraded", n_upgraded);
	g_assert_cmpuint(n_upgraded, >, 300);
}

typedef struct {
	const char *name;
	guint refuses;
	guint no_space_at;
	gboolean is_damaged;
	gint error;
	guint8 result;
} Refusal;

static const Refusal refusals[] = {
	{"busy", GY_PCP_BUSY, 0, FALSE, GY_LINK_ERROR_CANCELLED_THERE, GY_PCP_BUSY},
	{"already-latest", GY_PCP_LATEST, 0, FALSE, GY_LINK_ERROR_CANCELLED_THERE, GY_PCP_LATEST},
	{"no-space", 0, 3, FALSE, GY_LINK_ERROR_CANCELLED_THERE, 5},
	{"wrong-signature", 0, 0, TRUE, GY_LINK_ERROR_CANCELLED_THERE, GY_PCP_MISMATCH},
};

static void
test_refusal(gconstpointer data)
{
	static const Faults none;
	const Refusal *r = data;
	g_autoptr(GBytes) package = random_package(3000);
	g_autoptr(GBytes) other = random_package(3000);
	GyPcpOptions options = {.package = package, .version = "V1.1"};
	g_autoptr(StockDevice) device = stock_device_new("V1.0", r->is_damaged ? other : package);
	g_autoptr(GyPcp) pcp = gy_pcp_new(&options, 0);

	device->refuses = r->refuses;
	device->no_space_at = r->no_space_at;
	run_upgrade(pcp, device, &none);
	g_assert_cmpint(gy_pcp_stage(pcp), ==, GY_PCP_STAGE_FAILED);
	g_assert_error(gy_pcp_error(pcp), GY_LINK_ERROR, r->error);
	g_assert_cmpuint(gy_pcp_result(pcp), ==, r->result);
}

/* A host that went away in the middle: the next one goes on where the device is. */
static void
test_resumes(void)
{
	static const Faults none;
	g_autoptr(GBytes) package = random_package(5000);
	GyPcpOptions options = {.package = package, .version = "V1.1"};
	g_autoptr(StockDevice) device = stock_device_new("V1.0", package);
	g_autoptr(GyPcp) pcp = gy_pcp_new(&options, 0);

	memcpy(device->next_version, "V1.1", 4);
	device->fragment_size = 500;
	device->n_fragments = 10;
	device->fragment = 6;
	g_byte_array_append(device->stored, g_bytes_get_data(package, NULL), 3000);
	device->state = STOCK_DOWNLOADING;
	run_upgrade(pcp, device, &none);
	assert_upgraded(pcp, device);
	g_assert_cmpuint(device->n_requests, <=, 5);
}

static void
test_silence(void)
{
	g_autoptr(GBytes) package = random_package(10);
	GyPcpOptions options = {.package = package, .version = "V1.1"};
	g_autoptr(GyPcp) pcp = gy_pcp_new(&options, 0);
	gint64 now_ms = 0;

	while (gy_pcp_stage(pcp) < GY_PCP_STAGE_DONE) {
		g_assert_cmpint(gy_pcp_deadline(pcp), >=, now_ms);
		now_ms = gy_pcp_deadline(pcp);
		gy_pcp_step(pcp, now_ms);
	}
	g_assert_cmpint(now_ms, ==, 15000);
	g_assert_error(gy_pcp_error(pcp), GY_LINK_ERROR, GY_LINK_ERROR_NO_ANSWER);
}

static void
test_options(void)
{
	static const struct {
		const char *version;
		guint fragment_size;
		gsize size;
		gboolean is_right;
	} rows[] = {{"V1.0", 0, 1, TRUE}, {"0123456789abcdef", 32, 65535 * 32, TRUE}, {"", 0, 1, FALSE},
		{"0123456789abcdefg", 0, 1, FALSE}, {"V\xc3\xa9", 0, 1, FALSE}, {"V1.0", 31, 1, FALSE},
		{"V1.0", 501, 1, FALSE}, {"V1.0", 32, 65535 * 32 + 1, FALSE}, {"V1.0", 0, 0, FALSE}};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) package = g_bytes_new_take(g_malloc0(rows[i].size), rows[i].size);
		GyPcpOptions options = {.package = package,
			.version = rows[i].version,
			.fragment_size = rows[i].fragment_size};
		g_autofree char *reason = NULL;

		g_assert_cmpint(gy_pcp_check(&options, &reason), ==, rows[i].is_right);
		g_assert_cmpint(reason == NULL, ==, rows[i].is_right);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pcp/frame/published-ones-are-read-and-written", test_vectors);
	g_test_add_func("/pcp/frame/found-among-anything", test_resynchronises);
	g_test_add_func("/pcp/frame/half-of-one-does-not-hide-the-next", test_silence_ends_a_half);
	g_test_add_func("/pcp/upgrades-of-any-size", test_clean);
	g_test_add_func("/pcp/500-lines-end-with-the-package-or-a-reason", test_lines);
	g_test_add_func("/pcp/goes-on-where-the-device-is", test_resumes);
	g_test_add_func("/pcp/silence-is-no-device", test_silence);
	g_test_add_func("/pcp/options-that-cannot-be", test_options);
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path = g_strdup_printf("/pcp/says-why/%s", refusals[i].name);

		g_test_add_data_func(path, &refusals[i], test_refusal);
	}
	return g_test_run();
}

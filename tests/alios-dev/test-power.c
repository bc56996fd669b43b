// SPDX-License-Identifier: Apache-2.0
#include "tests/alios-dev/device.h"
#include "tests/power/power.h"

typedef struct {
	Device *device;
	GBytes *file;
	char *hash;
	struct gya_alios_offer offer;
} Download;

// As far as the power lets it.
static void
download(gpointer data)
{
	Download *d = data;
	const guint8 *bytes = g_bytes_get_data(d->file, NULL);
	int at = gya_alios_offer(&d->offer);

	while (at >= 0 && (guint32) at < d->offer.size) {
		guint32 n = MIN(900, d->offer.size - (guint32) at);

		at = gya_alios_take(bytes + at, n) == 0 ? at + (int) n : -1;
	}
	if (at >= 0)
		(void) gya_alios_finish();
}

// The cloud offers it again; nothing that is in flash by then keeps it from coming.
static void
start(gpointer data)
{
	Download *d = data;

	device_power_on(d->device);
	download(data);
}

static PowerOutcome
look(gpointer data)
{
	Download *d = data;
	struct alios_record record;

	if (alios_record_read(&record) == ALIOS_RECORD_BAD)
		return POWER_NEITHER;
	if (record.upg_flag == ALIOS_FLAG_NORMAL)
		return POWER_OLD;
	return record.upg_flag == ALIOS_FLAG_SWAP && device_holds(d->device, GYA_ALIOS_OTA_TEMP, d->file)
		       ? POWER_NEW
		       : POWER_NEITHER;
}

static void
test_download(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_small_back);
	g_autoptr(GBytes) image = random_bytes(18000, 5);
	g_autoptr(GBytes) file = with_trailer(image);
	g_autofree char *hash = upper_hash(G_CHECKSUM_SHA256, file);
	gboolean is_full = g_getenv("GANTRY_FULL") != NULL;
	Download d = {device, file, hash,
		{.version = "app-1.0.1",
			.size = (guint32) g_bytes_get_size(file),
			.hash_type = OTA_SHA256,
			.hash = hash}};
	PowerCuts cuts = {.name = "download and record",
		.flash = device->flash,
		.data = &d,
		.act = download,
		.start = start,
		.look = look,
		.n_mixtures = is_full ? 12 : 1,
		.n_second = is_full ? 200 : 3};

	power_cuts_head();
	power_cuts_check(&cuts);
	g_assert_cmpuint(cuts.n_outcomes[0][POWER_OLD], ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/alios-dev/power/download-ends-with-the-right-record", test_download);
	return g_test_run();
}

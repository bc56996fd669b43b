// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/include/backend-hota.h"
#include "device-agent/ports/sim/crypto-openssl.h"
#include "protocol/wire/crc32c.h"
#include "tests/hota/device.h"

#define KEY_PRIVATE "rsa_private_key2048.pem"
#define KEY_PUBLIC  "rsa_public_key2048.pkcs1.der"
#define KEY_3072    "rsa_public_key3072.pkcs1.der"
#define AREA_SIZE   640u
#define STORAGE     0x10000u

static struct gya_verdict verdict;
static int finish_result;

static int
finish(void)
{
	return finish_result;
}

static const struct gya_backend *
backend_new(struct gya_hota_setup *setup, HotaDevice *device)
{
	const struct gya_backend *backend;

	setup->board = device->board->board;
	setup->crypto = &gya_crypto_openssl;
	setup->storage_size = STORAGE;
	backend = gya_backend_hota(setup);
	memset(&verdict, 0, sizeof verdict);
	g_assert_nonnull(backend->init(&verdict));
	return backend;
}

/* As a host has it: the head by its own word, and the area behind it. */
static gsize
manifest_size(GBytes *package)
{
	return gyw_get_u32le((const guint8 *) g_bytes_get_data(package, NULL) + 4) + AREA_SIZE;
}

// How far a package comes.
typedef enum { REFUSED_EARLY, FAILED_TO_STORE, FAILED_TO_FINISH, ARMED } Fate;

static Fate
send(const struct gya_backend *backend, GBytes *package, gsize manifest, const guint8 *tlvs, guint tlvs_size)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(package, &size);
	g_autofree guint8 *head = g_memdup2(bytes, MIN(manifest, size));
	struct gyw_begin begin = {.mode = GYW_MODE_PACKAGE,
		.target = tlvs ? GYW_TARGET_CUSTOM : 0,
		.length = (guint32) size,
		.tlvs = tlvs,
		.tlvs_size = tlvs_size};

	memset(&verdict, 0, sizeof verdict);
	if (!backend->judge(&begin, head, (guint32) MIN(manifest, size), false) || !backend->prepare(&begin))
		return REFUSED_EARLY;
	for (gsize done = 0; done < size; done += backend->piece) {
		gsize part = MIN(backend->piece, size - done);

		if (!backend->write((guint32) done, bytes + done, (guint32) part)) {
			backend->stop();
			return FAILED_TO_STORE;
		}
	}
	return backend->judge(&begin, NULL, 0, true) && backend->arm() ? ARMED : FAILED_TO_FINISH;
}

static GBytes *
small_package(void)
{
	g_autoptr(GBytes) tag = hota_noise(32, 1);
	g_autoptr(GBytes) config = hota_noise(5, 2);
	HotaPart parts[] = {{"ota_tag", tag}, {"config", config}};

	return hota_make_package("OpenHarmony 1.1", parts, G_N_ELEMENTS(parts), KEY_PRIVATE);
}

static gboolean
is_untouched(HotaDevice *device, const guint8 *before)
{
	static const guint32 places[] = {
		GYA_HOTA_LOADER, GYA_HOTA_KERNEL, GYA_HOTA_ROOTFS, GYA_HOTA_CONFIG, GYA_HOTA_TAG};

	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		const struct gya_partition *place = gya_board_partition(device->board->board, places[i]);

		if (memcmp(device->flash->bytes + place->address, before + place->address, place->size) != 0)
			return FALSE;
	}
	return TRUE;
}

/* A bit of every byte, or every bit: most are found before a component's place is touched, those of the data when they are stored. */
static void
test_flipped_bits(void)
{
	g_autoptr(HotaDevice) device = hota_device_new(&gya_hota_board_small, KEY_PUBLIC, "OpenHarmony 1.0");
	struct gya_hota_setup setup = {.cancel_disarms = true};
	const struct gya_backend *backend = backend_new(&setup, device);
	g_autofree guint8 *before = g_memdup2(device->flash->bytes, device->board->board->flash_size);
	g_autoptr(GBytes) package = small_package();
	gsize size;
	const guint8 *good = g_bytes_get_data(package, &size);
	gsize manifest = manifest_size(package);
	gsize per_byte = g_getenv("GANTRY_FULL") ? 8 : 1;
	guint fates[ARMED + 1] = {0};

	for (gsize i = 0; i < size * per_byte; i++) {
		gsize bit = per_byte == 8 ? i : i * 8 + i % 8;
		guint8 *copy = g_memdup2(good, size);
		g_autoptr(GBytes) bad = g_bytes_new_take(copy, size);
		Fate fate;

		copy[bit / 8] ^= (guint8) (1 << bit % 8);
		fate = send(backend, bad, manifest, NULL, 0);
		fates[fate]++;
		g_assert_cmpint(fate, ==, bit / 8 < manifest ? REFUSED_EARLY : FAILED_TO_STORE);
		if (fate == FAILED_TO_STORE)
			g_assert_cmphex(verdict.code, ==, HOTA_DATA_VERIFY_HASH_ERR);
		g_assert_cmpint(HotaRestart(), ==, -1);
	}
	g_test_message("refused early %u, while storing %u", fates[REFUSED_EARLY], fates[FAILED_TO_STORE]);
	g_assert_true(is_untouched(device, before));
	g_assert_cmpint(send(backend, package, manifest, NULL, 0), ==, ARMED);
	g_assert_cmpuint(gya_hota_counters()->gaps + gya_hota_counters()->repeats, ==, 0);
}

/* Through the agent a package that was cut says so itself; without it the component never gets to its end. */
static void
test_truncated(void)
{
	g_autoptr(HotaDevice) device = hota_device_new(&gya_hota_board_small, KEY_PUBLIC, "OpenHarmony 1.0");
	struct gya_hota_setup setup = {.cancel_disarms = true};
	const struct gya_backend *backend = backend_new(&setup, device);
	g_autofree guint8 *before = g_memdup2(device->flash->bytes, device->board->board->flash_size);
	g_autoptr(GBytes) package = small_package();
	gsize manifest = manifest_size(package);

	for (gsize size = 1; size < g_bytes_get_size(package); size++) {
		g_autoptr(GBytes) cut = g_bytes_new_from_bytes(package, 0, size);

		g_assert_cmpint(send(backend, cut, manifest, NULL, 0), ==, REFUSED_EARLY);
		g_assert_cmpint(hota_device_init(device), ==, 0);
		g_assert_cmpint(hota_device_write(cut, 4096), ==, 0);
		g_assert_null(strchr(device->told->str, '4'));
		g_assert_cmpint(HotaSetBootSettings(), ==, -1);
		g_assert_cmpint(HotaRestart(), ==, -1);
	}
	g_assert_cmpuint(device->n_reboots, ==, 0);
	g_assert_true(is_untouched(device, before));
}

static const struct {
	const char *file;
	const char *key;
	Fate fate;
	guint cause;
	guint32 code;
} vectors[] = {
	{"01-one-component", KEY_3072, ARMED, 0, 0},
	{"02-nine-components", KEY_3072, REFUSED_EARLY, GYW_CAUSE_DUPLICATE_IMAGE, 0},
	{"03-ten-components", KEY_3072, REFUSED_EARLY, GYW_CAUSE_DUPLICATE_IMAGE, 0},
	{"04-trailing-byte", KEY_3072, REFUSED_EARLY, GYW_CAUSE_LAYOUT, 0},
	{"05-unknown-partition", KEY_3072, REFUSED_EARLY, GYW_CAUSE_UNKNOWN_IMAGE, 0},
	{"06-pkcs1v15-signature", KEY_3072, REFUSED_EARLY, GYW_CAUSE_SIGNATURE, HOTA_DATA_SIGN_CHECK_ERR},
	{"07-type01-with-3072", KEY_3072, REFUSED_EARLY, GYW_CAUSE_LAYOUT, 0},
	{"08-type11-with-2048", KEY_PUBLIC, REFUSED_EARLY, GYW_CAUSE_LAYOUT, 0},
	{"09-component-hash-mismatch", KEY_3072, FAILED_TO_STORE, GYW_CAUSE_STORE, HOTA_DATA_VERIFY_HASH_ERR},
	{"10-empty-first-component", KEY_3072, ARMED, 0, 0},
	{"11-empty-last-component", KEY_3072, REFUSED_EARLY, GYW_CAUSE_LAYOUT, 0},
	{"12-salt-max", KEY_3072, ARMED, 0, 0},
};

/* What the component would take and never finish, or store twice in one place, the agent refuses before it. */
static void
test_vectors(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(vectors); i++) {
		g_autofree char *file = g_strconcat(vectors[i].file, ".bin", NULL);
		g_autoptr(GBytes) package = hota_vector("l1-accept", file, NULL);
		g_autoptr(HotaDevice) device =
			hota_device_new(&gya_hota_board_small, vectors[i].key, "OpenHarmony 1.0");
		struct gya_hota_setup setup = {.cancel_disarms = true};
		const struct gya_backend *backend = backend_new(&setup, device);

		g_test_message("%s", vectors[i].file);
		g_assert_cmpint(send(backend, package, manifest_size(package), NULL, 0), ==, vectors[i].fate);
		g_assert_cmpuint(verdict.cause, ==, vectors[i].cause);
		g_assert_cmphex(verdict.code, ==, vectors[i].code);
	}
}

static void
test_version(void)
{
	g_autoptr(HotaDevice) device = hota_device_new(&gya_hota_board_small, KEY_PUBLIC, "OpenHarmony 1.2");
	struct gya_hota_setup setup = {.cancel_disarms = true};
	const struct gya_backend *backend = backend_new(&setup, device);
	g_autoptr(GBytes) package = small_package();

	g_assert_cmpint(send(backend, package, manifest_size(package), NULL, 0), ==, REFUSED_EARLY);
	g_assert_cmpuint(verdict.cause, ==, GYW_CAUSE_ROLLBACK);
	g_assert_cmphex(verdict.code, ==, HOTA_VERSION_INVALID);
}

/* The boot loader holds it against a version of its own, which the running system does not know. */
static void
test_local_version(void)
{
	g_autoptr(HotaDevice) device = hota_device_new(&gya_hota_board_small, KEY_PUBLIC, "OpenHarmony 1.0");
	struct gya_hota_setup setup = {.cancel_disarms = true};
	const struct gya_backend *backend = backend_new(&setup, device);
	g_autofree guint8 *before = g_memdup2(device->flash->bytes, device->board->board->flash_size);
	g_autoptr(GBytes) package = small_package();
	g_autoptr(GBytes) kernel = hota_first_kernel();
	UpdateMetaData data;

	device->port.local_version = "OpenHarmony 1.1";
	g_assert_cmpint(send(backend, package, manifest_size(package), NULL, 0), ==, ARMED);
	backend->reset();
	g_assert_cmpuint(device->n_reboots, ==, 1);
	hota_device_power_on(device);
	g_assert_false(gya_hota_boot().has_installed);
	g_assert_cmpint(gya_hota_boot().outcome, ==, GYA_HOTA_BOOT_START);
	g_assert_true(hota_device_runs(device, kernel, "OpenHarmony 1.0"));
	g_assert_true(is_untouched(device, before));
	g_assert_cmpint(HotaHalGetMetaData(&data), ==, 0);
	g_assert_cmpuint(data.updateStatus, ==, HOTA_VERSION_INVALID);
	g_assert_cmpint(HotaGetUpdateStatus(), ==, 1);
}

/* Given up anywhere, nothing comes of it, and the next package goes through. */
static void
test_given_up(void)
{
	g_autoptr(HotaDevice) device = hota_device_new(&gya_hota_board_small, KEY_PUBLIC, "OpenHarmony 1.0");
	struct gya_hota_setup setup = {.cancel_disarms = true};
	const struct gya_backend *backend = backend_new(&setup, device);
	g_autoptr(GBytes) package = small_package();
	g_autoptr(GBytes) kernel = hota_first_kernel();

	g_assert_cmpint(send(backend, package, manifest_size(package), NULL, 0), ==, ARMED);
	backend->stop();
	g_assert_cmpuint(hota_device_stored_status(), ==, HOTA_CANCELED);
	g_assert_cmpint(HotaRestart(), ==, -1);
	g_assert_false(backend->arm());
	g_assert_cmphex(verdict.code, ==, G_MAXUINT32);
	hota_device_power_on(device);
	g_assert_cmpint(gya_hota_boot().outcome, ==, GYA_HOTA_BOOT_START);
	g_assert_true(hota_device_runs(device, kernel, "OpenHarmony 1.0"));

	g_assert_cmpint(send(backend, package, manifest_size(package), NULL, 0), ==, ARMED);
	g_assert_true(backend->disarm());
	g_assert_false(gya_hota_boot().has_installed);
	g_assert_cmpint(send(backend, package, manifest_size(package), NULL, 0), ==, ARMED);
	g_assert_true(gya_hota_boot().has_installed);
	g_assert_true(hota_device_runs(device, kernel, "OpenHarmony 1.1"));
}

static const guint8 own_kind[] = {GYW_BEGIN_HOTA_TYPE, 1, NOT_USE_DEFAULT_PKG};

static void
test_own_kind(void)
{
	g_autoptr(HotaDevice) device =
		hota_device_new(&gya_hota_board_small_two, KEY_PUBLIC, "OpenHarmony 1.0");
	struct gya_hota_setup setup = {.takes_own = true};
	const struct gya_backend *backend = backend_new(&setup, device);
	g_autoptr(GBytes) kernel = hota_noise(5000, 3);
	g_autoptr(GBytes) package = small_package();
	guint8 back[5000];

	g_assert_cmpint(send(backend, kernel, 16, own_kind, sizeof own_kind), ==, ARMED);
	g_assert_cmphex(backend->can, ==, GYW_CAN_READ_BACK);
	for (guint32 at = 0; at < sizeof back; at += 1000)
		g_assert_true(backend->read(at, back + at, 1000));
	g_assert_cmpmem(back, sizeof back, g_bytes_get_data(kernel, NULL), sizeof back);
	g_assert_false(
		backend->read(gya_board_partition(device->board->board, GYA_HOTA_KERNEL_B)->size, back, 1));
	g_assert_true(gya_hota_boot().has_installed);
	g_assert_cmpint(gya_hota_boot().outcome, ==, GYA_HOTA_BOOT_START);
	g_assert_true(hota_device_runs(device, kernel, ""));

	// what can be read back is the session's
	g_assert_cmpint(send(backend, package, manifest_size(package), NULL, 0), ==, REFUSED_EARLY);
	g_assert_cmphex(backend->can, ==, 0);
}

static void
test_own_kind_is_not_for_everybody(void)
{
	g_autoptr(HotaDevice) device =
		hota_device_new(&gya_hota_board_small_two, KEY_PUBLIC, "OpenHarmony 1.0");
	struct gya_hota_setup setup = {.cancel_disarms = true};
	const struct gya_backend *backend = backend_new(&setup, device);
	g_autoptr(GBytes) kernel = hota_noise(5000, 3);

	g_assert_cmpint(send(backend, kernel, 16, own_kind, sizeof own_kind), ==, REFUSED_EARLY);
	g_assert_cmpuint(verdict.cause, ==, GYW_CAUSE_NOT_OFFERED);
}

/* A board that keeps no metadata: the platform's own call says that the package counts, and the HAL resets. */
static void
test_platforms_finish(void)
{
	g_autoptr(HotaDevice) device = hota_device_new(&gya_hota_board_small, KEY_PUBLIC, "OpenHarmony 1.0");
	struct gya_hota_setup setup = {.finish = finish};
	const struct gya_backend *backend = backend_new(&setup, device);
	g_autoptr(GBytes) package = small_package();

	g_assert_null(backend->disarm);
	finish_result = -1;
	g_assert_cmpint(send(backend, package, manifest_size(package), NULL, 0), ==, FAILED_TO_FINISH);
	g_assert_cmpuint(verdict.cause, ==, GYW_CAUSE_VERIFY);
	finish_result = 0;
	g_assert_cmpint(send(backend, package, manifest_size(package), NULL, 0), ==, ARMED);
	backend->reset();
	g_assert_cmpuint(device->n_reboots, ==, 1);
}

/* INFO and packages have one number for a component. */
static void
test_image_ids(void)
{
	static const struct {
		const char *name;
		guint32 id;
	} ids[] = {
		{"bootloader", GYA_HOTA_IMAGE_BOOTLOADER},
		{"kernel_A", GYA_HOTA_IMAGE_KERNEL_A},
		{"kernel", GYA_HOTA_IMAGE_KERNEL},
		{"rootfs", GYA_HOTA_IMAGE_ROOTFS},
		{"app", GYA_HOTA_IMAGE_APP},
		{"config", GYA_HOTA_IMAGE_CONFIG},
		{"ota_tag", GYA_HOTA_IMAGE_TAG},
	};
	static const struct gya_hota_board *const boards[] = {&gya_hota_board_hi3861, &gya_hota_board_hi3516,
		&gya_hota_board_small_two, &gya_hota_board_small};

	for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
		g_assert_cmphex(ids[i].id, ==,
			gyw_crc32c((const guint8 *) ids[i].name, (guint32) strlen(ids[i].name)));
	for (guint b = 0; b < G_N_ELEMENTS(boards); b++) {
		g_assert_true(gya_hota_board_of(boards[b]->board) == boards[b]);
		g_assert_cmpint(boards[b]->components[0].id, ==, 0);
		g_assert_cmpuint(boards[b]->n_components, ==, boards[b]->board->n_images + 1);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hota/backend/finds-every-flipped-bit", test_flipped_bits);
	g_test_add_func("/hota/backend/finds-every-cut", test_truncated);
	g_test_add_func("/hota/backend/vectors", test_vectors);
	g_test_add_func("/hota/backend/version", test_version);
	g_test_add_func("/hota/backend/local-version", test_local_version);
	g_test_add_func("/hota/backend/given-up", test_given_up);
	g_test_add_func("/hota/backend/own-kind", test_own_kind);
	g_test_add_func("/hota/backend/own-kind-is-not-for-everybody", test_own_kind_is_not_for_everybody);
	g_test_add_func("/hota/backend/platforms-finish", test_platforms_finish);
	g_test_add_func("/hota/backend/image-ids", test_image_ids);
	return g_test_run();
}

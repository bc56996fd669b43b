// SPDX-License-Identifier: Apache-2.0
#include <aos/kv.h>
#include <string.h>

#include "device-agent/alios/hal.h"
#include "device-agent/alios/hash.h"
#include "device-agent/ports/sim/rsa-openssl.h"
#include "tests/alios-dev/device.h"

// ---- one upgrade ----

typedef struct {
	struct gya_alios_offer offer;
	GBytes *file;
	char *hash;
} Upgrade;

static Upgrade
upgrade_to(GBytes *file, guint32 hash_type)
{
	Upgrade upgrade = {.file = file};

	upgrade.hash = upper_hash(hash_type == OTA_MD5 ? G_CHECKSUM_MD5 : G_CHECKSUM_SHA256, file);
	upgrade.offer = (struct gya_alios_offer){.version = "app-1.0.1",
		.size = (guint32) g_bytes_get_size(file),
		.hash_type = hash_type,
		.hash = upgrade.hash};
	return upgrade;
}

static void
upgrade_clear(Upgrade *upgrade)
{
	g_free(upgrade->hash);
	g_bytes_unref(upgrade->file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Upgrade, upgrade_clear)

static int
take(const Upgrade *upgrade, guint32 from, guint32 to, guint32 piece)
{
	const guint8 *bytes = g_bytes_get_data(upgrade->file, NULL);

	for (guint32 at = from; at < to; at += piece) {
		int result = gya_alios_take(bytes + at, MIN(piece, to - at));

		if (result != 0)
			return result;
	}
	return 0;
}

// What the first call that failed returned, or 0.
static int
run(const Upgrade *upgrade)
{
	int at = gya_alios_offer(&upgrade->offer);
	int result;

	if (at < 0)
		return at;
	result = take(upgrade, (guint32) at, upgrade->offer.size, 700);
	return result != 0 ? result : gya_alios_finish();
}

static struct alios_record
record_of(void)
{
	struct alios_record record;

	g_assert_cmpint(alios_record_read(&record), ==, ALIOS_RECORD_OK);
	return record;
}

static const struct {
	const char *name;
	const struct gya_alios_board *board;
	guint32 flag;
	guint32 len;
} whole[] = {
	{"one-address-is-asked-to-swap", &gya_alios_board_mk3060, ALIOS_FLAG_SWAP, 0},
	{"two-banks-are-asked-to-switch", &gya_alios_board_developerkit, ALIOS_FLAG_DUAL, 5028},
};

static void
test_whole(gconstpointer data)
{
	gsize i = GPOINTER_TO_SIZE(data);

	for (guint type = OTA_SHA256; type <= OTA_MD5; type += OTA_MD5 - OTA_SHA256) {
		g_autoptr(Device) device = device_new(whole[i].board);
		g_auto(Upgrade) upgrade = upgrade_to(vector("md5", "m3_5000.md5.bin"), type);

		g_assert_cmpint(device->service.upg_status, ==, OTA_INIT);
		g_assert_cmpint(run(&upgrade), ==, 0);
		g_assert_cmpint(device->service.upg_status, ==, OTA_REBOOT);
		g_assert_cmpuint(device->n_reboots, ==, 1);
		g_assert_cmpuint(device->slept_ms, ==, 1500);
		g_assert_true(device_holds(device, GYA_ALIOS_OTA_TEMP, upgrade.file));
		g_assert_cmphex(record_of().upg_flag, ==, whole[i].flag);
		g_assert_cmpuint(record_of().len, ==, whole[i].len);
		g_assert_cmpuint(record_of().boot_count, ==, 0);
	}
}

// Byte for byte what asks the second boot for d4.diff.
static void
test_difference(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	g_autoptr(GBytes) record = vector("param", "s1_diff_request_v21_64k.bin");
	g_auto(Upgrade) upgrade = upgrade_to(vector("diff", "d4.diff"), OTA_SHA256);

	upgrade.offer.is_diff = true;
	upgrade.offer.splict_size = 65536;
	g_assert_cmpint(run(&upgrade), ==, 0);
	g_assert_true(device_holds(device, GYA_ALIOS_OTA_TEMP, upgrade.file));
	g_assert_true(device_holds(device, GYA_ALIOS_PARAMETER_1, record));
	g_assert_true(device_holds(device, GYA_ALIOS_BACK_PARA, record));
}

// ---- refusals ----

typedef struct {
	const char *name;
	const char *folder;
	const char *file;
	int code;
	const char *version; // NULL: a newer one
	const char *hash;    // NULL: the right one
	guint32 slice_size;  // 0: it is whole
} Refusal;

static const Refusal refusals[] = {
	{"version/same", "md5", "m3_5000.md5.bin", OTA_INIT_VER_FAIL, "app-1.0.0", NULL, 0},
	{"version/older", "md5", "m3_5000.md5.bin", OTA_INIT_VER_FAIL, "app-0.9.9", NULL, 0},
	{"version/beginning-of-the-running-one", "md5", "m3_5000.md5.bin", OTA_INIT_VER_FAIL, "app-1.0", NULL,
		0},
	{"version/upper-case", "md5", "m3_5000.md5.bin", OTA_INIT_VER_FAIL, "APP-9.0.0", NULL, 0},
	{"version/none", "md5", "m3_5000.md5.bin", OTA_INIT_VER_FAIL, "", NULL, 0},
	{"hash/another", "md5", "m3_5000.md5.bin", OTA_VERIFY_HASH_FAIL, NULL,
		"0000000000000000000000000000000000000000000000000000000000000000", 0},
	{"hash/too-short", "md5", "m3_5000.md5.bin", OTA_PARSE_FAIL, NULL, "00", 0},
	{"hash/too-long", "md5", "m3_5000.md5.bin", OTA_PARSE_FAIL, NULL,
		"00000000000000000000000000000000000000000000000000000000000000000", 0},
	{"trailer/none", "md5", "m3_5000.bin", OTA_VERIFY_HASH_FAIL, NULL, NULL, 0},
	{"trailer/alone", "md5", "m4_empty.md5.bin", OTA_VERIFY_HASH_FAIL, NULL, NULL, 0},
	{"trailer/magic", "neg", "n6_trailer_bad_magic.md5.bin", OTA_VERIFY_HASH_FAIL, NULL, NULL, 0},
	{"trailer/md5", "neg", "n7_body_bitflip.md5.bin", OTA_VERIFY_HASH_FAIL, NULL, NULL, 0},
	{"trailer/size", "neg", "n8_trailer_size_too_big.md5.bin", OTA_VERIFY_HASH_FAIL, NULL, NULL, 0},
	{"slices/of-another-size", "diff", "d4.diff", OTA_UPGRADE_DIFF_FAIL, NULL, NULL, 4096},
};

static void
test_refusal(gconstpointer data)
{
	const Refusal *r = data;
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	g_auto(Upgrade) upgrade = upgrade_to(vector(r->folder, r->file), OTA_SHA256);
	struct alios_record record;

	if (r->version)
		upgrade.offer.version = r->version;
	if (r->hash)
		upgrade.offer.hash = r->hash;
	upgrade.offer.is_diff = r->slice_size != 0;
	upgrade.offer.splict_size = r->slice_size;
	g_assert_cmpint(run(&upgrade), ==, r->code);
	g_assert_cmpint(device->service.upg_status, ==, r->code);
	g_assert_cmpuint(device->n_reboots, ==, 0);
	g_assert_cmpint(alios_record_read(&record), ==, ALIOS_RECORD_NONE);
	// nothing goes on after it
	g_assert_cmpint(gya_alios_take((const guint8 *) "x", 1), ==, OTA_INIT_FAIL);
	g_assert_cmpint(gya_alios_finish(), ==, OTA_DOWNLOAD_FAIL);
}

static void
test_trailer_codes(void)
{
	static const struct {
		const char *file;
		int code;
	} cases[] = {
		{"n6_trailer_bad_magic.md5.bin", OTA_PARAM_FAIL},
		{"n7_body_bitflip.md5.bin", OTA_VERIFY_HASH_FAIL},
		{"n8_trailer_size_too_big.md5.bin", OTA_VERIFY_HASH_FAIL},
	};
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) file = vector("neg", cases[i].file);
		gsize size = g_bytes_get_size(file);

		memcpy(device_partition(device, GYA_ALIOS_OTA_TEMP), g_bytes_get_data(file, NULL), size);
		g_assert_cmpint(alios_trailer_check(GYA_ALIOS_OTA_TEMP, (guint32) size), ==, cases[i].code);
	}
	g_assert_cmpint(alios_trailer_check(GYA_ALIOS_OTA_TEMP, 28), ==, OTA_VERIFY_HASH_FAIL);
	g_assert_cmpint(alios_trailer_check(GYA_ALIOS_OTA_TEMP, G_MAXUINT32), ==, OTA_VERIFY_HASH_FAIL);
}

// An MD5 that ends in FF runs into the erased flash behind it.
static void
test_trailer_found(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_small_direct);
	guint8 *place = device_partition(device, GYA_ALIOS_APPLICATION);

	g_assert_cmpuint(alios_trailer_find(GYA_ALIOS_APPLICATION), ==, 0);
	for (guint n_ff = 0; n_ff <= 16; n_ff++) {
		g_autoptr(GBytes) image = random_bytes(3000, n_ff);
		g_autoptr(GBytes) file = with_trailer(image);

		memset(place, 0xFF, 0x4000);
		memcpy(place, g_bytes_get_data(file, NULL), 3028);
		memset(place + 3024 - n_ff, 0xFF, n_ff);
		g_assert_cmpuint(alios_trailer_find(GYA_ALIOS_APPLICATION), ==, 3028);
		place[3028] = 0;
		g_assert_cmpuint(alios_trailer_find(GYA_ALIOS_APPLICATION), ==, 0);
	}
}

// ---- signatures ----

typedef struct {
	const char *name;
	guint32 hash_type;
	const char *signature;
	gboolean has_key;
	gboolean is_flipped;
	int code;
} Signed;

static const Signed signatures[] = {
	{"sha256", OTA_SHA256, "m3_sha256.sig", TRUE, FALSE, 0},
	{"md5", OTA_MD5, "m3_md5.sig", TRUE, FALSE, 0},
	{"flipped", OTA_SHA256, "m3_sha256.sig", TRUE, TRUE, OTA_VERIFY_RSA_FAIL},
	{"of-another-digest", OTA_SHA256, "m3_md5.sig", TRUE, FALSE, OTA_VERIFY_RSA_FAIL},
	{"without-a-key", OTA_SHA256, "m3_sha256.sig", FALSE, FALSE, OTA_VERIFY_RSA_FAIL},
};

static void
test_signature(gconstpointer data)
{
	const Signed *s = data;
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	g_auto(Upgrade) upgrade = upgrade_to(vector("md5", "m3_5000.md5.bin"), s->hash_type);
	g_autoptr(GBytes) signature = vector("rsa", s->signature);
	g_autofree guint8 *raw = g_memdup2(g_bytes_get_data(signature, NULL), OTA_SIGN_LEN);
	struct gya_alios_key key = vector_key();

	g_assert_cmpuint(g_bytes_get_size(signature), ==, OTA_SIGN_LEN);
	raw[100] ^= s->is_flipped ? 1 : 0;
	device->port.pkcs1_verify = gya_rsa_pkcs1_openssl;
	device->port.key = s->has_key ? &key : NULL;
	upgrade.offer.sign = raw;
	g_assert_cmpint(run(&upgrade), ==, s->code);
	g_assert_cmpuint(device->n_reboots, ==, s->code == 0 ? 1 : 0);
}

// ---- breakpoints ----

static GBytes *
large_file(guint32 seed)
{
	g_autoptr(GBytes) image = random_bytes(100000, seed);

	return with_trailer(image);
}

// A reset after any byte: the same file goes on at the last breakpoint, and ends right.
static void
test_resume(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	g_auto(Upgrade) upgrade = upgrade_to(large_file(1), OTA_SHA256);
	gboolean is_md5 = FALSE;

	for (guint i = 0; i < 24; i++, is_md5 = !is_md5) {
		guint32 cut = (guint32) g_test_rand_int_range(1, (gint) upgrade.offer.size);
		g_auto(Upgrade) other = upgrade_to(large_file(1), is_md5 ? OTA_MD5 : OTA_SHA256);

		gya_alios_cancel();
		g_assert_cmpint(gya_alios_offer(&other.offer), ==, 0);
		g_assert_cmpint(take(&other, 0, cut, 333), ==, 0);
		device_power_on(device);
		g_assert_cmpint(gya_alios_offer(&other.offer), ==,
			cut / ALIOS_BREAKPOINT_EVERY * ALIOS_BREAKPOINT_EVERY);
		g_assert_cmpint(take(&other, cut / ALIOS_BREAKPOINT_EVERY * ALIOS_BREAKPOINT_EVERY,
					other.offer.size, 4000),
			==, 0);
		g_assert_cmpint(gya_alios_finish(), ==, 0);
		g_assert_true(device_holds(device, GYA_ALIOS_OTA_TEMP, other.file));
	}
	g_assert_cmpuint(device->flash->n_faults, ==, 0);
}

// Nothing of it counts for another file, for one of another kind of hash, or if the flash was changed since.
static void
test_not_resumed(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	g_auto(Upgrade) upgrade = upgrade_to(large_file(1), OTA_SHA256);
	g_auto(Upgrade) other = upgrade_to(large_file(2), OTA_SHA256);
	g_auto(Upgrade) md5 = upgrade_to(large_file(1), OTA_MD5);

	for (guint i = 0; i < 4; i++) {
		g_assert_cmpint(gya_alios_offer(&upgrade.offer), ==, 0);
		g_assert_cmpint(take(&upgrade, 0, 50000, 500), ==, 0);
		device_power_on(device);
		switch (i) {
		case 0: g_assert_cmpint(gya_alios_offer(&other.offer), ==, 0); break;
		case 1: g_assert_cmpint(gya_alios_offer(&md5.offer), ==, 0); break;
		case 2: gya_alios_cancel(); break;
		case 3: device_partition(device, GYA_ALIOS_OTA_TEMP)[20000] ^= 1; break;
		}
		g_assert_cmpint(gya_alios_offer(&upgrade.offer), ==, 0);
	}
	g_assert_cmpint(run(&upgrade), ==, 0);
}

// The service's own words for it, which other tools look at.
static void
test_keys(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	g_auto(Upgrade) upgrade = upgrade_to(large_file(3), OTA_SHA256);
	char hash[OTA_HASH_LEN];
	gint32 offset;
	guint32 head[2];
	guint16 crc;
	int size;

	g_assert_cmpint(gya_alios_offer(&upgrade.offer), ==, 0);
	g_assert_cmpint(take(&upgrade, 0, 40000, 500), ==, 0);
	size = sizeof offset;
	g_assert_cmpint(aos_kv_get("key_ota_breakpoint", &offset, &size), ==, 0);
	g_assert_cmpint(offset, ==, 32768);
	size = sizeof hash;
	g_assert_cmpint(aos_kv_get("key_ota_hash", hash, &size), ==, 0);
	g_assert_cmpint(size, ==, OTA_HASH_LEN);
	g_assert_cmpstr(hash, ==, upgrade.hash);
	size = sizeof head;
	g_assert_cmpint(aos_kv_get("key_ota_hash_ctx_head", head, &size), ==, 0);
	g_assert_cmpuint(head[0], ==, OTA_SHA256);
	size = sizeof crc;
	g_assert_cmpint(aos_kv_get("ota_file_crc16", &crc, &size), ==, 0);
	g_assert_cmpint(take(&upgrade, 40000, upgrade.offer.size, 500), ==, 0);
	g_assert_cmpint(gya_alios_finish(), ==, 0);
	size = sizeof offset;
	g_assert_cmpint(aos_kv_get("key_ota_breakpoint", &offset, &size), <, 0);
}

// ---- the platform ----

static void
test_platform(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	ota_boot_param_t param = {.len = 0};
	char byte = 1;

	g_assert_cmpint(ota_hal_init(&param), ==, OTA_PARAM_FAIL);
	param.len = 0xE5001;
	g_assert_cmpint(ota_hal_init(&param), ==, OTA_PARAM_FAIL);
	// where a slice is saved there is no room for the difference
	param.upg_flag = OTA_DIFF;
	param.len = 0xD5001;
	g_assert_cmpint(ota_hal_init(&param), ==, OTA_PARAM_FAIL);
	param.len = 100;
	param.off_bp = 101;
	g_assert_cmpint(ota_hal_init(&param), ==, OTA_PARAM_FAIL);
	param.off_bp = -1;
	g_assert_cmpint(ota_hal_init(&param), ==, OTA_PARAM_FAIL);
	param.off_bp = 0;
	param.len = 1;
	g_assert_cmpint(ota_hal_init(&param), ==, 0);
	g_assert_cmpint(ota_hal_boot(&param), ==, OTA_UPGRADE_FAIL);
	g_assert_cmpint(ota_hal_write(NULL, &byte, 1), ==, 0);
	g_assert_cmpint(ota_hal_write(NULL, &byte, 1), ==, OTA_PARAM_FAIL);
	g_assert_cmpint(ota_hal_write(NULL, &byte, -1), ==, OTA_PARAM_FAIL);
	param.res_type = 7;
	g_assert_cmpint(ota_hal_boot(&param), ==, OTA_PARAM_FAIL);
	g_assert_cmpstr(ota_hal_get_version(0), ==, "app-1.0.0");
	g_assert_cmpstr(ota_hal_get_version(1), ==, "v1.0.0-20180101-1000");

	ota_hal_register_module(NULL);
	g_assert_cmpint(ota_hal_init(&param), ==, OTA_INIT_FAIL);
	g_assert_cmpint(ota_hal_rollback(NULL), ==, OTA_INIT_FAIL);
	g_assert_null(ota_hal_get_version(0));
}

static void
test_service_is_one(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	ota_service_t other = {0};

	g_assert_cmpstr(device->service.sys_ver, ==, "app-1.0.0");
	g_assert_cmpint(ota_service_init(&device->service), ==, OTA_INIT_FAIL);
	g_assert_cmpint(ota_service_init(&other), ==, OTA_INIT_FAIL);
	g_assert_cmpint(ota_service_deinit(&other), ==, OTA_INIT_FAIL);
	g_assert_cmpint(ota_service_deinit(&device->service), ==, 0);
	g_assert_cmpint(gya_alios_offer(&(struct gya_alios_offer){0}), ==, OTA_INIT_FAIL);
	g_assert_cmpint(ota_service_init(&other), ==, 0);
}

// A boot is good when the service has started; a count of 0 or FF was never one.
static void
test_boot_is_marked_good(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	static const guint8 counts[] = {0, 1, 3, 4, 0xFF};

	for (guint i = 0; i < G_N_ELEMENTS(counts); i++) {
		struct alios_record record = {.upg_flag = ALIOS_FLAG_VERIFY, .boot_count = counts[i]};
		gboolean was_counted = counts[i] != 0 && counts[i] != 0xFF;

		g_assert_true(alios_record_write(&record));
		device_power_on(device);
		g_assert_cmphex(
			record_of().upg_flag, ==, was_counted ? ALIOS_FLAG_NORMAL : ALIOS_FLAG_VERIFY);
		g_assert_cmpuint(record_of().boot_count, ==, was_counted ? 0 : counts[i]);
	}
}

static void
test_md5(void)
{
	for (guint size = 0; size < 300; size += 1 + size / 70) {
		g_autoptr(GBytes) bytes = random_bytes(size, size);
		g_autofree char *expected = upper_hash(G_CHECKSUM_MD5, bytes);
		guint8 digest[GYA_MD5_SIZE];
		struct gya_md5 md5;

		gya_md5_init(&md5);
		gya_md5_update(&md5, g_bytes_get_data(bytes, NULL), size / 3);
		gya_md5_update(
			&md5, (const guint8 *) g_bytes_get_data(bytes, NULL) + size / 3, size - size / 3);
		gya_md5_final(&md5, digest);
		g_assert_true(alios_digest_is(digest, sizeof digest, expected));
	}
}

static void
add(const char *format, const char *name, gconstpointer data, GTestDataFunc function)
{
	g_autofree char *path = g_strconcat("/alios-dev/", format, "/", name, NULL);

	g_test_add_data_func(path, data, function);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(whole); i++)
		add("service/image", whole[i].name, GSIZE_TO_POINTER(i), test_whole);
	g_test_add_func("/alios-dev/service/difference-asks-for-the-patcher", test_difference);
	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
		add("service/refused", refusals[i].name, &refusals[i], test_refusal);
	for (gsize i = 0; i < G_N_ELEMENTS(signatures); i++)
		add("service/signature", signatures[i].name, &signatures[i], test_signature);
	g_test_add_func("/alios-dev/service/resumes-at-the-breakpoint", test_resume);
	g_test_add_func("/alios-dev/service/does-not-resume-what-is-another", test_not_resumed);
	g_test_add_func("/alios-dev/service/keys-of-the-system", test_keys);
	g_test_add_func("/alios-dev/service/there-is-one", test_service_is_one);
	g_test_add_func("/alios-dev/service/marks-the-boot-as-good", test_boot_is_marked_good);
	g_test_add_func("/alios-dev/platform/refuses", test_platform);
	g_test_add_func("/alios-dev/trailer/codes", test_trailer_codes);
	g_test_add_func("/alios-dev/trailer/is-found-before-erased-flash", test_trailer_found);
	g_test_add_func("/alios-dev/md5", test_md5);
	return g_test_run();
}

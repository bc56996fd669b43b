// SPDX-License-Identifier: Apache-2.0
#include <glib.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>
#include <upg.h>

#include "device-agent/boards/ws63.h"
#include "device-agent/include/backend.h"
#include "device-agent/ports/sim/crypto-openssl.h"
#include "protocol/wire/frame.h"
#include "protocol/wire/message.h"

/* The vendor's module as far as the backend looks at it: a store that counts what is done to it. */
static struct {
	GByteArray *store;
	GString *calls;
	errcode_t code; /* of the next call that can fail */
	guint8 root[0x80];
} upg;

static errcode_t
upg_call(char letter)
{
	errcode_t code = upg.code;

	g_string_append_c(upg.calls, letter);
	upg.code = ERRCODE_SUCC;
	return code;
}

errcode_t
uapi_partition_init(void)
{
	return ERRCODE_SUCC;
}

errcode_t
uapi_upg_init(const upg_func_t *functions)
{
	g_assert_nonnull(functions);
	return upg_call('i');
}

uint32_t
uapi_upg_get_storage_size(void)
{
	return 0x180000;
}

errcode_t
uapi_upg_prepare(upg_prepare_info_t *info)
{
	g_string_append_printf(upg.calls, "%u", info->package_len);
	return upg_call('p');
}

errcode_t
uapi_upg_write_package_sync(uint32_t offset, const uint8_t *bytes, uint16_t size)
{
	g_assert_cmpuint(offset, ==, upg.store->len);
	g_byte_array_append(upg.store, bytes, size);
	return upg_call('w');
}

errcode_t
uapi_upg_read_package(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	g_assert_cmpuint(size, <=, 4096);
	g_assert_cmpuint(size & 0xFFFF, !=, 0);
	if (upg.code != ERRCODE_SUCC)
		return upg_call('r');
	memset(bytes, 0xFF, size);
	if (offset < upg.store->len)
		memcpy(bytes, upg.store->data + offset, MIN(size, upg.store->len - offset));
	return ERRCODE_SUCC;
}

errcode_t
uapi_upg_request_upgrade(bool reset)
{
	g_assert_false(reset);
	return upg_call('a');
}

errcode_t
uapi_upg_reset_upgrade_flag(void)
{
	return upg_call('d');
}

errcode_t
uapi_upg_get_result(upg_result_t *result, uint32_t *last)
{
	*result = UPG_RESULT_RETRY_ALL_FAILED;
	*last = UINT32_MAX;
	return ERRCODE_SUCC;
}

upg_status_t
uapi_upg_get_status(void)
{
	return UPG_STATUS_FAIL;
}

void
upg_reboot(void)
{
	g_string_append_c(upg.calls, 'R');
}

void
upg_watchdog_kick(void)
{
}

static bool
read_flash(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	if (offset >= sizeof upg.root || size > sizeof upg.root - offset)
		return false;
	memcpy(bytes, upg.root + offset, size);
	return true;
}

static struct gya_ws63_setup setup;
/* The agent's place for the backend's verdicts. */
static struct gya_verdict given;

static GByteArray *
load(const char *name)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "vectors", "ws63", name, NULL);
	g_autoptr(GError) error = NULL;
	GByteArray *bytes = g_byte_array_new();
	char *data = NULL;
	gsize size = 0;

	g_file_get_contents(path, &data, &size, &error);
	g_assert_no_error(error);
	g_byte_array_append(bytes, (const guint8 *) data, (guint) size);
	g_free(data);
	return bytes;
}

static EVP_PKEY *
load_key(const char *name)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "vectors", "ws63", "keys", name, NULL);
	BIO *bio = BIO_new_file(path, "r");
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

	BIO_free(bio);
	g_assert_nonnull(key);
	return key;
}

static void
flash_root_key(void)
{
	EVP_PKEY *key = load_key("test_root_private_key.pem");
	guint8 point[65];
	gsize size = 0;

	EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed");
	g_assert_cmpint(
		EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &size), ==,
		1);
	g_assert_cmpuint(size, ==, 65);
	memset(upg.root, 0, sizeof upg.root);
	memcpy(upg.root + 0x40, point + 1, 64);
	EVP_PKEY_free(key);
}

/* r and s, 32 bytes each, over 192 bytes of an area. */
static void
sign_area(guint8 *area, const char *key_name)
{
	EVP_PKEY *key = load_key(key_name);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	guint8 der[80];
	gsize size = sizeof der;
	const guint8 *at = der;
	ECDSA_SIG *signature;

	g_assert_cmpint(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), ==, 1);
	g_assert_cmpint(EVP_DigestSign(context, der, &size, area, 0xC0), ==, 1);
	signature = d2i_ECDSA_SIG(NULL, &at, (long) size);
	BN_bn2binpad(ECDSA_SIG_get0_r(signature), area + 0xC0, 32);
	BN_bn2binpad(ECDSA_SIG_get0_s(signature), area + 0xE0, 32);
	ECDSA_SIG_free(signature);
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
}

static guint32
get(const GByteArray *package, guint32 offset)
{
	return gyw_get_u32le(package->data + offset);
}

static void
sha256(const guint8 *bytes, gsize size, guint8 *digest)
{
	guint n = 0;

	EVP_Digest(bytes, size, digest, &n, EVP_sha256(), NULL);
}

static guint32
table_size(const GByteArray *package)
{
	return (MIN(get(package, 0x148), 21) * 44 + 15) / 16 * 16;
}

/* Hashes and signs again what was changed on purpose. */
static void
seal(GByteArray *package, gboolean headers)
{
	guint32 n = get(package, 0x148);

	for (guint32 i = 0; headers && i < n; i++)
		sha256(package->data + get(package, 0x200 + 44 * i + 4), 160,
			package->data + 0x200 + 44 * i + 12);
	sha256(package->data + 0x200, table_size(package), package->data + 0x128);
	sign_area(package->data, "test_root_private_key.pem");
	sign_area(package->data + 0x100, "test_sub_private_key.pem");
}

static GByteArray *
manifest_of(const GByteArray *package)
{
	GByteArray *manifest = g_byte_array_new();
	guint32 n = MIN(get(package, 0x148), 20);

	g_byte_array_append(manifest, package->data, 0x200 + table_size(package));
	for (guint32 i = 0; i < n; i++) {
		guint32 at = get(package, 0x200 + 44 * i + 4);

		/* a lying table gets any header at all: the sizes have to be right for the other checks to be seen */
		g_byte_array_append(manifest, package->data + (at <= package->len - 160 ? at : 0), 160);
	}
	return manifest;
}

static const struct gya_backend *
start(void)
{
	const struct gya_backend *backend;

	g_byte_array_set_size(upg.store, 0);
	flash_root_key();
	setup = (struct gya_ws63_setup){.board = &gya_board_ws63,
		.crypto = &gya_crypto_openssl,
		.read_flash = read_flash,
		.watchdog = upg_watchdog_kick};
	backend = gya_backend_ws63(&setup);
	upg.code = ERRCODE_UPG_ALREADY_INIT;
	g_assert_nonnull(backend->init(&given));
	g_string_truncate(upg.calls, 0);
	return backend;
}

static bool
judge(const struct gya_backend *backend, const GByteArray *package, struct gya_verdict *verdict)
{
	g_autoptr(GByteArray) manifest = manifest_of(package);
	struct gyw_begin begin = {.length = package->len};
	/* exactly as large as it is, so that a read too far is seen */
	guint8 *exact = g_memdup2(manifest->data, manifest->len);
	bool ok;

	memset(&given, 0, sizeof given);
	ok = backend->judge(&begin, exact, manifest->len, false);
	*verdict = given;
	g_free(exact);
	g_assert_true(ok == (verdict->cause == GYW_CAUSE_NONE));
	return ok;
}

/* The stored form: every check has to be made again on what the flash holds. */
static bool
recheck(const struct gya_backend *backend, const GByteArray *package, struct gya_verdict *verdict,
	guint32 work_size)
{
	struct gyw_begin begin = {.length = package->len};
	guint8 *work = g_malloc(work_size);
	bool ok;

	memset(&given, 0, sizeof given);
	g_byte_array_set_size(upg.store, 0);
	g_byte_array_append(upg.store, package->data, package->len);
	ok = backend->judge(&begin, work, work_size, true);
	*verdict = given;
	g_free(work);
	return ok;
}

static void
test_vectors(void)
{
	static const struct {
		const char *name;
		guint16 signed_cause;
		guint16 unsigned_cause;
	} rows[] = {
		{"v01_app_lzma", GYW_CAUSE_NONE, GYW_CAUSE_UNSIGNED},
		{"v02_app_boot_nv", GYW_CAUSE_NONE, GYW_CAUSE_UNSIGNED},
		{"v03_app_raw_padded", GYW_CAUSE_NONE, GYW_CAUSE_UNSIGNED},
		{"v04_app_boot_ver", GYW_CAUSE_NONE, GYW_CAUSE_UNSIGNED},
		{"v05_app_versions", GYW_CAUSE_NONE, GYW_CAUSE_UNSIGNED},
		{"v06_app_hashonly", GYW_CAUSE_NOT_AUTHENTIC, GYW_CAUSE_NOT_AUTHENTIC},
		{"v07_app_lzma_aes", GYW_CAUSE_FLAGS, GYW_CAUSE_UNSIGNED},
		{"v08_boot_only_raw", GYW_CAUSE_NONE, GYW_CAUSE_UNSIGNED},
		{"v09_app_incompressible", GYW_CAUSE_NONE, GYW_CAUSE_UNSIGNED},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		for (guint form = 0; form < 2; form++) {
			const struct gya_backend *backend = start();
			g_autofree char *name =
				g_strconcat(rows[i].name, form ? "/unsigned.fwpkg" : "/signed.fwpkg", NULL);
			g_autoptr(GByteArray) package = load(name);
			guint16 cause = form ? rows[i].unsigned_cause : rows[i].signed_cause;
			struct gya_verdict verdict;

			judge(backend, package, &verdict);
			g_assert_cmpuint(verdict.cause, ==, cause);
			recheck(backend, package, &verdict, 4096);
			g_assert_cmpuint(verdict.cause, ==, cause);
			/* a 2 KiB window is enough */
			recheck(backend, package, &verdict, 2048);
			g_assert_cmpuint(verdict.cause, ==, cause);
			/* nothing was erased, written or armed for it */
			g_assert_cmpstr(upg.calls->str, ==, "");
		}
}

typedef struct {
	const char *name;
	const char *package;
	guint32 offset; /* of the 32-bit field; in the first image's header if it is 0x1000 or more */
	guint32 value;
	guint seal; /* 0 leaves hashes and signatures, 1 seals the table, 2 the headers too */
	guint16 cause;
	guint32 detail;
} Change;

#define H(offset) (0x1000 + (offset))
static const Change changes[] = {
	{"burn-container", "v01_app_lzma", 0, 0xEFBEADDF, 0, GYW_CAUSE_BURN, 0},
	{"key-area-id", "v01_app_lzma", 0, 1, 1, GYW_CAUSE_PACKAGE, 0},
	{"info-area-id", "v01_app_lzma", 0x100, 1, 1, GYW_CAUSE_PACKAGE, 0x100},
	{"key-area-length", "v01_app_lzma", 0x08, 0x500, 1, GYW_CAUSE_LAYOUT, 0x08},
	{"info-area-length", "v01_app_lzma", 0x108, 0x300, 1, GYW_CAUSE_LAYOUT, 0x108},
	{"key-area-digest", "v01_app_lzma", 0x0C, 0x20, 1, GYW_CAUSE_NOT_AUTHENTIC, 0x0C},
	{"info-area-digest", "v01_app_lzma", 0x10C, 0x20, 1, GYW_CAUSE_NOT_AUTHENTIC, 0x10C},
	{"signature-length", "v01_app_lzma", 0x10C, 0x41, 1, GYW_CAUSE_NOT_AUTHENTIC, 0x10C},
	{"key-algorithm", "v01_app_lzma", 0x18, 0x2A13C867, 1, GYW_CAUSE_NOT_AUTHENTIC, 0x18},
	{"key-area-byte", "v01_app_lzma", 0x14, 99, 0, GYW_CAUSE_UNTRUSTED_KEY, 0xC0},
	{"external-key", "v01_app_lzma", 0x80, 99, 0, GYW_CAUSE_UNTRUSTED_KEY, 0xC0},
	{"info-area-byte", "v01_app_lzma", 0x110, 99, 0, GYW_CAUSE_SIGNATURE, 0x1C0},
	{"info-signature", "v01_app_lzma", 0x1C0, 99, 0, GYW_CAUSE_SIGNATURE, 0x1C0},
	{"table-address", "v01_app_lzma", 0x120, 0x210, 1, GYW_CAUSE_LAYOUT, 0x120},
	{"table-address-zero", "v01_app_lzma", 0x120, 0, 1, GYW_CAUSE_NONE, 0},
	{"table-length", "v01_app_lzma", 0x124, 0x2C, 1, GYW_CAUSE_LAYOUT, 0x148},
	{"no-image", "v01_app_lzma", 0x148, 0, 1, GYW_CAUSE_LAYOUT, 0x148},
	{"21-images", "v01_app_lzma", 0x148, 21, 1, GYW_CAUSE_LAYOUT, 0x148},
	{"4-billion-images", "v01_app_lzma", 0x148, 0xFFFFFFFF, 0, GYW_CAUSE_SIGNATURE, 0x1C0},
	{"table-padding", "v01_app_lzma", 0x22C, 1, 0, GYW_CAUSE_TABLE_HASH, 0x200},
	{"table-image-id", "v01_app_lzma", 0x200, 0x4B1E3C2D, 1, GYW_CAUSE_LAYOUT, 0x230},
	{"table-address-of-image", "v01_app_lzma", 0x204, 0x240, 1, GYW_CAUSE_HEADER_HASH, 0x4B0F2D2D},
	{"table-address-wraps", "v01_app_lzma", 0x204, 0xFFFFFFF0, 1, GYW_CAUSE_HEADER_HASH, 0x4B0F2D2D},
	{"table-length-of-image", "v01_app_lzma", 0x208, 0x100, 1, GYW_CAUSE_LAYOUT, 0x230},
	{"header-byte", "v01_app_lzma", H(0x58), 99, 0, GYW_CAUSE_HEADER_HASH, 0x4B0F2D2D},
	{"header-magic", "v01_app_lzma", H(0x00), 99, 2, GYW_CAUSE_LAYOUT, 0x230},
	{"header-image-id", "v01_app_lzma", H(0x04), 99, 2, GYW_CAUSE_LAYOUT, 0x230},
	{"header-offset", "v01_app_lzma", H(0x08), 0x100, 2, GYW_CAUSE_LAYOUT, 0x230},
	{"header-length-odd", "v01_app_lzma", H(0x0C), 0x101, 2, GYW_CAUSE_LAYOUT, 0x230},
	{"header-length-zero", "v01_app_lzma", H(0x0C), 0, 2, GYW_CAUSE_LAYOUT, 0x230},
	{"header-length-wraps", "v01_app_lzma", H(0x0C), 0xFFFFFFF0, 2, GYW_CAUSE_LAYOUT, 0x230},
	{"new-length", "v01_app_lzma", H(0x54), 0x240001, 2, GYW_CAUSE_TOO_LARGE_PARTITION, 0x4B0F2D2D},
	{"new-length-that-fits", "v01_app_lzma", H(0x54), 0x240000, 2, GYW_CAUSE_NONE, 0},
	{"plain-too-large", "v08_boot_only_raw", H(0x54), 0x10001, 2, GYW_CAUSE_TOO_LARGE_PARTITION,
		0x4B1E3C2D},
	{"difference", "v01_app_lzma", H(0x60), 0x44494646, 2, GYW_CAUSE_FLAGS, 0x4B0F2D2D},
	{"encrypted", "v01_app_lzma", H(0x64), 0x3C7896E1, 2, GYW_CAUSE_FLAGS, 0x4B0F2D2D},
};

static void
put(GByteArray *package, guint32 offset, guint32 value)
{
	gyw_put_u32le(
		package->data + (offset < 0x1000 ? offset : 0x200 + table_size(package) + offset - 0x1000),
		value);
}

static void
test_change(gconstpointer data)
{
	const Change *change = data;
	const struct gya_backend *backend = start();
	g_autofree char *name = g_strconcat(change->package, "/signed.fwpkg", NULL);
	g_autoptr(GByteArray) package = load(name);
	struct gya_verdict verdict;

	g_assert_true(judge(backend, package, &verdict));
	put(package, change->offset, change->value);
	if (change->seal > 0) {
		guint32 n = get(package, 0x148);

		/* seal with the true count: what it hashes is the table as it stands in the file */
		put(package, 0x148, 1);
		seal(package, change->seal > 1);
		put(package, 0x148, n);
		sign_area(package->data + 0x100, "test_sub_private_key.pem");
	}
	judge(backend, package, &verdict);
	g_assert_cmpuint(verdict.cause, ==, change->cause);
	if (change->cause != GYW_CAUSE_NONE)
		g_assert_cmphex(verdict.detail, ==, change->detail);
	g_assert_cmpstr(upg.calls->str, ==, "");
	/* the stored bytes are judged no milder */
	g_assert_true(recheck(backend, package, &verdict, 8192) == (change->cause == GYW_CAUSE_NONE));
}

/* Both images of one package under one id, and an id that no partition knows. */
static void
test_ids(void)
{
	static const struct {
		guint32 id;
		guint16 cause;
	} rows[] = {{0x4B0F2D2D, GYW_CAUSE_DUPLICATE_IMAGE}, {0x5A87A52D, GYW_CAUSE_UNKNOWN_IMAGE}};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct gya_backend *backend = start();
		g_autoptr(GByteArray) package = load("v04_app_boot_ver/signed.fwpkg");
		struct gya_verdict verdict;

		put(package, 0x200 + 44, rows[i].id);
		put(package, get(package, 0x200 + 44 + 4) + 4, rows[i].id);
		gyw_put_u32le(package->data + get(package, 0x200 + 44 + 4) + 4, rows[i].id);
		seal(package, TRUE);
		g_assert_false(judge(backend, package, &verdict));
		g_assert_cmpuint(verdict.cause, ==, rows[i].cause);
		g_assert_cmphex(verdict.detail, ==, rows[i].id);
	}
}

static void
test_length(void)
{
	const struct gya_backend *backend = start();
	g_autoptr(GByteArray) package = load("v02_app_boot_nv/signed.fwpkg");
	guint32 whole = package->len;
	struct gya_verdict verdict;

	/* announced a little longer or shorter than what is signed */
	for (gint d = -17; d <= 17; d++) {
		g_byte_array_set_size(package, (guint) ((gint) whole + d));
		judge(backend, package, &verdict);
		g_assert_cmpuint(verdict.cause, ==, d == 0 ? GYW_CAUSE_NONE : GYW_CAUSE_LAYOUT);
	}
	/* a manifest that is cut anywhere */
	g_byte_array_set_size(package, whole);
	{
		g_autoptr(GByteArray) manifest = manifest_of(package);
		struct gyw_begin begin = {.length = whole};

		for (guint size = 0; size < manifest->len; size += 16) {
			guint8 *exact = g_memdup2(manifest->data, size);

			memset(&given, 0, sizeof given);
			g_assert_false(backend->judge(&begin, exact, size, false));
			g_assert_cmpuint(given.cause, !=, GYW_CAUSE_NONE);
			g_free(exact);
		}
	}
}

static void
test_hardware(void)
{
	static const struct {
		guint32 own;
		const char *package;
		guint16 cause;
	} rows[] = {{0, "v05_app_versions/signed.fwpkg", GYW_CAUSE_NONE},
		{42, "v05_app_versions/signed.fwpkg", GYW_CAUSE_NONE},
		{41, "v05_app_versions/signed.fwpkg", GYW_CAUSE_HARDWARE},
		{42, "v01_app_lzma/signed.fwpkg", GYW_CAUSE_HARDWARE}};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct gya_backend *backend = start();
		g_autoptr(GByteArray) package = load(rows[i].package);
		struct gya_verdict verdict;

		setup.hardware_id = rows[i].own;
		judge(backend, package, &verdict);
		g_assert_cmpuint(verdict.cause, ==, rows[i].cause);
		if (rows[i].cause)
			g_assert_cmpuint(verdict.detail, ==, rows[i].own);
	}
}

static void
test_root_key(void)
{
	const struct gya_backend *backend = start();
	g_autoptr(GByteArray) package = load("v01_app_lzma/signed.fwpkg");
	struct gya_verdict verdict;

	memset(upg.root, 0xFF, sizeof upg.root);
	g_assert_false(judge(backend, package, &verdict));
	g_assert_cmpuint(verdict.cause, ==, GYW_CAUSE_UNTRUSTED_KEY);
	setup.root_key_offset = 0x1000; /* cannot be read */
	g_assert_false(judge(backend, package, &verdict));
	g_assert_cmpuint(verdict.cause, ==, GYW_CAUSE_UNTRUSTED_KEY);
}

/* Any flipped bit of what is stored is found after the transfer, also in the data that no manifest has. */
static void
test_stored_bits(void)
{
	const struct gya_backend *backend = start();
	g_autoptr(GByteArray) package = load("v02_app_boot_nv/signed.fwpkg");
	struct gya_verdict verdict;

	g_assert_true(recheck(backend, package, &verdict, 32768));
	for (guint i = 0; i < 300; i++) {
		guint32 at = i < 100 ? (guint32) g_test_rand_int_range(0, 0x500)
				     : (guint32) g_test_rand_int_range(0, (gint) package->len);

		package->data[at] ^= (guint8) (1 << (i % 8));
		g_assert_false(recheck(backend, package, &verdict, 32768));
		package->data[at] ^= (guint8) (1 << (i % 8));
	}
	package->data[package->len - 1] ^= 1;
	g_assert_false(recheck(backend, package, &verdict, 32768));
	g_assert_cmpuint(verdict.cause, ==, GYW_CAUSE_DATA_HASH);
	g_assert_cmphex(verdict.detail, ==, 0xCB9E063C);
}

static void
test_codes(void)
{
	const struct gya_backend *backend = start();
	struct gyw_begin begin = {.length = 5000};
	guint8 bytes[16] = {0};

	upg.code = ERRCODE_UPG_FLASH_ERASE_ERROR;
	g_assert_false(backend->prepare(&begin));
	g_assert_cmpuint(given.cause, ==, GYW_CAUSE_PREPARE);
	g_assert_cmphex(given.code, ==, ERRCODE_UPG_FLASH_ERASE_ERROR);
	upg.code = ERRCODE_UPG_FLASH_WRITE_ERROR;
	g_assert_false(backend->write(0, bytes, sizeof bytes));
	g_assert_cmpuint(given.cause, ==, GYW_CAUSE_STORE);
	g_assert_cmphex(given.code, ==, ERRCODE_UPG_FLASH_WRITE_ERROR);
	upg.code = ERRCODE_UPG_FILE_READ_FAIL;
	g_assert_false(backend->read(4, bytes, sizeof bytes));
	g_assert_cmpuint(given.cause, ==, GYW_CAUSE_READ);
	g_assert_cmphex(given.code, ==, ERRCODE_UPG_FILE_READ_FAIL);
	g_assert_cmpuint(given.detail, ==, 4);
	upg.code = ERRCODE_FAIL;
	g_assert_false(backend->arm());
	g_assert_cmpuint(given.cause, ==, GYW_CAUSE_VERIFY);
	g_assert_cmphex(given.code, ==, ERRCODE_FAIL);
	upg.code = ERRCODE_FAIL;
	g_assert_false(backend->disarm());
	g_assert_cmpuint(given.cause, ==, GYW_CAUSE_DISARM);
	upg.code = ERRCODE_MALLOC;
	g_assert_null(backend->init(&given));
	g_assert_cmphex(given.code, ==, ERRCODE_MALLOC);
	backend->reset();
	g_assert_cmpstr(upg.calls->str, ==, "5000pwradiR");
}

static const struct gya_info_tag *
find_tag(const struct gya_info_tag *tags, guint8 tag)
{
	while (tags->tag != 0 && tags->tag != tag)
		tags++;
	g_assert_cmpuint(tags->tag, ==, tag);
	return tags;
}

static void
test_describe(void)
{
	const struct gya_backend *backend = start();
	const struct gya_info_tag *tags = backend->init(&given);
	const struct gyw_info_result result = {13, 1};
	const struct gya_info_tag *found;
	guint8 digest[32];

	found = find_tag(tags, GYW_INFO_BACKEND);
	g_assert_cmpmem(found->value, found->size, "\1ws63", 5);
	found = find_tag(tags, GYW_INFO_RESULT);
	g_assert_cmpmem(found->value, found->size, &result, (gint) sizeof result);
	sha256(upg.root, 0x80, digest);
	found = find_tag(tags, GYW_INFO_ROOT_KEY);
	g_assert_cmpmem(found->value, found->size, digest, 32);
}

/* A board whose root key cannot be read could trust nothing. */
static void
test_no_root_key(void)
{
	const struct gya_backend *backend = start();

	setup.root_key_offset = 0x1000;
	g_assert_null(backend->init(&given));
}

static void
test_areas(void)
{
	const struct gya_backend *backend = start();
	guint8 bytes[16];

	g_assert_true(backend->read_area(GYA_WS63_ROOT_KEY, 0x40, bytes, sizeof bytes));
	g_assert_cmpmem(bytes, 16, upg.root + 0x40, 16);
	g_assert_false(backend->read_area(GYA_WS63_NV, 0, bytes, sizeof bytes));
	g_assert_cmpuint(given.cause, ==, GYW_CAUSE_TARGET);
	g_assert_false(backend->read_area(0x10003, 0, bytes, sizeof bytes));
	g_assert_cmpuint(given.cause, ==, GYW_CAUSE_TARGET);
	g_assert_false(backend->read_area(GYA_WS63_ROOT_KEY, 0x7F8, bytes, sizeof bytes));
	g_assert_cmpuint(given.cause, ==, GYW_CAUSE_RANGE);
	g_assert_cmphex(given.detail, ==, 0x800);
	g_assert_false(backend->read_area(GYA_WS63_ROOT_KEY, UINT32_MAX, bytes, sizeof bytes));
	g_assert_cmpuint(given.cause, ==, GYW_CAUSE_RANGE);
	g_assert_false(backend->read_area(GYA_WS63_APPLICATION, 0, bytes, sizeof bytes));
	g_assert_cmpuint(given.cause, ==, GYW_CAUSE_READ);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	upg.store = g_byte_array_new();
	upg.calls = g_string_new(NULL);
	g_test_add_func("/agent/ws63/judges-the-vectors", test_vectors);
	for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autofree char *path = g_strconcat("/agent/ws63/judges/", changes[i].name, NULL);

		g_test_add_data_func(path, &changes[i], test_change);
	}
	g_test_add_func("/agent/ws63/refuses-unknown-and-doubled-images", test_ids);
	g_test_add_func("/agent/ws63/refuses-another-length", test_length);
	g_test_add_func("/agent/ws63/compares-hardware-ids", test_hardware);
	g_test_add_func("/agent/ws63/trusts-only-the-flashed-root-key", test_root_key);
	g_test_add_func("/agent/ws63/finds-any-bit-in-the-store", test_stored_bits);
	g_test_add_func("/agent/ws63/carries-the-vendors-codes", test_codes);
	g_test_add_func("/agent/ws63/describes-itself", test_describe);
	g_test_add_func("/agent/ws63/does-not-start-without-a-root-key", test_no_root_key);
	g_test_add_func("/agent/ws63/reads-only-open-areas", test_areas);
	return g_test_run();
}

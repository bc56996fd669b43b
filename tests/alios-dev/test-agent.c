// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/ports/sim/rsa-openssl.h"
#include "tests/alios-dev/rig.h"

#define BLOCK 16384u

static GBytes *
image_of(gsize size, guint32 seed)
{
	g_autoptr(GBytes) image = random_bytes(size, seed);

	return with_trailer(image);
}

static void
end(Rig *rig)
{
	gy_session_finish(rig->session, rig->now_ms);
	rig_done(rig);
	gy_session_arm(rig->session, rig->now_ms);
	rig_done(rig);
	gy_session_reset(rig->session, rig->now_ms);
	rig_done(rig);
}

static void
assert_asks_for(guint32 flag)
{
	struct alios_record record;

	g_assert_cmpint(alios_record_read(&record), ==, ALIOS_RECORD_OK);
	g_assert_cmphex(record.upg_flag, ==, flag);
}

// ARM writes nothing, so that everything before RESET can be taken back.
static void
test_image(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	g_autoptr(Rig) rig = rig_new(device);
	g_autoptr(GBytes) file = image_of(40000, 1);
	g_autoptr(GByteArray) tags = rig_tags(OTA_RAW, 0);
	g_auto(GySessionEvent) event = {0};
	struct alios_record record;

	rig_begin(rig, file, FALSE, tags, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	gy_session_transfer(rig->session, rig->now_ms);
	rig_done(rig);
	gy_session_finish(rig->session, rig->now_ms);
	rig_done(rig);
	gy_session_arm(rig->session, rig->now_ms);
	rig_done(rig);
	g_assert_cmpint(alios_record_read(&record), ==, ALIOS_RECORD_NONE);
	gy_session_disarm(rig->session, rig->now_ms);
	rig_done(rig);
	gy_session_arm(rig->session, rig->now_ms);
	rig_done(rig);
	gy_session_reset(rig->session, rig->now_ms);
	rig_done(rig);
	for (guint i = 0; i < 20 && device->n_reboots == 0; i++) {
		gya_link_step(&rig->agent, (guint32) ++rig->now_ms);
		while (gya_store_step(&rig->agent))
			continue;
	}
	g_assert_cmpuint(device->n_reboots, ==, 1);
	assert_asks_for(ALIOS_FLAG_SWAP);
	g_assert_true(device_holds(device, GYA_ALIOS_OTA_TEMP, file));
}

// ---- resets in the middle ----

static void
check_resumed(const Rig *rig, guint32 length)
{
	// of the piece that the power went at nothing is known
	guint32 kept = rig->stored_at_cut == 0 ? 0 : (rig->stored_at_cut - 1) / BLOCK * BLOCK;

	// what was stored up to a breakpoint is never sent again
	g_assert_cmpuint(rig->resumed_at, >=, MIN(kept, length));
	g_assert_cmpuint(rig->resumed_at % BLOCK, ==, 0);
	g_assert_cmpuint(rig->resumed_at, <=, length);
}

/*
 * The power goes in the middle of any flash operation of the transfer; half of the hosts are gone, too. The next run goes on at
 * the breakpoint, and ends with the right image.
 */
static void
test_power_cuts(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	g_autoptr(Rig) rig = rig_new(device);
	guint n_resumed = 0;

	for (guint i = 0; i < 100; i++) {
		g_autoptr(GBytes) file = image_of(60000 + 397 * i, i);
		g_autoptr(GByteArray) tags = rig_tags(OTA_RAW, 0);
		g_auto(GySessionEvent) begun = {0};
		g_auto(GySessionEvent) sent = {0};
		guint n_cuts = rig->n_power_cuts;

		rig_restart_host(rig);
		rig_begin(rig, file, FALSE, tags, &begun);
		g_assert_cmpint(begun.type, ==, GY_SESSION_EVENT_DONE);
		g_assert_cmpuint(gy_session_next_offset(rig->session), ==, 0);
		device->flash->cut = (struct gya_nor_cut){.moment = GYA_NOR_MIDDLE,
			.operation = device->flash->n_operations + (guint32) g_test_rand_int_range(0, 230),
			.seed = (guint32) g_test_rand_int()};
		gy_session_transfer(rig->session, rig->now_ms);
		if (i % 2 == 1) {
			while (rig->n_power_cuts == n_cuts)
				rig_turn(rig);
			rig_restart_host(rig);
			rig_begin(rig, file, FALSE, tags, &sent);
			g_assert_cmpint(sent.type, ==, GY_SESSION_EVENT_DONE);
			g_assert_cmpuint(gy_session_next_offset(rig->session), ==, rig->resumed_at);
			gy_session_transfer(rig->session, rig->now_ms);
		}
		rig_done(rig);
		g_assert_cmpuint(rig->n_power_cuts, ==, n_cuts + 1);
		check_resumed(rig, (guint32) g_bytes_get_size(file));
		n_resumed += rig->resumed_at > 0;
		end(rig);
		g_assert_true(device_holds(device, GYA_ALIOS_OTA_TEMP, file));
		rig_reset_device(rig);
	}
	g_assert_cmpuint(n_resumed, >, 50);
	g_assert_cmpuint(device->flash->n_faults, ==, 0);
}

// What a breakpoint does not count for: another file, flash that was changed since, and who asks for all of it.
static void
test_not_resumed(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	g_autoptr(Rig) rig = rig_new(device);
	g_autoptr(GBytes) file = image_of(90000, 1);
	g_autoptr(GBytes) other = image_of(90000, 2);
	g_autoptr(GByteArray) tags = rig_tags(OTA_RAW, 0);

	for (guint i = 0; i < 3; i++) {
		g_auto(GySessionEvent) first = {0};
		g_auto(GySessionEvent) second = {0};

		rig_begin(rig, file, FALSE, tags, &first);
		g_assert_cmpint(first.type, ==, GY_SESSION_EVENT_DONE);
		gy_session_transfer(rig->session, rig->now_ms);
		while (rig->agent.stored < 40000)
			rig_turn(rig);
		rig_reset_device(rig);
		rig_restart_host(rig);
		if (i == 0)
			device_partition(device, GYA_ALIOS_OTA_TEMP)[10000] ^= 0x10;
		rig_begin(rig, i == 1 ? other : file, FALSE, tags, &second);
		g_assert_cmpint(second.type, ==, GY_SESSION_EVENT_DONE);
		g_assert_cmpuint(gy_session_next_offset(rig->session), ==, i == 2 ? 2 * BLOCK : 0);
		gy_session_cancel(rig->session, rig->now_ms);
		rig_done(rig);
		rig_restart_host(rig);
	}
}

// ---- refusals ----

typedef struct {
	const char *name;
	const char *folder; /* of the vectors; the running image is d7.old */
	const char *file;
	guint32 cause;
	int code;
	guint8 type;
	guint32 slice_size;
	const char *old;
	const char *version;
	gboolean is_late; /* only the stored bytes tell */
} Refusal;

static const Refusal refusals[] = {
	{"image/trailer-magic", "neg", "n6_trailer_bad_magic.md5.bin", GYW_CAUSE_PACKAGE, 0, OTA_RAW, 0, NULL,
		NULL, FALSE},
	{"image/trailer-size", "neg", "n8_trailer_size_too_big.md5.bin", GYW_CAUSE_LAYOUT, 0, OTA_RAW, 0,
		NULL, NULL, FALSE},
	{"image/without-a-trailer", "md5", "m3_5000.bin", GYW_CAUSE_PACKAGE, 0, OTA_RAW, 0, NULL, NULL,
		FALSE},
	{"image/of-no-bytes", "md5", "m4_empty.md5.bin", GYW_CAUSE_LAYOUT, 0, OTA_RAW, 0, NULL, NULL, FALSE},
	{"image/body", "neg", "n7_body_bitflip.md5.bin", GYW_CAUSE_DATA_HASH, OTA_VERIFY_HASH_FAIL, OTA_RAW,
		0, NULL, NULL, TRUE},
	{"image/version-not-newer", "md5", "m3_5000.md5.bin", GYW_CAUSE_ROLLBACK, OTA_INIT_VER_FAIL, OTA_RAW,
		0, NULL, "app-1.0.0", FALSE},
	{"image/another-type", "md5", "m3_5000.md5.bin", GYW_CAUSE_PACKAGE, 0, 4, 0, NULL, NULL, FALSE},
	{"difference/slices-of-another-size", "diff", "d1.diff", GYW_CAUSE_LAYOUT, OTA_UPGRADE_DIFF_FAIL,
		OTA_DIFF, 4096, "d7.old", NULL, FALSE},
	{"difference/first-slice", "neg", "n1_bad_magic.diff", GYW_CAUSE_LAYOUT, 0, OTA_DIFF, 65536, "d7.old",
		NULL, FALSE},
	{"difference/slice-that-does-not-fit", "diff", "d1.diff", GYW_CAUSE_LAYOUT, 0, OTA_DIFF, 65536,
		"d7.old", NULL, FALSE},
	{"difference/another-old-image", "diff", "d7.diff", GYW_CAUSE_OLD_IMAGE, 0, OTA_DIFF, 65536, "d4.old",
		NULL, FALSE},
	{"difference/without-a-word-on-its-old-image", "diff", "d7.diff", GYW_CAUSE_OLD_IMAGE, 0, OTA_DIFF,
		65536, NULL, NULL, FALSE},
};

static void
run_old(Device *device)
{
	g_autoptr(GBytes) old = vector("diff", "d7.old");

	memcpy(device_partition(device, GYA_ALIOS_APPLICATION), g_bytes_get_data(old, NULL),
		g_bytes_get_size(old));
}

static void
tag_old(GByteArray *tags, const char *name)
{
	g_autoptr(GBytes) old = vector("diff", name);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize size = sizeof digest;

	g_checksum_update(sum, g_bytes_get_data(old, NULL), (gssize) g_bytes_get_size(old));
	g_checksum_get_digest(sum, digest, &size);
	rig_tag(tags, GYW_BEGIN_OLD_SHA256, digest, sizeof digest);
}

static void
test_refusal(gconstpointer data)
{
	const Refusal *r = data;
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	g_autoptr(GBytes) file = vector(r->folder, r->file);
	g_autoptr(GByteArray) tags = rig_tags(r->type, r->slice_size);
	g_auto(GySessionEvent) event = {0};
	g_autoptr(Rig) rig = NULL;
	guint64 before;

	run_old(device);
	rig = rig_new(device);
	before = device->flash->n_operations;
	if (r->old)
		tag_old(tags, r->old);
	if (r->version)
		rig_tag(tags, GYW_BEGIN_VERSION, r->version, strlen(r->version));
	rig_begin(rig, file, r->type == OTA_DIFF, tags, &event);
	if (r->is_late) {
		g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
		gy_session_transfer(rig->session, rig->now_ms);
		rig_done(rig);
		gy_session_finish(rig->session, rig->now_ms);
		rig_wait(rig, &event);
	} else {
		g_assert_cmpuint(device->flash->n_operations, ==, before);
	}
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_REFUSED);
	g_assert_cmpuint(event.refusal.backend, ==, 4);
	g_assert_cmpuint(event.refusal.cause, ==, r->cause);
	g_assert_cmpint((int) event.refusal.code, ==, r->code);
	g_assert_cmpint(event.is_failure, ==, r->is_late);
}

static void
test_difference(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	g_autoptr(GBytes) file = vector("diff", "d7.diff");
	g_autoptr(GByteArray) tags = rig_tags(OTA_DIFF, 65536);
	g_auto(GySessionEvent) event = {0};
	g_autoptr(Rig) rig = NULL;

	run_old(device);
	rig = rig_new(device);
	tag_old(tags, "d7.old");
	rig_begin(rig, file, TRUE, tags, &event);
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	gy_session_transfer(rig->session, rig->now_ms);
	rig_done(rig);
	end(rig);
	for (guint i = 0; i < 20 && device->n_reboots == 0; i++)
		rig_turn(rig);
	assert_asks_for(ALIOS_FLAG_RECOVERY);
}

// ---- digests and signatures ----

typedef struct {
	const char *name;
	GChecksumType digest;
	const char *signature; /* NULL: none */
	gboolean has_key;
	gboolean wants_signature;
	gboolean is_flipped;
	guint32 cause; /* 0: it is taken */
} Signed;

static const Signed signatures[] = {
	{"sha256", G_CHECKSUM_SHA256, "m3_sha256.sig", TRUE, TRUE, FALSE, 0},
	{"md5", G_CHECKSUM_MD5, "m3_md5.sig", TRUE, TRUE, FALSE, 0},
	{"digest-alone", G_CHECKSUM_MD5, NULL, TRUE, FALSE, FALSE, 0},
	{"none-where-one-is-wanted", G_CHECKSUM_SHA256, NULL, TRUE, TRUE, FALSE, GYW_CAUSE_UNSIGNED},
	{"flipped", G_CHECKSUM_SHA256, "m3_sha256.sig", TRUE, FALSE, TRUE, GYW_CAUSE_SIGNATURE},
	{"of-another-digest", G_CHECKSUM_SHA256, "m3_md5.sig", TRUE, FALSE, FALSE, GYW_CAUSE_SIGNATURE},
	{"without-a-key", G_CHECKSUM_SHA256, "m3_sha256.sig", FALSE, FALSE, FALSE, GYW_CAUSE_SIGNATURE},
};

static void
tag_digest(GByteArray *tags, GChecksumType type, GBytes *file)
{
	g_autoptr(GChecksum) sum = g_checksum_new(type);
	guint8 digest[32];
	gsize size = sizeof digest;

	g_checksum_update(sum, g_bytes_get_data(file, NULL), (gssize) g_bytes_get_size(file));
	g_checksum_get_digest(sum, digest, &size);
	rig_tag(tags, GYW_BEGIN_DIGEST, digest, size);
}

// A tag has at most 255 bytes: a signature comes in two.
static void
tag_signature(GByteArray *tags, const char *name, gboolean is_flipped)
{
	g_autoptr(GBytes) signature = vector("rsa", name);
	g_autofree guint8 *raw = g_memdup2(g_bytes_get_data(signature, NULL), 256);

	raw[17] ^= is_flipped ? 1 : 0;
	rig_tag(tags, GYW_BEGIN_SIGNATURE, raw, 128);
	rig_tag(tags, GYW_BEGIN_SIGNATURE, raw + 128, 128);
}

static void
test_signature(gconstpointer data)
{
	const Signed *s = data;
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	g_autoptr(GBytes) file = vector("md5", "m3_5000.md5.bin");
	g_autoptr(GByteArray) tags = rig_tags(OTA_RAW, 0);
	struct gya_alios_key key = vector_key();
	g_auto(GySessionEvent) event = {0};
	g_autoptr(Rig) rig = NULL;

	device->port.pkcs1_verify = gya_rsa_pkcs1_openssl;
	device->port.key = s->has_key ? &key : NULL;
	rig = rig_new(device);
	rig->setup.wants_signature = s->wants_signature;
	tag_digest(tags, s->digest, file);
	if (s->signature)
		tag_signature(tags, s->signature, s->is_flipped);
	rig_begin(rig, file, FALSE, tags, &event);
	if (s->cause != 0) {
		g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_REFUSED);
		g_assert_cmpuint(event.refusal.cause, ==, s->cause);
		return;
	}
	g_assert_cmpint(event.type, ==, GY_SESSION_EVENT_DONE);
	gy_session_transfer(rig->session, rig->now_ms);
	rig_done(rig);
	end(rig);
}

// The announced digest is that of another file.
static void
test_other_digest(gconstpointer data)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	g_autoptr(Rig) rig = rig_new(device);
	g_autoptr(GBytes) file = vector("md5", "m3_5000.md5.bin");
	g_autoptr(GBytes) other = vector("md5", "m2_256.md5.bin");
	g_autoptr(GByteArray) tags = rig_tags(OTA_RAW, 0);
	g_auto(GySessionEvent) begun = {0};
	g_auto(GySessionEvent) finished = {0};

	tag_digest(tags, (GChecksumType) GPOINTER_TO_INT(data), other);
	rig_begin(rig, file, FALSE, tags, &begun);
	g_assert_cmpint(begun.type, ==, GY_SESSION_EVENT_DONE);
	gy_session_transfer(rig->session, rig->now_ms);
	rig_done(rig);
	gy_session_finish(rig->session, rig->now_ms);
	rig_wait(rig, &finished);
	g_assert_cmpint(finished.type, ==, GY_SESSION_EVENT_REFUSED);
	g_assert_cmpuint(finished.refusal.cause, ==, GYW_CAUSE_DATA_HASH);
}

// ---- probation ----

static void
test_confirm(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_mk3060);
	struct alios_record record = {.upg_flag = ALIOS_FLAG_VERIFY, .boot_count = 2};
	g_autoptr(Rig) rig = NULL;

	g_assert_true(alios_record_write(&record));
	rig = rig_new(device);
	assert_asks_for(ALIOS_FLAG_VERIFY);
	gy_session_hello(rig->session, rig->now_ms);
	rig_done(rig);
	gy_session_confirm(rig->session, rig->now_ms);
	rig_done(rig);
	assert_asks_for(ALIOS_FLAG_NORMAL);
}

// Boots until something starts; which partition.
static guint32
boot(Rig *rig)
{
	struct gya_alios_booted booted;

	do {
		gya_alios_power_on(&rig->device->port);
		booted = gya_alios_boot();
	} while (booted.outcome == GYA_ALIOS_BOOT_RESET);
	g_assert_cmpint(booted.outcome, ==, GYA_ALIOS_BOOT_START);
	rig_reset_device(rig);
	return booted.partition;
}

static void
confirm(Rig *rig)
{
	rig_restart_host(rig);
	gy_session_hello(rig->session, rig->now_ms);
	rig_done(rig);
	gy_session_confirm(rig->session, rig->now_ms);
	rig_done(rig);
}

// Both halves: what came over the link starts from the other bank four times, then what was there before, unless the host keeps it.
static void
test_probation(gconstpointer data)
{
	gboolean is_kept = GPOINTER_TO_INT(data);
	g_autoptr(Device) device = device_new(&gya_alios_board_developerkit);
	g_autoptr(Rig) rig = rig_new(device);
	g_autoptr(GBytes) old = image_of(30000, 1);
	g_autoptr(GBytes) new = image_of(40000, 2);
	g_autoptr(GByteArray) tags = rig_tags(OTA_RAW, 0);
	g_auto(GySessionEvent) event = {0};

	memcpy(device_partition(device, GYA_ALIOS_APPLICATION), g_bytes_get_data(old, NULL),
		g_bytes_get_size(old));
	g_assert_cmpuint(boot(rig), ==, GYA_ALIOS_APPLICATION);
	rig_begin(rig, new, FALSE, tags, &event);
	gy_session_transfer(rig->session, rig->now_ms);
	rig_done(rig);
	end(rig);
	while (device->n_reboots == 0)
		rig_turn(rig);
	for (guint i = 0; i <= ALIOS_BOOTS_MOST; i++)
		g_assert_cmpuint(boot(rig), ==, GYA_ALIOS_OTA_TEMP);
	if (is_kept)
		confirm(rig);
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(boot(rig), ==, is_kept ? GYA_ALIOS_OTA_TEMP : GYA_ALIOS_APPLICATION);
	g_assert_true(device_holds(device, GYA_ALIOS_APPLICATION, old));
}

static void
add(const char *group, const char *name, gconstpointer data, GTestDataFunc function)
{
	g_autofree char *path = g_strconcat("/alios-dev/agent/", group, "/", name, NULL);

	g_test_add_data_func(path, data, function);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/alios-dev/agent/image-is-armed-by-the-reset", test_image);
	g_test_add_func("/alios-dev/agent/difference-asks-for-the-patcher", test_difference);
	g_test_add_func("/alios-dev/agent/power-cuts-resume-at-the-breakpoint", test_power_cuts);
	g_test_add_func("/alios-dev/agent/breakpoint-counts-for-what-it-was-made-of", test_not_resumed);
	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
		add("refused", refusals[i].name, &refusals[i], test_refusal);
	for (gsize i = 0; i < G_N_ELEMENTS(signatures); i++)
		add("signature", signatures[i].name, &signatures[i], test_signature);
	add("refused", "digest/sha256", GINT_TO_POINTER(G_CHECKSUM_SHA256), test_other_digest);
	add("refused", "digest/md5", GINT_TO_POINTER(G_CHECKSUM_MD5), test_other_digest);
	add("probation", "confirmed-stays", GINT_TO_POINTER(TRUE), test_probation);
	add("probation", "unconfirmed-goes-after-four-starts", GINT_TO_POINTER(FALSE), test_probation);
	g_test_add_func("/alios-dev/agent/confirm-keeps-what-is-on-probation", test_confirm);
	return g_test_run();
}

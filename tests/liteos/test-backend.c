// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/include/backend-liteos.h"
#include "device-agent/ports/sim/crypto-openssl.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/envelope.h"
#include "tests/liteos/chip.h"

static guint n_kicks;

static void
kick(void)
{
	n_kicks++;
}

static void
reset(void)
{
}

// A backend over a chip, driven as the agent does.
typedef struct {
	Chip *chip;
	struct gya_liteos_setup setup;
	const struct gya_backend *backend;
	struct gya_verdict verdict;
	guint8 tlvs[64];
	struct gyw_begin begin;
} Rig;

static void
rig_init(Rig *rig, Chip *chip, gboolean has_decoders, gboolean takes_envelopes)
{
	memset(rig, 0, sizeof *rig);
	rig->chip = chip;
	rig->setup = (struct gya_liteos_setup){.board = chip->board,
		.crypto = &gya_crypto_openssl,
		.takes_envelopes = takes_envelopes,
		.watchdog = kick,
		.reset = reset};
	for (guint i = 0; has_decoders && i < GYA_HDIFF13_PARTS; i++)
		rig->setup.lzma[i] = chip->lzma[i];
	rig->backend = gya_backend_liteos(&rig->setup);
	g_assert_nonnull(rig->backend->init(&rig->verdict));
}

// `old` NULL: BEGIN says nothing of it.
static void
begin(Rig *rig, GBytes *package, GBytes *old)
{
	struct gyw_writer w;
	guint8 digest[32];
	gsize size = sizeof digest;

	gyw_writer_init(&w, rig->tlvs, sizeof rig->tlvs);
	gyw_write_tlv(&w, GYW_BEGIN_VERSION, (const guint8 *) "2.0", 3);
	if (old) {
		g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

		g_checksum_update(sum, g_bytes_get_data(old, NULL), (gssize) g_bytes_get_size(old));
		g_checksum_get_digest(sum, digest, &size);
		gyw_write_tlv(&w, GYW_BEGIN_OLD_SHA256, digest, sizeof digest);
	}
	rig->begin = (struct gyw_begin){.mode = GYW_MODE_PACKAGE,
		.length = (guint32) g_bytes_get_size(package),
		.tlvs = rig->tlvs,
		.tlvs_size = w.used};
}

static gboolean
judge(Rig *rig, GBytes *package, gboolean is_stored)
{
	guint8 room[4096] = {0};
	gsize size = MIN(g_bytes_get_size(package), rig->backend->manifest_most);

	memset(&rig->verdict, 0, sizeof rig->verdict);
	if (!is_stored)
		memcpy(room, g_bytes_get_data(package, NULL), size);
	return rig->backend->judge(&rig->begin, room, is_stored ? sizeof room : (guint32) size, is_stored);
}

static void
store(Rig *rig, GBytes *package)
{
	const guint8 *bytes = g_bytes_get_data(package, NULL);
	guint32 piece = rig->backend->piece;
	guint8 back[1024];

	g_assert_cmpuint(piece, <=, sizeof back);
	g_assert_true(rig->backend->prepare(&rig->begin));
	for (guint32 done = 0; done < rig->begin.length; done += piece)
		g_assert_true(rig->backend->write(done, bytes + done, MIN(piece, rig->begin.length - done)));
	for (guint32 done = 0; done < rig->begin.length; done += piece) {
		guint32 n = MIN(piece, rig->begin.length - done);

		g_assert_true(rig->backend->read(done, back, n));
		g_assert_cmpmem(back, n, bytes + done, n);
	}
}

typedef struct {
	const char *body;
	const char *pair;
	guint32 envelope;
	gboolean has_decoders;
} Upgrade;

static const Upgrade upgrades[] = {
	{"p2_hdiff13_lzma4k.hdiff", "p2", 0, TRUE},
	{"p2_hdiff13_lzma4k.hdiff", "p2", 0, FALSE},
	{"p3_lite_lzma4k.hi", "p3", GYW_ENVELOPE_HPATCHLITE, TRUE},
	{"p3_lite_lzma4k.hi", "p3", GYW_ENVELOPE_HPATCHLITE, FALSE},
	{"p3_hdiff13_lzma4k.hdiff", "p3", GYW_ENVELOPE_HDIFF13, TRUE},
	{"p4_full_lzma16k.hdiff", "p4", 0, TRUE},
};

static GBytes *
image(const char *pair, const char *which)
{
	g_autofree char *name = g_strdup_printf("%s_%s.bin", pair, which);

	return vector("fw", name);
}

static void
test_upgrade(gconstpointer data)
{
	const Upgrade *u = data;
	g_autoptr(Chip) chip = chip_new(&gya_board_stm32f429, GYA_HDIFF13_PARTS);
	g_autoptr(GBytes) old = image(u->pair, "old");
	g_autoptr(GBytes) new = image(u->pair, "new");
	g_autoptr(GBytes) body = vector("diff", u->body);
	g_autoptr(GBytes) package =
		u->envelope ? make_envelope(u->envelope, body, old, new) : make_package(body, TRUE);
	Rig rig;

	chip_put(chip, GYA_LITEOS_RUNNING, old);
	rig_init(&rig, chip, u->has_decoders, TRUE);
	begin(&rig, package, u->envelope ? NULL : old);
	g_assert_true(judge(&rig, package, FALSE));
	store(&rig, package);
	g_assert_true(judge(&rig, package, TRUE));
	g_assert_true(chip_holds(chip, GYA_LITEOS_RUNNING, old));
	g_assert_true(rig.backend->arm());
	chip_power_on(chip);
	g_assert_cmphex(ota_commonflow(OTA_FOTA), ==, OTA_RET_SUCCESS);
	g_assert_true(chip_holds(chip, GYA_LITEOS_RUNNING, new));
	g_assert_cmpstr((const char *) chip_flag(chip).download.version, ==, u->envelope ? "2.0.0" : "2.0");
}

typedef struct {
	const char *name;
	const char *body;
	guint32 envelope;
	gboolean no_old; // BEGIN says nothing
	gboolean other_old;
	gboolean no_envelopes;
	gboolean is_cut;
	guint cause;
} Refusal;

static const Refusal refusals[] = {
	{"difference-to-who-knows-what", "p2_hdiff13_lzma4k.hdiff", 0, TRUE, FALSE, FALSE, FALSE,
		GYW_CAUSE_OLD_IMAGE},
	{"difference-to-another-image", "p2_hdiff13_lzma4k.hdiff", 0, FALSE, TRUE, FALSE, FALSE,
		GYW_CAUSE_OLD_IMAGE},
	{"envelope-of-another-image", "p2_lite_lzma4k.hi", GYW_ENVELOPE_HPATCHLITE, FALSE, TRUE, FALSE, FALSE,
		GYW_CAUSE_OLD_IMAGE},
	{"envelope-that-the-loader-does-not-know", "p2_lite_lzma4k.hi", GYW_ENVELOPE_HPATCHLITE, FALSE, FALSE,
		TRUE, FALSE, GYW_CAUSE_NOT_OFFERED},
	{"compression-that-is-not-there", "p2_hdiff13_zlib.hdiff", 0, FALSE, FALSE, FALSE, FALSE,
		GYW_CAUSE_DECODER},
	{"container-that-is-not-known", "p2_sf20_step4k_lzma.hdiff", 0, FALSE, FALSE, FALSE, FALSE,
		GYW_CAUSE_LAYOUT},
	{"patch-without-its-end", "p2_hdiff13_lzma4k.hdiff", 0, FALSE, FALSE, FALSE, TRUE, GYW_CAUSE_LAYOUT},
};

// By the manifest alone, with no flash operation.
static void
test_refusal(gconstpointer data)
{
	const Refusal *r = data;
	g_autoptr(Chip) chip = chip_new(&gya_board_stm32f429, GYA_HDIFF13_PARTS);
	g_autoptr(GBytes) old = image("p2", "old");
	g_autoptr(GBytes) new = image("p2", "new");
	g_autoptr(GBytes) whole = vector("diff", r->body);
	g_autoptr(GBytes) body =
		g_bytes_new_from_bytes(whole, 0, g_bytes_get_size(whole) - (r->is_cut ? 1 : 0));
	g_autoptr(GBytes) package =
		r->envelope ? make_envelope(r->envelope, body, old, new) : make_package(body, TRUE);
	guint64 n_operations;
	Rig rig;

	chip_put(chip, GYA_LITEOS_RUNNING, r->other_old ? new : old);
	rig_init(&rig, chip, TRUE, !r->no_envelopes);
	n_operations = chip->flash->n_operations;
	begin(&rig, package, r->no_old || r->envelope ? NULL : old);
	g_assert_false(judge(&rig, package, FALSE));
	g_assert_cmpuint(rig.verdict.cause, ==, r->cause);
	g_assert_cmpuint(chip->flash->n_operations, ==, n_operations);
}

// Installs what is stored and puts the flash back.
static gboolean
installs(Rig *rig, GBytes *new)
{
	gsize size = rig->chip->board->flash_size;
	g_autofree guint8 *state = g_memdup2(rig->chip->flash->bytes, size);
	gboolean is_new;

	g_assert_true(rig->backend->arm());
	chip_power_on(rig->chip);
	g_assert_cmphex(ota_commonflow(OTA_FOTA), ==, OTA_RET_SUCCESS);
	is_new = chip_holds(rig->chip, GYA_LITEOS_RUNNING, new);
	memcpy(rig->chip->flash->bytes, state, size);
	return is_new;
}

// Behind the head, too: not armed, or a byte that says nothing, such as the place of a cover without bytes.
static void
test_any_stored_byte(void)
{
	g_autoptr(Chip) chip = chip_new(&gya_board_liteos_small, 1);
	g_autoptr(GBytes) old = image("p4", "old");
	g_autoptr(GBytes) new = image("p4", "new");
	g_autoptr(GBytes) body = vector("diff", "p4_lite_none.hi");
	g_autoptr(GBytes) package = make_envelope(GYW_ENVELOPE_HPATCHLITE, body, old, new);
	guint8 *stored = chip_partition(chip, GYA_LITEOS_DOWNLOAD);
	gsize size = g_bytes_get_size(package);
	guint n_taken = 0;
	Rig rig;

	chip_put(chip, GYA_LITEOS_RUNNING, old);
	rig_init(&rig, chip, TRUE, TRUE);
	begin(&rig, package, NULL);
	store(&rig, package);
	g_assert_true(judge(&rig, package, TRUE));
	for (gsize at = 0; at < size; at++) {
		stored[at] ^= (guint8) (1u << at % 8);
		if (judge(&rig, package, TRUE)) {
			n_taken++;
			g_assert_true(installs(&rig, new));
		} else {
			g_assert_cmpuint(rig.verdict.cause, !=, GYW_CAUSE_NONE);
		}
		stored[at] ^= (guint8) (1u << at % 8);
	}
	g_assert_cmpuint(n_taken, <=, 2);
}

static void
test_disarm(void)
{
	g_autoptr(Chip) chip = chip_new(&gya_board_liteos_small, 1);
	g_autoptr(GBytes) old = image("p4", "old");
	g_autoptr(GBytes) new = image("p4", "new");
	g_autoptr(GBytes) body = vector("diff", "p4_lite_none.hi");
	g_autoptr(GBytes) package = make_envelope(GYW_ENVELOPE_HPATCHLITE, body, old, new);
	Rig rig;

	chip_put(chip, GYA_LITEOS_RUNNING, old);
	rig_init(&rig, chip, TRUE, TRUE);
	begin(&rig, package, NULL);
	store(&rig, package);
	g_assert_true(rig.backend->arm());
	g_assert_true(rig.backend->disarm());
	chip_power_on(chip);
	g_assert_cmphex(ota_commonflow(OTA_FOTA), ==, OTA_RET_SUCCESS);
	g_assert_true(chip_holds(chip, GYA_LITEOS_RUNNING, old));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(upgrades); i++) {
		const Upgrade *u = &upgrades[i];
		g_autofree char *path = g_strdup_printf("/liteos/backend/takes/%s%s%s",
			u->envelope ? "envelope-" : "", u->body, u->has_decoders ? "" : "-untried");

		g_test_add_data_func(path, u, test_upgrade);
	}
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *path = g_strdup_printf("/liteos/backend/refuses/%s", refusals[i].name);

		g_test_add_data_func(path, &refusals[i], test_refusal);
	}
	g_test_add_func(
		"/liteos/backend/any-changed-byte-in-flash-is-found-before-arming", test_any_stored_byte);
	g_test_add_func("/liteos/backend/disarmed-is-not-installed", test_disarm);
	return g_test_run();
}

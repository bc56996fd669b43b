// SPDX-License-Identifier: Apache-2.0
#include <glib.h>
#include <string.h>

#include "device-agent/include/patch.h"
#include "device-agent/ports/sim/lzma-sdk.h"
#include "tests/patch/source.h"

#define MAX_OUTPUT (1u << 20)

// ---- an applying: sources that may fail, a sink that keeps what it gets ----

typedef struct {
	GByteArray *bytes;
	guint n_writes;
	guint fail_at;
} Sink;

static bool
write_sink(void *context, const uint8_t *bytes, uint32_t size)
{
	Sink *sink = context;

	g_assert_cmpuint(size, <=, GYA_PATCH_PIECE);
	g_assert_cmpuint(sink->bytes->len + size, <=, MAX_OUTPUT);
	if (++sink->n_writes == sink->fail_at)
		return false;
	g_byte_array_append(sink->bytes, bytes, size);
	return true;
}

typedef struct {
	Source old;
	Source patch;
	Sink new;
	guint n_decoders;
} Applying;

static guint n_kicks;

static void
kick(void)
{
	n_kicks++;
}

static gboolean
is_hdiff13(GBytes *patch)
{
	gsize size;
	const char *data = g_bytes_get_data(patch, &size);

	return size >= 8 && memcmp(data, "HDIFF13&", 8) == 0;
}

static enum gya_patch_result
apply_hdiff13(const struct gya_patch_source *patch, const struct gya_patch_source *old,
	const struct gya_patch_sink *sink, const struct gya_lzma *const lzma[GYA_HDIFF13_PARTS])
{
	static struct gya_hdiff13 diff;
	enum gya_patch_result result = gya_hdiff13_open(&diff, patch, lzma);

	if (result == GYA_PATCH_OK && diff.new_size > MAX_OUTPUT)
		return GYA_PATCH_E_TOO_LARGE;
	return result == GYA_PATCH_OK ? gya_hdiff13_apply(&diff, old, sink) : result;
}

static enum gya_patch_result
apply_hpatchlite(const struct gya_patch_source *patch, const struct gya_patch_source *old,
	const struct gya_patch_sink *sink, const struct gya_lzma *lzma)
{
	static struct gya_hpatchlite hi;
	enum gya_patch_result result = gya_hpatchlite_open(&hi, patch, lzma);

	if (result == GYA_PATCH_OK && hi.new_size > MAX_OUTPUT)
		return GYA_PATCH_E_TOO_LARGE;
	return result == GYA_PATCH_OK ? gya_hpatchlite_apply(&hi, old, sink) : result;
}

static enum gya_patch_result
apply(Applying *a)
{
	struct gya_patch_source patch = {&a->patch, (uint32_t) g_bytes_get_size(a->patch.bytes), source_read};
	struct gya_patch_source old = {&a->old, (uint32_t) g_bytes_get_size(a->old.bytes), source_read};
	struct gya_patch_sink sink = {&a->new, write_sink, kick};
	const struct gya_lzma *lzma[GYA_HDIFF13_PARTS] = {NULL};
	struct gya_lzma *decoders[GYA_HDIFF13_PARTS] = {NULL};
	enum gya_patch_result result;

	if (!a->new.bytes)
		a->new.bytes = g_byte_array_new();
	for (guint i = 0; i < a->n_decoders; i++)
		lzma[i] = decoders[i] = gya_lzma_sdk_new(GYA_LZMA_SDK_WS63);
	result = is_hdiff13(a->patch.bytes) ? apply_hdiff13(&patch, &old, &sink, lzma)
					    : apply_hpatchlite(&patch, &old, &sink, lzma[0]);
	for (guint i = 0; i < a->n_decoders; i++)
		gya_lzma_sdk_free(decoders[i]);
	return result;
}

static void
applying_clear(Applying *a)
{
	g_clear_pointer(&a->new.bytes, g_byte_array_unref);
}

// ---- the vectors ----

typedef struct {
	const char *patch;
	const char *old; // NULL: none, as a full package
	const char *new; // NULL: an empty one
	enum gya_patch_result result;
} Case;

static const Case cases[] = {
	{"p1_hdiff13_lzma4k.hdiff", "p1_old", "p1_new", GYA_PATCH_OK},
	{"p1_hdiff13_none.hdiff", "p1_old", "p1_new", GYA_PATCH_OK},
	{"p1_same_lzma4k.hdiff", "p1_old", "p1_old", GYA_PATCH_OK},
	{"p1_lite_lzma4k.hi", "p1_old", "p1_new", GYA_PATCH_OK},
	{"p1_lite_none.hi", "p1_old", "p1_new", GYA_PATCH_OK},
	{"p2_hdiff13_lzma4k.hdiff", "p2_old", "p2_new", GYA_PATCH_OK},
	{"p2_hdiff13_none.hdiff", "p2_old", "p2_new", GYA_PATCH_OK},
	{"p2_lite_lzma4k.hi", "p2_old", "p2_new", GYA_PATCH_OK},
	{"p2_lite_none.hi", "p2_old", "p2_new", GYA_PATCH_OK},
	{"p3_hdiff13_lzma4k.hdiff", "p3_old", "p3_new", GYA_PATCH_OK},
	{"p3_hdiff13_none.hdiff", "p3_old", "p3_new", GYA_PATCH_OK},
	{"p3_lite_lzma4k.hi", "p3_old", "p3_new", GYA_PATCH_OK},
	{"p3_lite_none.hi", "p3_old", "p3_new", GYA_PATCH_OK},
	{"p4_hdiff13_lzma4k.hdiff", "p4_old", "p4_new", GYA_PATCH_OK},
	{"p4_hdiff13_none.hdiff", "p4_old", "p4_new", GYA_PATCH_OK},
	{"p4_lite_lzma4k.hi", "p4_old", "p4_new", GYA_PATCH_OK},
	{"p4_full_lzma16k.hdiff", NULL, "p4_new", GYA_PATCH_OK},
	{"p4_full_none.hdiff", NULL, "p4_new", GYA_PATCH_OK},
	{"p4_toempty.hdiff", "p4_old", NULL, GYA_PATCH_OK},
	{"p5_hdiff13_lzma4k.hdiff", "p5_old", "p5_new", GYA_PATCH_OK},
	{"p5_hdiff13_none.hdiff", "p5_old", "p5_new", GYA_PATCH_OK},
	{"p5_lite_none.hi", "p5_old", "p5_new", GYA_PATCH_OK},
	// larger windows than the device has
	{"p2_hdiff13_lzma64k.hdiff", "p2_old", "p2_new", GYA_PATCH_E_COMPRESSION},
	{"p1_full_lzma16k.hdiff", NULL, "p1_new", GYA_PATCH_E_COMPRESSION},
	// compressions and containers that it does not have
	{"p2_hdiff13_zlib.hdiff", "p2_old", "p2_new", GYA_PATCH_E_COMPRESSION},
	{"p2_hdiff13_bz2.hdiff", "p2_old", "p2_new", GYA_PATCH_E_COMPRESSION},
	{"p2_hdiff13_lzma2.hdiff", "p2_old", "p2_new", GYA_PATCH_E_COMPRESSION},
	{"p2_lite_tuz4k.hi", "p2_old", "p2_new", GYA_PATCH_E_COMPRESSION},
	{"p2_inplace0_lzma4k.hi", "p2_old", "p2_new", GYA_PATCH_E_FORMAT},
	{"p2_inplace4096_lzma4k.hi", "p2_old", "p2_new", GYA_PATCH_E_FORMAT},
	{"p2_sf20_step4k_lzma.hdiff", "p2_old", "p2_new", GYA_PATCH_E_FORMAT},
};

static GBytes *
load(const char *folder, const char *name)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "vectors", "liteos", folder, name, NULL);
	g_autoptr(GError) error = NULL;
	char *data;
	gsize size;

	g_assert_true(g_file_get_contents(path, &data, &size, &error));
	g_assert_no_error(error);
	return g_bytes_new_take(data, size);
}

static GBytes *
load_image(const char *name)
{
	g_autofree char *file = name ? g_strconcat(name, ".bin", NULL) : NULL;

	return name ? load("fw", file) : g_bytes_new(NULL, 0);
}

static gboolean
is_same(const GByteArray *found, GBytes *expected)
{
	return found->len == g_bytes_get_size(expected) &&
	       (found->len == 0 || memcmp(found->data, g_bytes_get_data(expected, NULL), found->len) == 0);
}

static void
test_vector(gconstpointer data)
{
	const Case *c = data;
	g_autoptr(GBytes) old = load_image(c->old);
	g_autoptr(GBytes) new = load_image(c->new);
	g_autoptr(GBytes) patch = load("diff", c->patch);
	Applying a = {.old = {old}, .patch = {patch}, .n_decoders = GYA_HDIFF13_PARTS};

	g_assert_cmpint(apply(&a), ==, c->result);
	if (c->result == GYA_PATCH_OK)
		g_assert_true(is_same(a.new.bytes, new));
	else
		g_assert_cmpuint(a.new.n_writes, ==, 0);
	applying_clear(&a);
}

// ---- damage ----

static const char *const small[] = {"p5_hdiff13_lzma4k.hdiff", "p5_hdiff13_none.hdiff", "p5_lite_none.hi",
	"p1_same_lzma4k.hdiff", "p1_hdiff13_none.hdiff", "p1_hdiff13_lzma4k.hdiff", "p1_lite_lzma4k.hi"};

static GBytes *
old_of(const char *patch)
{
	g_autofree char *name = g_strdup_printf("%.2s_old", patch);

	return load_image(name);
}

static void
test_truncated(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(small); i++) {
		g_autoptr(GBytes) patch = load("diff", small[i]);
		g_autoptr(GBytes) old = old_of(small[i]);

		for (gsize size = 0; size < g_bytes_get_size(patch); size++) {
			g_autoptr(GBytes) cut = g_bytes_new_from_bytes(patch, 0, size);
			Applying a = {.old = {old}, .patch = {cut}, .n_decoders = GYA_HDIFF13_PARTS};

			// an end marker may go: the decoder has what it wants before it
			if (apply(&a) == GYA_PATCH_OK)
				g_assert_true(
					strstr(small[i], "lite_lzma") && size + 6 >= g_bytes_get_size(patch));
			applying_clear(&a);
		}
	}
}

static void
test_trailing(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(small); i++) {
		g_autoptr(GBytes) patch = load("diff", small[i]);
		g_autoptr(GBytes) old = old_of(small[i]);
		GByteArray *longer = g_byte_array_new();
		g_autoptr(GBytes) bytes = NULL;
		Applying a = {.n_decoders = GYA_HDIFF13_PARTS, .old = {old}};

		// of an lzma body the end is not known
		if (strstr(small[i], "lite_lzma")) {
			g_byte_array_unref(longer);
			continue;
		}
		g_byte_array_append(longer, g_bytes_get_data(patch, NULL), (guint) g_bytes_get_size(patch));
		g_byte_array_append(longer, (const guint8 *) "", 1);
		bytes = g_byte_array_free_to_bytes(longer);
		a.patch.bytes = bytes;
		g_assert_cmpint(apply(&a), <, 0);
		applying_clear(&a);
	}
}

// No bit makes it read outside anything or write more than it announced; ASan and the sources look.
static void
test_flipped(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(small); i++) {
		g_autoptr(GBytes) patch = load("diff", small[i]);
		g_autoptr(GBytes) old = old_of(small[i]);
		gsize size = g_bytes_get_size(patch);

		for (gsize bit = 0; bit < size * 8; bit++) {
			guint8 *damaged = g_memdup2(g_bytes_get_data(patch, NULL), size);
			g_autoptr(GBytes) bytes = g_bytes_new_take(damaged, size);
			Applying a = {.old = {old}, .patch = {bytes}, .n_decoders = GYA_HDIFF13_PARTS};

			damaged[bit / 8] ^= (guint8) (1u << bit % 8);
			(void) apply(&a);
			applying_clear(&a);
		}
	}
}

// ---- what fails around it ----

static void
fails_everywhere(const char *name, gsize member, enum gya_patch_result expected)
{
	g_autoptr(GBytes) patch = load("diff", name);
	g_autoptr(GBytes) old = old_of(name);
	enum gya_patch_result result = expected;
	guint at;

	for (at = 1; result == expected; at++) {
		Applying a = {.old = {old}, .patch = {patch}, .n_decoders = GYA_HDIFF13_PARTS};

		*(guint *) ((char *) &a + member) = at;
		result = apply(&a);
		applying_clear(&a);
	}
	// the failure that is never reached
	g_assert_cmpint(result, ==, GYA_PATCH_OK);
	g_assert_cmpuint(at, >=, 3);
}

static void
test_failures(void)
{
	static const char *const names[] = {"p4_hdiff13_none.hdiff", "p4_lite_none.hi", "p1_lite_lzma4k.hi"};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		fails_everywhere(names[i], G_STRUCT_OFFSET(Applying, patch.fail_at), GYA_PATCH_E_READ_PATCH);
		fails_everywhere(names[i], G_STRUCT_OFFSET(Applying, new.fail_at), GYA_PATCH_E_WRITE);
	}
	fails_everywhere("p1_lite_lzma4k.hi", G_STRUCT_OFFSET(Applying, old.fail_at), GYA_PATCH_E_READ_OLD);
	fails_everywhere(
		"p1_hdiff13_lzma4k.hdiff", G_STRUCT_OFFSET(Applying, old.fail_at), GYA_PATCH_E_READ_OLD);
}

static void
test_other_old(void)
{
	g_autoptr(GBytes) patch = load("diff", "p1_hdiff13_lzma4k.hdiff");
	g_autoptr(GBytes) old = load_image("p1_old");
	g_autoptr(GBytes) shorter = g_bytes_new_from_bytes(old, 0, g_bytes_get_size(old) - 1);
	Applying a = {.old = {shorter}, .patch = {patch}, .n_decoders = GYA_HDIFF13_PARTS};

	g_assert_cmpint(apply(&a), ==, GYA_PATCH_E_OLD);
	g_assert_cmpuint(a.new.n_writes, ==, 0);
	applying_clear(&a);
}

static void
test_too_few_decoders(void)
{
	g_autoptr(GBytes) patch = load("diff", "p3_hdiff13_lzma4k.hdiff");
	g_autoptr(GBytes) old = load_image("p3_old");
	Applying a = {.old = {old}, .patch = {patch}, .n_decoders = 1};

	g_assert_cmpint(apply(&a), ==, GYA_PATCH_E_COMPRESSION);
	applying_clear(&a);
}

static void
test_watchdog(void)
{
	g_autoptr(GBytes) patch = load("diff", "p3_lite_lzma4k.hi");
	g_autoptr(GBytes) old = load_image("p3_old");
	Applying a = {.old = {old}, .patch = {patch}, .n_decoders = 1};

	n_kicks = 0;
	g_assert_cmpint(apply(&a), ==, GYA_PATCH_OK);
	g_assert_cmpuint(n_kicks, >=, a.new.bytes->len / GYA_PATCH_PIECE);
	applying_clear(&a);
}

// ---- memory ----

// Beside the decoder's 4 KiB window and its probabilities (lc + lp = 0), 128 bytes of its state counted.
#define LZMA_OF_4K (4096u + 5504u + 128u)

static void
test_memory(void)
{
	g_test_message("hI: %u bytes and %u of the decoder; HDIFF13: %u bytes and up to four decoders",
		(guint) sizeof(struct gya_hpatchlite), LZMA_OF_4K, (guint) sizeof(struct gya_hdiff13));
	g_assert_cmpuint(sizeof(struct gya_hpatchlite) + LZMA_OF_4K, <=, 12u * 1024u);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strdup_printf(
			"/patch/%s/%s", cases[i].result ? "refuses" : "restores", cases[i].patch);

		g_test_add_data_func(path, &cases[i], test_vector);
	}
	g_test_add_func("/patch/cut-off-anywhere-is-refused", test_truncated);
	g_test_add_func("/patch/trailing-byte-is-refused", test_trailing);
	g_test_add_func("/patch/any-flipped-bit-stays-inside", test_flipped);
	g_test_add_func("/patch/failures-around-it-are-told-apart", test_failures);
	g_test_add_func("/patch/shorter-old-image-is-refused-before-writing", test_other_old);
	g_test_add_func("/patch/each-packed-part-needs-a-decoder", test_too_few_decoders);
	g_test_add_func("/patch/watchdog-is-kicked-for-every-piece", test_watchdog);
	g_test_add_func("/patch/fits-12-KiB-of-RAM", test_memory);
	return g_test_run();
}

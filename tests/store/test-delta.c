// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/formats/liteos/liteos.h"
#include "engine/keys/digest.h"
#include "engine/store/auto-delta.h"
#include "tests/store/rig.h"

#define N_THREADS 4

typedef struct {
	char *folder;
	GyStore *store;
	GyTarget *target;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	GError *error = NULL;

	fixture->folder = g_dir_make_tmp("gantry-delta-XXXXXX", &error);
	g_assert_no_error(error);
	fixture->store = gy_store_new(fixture->folder);
	fixture->target = gy_target_new();
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	rig_remove(fixture->folder);
	gy_store_unref(fixture->store);
	gy_target_free(fixture->target);
	g_free(fixture->folder);
}

/* ---- what is flashed ------------------------------------------------------------------------------------ */

static GyPackage *
package_of(const char *old, const char *new, const char *generation, const char *key)
{
	g_autoptr(GBytes) bytes = rig_package(old, new, generation, key ? "key" : NULL, key);
	GError *error = NULL;
	GyPackage *package = gy_package_load_bytes(bytes, "test", &error);

	g_assert_no_error(error);
	return package;
}

/* (transfer full): its digest */
static char *
add(Fixture *fixture, const char *name, const char *version)
{
	g_autoptr(GBytes) image = rig_image(name);

	return rig_add(fixture->store, image, version);
}

static void
tell_digest(GyTarget *target, const char *name)
{
	g_autoptr(GBytes) image = rig_image(name);

	gy_sha256(g_bytes_get_data(image, NULL), g_bytes_get_size(image), target->digest);
	target->has_digest = TRUE;
}

static GyDeltaChoice *
choose_by(GyAutoDelta *delta, const GyTarget *target)
{
	GError *error = NULL;
	GyDeltaChoice *choice = gy_auto_delta_choose(delta, target, NULL, &error);

	g_assert_no_error(error);
	g_assert_nonnull(choice->sentence);
	g_test_message("%s", choice->sentence);
	return choice;
}

static GyDeltaChoice *
choose(Fixture *fixture, GyPackage *whole, const GyBuildOptions *keys)
{
	g_autoptr(GyAutoDelta) delta = gy_auto_delta_new(fixture->store, whole, keys, FALSE);

	return choose_by(delta, fixture->target);
}

/* It is there, is smaller, and makes the new image of the old one. */
static void
assert_sent(const GyDeltaChoice *choice, const char *old, const char *new, GyLiteosGeneration generation)
{
	g_autoptr(GBytes) old_image = rig_image(old);
	g_autoptr(GBytes) new_image = rig_image(new);
	g_autoptr(GBytes) made = NULL;
	guint8 digest[GY_SHA256_SIZE];
	GError *error = NULL;

	g_assert_cmpstr(gy_delta_reason_word(choice->reason), ==, "difference");
	g_assert_cmpuint(choice->size, ==, g_bytes_get_size(gy_package_bytes(choice->difference)));
	g_assert_cmpuint(choice->size, <, choice->whole_size);
	g_assert_cmpint(gy_liteos_package_of(choice->difference)->generation, ==, generation);
	gy_sha256(g_bytes_get_data(old_image, NULL), g_bytes_get_size(old_image), digest);
	g_assert_cmpmem(digest, sizeof digest, choice->old_sha256, sizeof choice->old_sha256);
	made = gy_package_unpack_difference(choice->difference, 0, old_image, &error);
	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(made, new_image));
}

static void
assert_whole(const GyDeltaChoice *choice, const char *word)
{
	g_assert_cmpstr(gy_delta_reason_word(choice->reason), ==, word);
	g_assert_null(choice->difference);
	g_assert_null(choice->old_version);
	g_assert_cmpuint(choice->size, ==, choice->whole_size);
}

/* ---- what is chosen ------------------------------------------------------------------------------------- */

static void
test_by_digest(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GyPackage) whole = package_of(NULL, "p2_new.bin", "g3", NULL);
	g_autofree char *digest = add(fixture, "p2_old.bin", "1.0");
	g_autoptr(GyDeltaChoice) first = NULL;
	g_autoptr(GyDeltaChoice) second = NULL;

	tell_digest(fixture->target, "p2_old.bin");
	first = choose(fixture, whole, NULL);
	assert_sent(first, "p2_old.bin", "p2_new.bin", GY_LITEOS_G3);
	/* what a loader of ours takes is smaller still, and is not mixed up with the other */
	fixture->target->takes_envelopes = TRUE;
	second = choose(fixture, whole, NULL);
	assert_sent(second, "p2_old.bin", "p2_new.bin", GY_LITEOS_GANTRY);
	g_assert_null(second->old_version);
}

/* Whether the host lets it go to a device that tells this of itself. */
static gboolean
may_go(const GyDeltaChoice *choice, const GyTarget *target)
{
	g_autoptr(GyPackage) difference =
		gy_package_load_bytes(gy_package_bytes(choice->difference), "difference", NULL);

	gy_package_check_device(difference, target);
	return gy_package_refusal(difference) == NULL;
}

static void
assert_taken_by_that_version_alone(Fixture *fixture, const GyDeltaChoice *choice)
{
	GyTarget *target = fixture->target;

	/* a difference that nobody says the old image of goes nowhere */
	g_assert_false(may_go(choice, target));
	target->has_old = TRUE;
	memcpy(target->old_sha256, choice->old_sha256, sizeof target->old_sha256);
	g_assert_false(may_go(choice, target));
	target->old_version = g_strdup(choice->old_version);
	g_assert_true(may_go(choice, target));
	/* nor to another version, nor to a device that tells another digest, whatever its version */
	g_free(target->version);
	target->version = g_strdup("1.1");
	g_assert_false(may_go(choice, target));
	g_free(target->version);
	target->version = g_strdup("1.0");
	tell_digest(target, "p1_old.bin");
	g_assert_false(may_go(choice, target));
	target->has_digest = FALSE;
}

static void
test_by_version(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GyPackage) whole = package_of(NULL, "p2_new.bin", "g3", NULL);
	g_autofree char *digest = add(fixture, "p2_old.bin", "1.0");
	g_autofree char *other = NULL;
	g_autoptr(GyDeltaChoice) sent = NULL;
	g_autoptr(GyDeltaChoice) ambiguous = NULL;

	fixture->target->version = g_strdup("1.0");
	sent = choose(fixture, whole, NULL);
	assert_sent(sent, "p2_old.bin", "p2_new.bin", GY_LITEOS_G3);
	g_assert_cmpstr(sent->old_version, ==, "1.0");
	assert_taken_by_that_version_alone(fixture, sent);
	other = add(fixture, "p1_old.bin", "1.0");
	ambiguous = choose(fixture, whole, NULL);
	assert_whole(ambiguous, "not-stored");
}

/* A digest says what runs: an image of the same version is then not it. */
static void
test_digest_wins(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GyPackage) whole = package_of(NULL, "p2_new.bin", "g3", NULL);
	g_autofree char *digest = add(fixture, "p2_old.bin", "1.0");
	g_autoptr(GyDeltaChoice) choice = NULL;

	tell_digest(fixture->target, "p1_old.bin");
	fixture->target->version = g_strdup("1.0");
	choice = choose(fixture, whole, NULL);
	assert_whole(choice, "not-stored");
}

static void
test_silent(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GyPackage) whole = package_of(NULL, "p2_new.bin", "g3", NULL);
	g_autofree char *digest = add(fixture, "p2_old.bin", "1.0");
	g_autoptr(GyDeltaChoice) choice = choose(fixture, whole, NULL);

	assert_whole(choice, "device-silent");
}

static void
test_damaged(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GyPackage) whole = package_of(NULL, "p2_new.bin", "g3", NULL);
	g_autofree char *digest = add(fixture, "p2_old.bin", "1.0");
	g_autofree char *path = gy_store_file(fixture->store, digest);
	g_autoptr(GyDeltaChoice) choice = NULL;

	tell_digest(fixture->target, "p2_old.bin");
	g_assert_true(g_file_set_contents(path, "something else", -1, NULL));
	choice = choose(fixture, whole, NULL);
	assert_whole(choice, "damaged");
}

static void
test_not_smaller(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GyPackage) whole = package_of(NULL, "p5_new.bin", "g3", NULL);
	g_autofree char *digest = add(fixture, "p5_old.bin", "1.0");
	g_autoptr(GyDeltaChoice) choice = NULL;

	tell_digest(fixture->target, "p5_old.bin");
	choice = choose(fixture, whole, NULL);
	assert_whole(choice, "not-smaller");
}

static void
test_difference_itself(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GyPackage) difference = package_of("p2_old.bin", "p2_new.bin", "gantry", NULL);
	g_autoptr(GyAutoDelta) delta = gy_auto_delta_new(fixture->store, difference, NULL, TRUE);
	g_autofree char *digest = add(fixture, "p2_old.bin", "1.0");
	g_autoptr(GPtrArray) images = NULL;
	g_autoptr(GyDeltaChoice) choice = NULL;

	tell_digest(fixture->target, "p2_old.bin");
	choice = choose_by(delta, fixture->target);
	assert_whole(choice, "not-whole");
	/* nor is there an image to keep */
	g_assert_true(gy_auto_delta_keep(delta, NULL, NULL));
	images = gy_store_list(fixture->store, NULL);
	g_assert_cmpuint(images->len, ==, 1);
}

static void
test_other_system(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "vectors", "ws63", "v01_app_lzma", "signed.fwpkg", NULL);
	g_autoptr(GyPackage) whole = gy_package_load(path, NULL);
	g_autoptr(GyDeltaChoice) choice = NULL;

	tell_digest(fixture->target, "p2_old.bin");
	choice = choose(fixture, whole, NULL);
	assert_whole(choice, "other-system");
}

static void
test_signed(Fixture *fixture, gconstpointer data)
{
	g_autofree char *key = g_test_build_filename(
		G_TEST_DIST, "vectors", "liteos", "pkg", "test_rsa2048_private.pem", NULL);
	g_autoptr(GyPackage) whole = package_of(NULL, "p2_new.bin", "g2", key);
	g_autofree char *digest = add(fixture, "p2_old.bin", "1.0");
	g_autoptr(GyBuildOptions) keys = gy_build_options_new();
	g_autoptr(GyDeltaChoice) without = NULL;
	g_autoptr(GyDeltaChoice) with = NULL;
	GError *error = NULL;

	tell_digest(fixture->target, "p2_old.bin");
	without = choose(fixture, whole, NULL);
	assert_whole(without, "no-key");
	gy_build_options_set(keys, "key", key);
	with = choose(fixture, whole, keys);
	assert_sent(with, "p2_old.bin", "p2_new.bin", GY_LITEOS_G2);
	g_assert_true(gy_package_verify(with->difference, key, &error));
	g_assert_no_error(error);
	g_assert_null(gy_package_refusal(with->difference));
}

/* ---- made once, and kept -------------------------------------------------------------------------------- */

typedef struct {
	GyAutoDelta *delta;
	const GyTarget *target;
} Asking;

static gpointer
ask(gpointer data)
{
	const Asking *asking = data;

	return choose_by(asking->delta, asking->target);
}

static void
test_at_once(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GyPackage) whole = package_of(NULL, "p3_new.bin", "g3", NULL);
	g_autofree char *digest = add(fixture, "p3_old.bin", "1.0");
	g_autoptr(GyAutoDelta) delta = gy_auto_delta_new(fixture->store, whole, NULL, FALSE);
	Asking asking = {delta, fixture->target};
	GThread *threads[N_THREADS];
	GyDeltaChoice *choices[N_THREADS];

	tell_digest(fixture->target, "p3_old.bin");
	for (guint i = 0; i < N_THREADS; i++)
		threads[i] = g_thread_new("ask", ask, &asking);
	for (guint i = 0; i < N_THREADS; i++) {
		choices[i] = g_thread_join(threads[i]);
		assert_sent(choices[i], "p3_old.bin", "p3_new.bin", GY_LITEOS_G3);
		/* not as many bytes: the very same */
		g_assert_true(
			gy_package_bytes(choices[i]->difference) == gy_package_bytes(choices[0]->difference));
	}
	for (guint i = 0; i < N_THREADS; i++)
		gy_delta_choice_free(choices[i]);
}

static void
on_progress(double done, gpointer data)
{
	GCancellable *cancellable = data;

	if (done > 0.1)
		g_cancellable_cancel(cancellable);
}

static void
test_stopped(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GyPackage) whole = package_of(NULL, "p3_new.bin", "g3", NULL);
	g_autofree char *digest = add(fixture, "p3_old.bin", "1.0");
	g_autoptr(GyAutoDelta) delta = gy_auto_delta_new(fixture->store, whole, NULL, FALSE);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	const GyWatch watch = {cancellable, on_progress, cancellable};
	g_autoptr(GyDeltaChoice) choice = NULL;
	GError *error = NULL;

	tell_digest(fixture->target, "p3_old.bin");
	g_assert_null(gy_auto_delta_choose(delta, fixture->target, &watch, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_CANCELLED);
	g_error_free(error);
	/* the next one does not wait for it */
	choice = choose_by(delta, fixture->target);
	assert_sent(choice, "p3_old.bin", "p3_new.bin", GY_LITEOS_G3);
}

/* (transfer full): the only file of the cache */
static char *
kept_difference(Fixture *fixture)
{
	g_autofree char *patches = g_build_filename(fixture->folder, "patches", NULL);
	g_autoptr(GDir) folder = g_dir_open(patches, 0, NULL);
	g_autofree char *name = folder ? g_strdup(g_dir_read_name(folder)) : NULL;

	g_assert_nonnull(name);
	g_assert_null(g_dir_read_name(folder));
	return g_build_filename(patches, name, NULL);
}

static void
test_cache(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GyPackage) whole = package_of(NULL, "p2_new.bin", "g3", NULL);
	g_autofree char *digest = add(fixture, "p2_old.bin", "1.0");
	g_autoptr(GyDeltaChoice) first = NULL;
	g_autofree char *kept = NULL;
	gsize size;
	g_autofree char *content = NULL;

	tell_digest(fixture->target, "p2_old.bin");
	first = choose(fixture, whole, NULL);
	kept = kept_difference(fixture);
	g_assert_true(g_file_get_contents(kept, &content, &size, NULL));
	g_assert_cmpuint(size, ==, first->size);
	/* a difference to another image is as good as one that is no difference: neither is sent */
	for (guint i = 0; i < 3; i++) {
		g_autoptr(GyDeltaChoice) again = NULL;

		if (i > 0)
			content[size / i - 1] ^= 1;
		g_assert_true(g_file_set_contents(kept, content, (gssize) size, NULL));
		again = choose(fixture, whole, NULL);
		assert_sent(again, "p2_old.bin", "p2_new.bin", GY_LITEOS_G3);
	}
}

static void
test_keeps_the_new_one(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GyPackage) whole = package_of(NULL, "p2_new.bin", "g3", NULL);
	g_autoptr(GyAutoDelta) keeping = gy_auto_delta_new(fixture->store, whole, NULL, TRUE);
	g_autoptr(GyAutoDelta) not_keeping = gy_auto_delta_new(fixture->store, whole, NULL, FALSE);
	g_autoptr(GPtrArray) none = NULL;
	g_autoptr(GyStoredImage) found = NULL;
	g_autoptr(GBytes) image = rig_image("p2_new.bin");
	g_autoptr(GBytes) stored = NULL;
	GError *error = NULL;

	g_assert_true(gy_auto_delta_keep(not_keeping, "2.0", &error));
	none = gy_store_list(fixture->store, &error);
	g_assert_cmpuint(none->len, ==, 0);
	g_assert_true(gy_auto_delta_keep(keeping, "2.0", &error));
	g_assert_no_error(error);
	found = gy_store_find_version(fixture->store, "liteos", "2.0", &error);
	g_assert_no_error(error);
	g_assert_true(found->is_automatic);
	g_assert_cmpstr(found->image, ==, "application");
	stored = gy_store_read(fixture->store, found->sha256, &error);
	g_assert_true(g_bytes_equal(stored, image));
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(Fixture *fixture, gconstpointer data);
	} tests[] = {
		{"/store/delta/by-the-digest-that-the-device-told", test_by_digest},
		{"/store/delta/by-its-version-if-it-tells-no-digest", test_by_version},
		{"/store/delta/whole/another-digest-with-the-same-version", test_digest_wins},
		{"/store/delta/whole/device-that-tells-nothing", test_silent},
		{"/store/delta/whole/damaged-old-image", test_damaged},
		{"/store/delta/whole/not-smaller", test_not_smaller},
		{"/store/delta/whole/difference-itself", test_difference_itself},
		{"/store/delta/whole/other-system", test_other_system},
		{"/store/delta/signed-only-with-the-key", test_signed},
		{"/store/delta/made-once-for-all", test_at_once},
		{"/store/delta/stopped", test_stopped},
		{"/store/delta/kept-ones-are-tried", test_cache},
		{"/store/delta/keeps-the-new-image", test_keeps_the_new_one},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
	return g_test_run();
}

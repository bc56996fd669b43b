// SPDX-License-Identifier: Apache-2.0
#include "engine/store/auto-delta.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/keys/digest.h"
#include "engine/store/patch-cache.h"

/* A change of how differences are made changes it, so that no old one is taken for a new one. */
#define MAKER        1
#define WAIT_US      (100 * 1000)
#define IMAGE_NAME   "application"
#define DIGEST_SHOWN 12

/* A difference against one old image for one kind of loader; it is made by the first thread that wants it. */
typedef struct {
	gboolean is_made;
	double done; /* 0 to 1 while it is not */
	GBytes *bytes;
	GError *error;
} Made;

struct _GyAutoDelta {
	GyStore *store;
	GyPackage *whole; /* our own: others may verify theirs at the same time */
	const GyBuildOptions *keys;
	gboolean keeps_new;

	GMutex lock;
	GCond changed;
	GHashTable *made; /* by key */
	GBytes *new_image;
	gboolean is_kept;
};

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
made_free(gpointer data)
{
	Made *made = data;

	g_clear_pointer(&made->bytes, g_bytes_unref);
	g_clear_error(&made->error);
	g_free(made);
}

GyAutoDelta *
gy_auto_delta_new(GyStore *store, GyPackage *whole, const GyBuildOptions *keys, gboolean keeps_new)
{
	GyAutoDelta *delta = g_atomic_rc_box_new0(GyAutoDelta);

	delta->store = gy_store_ref(store);
	delta->whole = gy_package_format(whole)->load(gy_package_bytes(whole), gy_package_name(whole), NULL);
	gy_package_set_version(delta->whole, gy_package_version(whole));
	delta->keys = keys;
	delta->keeps_new = keeps_new;
	g_mutex_init(&delta->lock);
	g_cond_init(&delta->changed);
	delta->made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, made_free);
	return delta;
}

GyAutoDelta *
gy_auto_delta_ref(GyAutoDelta *delta)
{
	return g_atomic_rc_box_acquire(delta);
}

static void
clear(gpointer data)
{
	GyAutoDelta *delta = data;

	gy_store_unref(delta->store);
	g_clear_object(&delta->whole);
	g_hash_table_unref(delta->made);
	g_clear_pointer(&delta->new_image, g_bytes_unref);
	g_cond_clear(&delta->changed);
	g_mutex_clear(&delta->lock);
}

void
gy_auto_delta_unref(GyAutoDelta *delta)
{
	if (delta)
		g_atomic_rc_box_release_full(delta, clear);
}

/* (transfer full) (nullable): what the whole package makes. */
static GBytes *
new_image(GyAutoDelta *delta, GError **error)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&delta->lock);

	if (!delta->new_image)
		delta->new_image = gy_package_is_image(delta->whole)
					   ? g_bytes_ref(gy_package_bytes(delta->whole))
					   : gy_package_unpack_image(delta->whole, 0, error);
	return delta->new_image ? g_bytes_ref(delta->new_image) : NULL;
}

/* ---- making one ----------------------------------------------------------------------------------------- */

/* One difference that is being made on this thread. */
typedef struct {
	GyAutoDelta *delta;
	GBytes *old;
	gboolean takes_envelopes;
	const char *key;
	const GyWatch *watch;
} Making;

static void
note_done(double done, gpointer data)
{
	const Making *making = data;
	Made *made;

	g_mutex_lock(&making->delta->lock);
	made = g_hash_table_lookup(making->delta->made, making->key);
	made->done = done;
	g_mutex_unlock(&making->delta->lock);
	if (making->watch && making->watch->progress)
		making->watch->progress(done, making->watch->data);
}

/* Whether @bytes make the new image of the old one; whatever they are. */
static gboolean
makes_new(const Making *making, GBytes *bytes)
{
	const GyFormat *format = gy_package_format(making->delta->whole);
	g_autoptr(GyPackage) package = format->load(bytes, "difference", NULL);
	g_autoptr(GBytes) made = package ? gy_package_unpack_difference(package, 0, making->old, NULL) : NULL;
	g_autoptr(GBytes) wanted = made ? new_image(making->delta, NULL) : NULL;

	return wanted && g_bytes_equal(made, wanted);
}

static GBytes *
make(const Making *making, GError **error)
{
	const GyFormat *format = gy_package_format(making->delta->whole);
	const GyDifferenceOptions options = {making->takes_envelopes, making->delta->keys};
	const GyWatch watch = {
		making->watch ? making->watch->cancellable : NULL, note_done, (gpointer) making};
	/* what is signed is not kept: another key, or none, may be meant next time */
	gboolean is_kept = making->delta->keys == NULL;
	g_autoptr(GBytes) bytes = is_kept ? gy_patch_cache_get(making->delta->store, making->key) : NULL;

	if (bytes && makes_new(making, bytes))
		return g_steal_pointer(&bytes);
	g_clear_pointer(&bytes, g_bytes_unref);
	bytes = format->make_difference(making->delta->whole, making->old, &options, &watch, error);
	if (!bytes)
		return NULL;
	if (!makes_new(making, bytes)) {
		g_set_error(error, GY_ERROR, GY_ERROR_INTERNAL, _("it does not make the new image"));
		return NULL;
	}
	if (is_kept)
		gy_patch_cache_put(making->delta->store, making->key, bytes);
	return g_steal_pointer(&bytes);
}

/* What a thread that was stopped began, the next one begins again. */
static void
tell_made(const Making *making, GBytes *bytes, const GError *error)
{
	GyAutoDelta *delta = making->delta;
	Made *made;

	g_mutex_lock(&delta->lock);
	if (g_error_matches(error, GY_ERROR, GY_ERROR_CANCELLED)) {
		g_hash_table_remove(delta->made, making->key);
	} else {
		made = g_hash_table_lookup(delta->made, making->key);
		made->is_made = TRUE;
		made->bytes = bytes ? g_bytes_ref(bytes) : NULL;
		made->error = error ? g_error_copy(error) : NULL;
	}
	g_cond_broadcast(&delta->changed);
	g_mutex_unlock(&delta->lock);
}

static GBytes *
make_for_all(const Making *making, GError **error)
{
	g_autoptr(GError) problem = NULL;
	GBytes *bytes = make(making, &problem);

	tell_made(making, bytes, problem);
	if (problem)
		g_propagate_error(error, g_steal_pointer(&problem));
	return bytes;
}

/* (transfer full) (nullable): what another thread has made, or sets @is_ours: this one has to. %NULL without both: stopped. */
static GBytes *
wait_for_other(const Making *making, gboolean *is_ours, GError **error)
{
	GyAutoDelta *delta = making->delta;
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&delta->lock);
	Made *made;

	while ((made = g_hash_table_lookup(delta->made, making->key)) != NULL && !made->is_made) {
		double done = made->done;
		gboolean goes_on;

		g_cond_wait_until(&delta->changed, &delta->lock, g_get_monotonic_time() + WAIT_US);
		g_mutex_unlock(&delta->lock);
		goes_on = gy_watch_tell(making->watch, done, error);
		g_mutex_lock(&delta->lock);
		if (!goes_on)
			return NULL;
	}
	*is_ours = made == NULL;
	if (*is_ours)
		g_hash_table_insert(delta->made, g_strdup(making->key), g_new0(Made, 1));
	else if (made->error)
		g_propagate_error(error, g_error_copy(made->error));
	return made && made->bytes ? g_bytes_ref(made->bytes) : NULL;
}

static GBytes *
get_difference(const Making *making, GError **error)
{
	gboolean is_ours = FALSE;
	GBytes *bytes = wait_for_other(making, &is_ours, error);

	return is_ours ? make_for_all(making, error) : bytes;
}

/* All that a difference depends on, but for a key. */
static char *
key_of(GyAutoDelta *delta, const char *old_sha256, gboolean takes_envelopes)
{
	g_autofree char *whole =
		g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, gy_package_bytes(delta->whole));
	const char *version = gy_package_version(delta->whole);
	return g_strdup_printf("maker %d\nsystem %s\nold %s\nwhole %s\nversion %s\nenvelopes %d\n", MAKER,
		gy_package_format(delta->whole)->system, old_sha256, whole, version ? version : "",
		takes_envelopes);
}

/* ---- which old image ------------------------------------------------------------------------------------ */

static GyStoredImage *
find_by_digest(GyAutoDelta *delta, const GyTarget *target, GyDeltaChoice *choice)
{
	g_autofree char *digest = gy_hex(target->digest, sizeof target->digest);
	g_autoptr(GError) error = NULL;
	GyStoredImage *image = gy_store_find(delta->store, digest, &error);

	if (g_error_matches(error, GY_ERROR, GY_ERROR_STORE_UNKNOWN))
		gy_delta_choice_fall_back(choice, GY_DELTA_NOT_STORED,
			_("what the device runs (SHA-256 %.12s...) is not in the store"), digest);
	else if (error)
		gy_delta_choice_fall_back(choice, GY_DELTA_NOT_STORED, "%s", error->message);
	return image;
}

static GyStoredImage *
find_by_version(GyAutoDelta *delta, const GyTarget *target, GyDeltaChoice *choice)
{
	g_autoptr(GError) error = NULL;
	GyStoredImage *image = gy_store_find_version(
		delta->store, gy_package_format(delta->whole)->system, target->version, &error);

	if (!image)
		gy_delta_choice_fall_back(choice, GY_DELTA_NOT_STORED,
			_("the device tells only its version, and %s"), error->message);
	else
		choice->old_version = g_strdup(target->version);
	return image;
}

/* (transfer full) (nullable): the bytes of what the device runs, and who they are in @choice. */
static GBytes *
find_old(GyAutoDelta *delta, const GyTarget *target, GyDeltaChoice *choice, GyStoredImage **image)
{
	g_autoptr(GError) error = NULL;
	GBytes *old;

	if (!target->has_digest && !target->version) {
		gy_delta_choice_fall_back(
			choice, GY_DELTA_DEVICE_SILENT, _("the device does not say what it runs"));
		return NULL;
	}
	*image = target->has_digest ? find_by_digest(delta, target, choice)
				    : find_by_version(delta, target, choice);
	if (!*image)
		return NULL;
	old = gy_store_read(delta->store, (*image)->sha256, &error);
	if (old)
		gy_sha256(g_bytes_get_data(old, NULL), g_bytes_get_size(old), choice->old_sha256);
	else
		gy_delta_choice_fall_back(choice, GY_DELTA_DAMAGED, "%s", error->message);
	return old;
}

/* ---- choosing ------------------------------------------------------------------------------------------- */

/* "17.0 KiB", with a blank that every terminal has. */
static char *
size_text(guint64 size)
{
	g_autofree char *text = g_format_size_full(size, G_FORMAT_SIZE_IEC_UNITS);
	g_auto(GStrv) parts = g_strsplit(text, "\u00a0", -1);

	return g_strjoinv(" ", parts);
}

static void
say_sent(GyDeltaChoice *choice, const GyStoredImage *old)
{
	g_autofree char *size = size_text(choice->size);
	g_autofree char *whole = size_text(choice->whole_size);
	g_autofree char *digest = g_strndup(old->sha256, DIGEST_SHOWN);

	choice->reason = GY_DELTA_SENT;
	/* TRANSLATORS: a version, or the first digits of a digest; then two sizes */
	choice->sentence = g_strdup_printf(_("A difference against %1$s is sent: %2$s in place of %3$s"),
		old->version ? old->version : digest, size, whole);
}

static void
take(GyDeltaChoice *choice, GyAutoDelta *delta, GBytes *bytes, const GyStoredImage *old)
{
	const GyFormat *format = gy_package_format(delta->whole);
	g_autoptr(GError) error = NULL;

	choice->size = g_bytes_get_size(bytes);
	if (choice->size >= choice->whole_size) {
		gy_delta_choice_fall_back(
			choice, GY_DELTA_NOT_SMALLER, _("a difference would not be smaller"));
		return;
	}
	choice->difference = format->load(bytes, gy_package_name(delta->whole), &error);
	if (!choice->difference) {
		gy_delta_choice_fall_back(choice, GY_DELTA_NOT_MADE, "%s", error->message);
		return;
	}
	gy_package_set_version(choice->difference, gy_package_version(delta->whole));
	say_sent(choice, old);
}

/* Why there is none; %FALSE if somebody stopped it, which is not for the choice. */
static gboolean
explain(GyDeltaChoice *choice, const GError *problem, GError **error)
{
	if (g_error_matches(problem, GY_ERROR, GY_ERROR_CANCELLED)) {
		g_propagate_error(error, g_error_copy(problem));
		return FALSE;
	}
	gy_delta_choice_fall_back(choice,
		g_error_matches(problem, GY_ERROR, GY_ERROR_KEY_NEEDED)              ? GY_DELTA_NO_KEY
		: g_error_matches(problem, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED) ? GY_DELTA_NOT_WHOLE
										     : GY_DELTA_NOT_MADE,
		"%s", problem->message);
	return TRUE;
}

static gboolean
choose(GyAutoDelta *delta, const GyTarget *target, const GyWatch *watch, GyDeltaChoice *choice,
	GError **error)
{
	g_autoptr(GyStoredImage) image = NULL;
	g_autoptr(GBytes) old = find_old(delta, target, choice, &image);
	g_autofree char *key = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GError) problem = NULL;
	Making making = {delta, old, target->takes_envelopes, NULL, watch};

	if (!old)
		return TRUE;
	making.key = key = key_of(delta, image->sha256, target->takes_envelopes);
	bytes = get_difference(&making, &problem);
	if (!bytes)
		return explain(choice, problem, error);
	take(choice, delta, bytes, image);
	return TRUE;
}

GyDeltaChoice *
gy_auto_delta_choose(GyAutoDelta *delta, const GyTarget *target, const GyWatch *watch, GError **error)
{
	g_autoptr(GyDeltaChoice) choice = g_new0(GyDeltaChoice, 1);
	const GyImage *image = gy_package_images(delta->whole)->len == 1
				       ? g_ptr_array_index(gy_package_images(delta->whole), 0)
				       : NULL;

	choice->whole_size = g_bytes_get_size(gy_package_bytes(delta->whole));
	if (!gy_package_format(delta->whole)->make_difference || !image)
		gy_delta_choice_fall_back(choice, GY_DELTA_OTHER_SYSTEM,
			_("differences are not made for packages of %s"),
			gy_package_format(delta->whole)->title);
	else if (image->storage & GY_STORAGE_DIFF)
		gy_delta_choice_fall_back(choice, GY_DELTA_NOT_WHOLE, _("%s is a difference itself"),
			gy_package_name(delta->whole));
	else if (!choose(delta, target, watch, choice, error))
		return NULL;
	return g_steal_pointer(&choice);
}

/* ---- afterwards ----------------------------------------------------------------------------------------- */

static gboolean
begins_keeping(GyAutoDelta *delta)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&delta->lock);
	gboolean begins = delta->keeps_new && !delta->is_kept;

	delta->is_kept = TRUE;
	return begins;
}

gboolean
gy_auto_delta_keep(GyAutoDelta *delta, const char *version, GError **error)
{
	g_autoptr(GyStoredImage) about = gy_stored_image_new();
	g_autoptr(GyStoredImage) image = NULL;
	g_autoptr(GBytes) bytes = NULL;

	/* of what is a difference itself, or of another system, nobody will look for an image */
	if (!gy_package_format(delta->whole)->make_difference || gy_package_images(delta->whole)->len != 1 ||
		((const GyImage *) gy_package_images(delta->whole)->pdata[0])->storage & GY_STORAGE_DIFF ||
		!begins_keeping(delta))
		return TRUE;
	bytes = new_image(delta, error);
	if (!bytes)
		return FALSE;
	gy_stored_image_set(&about->system, gy_package_format(delta->whole)->system);
	gy_stored_image_set(&about->image, IMAGE_NAME);
	gy_stored_image_set(
		&about->version, version && *version ? version : gy_package_version(delta->whole));
	gy_stored_image_set(&about->name, gy_package_name(delta->whole));
	about->is_automatic = TRUE;
	image = gy_store_add(delta->store, bytes, about, NULL, error);
	return image != NULL;
}

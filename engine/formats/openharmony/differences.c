// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/differences.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/formats/openharmony/block-update.h"
#include "engine/formats/openharmony/config.h"
#include "engine/formats/openharmony/pkgdiff.h"

#define HASH_DIGITS   (2 * GY_SHA256_SIZE)
#define IMAGE_SUFFIX  ".img"
#define WORDS_MAX     8
#define NAME_ALPHABET G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "._-"

void
gy_ohos_difference_free(GyOhosDifference *difference)
{
	g_free(difference->name);
	g_free(difference->patch);
	g_free(difference->list);
	g_free(difference->new_data);
	g_free(difference->old_sha256);
	g_free(difference->new_sha256);
	g_free(difference->ranges);
	g_free(difference->ranges_sha256);
	g_free(difference);
}

GPtrArray *
gy_ohos_differences_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify) gy_ohos_difference_free);
}

/* ---- the script ----------------------------------------------------------------------------------------- */

/* The quoted words of a command's arguments; (transfer full). */
static GStrv
read_words(const char *at)
{
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();
	const char *end = at + strcspn(at, ")\n");

	for (guint n = 0; n < WORDS_MAX; n++) {
		const char *open = memchr(at, '"', (gsize) (end - at));
		const char *close = open ? memchr(open + 1, '"', (gsize) (end - open - 1)) : NULL;
		g_autofree char *word = close ? g_strndup(open + 1, (gsize) (close - open - 1)) : NULL;

		if (!word)
			break;
		g_strv_builder_add(words, word);
		at = close + 1;
	}
	return g_strv_builder_end(words);
}

/* "/x" to "x"; %NULL if it is no name of a partition. */
static const char *
partition_of(const char *word)
{
	if (word[0] != '/' || word[1] == '\0' || strspn(word + 1, NAME_ALPHABET) != strlen(word + 1))
		return NULL;
	return word + 1;
}

/* (transfer full) (nullable): in lower case. */
static char *
hash_of(const char *word)
{
	if (strlen(word) != HASH_DIGITS || strspn(word, "0123456789abcdefABCDEF") != HASH_DIGITS)
		return NULL;
	return g_ascii_strdown(word, -1);
}

/* image_patch("/x", old size, old SHA-256, new size, new SHA-256, patch) */
static GyOhosDifference *
take_image(GStrv words)
{
	g_autoptr(GyOhosDifference) difference = g_new0(GyOhosDifference, 1);

	if (g_strv_length(words) != 6 || !partition_of(words[0]) ||
		!g_ascii_string_to_unsigned(
			words[1], 10, 0, OHOS_DIFFERENCE_MAX, &difference->old_size, NULL) ||
		!g_ascii_string_to_unsigned(
			words[3], 10, 0, OHOS_DIFFERENCE_MAX, &difference->new_size, NULL))
		return NULL;
	difference->name = g_strdup(partition_of(words[0]));
	difference->old_sha256 = hash_of(words[2]);
	difference->new_sha256 = hash_of(words[4]);
	difference->patch = g_strdup(words[5]);
	return difference->old_sha256 && difference->new_sha256 ? g_steal_pointer(&difference) : NULL;
}

/* block_update("/x", transfer.list, new.dat, patch.dat) */
static GyOhosDifference *
take_blocks(GStrv words)
{
	GyOhosDifference *difference;

	if (g_strv_length(words) != 4 || !partition_of(words[0]))
		return NULL;
	difference = g_new0(GyOhosDifference, 1);
	difference->is_block = TRUE;
	difference->name = g_strdup(partition_of(words[0]));
	difference->list = g_strdup(words[1]);
	difference->new_data = g_strdup(words[2]);
	difference->patch = g_strdup(words[3]);
	return difference;
}

static void
take_commands(GPtrArray *differences, const char *script, const char *command,
	GyOhosDifference *(*take)(GStrv words))
{
	for (const char *at = script; (at = strstr(at, command)); at += strlen(command)) {
		g_auto(GStrv) words = read_words(at + strlen(command));
		GyOhosDifference *difference = take(words);

		if (difference)
			g_ptr_array_add(differences, difference);
	}
}

/* sha_check("/x", ranges, SHA-256) tells what the old blocks have to be. */
static void
take_checks(GPtrArray *differences, const char *script)
{
	static const char command[] = "(sha_check(";

	for (const char *at = script; (at = strstr(at, command)); at += strlen(command)) {
		g_auto(GStrv) words = read_words(at + strlen(command));
		const char *name = g_strv_length(words) == 3 ? partition_of(words[0]) : NULL;

		for (guint i = 0; name && i < differences->len; i++) {
			GyOhosDifference *difference = differences->pdata[i];

			if (!difference->is_block || difference->ranges ||
				!g_str_equal(difference->name, name))
				continue;
			difference->ranges = g_strdup(words[1]);
			difference->ranges_sha256 = hash_of(words[2]);
		}
	}
}

GPtrArray *
gy_ohos_differences_of_script(const char *script)
{
	GPtrArray *differences = gy_ohos_differences_new();

	take_commands(differences, script, "\nblock_update(", take_blocks);
	take_commands(differences, script, "\nimage_patch(", take_image);
	take_checks(differences, script);
	return differences;
}

/* ---- block mode ----------------------------------------------------------------------------------------- */

/* The members of a block difference. */
typedef struct {
	GyOhosTransferList *list;
	GyOhosBlockFiles files;
} Blocks;

static void
blocks_clear(Blocks *blocks)
{
	g_clear_pointer(&blocks->list, gy_ohos_transfer_list_free);
	g_clear_pointer(&blocks->files.new_data, g_bytes_unref);
	g_clear_pointer(&blocks->files.patches, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Blocks, blocks_clear)

static gboolean
read_blocks(
	Blocks *blocks, const GyOhosDifference *difference, const GyOhosContainer *container, GError **error)
{
	g_autoptr(GBytes) list = gy_ohos_container_read(container, difference->list, error);

	blocks->list = list ? gy_ohos_transfer_list_parse(list, difference->list, error) : NULL;
	blocks->files.new_data =
		blocks->list ? gy_ohos_container_read(container, difference->new_data, error) : NULL;
	blocks->files.patches =
		blocks->files.new_data ? gy_ohos_container_read(container, difference->patch, error) : NULL;
	return blocks->files.patches != NULL;
}

/* The old image by the blocks that the script has the device compare. */
static gboolean
check_old_blocks(const GyOhosDifference *difference, GBytes *old, GError **error)
{
	g_autoptr(GArray) ranges = difference->ranges ? gy_ohos_ranges_parse(difference->ranges) : NULL;
	g_autofree char *found = ranges ? gy_ohos_block_digest(old, ranges) : NULL;

	if (!difference->ranges || (found && g_strcmp0(found, difference->ranges_sha256) == 0))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD,
		_("%s: this is not the image that the difference was made against: other blocks"),
		difference->name);
	return FALSE;
}

static GBytes *
apply_blocks(
	const GyOhosDifference *difference, const GyOhosContainer *container, GBytes *old, GError **error)
{
	g_auto(Blocks) blocks = {NULL};

	if (!check_old_blocks(difference, old, error) || !read_blocks(&blocks, difference, container, error))
		return NULL;
	return gy_ohos_block_apply(blocks.list, &blocks.files, difference->list, old, error);
}

static gboolean
check_blocks(const GyOhosDifference *difference, const GyOhosContainer *container, GError **error)
{
	g_auto(Blocks) blocks = {NULL};
	g_autoptr(GArray) ranges = difference->ranges ? gy_ohos_ranges_parse(difference->ranges) : NULL;

	if (!ranges || !difference->ranges_sha256) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
			_("the script does not check the old blocks of %s"), difference->name);
		return FALSE;
	}
	return read_blocks(&blocks, difference, container, error) &&
	       gy_ohos_block_check(blocks.list, &blocks.files, difference->list, error);
}

/* ---- whole images --------------------------------------------------------------------------------------- */

static gboolean
has_digest(GBytes *bytes, const char *expected)
{
	guint8 digest[GY_SHA256_SIZE];
	g_autofree char *found = NULL;

	gy_sha256(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), digest);
	found = gy_hex(digest, sizeof digest);
	return g_str_equal(found, expected);
}

static GBytes *
apply_image(const GyOhosDifference *difference, const GyOhosContainer *container, GBytes *old, GError **error)
{
	g_autoptr(GBytes) patch = NULL;
	g_autoptr(GBytes) made = NULL;

	if (g_bytes_get_size(old) != difference->old_size || !has_digest(old, difference->old_sha256)) {
		g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD,
			_("%s: this is not the image that the difference was made against: %zu bytes, "
			  "expected %" PRIu64 " with the SHA-256 %s"),
			difference->name, g_bytes_get_size(old), difference->old_size,
			difference->old_sha256);
		return NULL;
	}
	patch = gy_ohos_container_read(container, difference->patch, error);
	made = patch ? gy_ohos_pkgdiff_apply(patch, old, error) : NULL;
	if (!made)
		return NULL;
	if (g_bytes_get_size(made) == difference->new_size && has_digest(made, difference->new_sha256))
		return g_steal_pointer(&made);
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_HASH,
		_("%s: the patch gives another image than the script says"), difference->name);
	return NULL;
}

static gboolean
check_image(const GyOhosDifference *difference, const GyOhosContainer *container, GError **error)
{
	g_autoptr(GBytes) patch = gy_ohos_container_read(container, difference->patch, error);
	guint64 new_size = 0, old_size = 0;

	if (!patch || !gy_ohos_pkgdiff_read(patch, &new_size, &old_size, error))
		return FALSE;
	if (new_size == difference->new_size && old_size <= difference->old_size)
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED,
		_("%s makes %" PRIu64 " bytes of %" PRIu64 ", the script says %" PRIu64 " of %" PRIu64),
		difference->patch, new_size, old_size, difference->new_size, difference->old_size);
	return FALSE;
}

/* ---- either --------------------------------------------------------------------------------------------- */

gboolean
gy_ohos_difference_check(const GyOhosDifference *difference, const GyOhosContainer *container, GError **error)
{
	return (difference->is_block ? check_blocks : check_image)(difference, container, error);
}

/* (transfer full) (nullable): the image of that name in a source package; %NULL without an error if it is none. */
static GBytes *
image_in_package(GBytes *old, const char *name, GError **error)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(old, &size);
	g_autoptr(GyZip) zip =
		gy_zip_probe(data, size) ? gy_zip_open(old, _("the source package"), NULL) : NULL;
	g_autofree char *file = g_strconcat(name, IMAGE_SUFFIX, NULL);
	gboolean is_package = FALSE;
	int found = -1;

	for (guint i = 0; zip && i < gy_zip_n_members(zip); i++) {
		g_autofree char *base = g_path_get_basename(gy_zip_member(zip, i));

		is_package |= g_str_has_suffix(gy_zip_member(zip, i), OHOS_CONFIG_FILE);
		if (g_str_equal(base, file))
			found = (int) i;
	}
	if (!is_package)
		return NULL;
	if (found >= 0)
		return gy_zip_read(zip, (guint) found, error);
	g_set_error(error, GY_ERROR, GY_ERROR_IMAGE_OTHER_OLD, _("the source package has no %s"), file);
	return NULL;
}

GBytes *
gy_ohos_difference_apply(
	const GyOhosDifference *difference, const GyOhosContainer *container, GBytes *old, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GBytes) inside = image_in_package(old, difference->name, &cause);

	if (cause) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return NULL;
	}
	return (difference->is_block ? apply_blocks : apply_image)(
		difference, container, inside ? inside : old, error);
}

static guint64
member_size(const GyOhosContainer *container, const char *member)
{
	int index = member ? gy_zip_find(container->zip, member) : -1;

	return index >= 0 ? gy_zip_size(container->zip, (guint) index) : 0;
}

/* Of blocks: as far as the list goes; 0 if it cannot be read. */
static guint64
listed_size(const GyOhosDifference *difference, const GyOhosContainer *container)
{
	g_autoptr(GBytes) bytes = gy_ohos_container_read(container, difference->list, NULL);
	g_autoptr(GyOhosTransferList) list =
		bytes ? gy_ohos_transfer_list_parse(bytes, difference->list, NULL) : NULL;

	return list ? (guint64) gy_ohos_transfer_list_end(list) * OHOS_BLOCK_SIZE : 0;
}

GyImage *
gy_ohos_difference_image(const GyOhosDifference *difference, const GyOhosContainer *container)
{
	GyImage *image = g_new0(GyImage, 1);
	g_autoptr(GBytes) patch = gy_ohos_container_read(container, difference->patch, NULL);

	image->name = g_strdup(difference->name);
	image->stored_size =
		member_size(container, difference->patch) + member_size(container, difference->new_data);
	image->size = difference->is_block ? listed_size(difference, container) : difference->new_size;
	image->storage = GY_STORAGE_DIFF;
	image->version_text = g_strdup("");
	if (patch)
		gy_sha256(g_bytes_get_data(patch, NULL), g_bytes_get_size(patch), image->sha256);
	return image;
}

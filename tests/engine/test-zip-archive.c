// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/compression/zip-archive.h"
#include "engine/keys/digest.h"
#include "protocol/wire/bytes.h"
#include "tests/engine/vectors.h"

#define LOCAL_MAGIC     "PK\3\4"
#define CENTRAL_MAGIC   "PK\1\2"
#define LOCAL_FLAGS     6
#define LOCAL_SIZES     18 /* packed, then unpacked */
#define CENTRAL_SYSTEM  5
#define CENTRAL_FLAGS   8
#define CENTRAL_SIZES   20
#define CENTRAL_OUTSIDE 38 /* external attributes */

static GBytes *
write_members(GPtrArray *members)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyDraft) draft = gy_draft_new(NULL, 0600, &error);
	GBytes *bytes;

	g_assert_no_error(error);
	g_assert_true(gy_zip_write(members, draft, &error));
	bytes = gy_draft_read(draft, &error);
	g_assert_no_error(error);
	return bytes;
}

/* Two members, the first with a name that is put in place of one that the library would not take. */
static GBytes *
make(const char *name, gsize size)
{
	g_autoptr(GPtrArray) members = gy_zip_members_new();
	g_autoptr(GBytes) content = g_bytes_new_take(g_malloc0(size), size);
	g_autoptr(GBytes) other = g_bytes_new_static("other", 5);

	gy_zip_members_add(members, name, content);
	gy_zip_members_add(members, "bbbbb", other);
	return write_members(members);
}

static void
assert_refused(GBytes *bytes, GyError code, const char *words)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyZip) zip = gy_zip_open(bytes, "archive", &error);

	g_assert_null(zip);
	g_assert_error(error, GY_ERROR, (int) code);
	g_test_message("%s", error->message);
	g_assert_nonnull(strstr(error->message, words));
}

/* Where the n-th of such a record begins. */
static guint8 *
find_record(guint8 *data, gsize size, const char *magic, guint n)
{
	guint8 *at = data;

	for (;; at++) {
		at = memmem(at, size - (gsize) (at - data), magic, 4);
		g_assert_nonnull(at);
		if (n-- == 0)
			return at;
	}
}

/* A 16-bit word of both records of a member, or 32 bits of both. */
static void
put_words(guint8 *data, gsize size, guint member, guint local, guint central, guint32 value, gboolean is_wide)
{
	guint8 *places[] = {find_record(data, size, LOCAL_MAGIC, member) + local,
		find_record(data, size, CENTRAL_MAGIC, member) + central};

	for (guint i = 0; i < G_N_ELEMENTS(places); i++)
		if (is_wide)
			gyw_put_u32le(places[i], value);
		else
			memcpy(places[i], (guint8[]){(guint8) value, (guint8) (value >> 8)}, 2);
}

static void
test_round_trip(void)
{
	static const gsize sizes[] = {0, 1, 65536, GY_ZIP_MEMORY_MAX, GY_ZIP_MEMORY_MAX + 1};
	g_autoptr(GPtrArray) members = gy_zip_members_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) archive = NULL;
	g_autoptr(GBytes) again = NULL;
	g_autoptr(GyZip) zip = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *name = g_strdup_printf("folder/%u", i);
		guint8 *data = g_malloc0(sizes[i]);
		g_autoptr(GBytes) bytes = NULL;

		if (sizes[i] > 0)
			data[sizes[i] - 1] = (guint8) (i + 1);
		bytes = g_bytes_new_take(data, sizes[i]);
		gy_zip_members_add(members, name, bytes);
	}
	archive = write_members(members);
	again = write_members(members);
	g_assert_true(g_bytes_equal(archive, again));
	zip = gy_zip_open(archive, "archive", &error);
	g_assert_no_error(error);
	g_assert_cmpuint(gy_zip_n_members(zip), ==, members->len);
	for (guint i = 0; i < members->len; i++) {
		const GyZipMember *member = members->pdata[i];
		g_autoptr(GBytes) read = gy_zip_read(zip, (guint) gy_zip_find(zip, member->name), &error);

		g_assert_no_error(error);
		g_assert_true(g_bytes_equal(read, member->bytes));
	}
}

typedef struct {
	const char *name;
	const char *member;
	const char *words;
} Name;

static const Name names[] = {
	{"parent", "../aa", "out of its folder"},
	{"parent-inside", "a/../../b", "out of its folder"},
	{"parent-at-the-end", "a/..", "out of its folder"},
	{"absolute", "/etc/passwd", "out of its folder"},
	{"drive", "C:/x", "out of its folder"},
	{"backslash", "..\\x", "out of its folder"},
	{"dot", "./x", "out of its folder"},
	{"empty-part", "a//b", "out of its folder"},
	{"line-end", "a\nb", "out of its folder"},
};

static void
test_name(gconstpointer data)
{
	const Name *one = data;
	g_autoptr(GBytes) bytes = make(one->member, 10);

	assert_refused(bytes, GY_ERROR_PACKAGE_MALFORMED, one->words);
}

static void
test_name_twice(void)
{
	g_autoptr(GBytes) bytes = make("aaaaa", 10);
	gsize size = g_bytes_get_size(bytes);
	guint8 *copy = g_memdup2(g_bytes_get_data(bytes, NULL), size);
	g_autoptr(GBytes) changed = g_bytes_new_take(copy, size);

	for (guint8 *at = copy; (at = memmem(at, size - (gsize) (at - copy), "aaaaa", 5));)
		memcpy(at, "bbbbb", 5);
	assert_refused(changed, GY_ERROR_PACKAGE_MALFORMED, "twice");
}

/* A directory that claims more than any packer packs, and one whose members together would fill the disk. */
static void
test_bombs(void)
{
	g_autoptr(GBytes) bytes = make("aaaaa", 100000);
	gsize size = g_bytes_get_size(bytes);
	guint8 *copy = g_memdup2(g_bytes_get_data(bytes, NULL), size);
	g_autoptr(GBytes) changed = g_bytes_new_take(copy, size);

	put_words(copy, size, 0, LOCAL_SIZES + 4, CENTRAL_SIZES + 4, 400 * 1000 * 1000, TRUE);
	assert_refused(changed, GY_ERROR_PACKAGE_TOO_LARGE, "thousand times");
}

static void
test_more_than_a_disk_holds(void)
{
	const gsize member_size = 4 * 1024 * 1024;
	g_autoptr(GPtrArray) members = gy_zip_members_new();
	g_autoptr(GBytes) archive = NULL;
	g_autoptr(GBytes) noise = NULL;
	guint8 *data = g_malloc(member_size);

	/* what does not pack gives room for a claim below the ratio */
	for (gsize i = 0; i < member_size; i += 4)
		gyw_put_u32le(data + i, g_test_rand_int());
	noise = g_bytes_new_take(data, member_size);
	gy_zip_members_add(members, "a", noise);
	gy_zip_members_add(members, "b", noise);
	archive = write_members(members);
	for (guint i = 0; i < 2; i++) {
		gsize size = g_bytes_get_size(archive);
		guint8 *copy = g_memdup2(g_bytes_get_data(archive, NULL), size);
		guint8 *central = find_record(copy + size - 256, 256, CENTRAL_MAGIC, i);

		g_assert_cmpuint(gyw_get_u32le(central + CENTRAL_SIZES + 4), ==, member_size);
		gyw_put_u32le(central + CENTRAL_SIZES + 4, 3u << 30);
		gyw_put_u32le(copy + gyw_get_u32le(central + 42) + LOCAL_SIZES + 4, 3u << 30);
		g_bytes_unref(archive);
		archive = g_bytes_new_take(copy, size);
	}
	assert_refused(archive, GY_ERROR_PACKAGE_TOO_LARGE, "would become more than");
}

/* In memory and on the disk: what comes out has to be what the directory says. */
static void
test_lies_about_its_size(gconstpointer data)
{
	gsize true_size = GPOINTER_TO_SIZE(data);
	const int differences[] = {-1, 1};

	for (guint i = 0; i < G_N_ELEMENTS(differences); i++) {
		g_autoptr(GBytes) bytes = make("aaaaa", true_size);
		gsize size = g_bytes_get_size(bytes);
		guint8 *copy = g_memdup2(g_bytes_get_data(bytes, NULL), size);
		g_autoptr(GBytes) changed = g_bytes_new_take(copy, size);
		g_autoptr(GError) error = NULL;
		g_autoptr(GyZip) zip = NULL;

		put_words(copy, size, 0, LOCAL_SIZES + 4, CENTRAL_SIZES + 4,
			(guint32) ((gssize) true_size + differences[i]), TRUE);
		zip = gy_zip_open(changed, "archive", &error);
		g_assert_no_error(error);
		g_assert_null(gy_zip_read(zip, 0, &error));
		g_assert_error(error, GY_ERROR, GY_ERROR_PACKAGE_MALFORMED);
	}
}

static void
test_encrypted(void)
{
	g_autoptr(GBytes) bytes = make("aaaaa", 10);
	gsize size = g_bytes_get_size(bytes);
	guint8 *copy = g_memdup2(g_bytes_get_data(bytes, NULL), size);
	g_autoptr(GBytes) changed = g_bytes_new_take(copy, size);

	put_words(copy, size, 0, LOCAL_FLAGS, CENTRAL_FLAGS, 1, FALSE);
	assert_refused(changed, GY_ERROR_PACKAGE_NOT_SUPPORTED, "encrypted");
}

static void
test_link(void)
{
	g_autoptr(GBytes) bytes = make("aaaaa", 10);
	gsize size = g_bytes_get_size(bytes);
	guint8 *copy = g_memdup2(g_bytes_get_data(bytes, NULL), size);
	guint8 *central = find_record(copy, size, CENTRAL_MAGIC, 0);
	g_autoptr(GBytes) changed = g_bytes_new_take(copy, size);

	central[CENTRAL_SYSTEM] = 3; /* Unix */
	gyw_put_u32le(central + CENTRAL_OUTSIDE, 0120777u << 16);
	assert_refused(changed, GY_ERROR_PACKAGE_MALFORMED, "is a link");
}

static void
test_too_many_members(void)
{
	g_autoptr(GPtrArray) members = gy_zip_members_new();
	g_autoptr(GBytes) empty = g_bytes_new(NULL, 0);
	g_autoptr(GBytes) archive = NULL;

	for (guint i = 0; i <= GY_ZIP_MEMBERS_MAX; i++) {
		g_autofree char *name = g_strdup_printf("%u", i);

		gy_zip_members_add(members, name, empty);
	}
	archive = write_members(members);
	assert_refused(archive, GY_ERROR_PACKAGE_TOO_LARGE, "members");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/zip/round-trip", test_round_trip);
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_strdup_printf("/zip/refuses/name/%s", names[i].name);

		g_test_add_data_func(path, &names[i], test_name);
	}
	g_test_add_func("/zip/refuses/name/twice", test_name_twice);
	g_test_add_func("/zip/refuses/bomb", test_bombs);
	g_test_add_func("/zip/refuses/more-than-a-disk-holds", test_more_than_a_disk_holds);
	g_test_add_data_func(
		"/zip/refuses/wrong-size/in-memory", GSIZE_TO_POINTER(1000), test_lies_about_its_size);
	g_test_add_data_func("/zip/refuses/wrong-size/on-the-disk",
		GSIZE_TO_POINTER(GY_ZIP_MEMORY_MAX + 1000), test_lies_about_its_size);
	g_test_add_func("/zip/refuses/encrypted", test_encrypted);
	g_test_add_func("/zip/refuses/link", test_link);
	g_test_add_func("/zip/refuses/too-many-members", test_too_many_members);
	return g_test_run();
}

// SPDX-License-Identifier: Apache-2.0
#include "engine/compression/zip-archive.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include <zip.h>

#include "engine/source-date.h"

#define LEVEL          9
#define FIRST_DOS_DATE 0x21 /* 1 January 1980 */
#define UNIX_TYPE_MASK 0170000u
#define UNIX_TYPE_LINK 0120000u
/* deflate gives 1032 to 1 at most; more than this is made to fill a disk */
#define RATIO_MAX        1100
#define RATIO_FREE_BYTES 65536
#define BLOCK_SIZE       65536

struct _GyZip {
	GBytes *bytes;
	zip_t *archive;
	char *name;
	GPtrArray *members;
	GArray *sizes;
	GHashTable *index;
};

void
gy_zip_free(GyZip *zip)
{
	if (!zip)
		return;
	if (zip->archive)
		zip_discard(zip->archive);
	g_bytes_unref(zip->bytes);
	g_free(zip->name);
	g_ptr_array_unref(zip->members);
	g_array_unref(zip->sizes);
	g_hash_table_unref(zip->index);
	g_free(zip);
}

gboolean
gy_zip_probe(const guint8 *data, gsize size)
{
	return size >= 30 && memcmp(data, "PK\3\4", 4) == 0;
}

/* ---- opening -------------------------------------------------------------------------------------------- */

/* libzip's own words are in English only. */
static const char *
reason_of(zip_error_t *cause)
{
	switch (zip_error_code_zip(cause)) {
	case ZIP_ER_EXISTS: return _("a member is there twice");
	case ZIP_ER_NOZIP: return _("it is no zip archive, or its end is missing");
	case ZIP_ER_INCONS: return _("the zip archive contradicts itself");
	default: return zip_error_strerror(cause);
	}
}

static void
set_zip_error(GError **error, GyError code, const char *name, zip_error_t *cause)
{
	g_set_error(error, GY_ERROR, (int) code, "%s: %s", name, reason_of(cause));
	zip_error_fini(cause);
}

/* A name that, taken as a path below a folder, stays below it. */
static gboolean
is_safe_name(const char *name)
{
	g_auto(GStrv) parts = g_strsplit(name, "/", -1);
	guint n_parts = g_strv_length(parts);

	if (*name == '\0' || *name == '/' || strchr(name, '\\') || !g_utf8_validate(name, -1, NULL) ||
		(g_ascii_isalpha(name[0]) && name[1] == ':'))
		return FALSE;
	for (guint i = 0; i < n_parts; i++) {
		gboolean is_end = i + 1 == n_parts;

		/* a folder's name ends with a slash */
		if ((*parts[i] == '\0' && !is_end) || g_str_equal(parts[i], ".") ||
			g_str_equal(parts[i], ".."))
			return FALSE;
	}
	for (const char *at = name; *at; at++)
		if (g_ascii_iscntrl(*at))
			return FALSE;
	return TRUE;
}

static gboolean
is_link(zip_t *archive, zip_uint64_t index)
{
	zip_uint8_t system = 0;
	zip_uint32_t attributes = 0;

	return zip_file_get_external_attributes(archive, index, 0, &system, &attributes) == 0 &&
	       system == ZIP_OPSYS_UNIX && ((attributes >> 16) & UNIX_TYPE_MASK) == UNIX_TYPE_LINK;
}

static gboolean
refuse(GError **error, GyError code, const GyZip *zip, const char *member, const char *why)
{
	g_set_error(error, GY_ERROR, (int) code, _("%s: the member \"%s\" %s"), zip->name, member, why);
	return FALSE;
}

static gboolean
check_member(const GyZip *zip, const zip_stat_t *about, GError **error)
{
	g_autofree char *safe = g_utf8_make_valid(about->name, -1);

	if (!is_safe_name(about->name))
		return refuse(error, GY_ERROR_PACKAGE_MALFORMED, zip, safe,
			_("has a name that would lead out of its folder"));
	if (g_hash_table_contains(zip->index, about->name))
		return refuse(error, GY_ERROR_PACKAGE_MALFORMED, zip, safe, _("is there twice"));
	if (about->encryption_method != ZIP_EM_NONE)
		return refuse(error, GY_ERROR_PACKAGE_NOT_SUPPORTED, zip, safe, _("is encrypted"));
	if (is_link(zip->archive, about->index))
		return refuse(error, GY_ERROR_PACKAGE_MALFORMED, zip, safe, _("is a link"));
	if (about->size > RATIO_FREE_BYTES && about->size / RATIO_MAX > about->comp_size)
		return refuse(error, GY_ERROR_PACKAGE_TOO_LARGE, zip, safe,
			_("would become more than a thousand times larger: no packer gives that"));
	return TRUE;
}

static gboolean
read_directory(GyZip *zip, GError **error)
{
	zip_int64_t n_members = zip_get_num_entries(zip->archive, 0);
	guint64 total = 0;

	if (n_members < 0 || n_members > GY_ZIP_MEMBERS_MAX) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE,
			_("%s has %" PRId64 " members, at most %d are read"), zip->name, (gint64) n_members,
			GY_ZIP_MEMBERS_MAX);
		return FALSE;
	}
	for (zip_int64_t i = 0; i < n_members; i++) {
		zip_stat_t about;

		if (zip_stat_index(zip->archive, (zip_uint64_t) i, 0, &about) != 0) {
			set_zip_error(
				error, GY_ERROR_PACKAGE_MALFORMED, zip->name, zip_get_error(zip->archive));
			return FALSE;
		}
		if (!check_member(zip, &about, error))
			return FALSE;
		if (about.size > GY_ZIP_SIZE_MAX - total) {
			g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE,
				_("%s would become more than %" PRIu64 " bytes"), zip->name, GY_ZIP_SIZE_MAX);
			return FALSE;
		}
		total += about.size;
		g_ptr_array_add(zip->members, g_strdup(about.name));
		g_array_append_val(zip->sizes, about.size);
		g_hash_table_insert(zip->index, g_ptr_array_index(zip->members, i), GINT_TO_POINTER((int) i));
	}
	return TRUE;
}

GyZip *
gy_zip_open(GBytes *bytes, const char *name, GError **error)
{
	g_autoptr(GyZip) zip = g_new0(GyZip, 1);
	zip_error_t cause;
	zip_source_t *source;
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	zip->bytes = g_bytes_ref(bytes);
	zip->name = g_strdup(name);
	zip->members = g_ptr_array_new_with_free_func(g_free);
	zip->sizes = g_array_new(FALSE, FALSE, sizeof(guint64));
	zip->index = g_hash_table_new(g_str_hash, g_str_equal);
	zip_error_init(&cause);
	source = zip_source_buffer_create(data, size, 0, &cause);
	zip->archive = source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &cause) : NULL;
	if (!zip->archive) {
		if (source)
			zip_source_free(source);
		set_zip_error(error, GY_ERROR_PACKAGE_MALFORMED, name, &cause);
		return NULL;
	}
	zip_error_fini(&cause);
	return read_directory(zip, error) ? g_steal_pointer(&zip) : NULL;
}

guint
gy_zip_n_members(const GyZip *zip)
{
	return zip->members->len;
}

const char *
gy_zip_member(const GyZip *zip, guint index)
{
	g_return_val_if_fail(index < zip->members->len, NULL);

	return zip->members->pdata[index];
}

guint64
gy_zip_size(const GyZip *zip, guint index)
{
	g_return_val_if_fail(index < zip->sizes->len, 0);

	return g_array_index(zip->sizes, guint64, index);
}

int
gy_zip_find(const GyZip *zip, const char *name)
{
	gpointer index = NULL;

	return g_hash_table_lookup_extended(zip->index, name, NULL, &index) ? GPOINTER_TO_INT(index) : -1;
}

/* Reads to the end of the member, so that libzip compares its checksum; FALSE without an error if it is not as it says. */
static gboolean
read_to_disk(zip_file_t *file, GyDraft *draft, guint64 size, GError **error)
{
	g_autofree guint8 *buffer = g_malloc(BLOCK_SIZE);
	guint64 done = 0;

	for (;;) {
		zip_int64_t n = zip_fread(file, buffer, BLOCK_SIZE);

		if (n <= 0)
			return n == 0 && done == size;
		if ((guint64) n > size - done || !gy_draft_append(draft, buffer, (gsize) n, error))
			return FALSE;
		done += (guint64) n;
	}
}

static gboolean
read_to_memory(zip_file_t *file, guint8 *buffer, guint64 size)
{
	guint8 more;
	guint64 done = 0;

	while (done < size) {
		zip_int64_t n = zip_fread(file, buffer + done, size - done);

		if (n <= 0)
			return FALSE;
		done += (guint64) n;
	}
	return zip_fread(file, &more, 1) == 0;
}

static GBytes *
read_on_disk(zip_file_t *file, guint64 size, GError **error)
{
	g_autoptr(GyDraft) draft = gy_draft_new(NULL, 0600, error);

	return draft && read_to_disk(file, draft, size, error) ? gy_draft_read(draft, error) : NULL;
}

static GBytes *
read_in_memory(zip_file_t *file, guint64 size)
{
	g_autofree guint8 *buffer = g_malloc(MAX(size, 1));

	if (!read_to_memory(file, buffer, size))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&buffer), (gsize) size);
}

GBytes *
gy_zip_read(GyZip *zip, guint index, GError **error)
{
	guint64 size = gy_zip_size(zip, index);
	zip_file_t *file = zip_fopen_index(zip->archive, index, 0);
	GError *cause = NULL;
	GBytes *bytes;

	if (!file) {
		refuse(error, GY_ERROR_PACKAGE_NOT_SUPPORTED, zip, gy_zip_member(zip, index),
			zip_strerror(zip->archive));
		return NULL;
	}
	bytes = size > GY_ZIP_MEMORY_MAX ? read_on_disk(file, size, &cause) : read_in_memory(file, size);
	zip_fclose(file);
	if (cause)
		g_propagate_error(error, cause);
	else if (!bytes)
		refuse(error, GY_ERROR_PACKAGE_MALFORMED, zip, gy_zip_member(zip, index),
			_("does not unpack to the size and the checksum that the directory says"));
	return bytes;
}

/* ---- writing -------------------------------------------------------------------------------------------- */

static void
member_free(GyZipMember *member)
{
	g_free(member->name);
	g_bytes_unref(member->bytes);
	g_free(member);
}

GPtrArray *
gy_zip_members_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify) member_free);
}

void
gy_zip_members_add(GPtrArray *members, const char *name, GBytes *bytes)
{
	GyZipMember *member = g_new(GyZipMember, 1);

	member->name = g_strdup(name);
	member->bytes = g_bytes_ref(bytes);
	g_ptr_array_add(members, member);
}

/* As zip has it: seconds in twos, years from 1980 in seven bits. */
static void
dos_time(zip_uint16_t *time, zip_uint16_t *date)
{
	gint64 epoch = 0;
	g_autoptr(GDateTime) at = gy_source_date(&epoch) ? g_date_time_new_from_unix_utc(epoch) : NULL;
	int year = at ? g_date_time_get_year(at) : 0;

	*time = 0;
	*date = FIRST_DOS_DATE;
	if (year < 1980 || year > 2107)
		return;
	*time = (zip_uint16_t) (g_date_time_get_hour(at) << 11 | g_date_time_get_minute(at) << 5 |
				g_date_time_get_second(at) / 2);
	*date = (zip_uint16_t) ((year - 1980) << 9 | g_date_time_get_month(at) << 5 |
				g_date_time_get_day_of_month(at));
}

static gboolean
add_member(zip_t *archive, const GyZipMember *member, zip_uint16_t time, zip_uint16_t date)
{
	gsize size = 0;
	const void *data = g_bytes_get_data(member->bytes, &size);
	zip_source_t *source = zip_source_buffer(archive, data, size, 0);
	zip_int64_t index = source ? zip_file_add(archive, member->name, source, 0) : -1;

	if (source && index < 0)
		zip_source_free(source);
	return index >= 0 &&
	       zip_set_file_compression(archive, (zip_uint64_t) index, ZIP_CM_DEFLATE, LEVEL) == 0 &&
	       zip_file_set_dostime(archive, (zip_uint64_t) index, time, date, 0) == 0;
}

static gboolean
add_members(zip_t *archive, GPtrArray *members)
{
	zip_uint16_t time, date;

	dos_time(&time, &date);
	for (guint i = 0; i < members->len; i++)
		if (!add_member(archive, members->pdata[i], time, date))
			return FALSE;
	return TRUE;
}

/* ---- an archive in a draft ------------------------------------------------------------------------------ */

/* libzip's source of what it writes. */
typedef struct {
	GyDraft *draft;
	guint64 at;
	GError *error;
	zip_error_t code;
} Target;

static zip_int64_t
fail(Target *target, int code)
{
	zip_error_set(&target->code, code, 0);
	return -1;
}

static zip_int64_t
seek_target(Target *target, const void *data, zip_uint64_t length)
{
	zip_int64_t offset = zip_source_seek_compute_offset(
		target->at, gy_draft_size(target->draft), (void *) data, length, &target->code);

	if (offset < 0)
		return -1;
	target->at = (guint64) offset;
	return 0;
}

static zip_int64_t
write_target(Target *target, const void *data, zip_uint64_t length)
{
	if (target->error || !gy_draft_put(target->draft, target->at, data, (gsize) length, &target->error))
		return fail(target, ZIP_ER_WRITE);
	target->at += length;
	return (zip_int64_t) length;
}

static zip_int64_t
stat_target(const Target *target, void *data)
{
	zip_stat_t *about = data;

	zip_stat_init(about);
	about->size = gy_draft_size(target->draft);
	about->valid |= ZIP_STAT_SIZE;
	return sizeof *about;
}

static zip_int64_t
serve_target(void *state, void *data, zip_uint64_t length, zip_source_cmd_t command)
{
	Target *target = state;

	switch (command) {
	case ZIP_SOURCE_SUPPORTS:
		return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
			ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL,
			ZIP_SOURCE_BEGIN_WRITE, ZIP_SOURCE_COMMIT_WRITE, ZIP_SOURCE_ROLLBACK_WRITE,
			ZIP_SOURCE_SEEK_WRITE, ZIP_SOURCE_TELL_WRITE, ZIP_SOURCE_WRITE, ZIP_SOURCE_REMOVE,
			-1);
	case ZIP_SOURCE_STAT: return stat_target(target, data);
	case ZIP_SOURCE_ERROR: return zip_error_to_data(&target->code, data, length);
	case ZIP_SOURCE_TELL_WRITE: return (zip_int64_t) target->at;
	case ZIP_SOURCE_SEEK_WRITE: return seek_target(target, data, length);
	case ZIP_SOURCE_WRITE: return write_target(target, data, length);
	case ZIP_SOURCE_OPEN:
	case ZIP_SOURCE_CLOSE:
	case ZIP_SOURCE_BEGIN_WRITE:
	case ZIP_SOURCE_COMMIT_WRITE:
	case ZIP_SOURCE_ROLLBACK_WRITE:
	case ZIP_SOURCE_FREE: return 0;
	default: return fail(target, ZIP_ER_OPNOTSUPP);
	}
}

/* What went wrong: the draft's own error tells more than libzip's. */
static void
set_write_error(GError **error, Target *target, const char *cause)
{
	if (target->error)
		g_propagate_error(error, g_steal_pointer(&target->error));
	else
		g_set_error(
			error, GY_ERROR, GY_ERROR_INTERNAL, _("the archive cannot be written: %s"), cause);
}

static zip_t *
open_target(Target *target, GError **error)
{
	zip_error_t cause;
	zip_source_t *source;
	zip_t *archive;

	zip_error_init(&cause);
	source = zip_source_function_create(serve_target, target, &cause);
	archive = source ? zip_open_from_source(source, ZIP_TRUNCATE | ZIP_CREATE, &cause) : NULL;
	if (!archive) {
		set_write_error(error, target, zip_error_strerror(&cause));
		if (source)
			zip_source_free(source);
	}
	zip_error_fini(&cause);
	return archive;
}

gboolean
gy_zip_write(GPtrArray *members, GyDraft *draft, GError **error)
{
	Target target = {.draft = draft};
	zip_t *archive;
	gboolean done;

	zip_error_init(&target.code);
	archive = open_target(&target, error);
	if (!archive)
		return FALSE;
	done = add_members(archive, members) && zip_close(archive) == 0;
	if (!done) {
		set_write_error(error, &target, zip_strerror(archive));
		zip_discard(archive);
	}
	zip_error_fini(&target.code);
	g_clear_error(&target.error);
	return done;
}

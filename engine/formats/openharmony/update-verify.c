// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/update-verify.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/openharmony/signature.h"
#include "protocol/wire/bytes.h"

typedef struct {
	GyOhosUpdate *update;
	GyPackage *package;
	const guint8 *data;
	gsize size;
} Check;

static void
report(const Check *check, GyError code, const char *field, guint64 offset, const char *found,
	const char *expected, const char *message)
{
	gy_package_add_finding(check->package,
		gy_finding_new(GY_SEVERITY_ERROR, code, field, offset, found, expected, "%s", message));
}

static void
warn(const Check *check, GyError code, const char *field, guint64 offset, const char *found,
	const char *expected, const char *message)
{
	gy_package_add_finding(check->package,
		gy_finding_new(GY_SEVERITY_WARNING, code, field, offset, found, expected, "%s", message));
}

static void
report_number(const Check *check, GyError code, const char *field, guint64 offset, guint64 found,
	guint64 expected, const char *message)
{
	g_autofree char *found_text = g_strdup_printf("%" G_GUINT64_FORMAT, found);
	g_autofree char *expected_text = g_strdup_printf("%" G_GUINT64_FORMAT, expected);

	report(check, code, field, offset, found_text, expected_text, message);
}

/* ---- head ----------------------------------------------------------------------------------------------- */

static void
check_fixed_words(const Check *check)
{
	static const struct {
		const char *field;
		guint offset;
		guint value;
	} words[] = {
		{"head.length", OHOS_LENGTH, OHOS_LENGTH_VALUE},
		{"head.time_tag", OHOS_TIME_TAG, OHOS_TIME_TAG_VALUE},
		{"head.time_length", OHOS_TIME_LENGTH, 2 * OHOS_DATE_SIZE},
		{"head.table_tag", OHOS_TABLE_TAG, OHOS_TABLE_TAG_VALUE},
	};
	guint64 stated = gyw_get_u32le(check->data + OHOS_HEAD_SIZE);

	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		guint16 found = gy_ohos_get_u16(check->data + words[i].offset);

		if (found != words[i].value)
			report_number(check, GY_ERROR_PACKAGE_MALFORMED, words[i].field, words[i].offset,
				found, words[i].value, _("a fixed word of the head is another"));
	}
	if (stated != check->update->head_size)
		report_number(check, GY_ERROR_PACKAGE_MALFORMED, "head.pkgInfoLength", OHOS_HEAD_SIZE, stated,
			check->update->head_size,
			_("the head's length does not fit its table of components"));
}

static void
check_package_id(const Check *check)
{
	guint64 at = check->update->head_size - OHOS_PACKAGE_ID_SIZE;

	if (memcmp(check->data + at, OHOS_PACKAGE_ID, OHOS_PACKAGE_ID_SIZE) != 0)
		report(check, GY_ERROR_PACKAGE_MALFORMED, "head.package_id", at, NULL, OHOS_PACKAGE_ID,
			_("the head does not end with its package id"));
}

/* A key of 2048 bits has type 0x0001, one of 3072 bits 0x0011; the 2022 and 2025 packagers write one for all. */
static void
check_type(const Check *check)
{
	const GyOhosUpdate *update = check->update;
	gboolean by_system = update->generation != GY_OHOS_LEGACY;
	guint16 expected = by_system ? (update->is_standard ? OHOS_TYPE_RSA2048 : OHOS_TYPE_RSA3072)
			   : update->signature_size == OHOS_SLOT_2048_SIZE ? OHOS_TYPE_RSA2048
									   : OHOS_TYPE_RSA3072;
	g_autofree char *found = g_strdup_printf("0x%04X", update->type);
	g_autofree char *wanted = g_strdup_printf("0x%04X", expected);

	if (update->type != expected)
		report(check, GY_ERROR_PACKAGE_MALFORMED, "head.type", OHOS_TYPE, found, wanted,
			_("the type does not fit the generation and its signature"));
}

static void
check_texts(const Check *check)
{
	const GyOhosUpdate *update = check->update;

	if (!update->is_standard && !memchr(check->data + OHOS_SOFTWARE, 0, OHOS_TEXT_SIZE))
		report(check, GY_ERROR_PACKAGE_MALFORMED, "head.softwareVersion", OHOS_SOFTWARE, NULL,
			_("at most 63 bytes"),
			_("the version text fills its field: a device needs the zero behind it"));
	if (*update->software_version == '\0')
		warn(check, GY_ERROR_PACKAGE_MALFORMED, "head.softwareVersion", OHOS_SOFTWARE, "nothing",
			NULL, _("the package has no version text, which devices compare"));
	if (update->is_standard && update->generation == GY_OHOS_2025 && update->file_version < 2)
		report_number(check, GY_ERROR_PACKAGE_MALFORMED, "head.updateFileVersion", OHOS_FILE_VERSION,
			update->file_version, 2,
			_("a device reads this layout wrongly unless the file version is 2 or more"));
	if (update->is_standard && update->generation == GY_OHOS_LEGACY && update->file_version > 1)
		warn(check, GY_ERROR_PACKAGE_MALFORMED, "head.updateFileVersion", OHOS_FILE_VERSION, NULL,
			"1", _("a device reads another layout when the file version is 2 or more"));
}

static void
check_head(const Check *check)
{
	check_fixed_words(check);
	check_type(check);
	check_texts(check);
	check_package_id(check);
}

/* ---- components ----------------------------------------------------------------------------------------- */

static char *
component_field(guint index, const char *field)
{
	return g_strdup_printf("component[%u].%s", index, field);
}

/* A mini or small device writes the one over the other; an updater does not start. */
static void
report_twice(const Check *check, const char *field, const GyOhosComponent *component)
{
	if (check->update->is_standard)
		report(check, GY_ERROR_PACKAGE_MALFORMED, field, component->record, component->name,
			_("each component once"), _("the component is in the package twice"));
	else
		warn(check, GY_ERROR_PACKAGE_MALFORMED, field, component->record, component->name,
			_("each component once"),
			_("the component is in the package twice: the later one stays"));
}

static void
check_name(const Check *check, guint index)
{
	GPtrArray *components = check->update->components;
	const GyOhosComponent *component = components->pdata[index];
	g_autofree char *field = component_field(index, "compAddr");

	if (*component->name == '\0')
		report(check, GY_ERROR_PACKAGE_MALFORMED, field, component->record, "nothing", NULL,
			_("the component has no name"));
	if (check->update->is_standard && component->name[0] != '/')
		report(check, GY_ERROR_PACKAGE_MALFORMED, field, component->record, component->name, NULL,
			_("the component's name does not begin with a slash"));
	for (guint i = 0; i < index; i++)
		if (g_str_equal(((const GyOhosComponent *) components->pdata[i])->name, component->name)) {
			report_twice(check, field, component);
			return;
		}
}

static void
check_component(const Check *check, guint index)
{
	const GyOhosComponent *component = check->update->components->pdata[index];
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = gy_ohos_update_data(check->update, component, &error);
	g_autofree char *data_field = component_field(index, "data");
	g_autofree char *type_field = component_field(index, "compType");
	guint64 rest = component->record + check->update->name_size;

	check_name(check, index);
	if (!bytes)
		report(check, (GyError) error->code, data_field, component->offset, NULL, NULL,
			error->message);
	if (component->type > 1 || (component->type == 1 && !check->update->is_standard))
		report_number(check, GY_ERROR_PACKAGE_MALFORMED, type_field, rest + OHOS_RECORD_TYPE,
			component->type, 0,
			check->update->is_standard ? _("the component's type is not known")
						   : _("a mini or small system takes no differences"));
}

/* What the public code of such a device has room for, and what it never finishes. */
static void
check_small_limits(const Check *check)
{
	GPtrArray *components = check->update->components;
	const GyOhosComponent *last = components->len > 0 ? components->pdata[components->len - 1] : NULL;

	if (components->len > OHOS_SMALL_MAX_COMPONENTS)
		report_number(check, GY_ERROR_PACKAGE_TOO_LARGE, "head.components", OHOS_TABLE_LENGTH,
			components->len, OHOS_SMALL_MAX_COMPONENTS,
			_("a mini or small system has no room for so many components"));
	if (last && last->size == 0)
		report(check, GY_ERROR_PACKAGE_MALFORMED, "component[last].size", last->record, "0", NULL,
			_("the last component is empty: a device waits for it for ever"));
	if (check->update->generation != GY_OHOS_LEGACY)
		warn(check, GY_ERROR_PACKAGE_NOT_SUPPORTED, "head.type", OHOS_TYPE,
			gy_ohos_generation_name(check->update->generation), "LEGACY",
			_("the public code of mini and small systems takes the LEGACY layout only"));
}

static void
check_components(const Check *check)
{
	const GyOhosUpdate *update = check->update;
	guint64 end = update->data;

	if (update->components->len == 0)
		report(check, GY_ERROR_PACKAGE_MALFORMED, "head.components", OHOS_TABLE_LENGTH, "0", NULL,
			_("the package has no components"));
	for (guint i = 0; i < update->components->len; i++) {
		check_component(check, i);
		end += ((const GyOhosComponent *) update->components->pdata[i])->size;
	}
	if (end < check->size)
		report_number(check, GY_ERROR_PACKAGE_MALFORMED, "component[last].data", end, check->size,
			end, _("something follows the last component: a device fails on its first byte"));
	if (!update->is_standard)
		check_small_limits(check);
}

/* ---- hashes of ranges ----------------------------------------------------------------------------------- */

static void
bad_hashes(const Check *check, guint64 offset, const char *message)
{
	report(check, GY_ERROR_PACKAGE_HASH, "hashes", offset, NULL, NULL, message);
}

/* One range's entry against the component's data, which lie inside the file. */
static gboolean
is_range_right(const Check *check, const GyOhosComponent *component, guint64 entry, guint64 from)
{
	guint32 first = gyw_get_u32le(check->data + entry);
	guint32 last = gyw_get_u32le(check->data + entry + 4);
	guint64 expected_end = MIN(from + OHOS_HASH_RANGE, component->size);
	guint8 digest[GY_SHA256_SIZE];

	if (first != from || (guint64) last + 1 != expected_end)
		return FALSE;
	gy_sha256(check->data + component->offset + from, (gsize) (expected_end - from), digest);
	return memcmp(digest, check->data + entry + 8, sizeof digest) == 0;
}

/* Returns the offset behind the component's entry, or 0 after a finding. */
static guint64
check_hash_entry(const Check *check, const GyOhosComponent *component, guint64 at, guint64 end)
{
	guint64 n_ranges = ((guint64) component->size + OHOS_HASH_RANGE - 1) / OHOS_HASH_RANGE;
	guint64 range = at + OHOS_HASH_ENTRY_HEAD;
	g_autofree char *name = NULL;

	if (end - at < OHOS_HASH_ENTRY_HEAD + n_ranges * OHOS_HASH_ENTRY_SIZE) {
		bad_hashes(check, at, _("the list of hashes ends too early"));
		return 0;
	}
	name = g_strndup((const char *) check->data + at, OHOS_NAME_STANDARD);
	if (!g_str_equal(name, component->name) ||
		gy_ohos_get_u16(check->data + at + OHOS_NAME_STANDARD) != n_ranges ||
		gyw_get_u32le(check->data + at + OHOS_NAME_STANDARD + 2) != component->size) {
		bad_hashes(check, at, _("the list of hashes names another component, or another size of it"));
		return 0;
	}
	for (guint64 i = 0; i < n_ranges; i++, range += OHOS_HASH_ENTRY_SIZE)
		if (gy_ohos_update_has_data(check->update, component) &&
			!is_range_right(check, component, range, i * OHOS_HASH_RANGE))
			bad_hashes(check, range, _("a range of the component is not what its hash says"));
	return range;
}

static void
check_hashes(const Check *check)
{
	const GyOhosUpdate *update = check->update;
	const guint8 *info = check->data + update->hash_info;
	guint64 at = update->hashes;
	guint64 end = at + update->hashes_size;

	if (update->hashes == 0)
		return;
	if (gy_ohos_get_u16(info) != OHOS_HASH_KIND || gy_ohos_get_u16(info + 2) != GY_SHA256_SIZE ||
		gy_ohos_get_u16(info + 4) != update->components->len ||
		gyw_get_u32le(info + 6) != OHOS_HASH_RANGE) {
		bad_hashes(check, update->hash_info, _("the list of hashes is of a kind that is not known"));
		return;
	}
	for (guint i = 0; i < update->components->len && at != 0; i++)
		at = check_hash_entry(check, update->components->pdata[i], at, end);
	if (at != 0 && at != end)
		bad_hashes(check, at, _("the list of hashes goes on after its last component"));
}

/* ---- signature ------------------------------------------------------------------------------------------ */

static void
check_unused_slot(const Check *check)
{
	const GyOhosUpdate *update = check->update;

	if (update->generation == GY_OHOS_2025)
		return;
	for (guint64 at = update->head_size; at < update->data; at++) {
		if (at >= update->signature && at < update->signature + update->signature_size)
			continue;
		if (check->data[at] == 0)
			continue;
		report(check, GY_ERROR_PACKAGE_MALFORMED, "area", at, NULL, "zeros",
			_("something stands in the signature slot that is not used"));
		return;
	}
}

static void
check_signature(const Check *check, const GyPublicKey *key)
{
	GyOhosUpdate *update = check->update;
	const char *type_of_signature =
		update->signature_size == OHOS_SLOT_2048_SIZE ? _("an RSA-2048 key") : _("an RSA-3072 key");

	check_unused_slot(check);
	if (!gy_ohos_is_signed(update)) {
		report(check, GY_ERROR_PACKAGE_UNSIGNED, "signature", update->signature, "zeros",
			_("a signature"), _("the package is not signed"));
		return;
	}
	if (update->is_standard && update->signature_size != OHOS_SLOT_2048_SIZE)
		report(check, GY_ERROR_PACKAGE_SIGNATURE, "signature", update->signature, type_of_signature,
			_("an RSA-2048 key"), _("a standard system knows keys of 2048 bits only"));
	if (!key || gy_ohos_check_signature(update, key))
		return;
	if (update->signature_size != gy_rsa_signature_size(gy_public_key_type(key)))
		report(check, GY_ERROR_PACKAGE_UNTRUSTED_KEY, "signature", update->signature,
			gy_key_type_name(gy_public_key_type(key)), type_of_signature,
			_("the signature has the size of another type of key"));
	else
		report(check, GY_ERROR_PACKAGE_SIGNATURE, "signature", update->signature, NULL, NULL,
			_("the key that was given did not sign this"));
}

void
gy_ohos_update_verify(GyOhosUpdate *update, GyPackage *package, const GyPublicKey *key)
{
	Check check = {.update = update, .package = package};

	check.data = g_bytes_get_data(update->bytes, &check.size);
	/* first, since it may tell which generation it is */
	check_signature(&check, key);
	check_head(&check);
	check_components(&check);
	check_hashes(&check);
}

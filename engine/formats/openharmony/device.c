// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/device.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/openharmony/openharmony.h"
#include "protocol/wire/crc32c.h"

#define CODE_NONE G_MAXUINT32 /* what a call returns where it tells no reason */

static guint32
id_of(const char *name)
{
	return gyw_crc32c((const guint8 *) name, (guint32) strlen(name));
}

/* ---- versions ------------------------------------------------------------------------------------------- */

static gboolean
is_number(const char *word)
{
	return strspn(word, "0123456789") == strlen(word);
}

/* Of any length: without leading zeros the longer one is the greater one. */
static int
compare_numbers(const char *a, const char *b)
{
	a += strspn(a, "0");
	b += strspn(b, "0");
	if (strlen(a) != strlen(b))
		return strlen(a) < strlen(b) ? -1 : 1;
	return strcmp(a, b);
}

static GStrv
words_of(const char *version)
{
	g_auto(GStrv) parts = g_strsplit_set(version, ".| ", -1);
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();

	for (guint i = 0; parts[i]; i++)
		if (*parts[i])
			g_strv_builder_add(words, parts[i]);
	return g_strv_builder_end(words);
}

gboolean
gy_ohos_version_may_follow(const char *running, const char *version)
{
	g_auto(GStrv) old = words_of(running);
	g_auto(GStrv) new = words_of(version);

	for (guint i = 0; old[i] && new[i]; i++) {
		gboolean are_numbers = is_number(old[i]) && is_number(new[i]);
		int order = are_numbers ? compare_numbers(old[i], new[i]) : strcmp(old[i], new[i]);

		if (order != 0)
			return are_numbers && order < 0;
	}
	return !g_str_equal(running, version);
}

/* A board may let in what the rule refuses: the same version again, mostly. Only the device itself knows. */
static void
check_version(GyPackage *package, const GyTarget *target)
{
	const char *version = gy_package_version(package);
	gboolean is_same = g_strcmp0(target->version, version) == 0;

	if (!target->version || !*target->version || gy_ohos_version_may_follow(target->version, version))
		return;
	gy_package_add_finding(package,
		gy_finding_new(is_same ? GY_SEVERITY_NOTE : GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_ROLLBACK,
			"head.softwareVersion", OHOS_SOFTWARE, version, target->version,
			is_same ? _("the device runs this version already, which many boards refuse")
				: _("this version may not follow the one that the device runs")));
}

/* ---- components ----------------------------------------------------------------------------------------- */

static const GyTargetImage *
place_of(const GyTarget *target, const char *name)
{
	for (guint i = 0; i < target->images->len; i++)
		if (g_array_index(target->images, GyTargetImage, i).image_id == id_of(name))
			return &g_array_index(target->images, GyTargetImage, i);
	return NULL;
}

static void
check_component(GyPackage *package, const GyTarget *target, const GyOhosComponent *component, guint index)
{
	const GyTargetImage *place = place_of(target, component->name);
	g_autofree char *field = g_strdup_printf("component[%u].compAddr", index);
	g_autofree char *found = NULL;
	g_autofree char *most = NULL;

	if (!place) {
		gy_package_add_finding(package,
			gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNKNOWN_IMAGE, field,
				component->record, component->name, _("a component that the device takes"),
				_("the device has no place for the component %s"), component->name));
		return;
	}
	if (place->partition_size == 0 || component->size <= place->partition_size)
		return;
	found = g_strdup_printf("%u", component->size);
	most = g_strdup_printf("%u", place->partition_size);
	gy_package_add_finding(package,
		gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE, field, component->record, found,
			most, _("the component %s is larger than its partition"), component->name));
}

static void
check_components(GyPackage *package, const GyTarget *target, const GyOhosUpdate *update)
{
	/* a device that does not say what it takes says it when it is sent the head */
	if (!target->images || target->images->len == 0)
		return;
	for (guint i = 0; i < update->components->len; i++)
		check_component(package, target, update->components->pdata[i], i);
}

/* ---- the package as a whole ----------------------------------------------------------------------------- */

static gboolean
check_kind(GyPackage *package, const GyOhosUpdate *update)
{
	if (update->is_standard) {
		gy_package_add_finding(
			package, gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, "package",
					 GY_NO_OFFSET, gy_package_kind(package), GY_OHOS_KIND_SMALL,
					 _("a package of a standard system is installed by that system's own "
					   "updater")));
		return FALSE;
	}
	if (update->generation == GY_OHOS_LEGACY)
		return TRUE;
	gy_package_add_finding(package,
		gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, "head.type", OHOS_TYPE,
			gy_ohos_generation_name(update->generation), gy_ohos_generation_name(GY_OHOS_LEGACY),
			_("devices with the Hota API take the oldest layout only")));
	return FALSE;
}

void
gy_ohos_check_storage(GyPackage *package, const GyTarget *target)
{
	gsize size = g_bytes_get_size(gy_package_bytes(package));
	g_autofree char *found = g_strdup_printf("%" G_GSIZE_FORMAT, size);
	g_autofree char *most = g_strdup_printf("%u", target->storage_size);

	if (target->storage_size == 0 || size <= target->storage_size)
		return;
	gy_package_add_finding(package,
		gy_finding_new(GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE, "package", GY_NO_OFFSET, found,
			most, _("the package is larger than the device's storage for packages")));
}

void
gy_ohos_check_device(GyPackage *package, const GyTarget *target)
{
	const GyOhosUpdate *update = gy_ohos_package_of(package)->update;

	if (!check_kind(package, update))
		return;
	gy_ohos_check_storage(package, target);
	check_components(package, target, update);
	check_version(package, target);
}

GBytes *
gy_ohos_manifest(GyPackage *package)
{
	const GyOhosUpdate *update = gy_ohos_package_of(package)->update;

	if (update->is_standard || update->data > g_bytes_get_size(update->bytes))
		return NULL;
	return g_bytes_new_from_bytes(update->bytes, 0, (gsize) update->data);
}

GPtrArray *
gy_ohos_identities(GyPackage *package, GError **error)
{
	const GyOhosUpdate *update = gy_ohos_package_of(package)->update;
	GPtrArray *identities = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < update->components->len; i++) {
		const GyOhosComponent *component = update->components->pdata[i];
		GyImageIdentity *identity = g_new0(GyImageIdentity, 1);

		identity->image_id = id_of(component->name);
		identity->size = component->size;
		identity->has_code = component->size > 0;
		memcpy(identity->sha256, component->sha256, sizeof identity->sha256);
		memcpy(identity->code_sha256, component->sha256, sizeof identity->code_sha256);
		g_ptr_array_add(identities, identity);
	}
	return identities;
}

/* ---- names ---------------------------------------------------------------------------------------------- */

char *
gy_ohos_image_name(guint32 id)
{
	static const char *const names[] = {"bootloader", "kernel", "kernel_A", "kernel_B", "rootfs", "app",
		"data", "ota_tag", "config", "rootfs_ext4"};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (id_of(names[i]) == id)
			return g_strdup(names[i]);
	return g_strdup_printf("0x%08x", id);
}

const char *
gy_ohos_code_name(guint32 code)
{
	switch (code) {
	case 1: return _("a component could not be written");
	case 2: return _("the version may not follow the one that runs");
	case 3: return _("the signature is not one of the board's key");
	case 4: return _("a component does not match its hash");
	case 5: return _("the data could not be copied");
	case CODE_NONE: return _("it tells no reason");
	default: return NULL;
	}
}

const char *
gy_ohos_result_name(guint32 result)
{
	return result == 0 ? _("no failure") : gy_ohos_code_name(result);
}

// SPDX-License-Identifier: Apache-2.0
#include "engine/packages/package.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "engine/file.h"
#include "engine/keys/digest.h"
#include "engine/keys/key.h"
#include "engine/packages/format.h"

/* A root key as devices keep it is far smaller. */
#define RECORD_MAX      4096
#define VERSION_LONGEST 31

struct _GyPackage {
	GObject parent;

	const GyFormat *format;
	char *kind;
	char *name;
	GBytes *bytes;
	GyTrust trust;
	char *version;
	guint32 hardware_id;
	GPtrArray *images;
	GPtrArray *fields;
	GPtrArray *findings;
	GPtrArray *chain;
	GBytes *signature; /* (nullable): beside it */
};

G_DEFINE_FINAL_TYPE(GyPackage, gy_package, G_TYPE_OBJECT)

/* ---- findings, images, fields --------------------------------------------------------------------------- */

GyFinding *
gy_finding_new(GySeverity severity, GyError code, const char *field, guint64 offset, const char *found,
	const char *expected, const char *message, ...)
{
	GyFinding *finding = g_new0(GyFinding, 1);
	va_list arguments;

	finding->severity = severity;
	finding->code = g_strdup(gy_error_word(code));
	finding->field = g_strdup(field);
	finding->offset = offset;
	finding->found = g_strdup(found);
	finding->expected = g_strdup(expected);
	va_start(arguments, message);
	finding->message = g_strdup_vprintf(message, arguments);
	va_end(arguments);
	return finding;
}

void
gy_finding_free(GyFinding *finding)
{
	if (!finding)
		return;
	g_free(finding->code);
	g_free(finding->field);
	g_free(finding->found);
	g_free(finding->expected);
	g_free(finding->message);
	g_free(finding);
}

GError *
gy_finding_to_error(const GyFinding *finding)
{
	g_autoptr(GString) place = g_string_new(finding->field);
	int code = GY_ERROR_INTERNAL;

	for (int i = 0; i < GY_N_ERRORS; i++)
		if (g_str_equal(gy_error_word((GyError) i), finding->code))
			code = i;

	if (finding->offset != GY_NO_OFFSET)
		g_string_append_printf(place, _(" at 0x%" PRIx64), finding->offset);
	if (finding->found)
		g_string_append_printf(place, _(", found %s"), finding->found);
	if (finding->expected)
		g_string_append_printf(place, _(", expected %s"), finding->expected);
	/* Translators: a sentence, and what it is about: place, what was found, what was expected */
	return g_error_new(GY_ERROR, code, _("%1$s (%2$s)"), finding->message, place->str);
}

void
gy_image_free(GyImage *image)
{
	if (!image)
		return;
	g_free(image->name);
	g_free(image->version_text);
	g_free(image);
}

void
gy_field_free(GyField *field)
{
	if (!field)
		return;
	g_free(field->name);
	g_free(field->label);
	g_free(field->value);
	g_free(field);
}

void
gy_link_free(GyLink *link)
{
	if (!link)
		return;
	g_free(link->name);
	g_free(link->label);
	g_free(link->detail);
	g_free(link);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_package_init(GyPackage *self)
{
	self->images = g_ptr_array_new_with_free_func((GDestroyNotify) gy_image_free);
	self->fields = g_ptr_array_new_with_free_func((GDestroyNotify) gy_field_free);
	self->findings = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	self->chain = g_ptr_array_new_with_free_func((GDestroyNotify) gy_link_free);
}

static void
gy_package_finalize(GObject *object)
{
	GyPackage *self = GY_PACKAGE(object);

	g_free(self->kind);
	g_free(self->name);
	g_clear_pointer(&self->bytes, g_bytes_unref);
	g_free(self->version);
	g_ptr_array_unref(self->images);
	g_ptr_array_unref(self->fields);
	g_ptr_array_unref(self->findings);
	g_clear_pointer(&self->signature, g_bytes_unref);
	g_ptr_array_unref(self->chain);
	G_OBJECT_CLASS(gy_package_parent_class)->finalize(object);
}

static void
gy_package_class_init(GyPackageClass *class)
{
	G_OBJECT_CLASS(class)->finalize = gy_package_finalize;
}

GyPackage *
gy_package_new(const GyFormat *format, const char *kind, const char *name, GBytes *bytes)
{
	GyPackage *self = g_object_new(GY_TYPE_PACKAGE, NULL);

	self->format = format;
	self->kind = g_strdup(kind);
	self->name = g_strdup(name);
	self->bytes = g_bytes_ref(bytes);
	return self;
}

GyPackage *
gy_package_load_bytes(GBytes *bytes, const char *name, GError **error)
{
	const GyFormat *format = gy_format_by_content(bytes);
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	g_autofree char *start = NULL;

	if (format && size <= format->max_size)
		return format->load(bytes, name, error);
	if (format) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_TOO_LARGE,
			_("%s has %zu bytes, a package for %s has at most %" PRIu64), name, size,
			format->title, format->max_size);
		return NULL;
	}

	start = gy_hex(data, MIN(size, 16));
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_RECOGNISED,
		_("%s is no package of a known format (%zu bytes, it starts with %s)"), name, size, start);
	return NULL;
}

GyPackage *
gy_package_load(const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = gy_file_map(path, GY_PACKAGE_MEMORY_MAX, GY_PACKAGE_MAX, error);

	if (!bytes)
		return NULL;
	return gy_package_load_bytes(bytes, path, error);
}

/* The record of the system's devices, if the file is one; %NULL without an error if it is something else. */
static GyPublicKey *
load_record(const GyFormat *format, const char *uri, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	GyPublicKey *key;

	if (!format->root_key_from_record || !g_file_test(uri, G_FILE_TEST_IS_REGULAR))
		return NULL;
	bytes = gy_file_read(uri, RECORD_MAX, NULL);
	key = bytes ? format->root_key_from_record(bytes, error) : NULL;
	if (!key && error && *error)
		g_prefix_error(error, "%s: ", uri);
	return key;
}

static GyPublicKey *
load_root_key(const GyFormat *format, const char *uri, GError **error)
{
	GError *problem = NULL;
	GyPublicKey *key = load_record(format, uri, &problem);

	if (!problem)
		return key ? key
			   : gy_public_key_load(uri, format->key_types, C_("which key", "root"), NULL, error);
	g_propagate_error(error, problem);
	return NULL;
}

gboolean
gy_package_verify(GyPackage *package, const char *key_uri, GError **error)
{
	g_autoptr(GyPublicKey) key = NULL;

	if (key_uri) {
		key = load_root_key(package->format, key_uri, error);
		if (!key)
			return FALSE;
	}
	gy_package_clear_findings(package);
	return package->format->verify(package, key, error);
}

const GyFinding *
gy_package_refusal(GyPackage *package)
{
	for (guint i = 0; i < package->findings->len; i++) {
		const GyFinding *finding = package->findings->pdata[i];

		if (finding->severity == GY_SEVERITY_ERROR)
			return finding;
	}
	return NULL;
}

GBytes *
gy_package_unpack_image(GyPackage *package, guint index, GError **error)
{
	g_return_val_if_fail(index < package->images->len, NULL);

	return package->format->unpack_image(package, index, error);
}

GBytes *
gy_package_unpack_difference(GyPackage *package, guint index, GBytes *old, GError **error)
{
	g_return_val_if_fail(index < package->images->len, NULL);

	if (package->format->unpack_difference)
		return package->format->unpack_difference(package, index, old, error);
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
		_("differences for %s are not applied here"), package->format->title);
	return NULL;
}

GBytes *
gy_package_manifest(GyPackage *package)
{
	return package->format->manifest ? package->format->manifest(package) : NULL;
}

void
gy_package_check_device(GyPackage *package, const GyTarget *target)
{
	if (package->format->check_device)
		package->format->check_device(package, target);
}

GPtrArray *
gy_package_identities(GyPackage *package, GError **error)
{
	if (package->format->identities)
		return package->format->identities(package, error);
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
		_("a package for %s does not tell what the device will hold"), package->format->title);
	return NULL;
}

const char *
gy_package_name(GyPackage *package)
{
	return package->name;
}

const GyFormat *
gy_package_format(GyPackage *package)
{
	return package->format;
}

const char *
gy_package_kind(GyPackage *package)
{
	return package->kind;
}

gboolean
gy_package_is_image(GyPackage *package)
{
	const GyFormat *format = gy_package_format(package);

	return format->to_region || g_strcmp0(format->stored_kind, gy_package_kind(package)) == 0;
}

GyTrust
gy_package_trust(GyPackage *package)
{
	return package->trust;
}

const char *
gy_package_version(GyPackage *package)
{
	return package->version;
}

guint32
gy_package_hardware_id(GyPackage *package)
{
	return package->hardware_id;
}

GBytes *
gy_package_bytes(GyPackage *package)
{
	return package->bytes;
}

GPtrArray *
gy_package_images(GyPackage *package)
{
	return package->images;
}

GPtrArray *
gy_package_fields(GyPackage *package)
{
	return package->fields;
}

GPtrArray *
gy_package_chain(GyPackage *package)
{
	return package->chain;
}

GPtrArray *
gy_package_findings(GyPackage *package)
{
	return package->findings;
}

void
gy_package_set_trust(GyPackage *package, GyTrust trust)
{
	package->trust = trust;
}

void
gy_package_set_version(GyPackage *package, const char *version)
{
	g_autofree char *copy = g_strdup(version);

	g_free(package->version);
	package->version = g_steal_pointer(&copy);
}

void
gy_package_set_signature(GyPackage *package, GBytes *signature)
{
	GBytes *kept = signature ? g_bytes_ref(signature) : NULL;

	g_clear_pointer(&package->signature, g_bytes_unref);
	package->signature = kept;
}

GBytes *
gy_package_signature(GyPackage *package)
{
	return package->signature;
}

gboolean
gy_package_name_version(GyPackage *package, const char *version, GError **error)
{
	const char *own = package->version;

	if (!*version || strlen(version) > VERSION_LONGEST || !g_str_is_ascii(version))
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("a version has 1 to %d ASCII characters, not \"%s\""), VERSION_LONGEST, version);
	else if (own && !g_str_equal(own, version))
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE, _("the package names the version %s, not %s"),
			own, version);
	else if (!own && !package->format->begin_tags)
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_RULE,
			_("devices of the system %s are not told a version: they read it from what they "
			  "install"),
			package->format->title);
	else {
		if (!own)
			gy_package_set_version(package, version);
		return TRUE;
	}
	return FALSE;
}

void
gy_package_set_hardware_id(GyPackage *package, guint32 hardware_id)
{
	package->hardware_id = hardware_id;
}

void
gy_package_add_image(GyPackage *package, GyImage *image)
{
	g_ptr_array_add(package->images, image);
}

void
gy_package_add_field(GyPackage *package, const char *name, const char *label, const char *format, ...)
{
	GyField *field = g_new0(GyField, 1);
	va_list arguments;

	field->name = g_strdup(name);
	field->label = g_strdup(label);
	va_start(arguments, format);
	field->value = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_ptr_array_add(package->fields, field);
}

void
gy_package_clear_findings(GyPackage *package)
{
	g_ptr_array_set_size(package->findings, 0);
	g_ptr_array_set_size(package->chain, 0);
}

void
gy_package_add_finding(GyPackage *package, GyFinding *finding)
{
	g_ptr_array_add(package->findings, finding);
}

void
gy_package_add_link(
	GyPackage *package, const char *name, const char *label, GyLinkState state, const char *detail, ...)
{
	GyLink *link = g_new0(GyLink, 1);
	va_list arguments;

	link->name = g_strdup(name);
	link->label = g_strdup(label);
	link->state = state;
	va_start(arguments, detail);
	link->detail = g_strdup_vprintf(detail, arguments);
	va_end(arguments);
	g_ptr_array_add(package->chain, link);
}

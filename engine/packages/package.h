// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"

/**
 * GySeverity:
 * @GY_SEVERITY_NOTE: worth knowing
 * @GY_SEVERITY_WARNING: probably not what was meant; can be forced
 * @GY_SEVERITY_ERROR: the package is refused
 */
typedef enum {
	GY_SEVERITY_NOTE,
	GY_SEVERITY_WARNING,
	GY_SEVERITY_ERROR,
} GySeverity;

#define GY_NO_OFFSET G_MAXUINT64

/**
 * GyFinding:
 * @severity: how bad it is
 * @code: stable word, gy_error_word() of the matching error where there is one
 * @field: the field by its name in the format's description, such as "info_area.image_num"
 * @offset: bytes from the start of the package, or %GY_NO_OFFSET
 * @found: (nullable): what stands there
 * @expected: (nullable): what should stand there
 * @message: one sentence for people, without a full stop
 *
 * One result of a check.
 */
typedef struct {
	GySeverity severity;
	char *code;
	char *field;
	guint64 offset;
	char *found;
	char *expected;
	char *message;
} GyFinding;

/** gy_finding_new: (transfer full): @found and @expected may be %NULL; the message is printf-like. */
GyFinding *gy_finding_new(GySeverity severity, GyError code, const char *field, guint64 offset,
	const char *found, const char *expected, const char *message, ...) G_GNUC_PRINTF(7, 8);
void gy_finding_free(GyFinding *finding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyFinding, gy_finding_free)

/** gy_finding_to_error: (transfer full): the same as an error: message, field, offset, found and expected. */
GError *gy_finding_to_error(const GyFinding *finding);

/**
 * GyStorage:
 *
 * How an image's bytes stand in the package; flags, since compressed bytes can be encrypted too.
 */
typedef enum {
	GY_STORAGE_PLAIN = 0,
	GY_STORAGE_LZMA = 1 << 0,
	GY_STORAGE_DIFF = 1 << 1,
	GY_STORAGE_ENCRYPTED = 1 << 2,
} GyStorage;

/**
 * GyImage:
 * @name: the image's name in its system ("application"), or "0x…" for an unknown id
 * @id: the system's number for it
 * @offset: of the stored bytes, from the start of the package; in a package that is a zip, of what is in it
 * @stored_size: bytes in the package, padding included
 * @size: bytes after unpacking
 * @storage: how it is stored
 * @version: the image's version number; its meaning is the system's
 * @version_text: (nullable): where a system's images have a text instead
 * @sha256: digest over the stored bytes, as the package states it
 */
typedef struct {
	char *name;
	guint32 id;
	guint64 offset;
	guint64 stored_size;
	guint64 size;
	GyStorage storage;
	guint32 version;
	char *version_text;
	guint8 sha256[32];
} GyImage;

void gy_image_free(GyImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyImage, gy_image_free)

/**
 * GyField:
 * @name: stable name for JSON, such as "hardware_id"
 * @label: for people, such as "Hardware id"
 * @value: as text
 *
 * One piece of metadata, in the order in which it is shown.
 */
typedef struct {
	char *name;
	char *label;
	char *value;
} GyField;

void gy_field_free(GyField *field);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyField, gy_field_free)

/**
 * GyLinkState:
 * @GY_LINK_GOOD: it is what the link before it, or a key that was given, says
 * @GY_LINK_BAD: it is not
 * @GY_LINK_UNCHECKED: it could not be checked
 */
typedef enum {
	GY_LINK_GOOD,
	GY_LINK_BAD,
	GY_LINK_UNCHECKED,
} GyLinkState;

/**
 * GyLink:
 * @name: stable name for JSON, such as "key-area"
 * @label: for people, such as "Key area"
 * @state: what its check gave
 * @detail: what it is and what vouches for it, one phrase without a full stop
 *
 * One link of the chain of trust, from the key that it starts from to the images' data.
 */
typedef struct {
	char *name;
	char *label;
	GyLinkState state;
	char *detail;
} GyLink;

void gy_link_free(GyLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyLink, gy_link_free)

/**
 * GyTrust:
 * @GY_TRUST_UNSIGNED: no signature and no digest in its place
 * @GY_TRUST_INTEGRITY_ONLY: digests, which anyone can make
 * @GY_TRUST_SIGNED: signed; whether by the right key is for gy_package_verify() with a key to say
 */
typedef enum {
	GY_TRUST_UNSIGNED,
	GY_TRUST_INTEGRITY_ONLY,
	GY_TRUST_SIGNED,
} GyTrust;

#define GY_TYPE_PACKAGE (gy_package_get_type())
G_DECLARE_FINAL_TYPE(GyPackage, gy_package, GY, PACKAGE, GObject)

typedef struct _GyFormat GyFormat;

/* ---- for everyone --------------------------------------------------------------------------------------- */

/**
 * gy_package_load:
 * @path: a file
 * @error: return location
 *
 * Reads a file, recognises its format and parses it. Damage that still lets it be parsed becomes findings. One of more
 * than %GY_PACKAGE_MEMORY_MAX bytes is mapped: nobody may cut it as long as the package is there.
 *
 * Returns: (transfer full): the package, or %NULL with GY_ERROR_FILE_*, %GY_ERROR_PACKAGE_NOT_RECOGNISED,
 *   %GY_ERROR_PACKAGE_TOO_LARGE (more than its format can have),
 *   %GY_ERROR_PACKAGE_TRUNCATED or %GY_ERROR_PACKAGE_MALFORMED
 */
#define GY_PACKAGE_MEMORY_MAX (64 * 1024 * 1024)
#define GY_PACKAGE_MAX        (G_GUINT64_CONSTANT(16) << 30)
GyPackage *gy_package_load(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_package_load_bytes: the same for bytes in memory; @name stands in messages. */
GyPackage *gy_package_load_bytes(GBytes *bytes, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_package_verify:
 * @package: a loaded package
 * @key_uri: (nullable): public key that the chain of trust has to start from
 * @error: return location
 *
 * Runs every check of the format and replaces the package's findings by what they gave.
 *
 * Returns: %TRUE if the checks could be made, whatever they found; %FALSE with GY_ERROR_KEY_* if the key could
 *   not be used
 */
gboolean gy_package_verify(GyPackage *package, const char *key_uri, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_package_refusal:
 * @package: a verified package
 *
 * Returns: (nullable): the first finding of severity error, owned by the package
 */
const GyFinding *gy_package_refusal(GyPackage *package);

/**
 * gy_package_unpack_difference:
 * @package: a package
 * @index: which of its images; one that is stored as a difference
 * @old: the image that it was made against
 * @error: return location
 *
 * Returns: (transfer full): the new image, or %NULL with %GY_ERROR_IMAGE_OTHER_OLD if @old is another image, and as
 *   gy_package_unpack_image()
 */
GBytes *gy_package_unpack_difference(
	GyPackage *package, guint index, GBytes *old, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_package_unpack_image:
 * @package: a package
 * @index: which of its images
 * @error: return location
 *
 * Returns: (transfer full): the image's bytes as they were before packing, or %NULL with
 *   %GY_ERROR_PACKAGE_HASH, %GY_ERROR_IMAGE_COMPRESSION or %GY_ERROR_PACKAGE_NOT_SUPPORTED
 */
GBytes *gy_package_unpack_image(GyPackage *package, guint index, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *gy_package_name(GyPackage *package);
const GyFormat *gy_package_format(GyPackage *package);
/** gy_package_kind: "upgrade" or another word of the format, such as "burn". */
const char *gy_package_kind(GyPackage *package);
/** gy_package_is_image: whether the file is itself what devices run, and not something that holds it. */
gboolean gy_package_is_image(GyPackage *package);
GyTrust gy_package_trust(GyPackage *package);
/** gy_package_version: (nullable): the package's own version text. */
const char *gy_package_version(GyPackage *package);
guint32 gy_package_hardware_id(GyPackage *package);
/** gy_package_bytes: (transfer none): the whole package. */
GBytes *gy_package_bytes(GyPackage *package);
/** gy_package_images: (element-type GyImage): in package order, owned by the package. */
GPtrArray *gy_package_images(GyPackage *package);
/** gy_package_fields: (element-type GyField): metadata in display order, owned by the package. */
GPtrArray *gy_package_fields(GyPackage *package);
/** gy_package_chain: (element-type GyLink): of the last verification, empty before it or if the format has none. */
GPtrArray *gy_package_chain(GyPackage *package);
/** gy_package_findings: (element-type GyFinding): of loading and the last verification. */
GPtrArray *gy_package_findings(GyPackage *package);

/**
 * gy_package_manifest:
 * @package: an upgrade package
 *
 * Returns: (transfer full) (nullable): what the device needs to judge the package before it erases anything
 *   (protocol/PROTOCOL.md, "Manifest"); %NULL if the format has none
 */
GBytes *gy_package_manifest(GyPackage *package);

/**
 * gy_package_set_signature: (nullable): the bytes of a signature that lies beside the package, for gy_package_verify(); of formats that
 * say #GyFormat.signs_beside.
 */
void gy_package_set_signature(GyPackage *package, GBytes *signature);
/** gy_package_signature: (transfer none) (nullable). */
GBytes *gy_package_signature(GyPackage *package);

/**
 * gy_package_name_version:
 * @version: what a package that does not say it brings, for the device to note; a text of 1 to 31 ASCII characters
 *
 * Returns: %FALSE with %GY_ERROR_CFG_VALUE for a text that cannot be, %GY_ERROR_CFG_RULE if the package names another version, or if devices
 *   of its system are not told any
 */
gboolean gy_package_name_version(
	GyPackage *package, const char *version, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- for formats ---------------------------------------------------------------------------------------- */

GyPackage *gy_package_new(const GyFormat *format, const char *kind, const char *name, GBytes *bytes);
void gy_package_set_trust(GyPackage *package, GyTrust trust);
void gy_package_set_version(GyPackage *package, const char *version);
void gy_package_set_hardware_id(GyPackage *package, guint32 hardware_id);
void gy_package_add_image(GyPackage *package, GyImage *image);
void gy_package_add_field(GyPackage *package, const char *name, const char *label, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
void gy_package_clear_findings(GyPackage *package);
void gy_package_add_link(GyPackage *package, const char *name, const char *label, GyLinkState state,
	const char *detail, ...) G_GNUC_PRINTF(5, 6);
void gy_package_add_finding(GyPackage *package, GyFinding *finding);

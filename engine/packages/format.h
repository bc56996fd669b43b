// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/delta/watch.h"
#include "engine/draft.h"
#include "engine/keys/key.h"
#include "engine/packages/build-options.h"
#include "engine/packages/package.h"
#include "engine/packages/target.h"

/**
 * GySignedRange:
 * @name: of the key that signs it, or of what is signed: "root"
 * @how: for people, "SHA-256, ECDSA"
 * @bytes: what is signed; the signer hashes it
 * @signature: (nullable): once it came back
 *
 * What a signing server gets of a package that is signed elsewhere.
 */
typedef struct {
	char *name;
	const char *how;
	GBytes *bytes;
	GBytes *signature;
} GySignedRange;

/** gy_signed_range_new: (transfer full): without a signature yet; @bytes: (transfer none). */
GySignedRange *gy_signed_range_new(const char *name, const char *how, GBytes *bytes);
void gy_signed_range_free(GySignedRange *range);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GySignedRange, gy_signed_range_free)

/**
 * GyArea: part of a device's flash, as READ and HASH name it. @size 0: there is none.
 */
typedef struct {
	guint32 area;
	guint32 offset;
	guint32 size;
} GyArea;

/**
 * GyDifferenceOptions: how a difference is made for a device.
 * @takes_envelopes: whether its loader knows ours (protocol/wire/envelope.h)
 * @keys: (nullable): whose group "keys" signs it, if the whole package is signed
 */
typedef struct {
	gboolean takes_envelopes;
	const GyBuildOptions *keys;
} GyDifferenceOptions;

/**
 * GyFormat:
 * @system: the word of the command line and of JSON, "ws63"
 * @title: for people, "HiSilicon WS63"
 * @key_types: types of the keys that sign its packages (#GyKeyType)
 * @max_size: bytes of the largest package
 * @probe: whether these bytes are of this format, by their first bytes only
 * @load: parses them
 * @verify: adds findings; @key is the key that the chain starts from, or %NULL
 * @unpack_image: gives back one image as it was before packing
 * @unpack_difference: (nullable): see gy_package_unpack_difference()
 * @make_difference: (nullable): a package that makes of @old what @whole makes of nothing; %NULL with
 *   %GY_ERROR_PACKAGE_NOT_SUPPORTED if @whole is a difference itself, %GY_ERROR_KEY_NEEDED, or as gy_patch_make()
 * @manifest: (nullable): see gy_package_manifest()
 * @begin_tags: (nullable): (transfer full): tags of BEGIN that its devices' backend goes by, as they stand on the line; with
 *   @is_forced without what a device could refuse a package for that can be forced
 * @build: (nullable): makes a package in an empty draft; warnings go to @notes (element-type GyFinding)
 * @sign: (nullable): signs a package that was built before, into an empty draft; of @options only the group "keys" counts
 * @to_be_signed: (nullable): what keys elsewhere have to sign (element-type GySignedRange), in the order of the chain; of
 *   @options the public halves of its keys count, as far as the package carries them
 * @signed_names: (nullable): the names of these, without a key: what has to come back
 * @take_signatures: (nullable): the signed package, into an empty draft, from what was exported with the signatures for it
 *   (element-type GySignedRange), in the order of @signed_names; the root key of @options, if there is one, has to have
 *   made the first
 * @check_device: (nullable): see gy_package_check_device()
 * @identities: (nullable): see gy_package_identities()
 * @image_name: (transfer full): the name of an image of this system, or "0x…"
 * @result_name: what a device's upgrade result means, one phrase without a full stop; %NULL for an unknown number
 * @good_result: the number of an upgrade that went well; 0 with most systems
 * @code_name: what a code of the device's own API means, likewise
 * @sent_kind: (nullable): the kind of package that goes to a device over its link; see gy_package_kind()
 * @stored_kind: (nullable): a package of this kind is itself what devices run, and what differences are made from
 * @difference_kind: (nullable): another kind that does, if differences are one of their own
 * @message_kind: (nullable): the kind that is no package, but a message about one
 * @announced: (nullable): (transfer full): of a message that was verified: the package that it is about
 * @is_application: its packages are the application and nothing else
 * @signs_beside: what signing gives is the signature alone, a file of its own
 * @has_boot_menu: its boot loader takes keys for a moment after each reset, at the rate of its text: nothing is sent then, as
 *   what arrives at another rate may be one
 * @verifies_none: its devices verify no signature, so a package goes to them without one
 * @is_custom: its packages are of the device's own kind, of which nobody else knows anything
 * @to_region: what is sent goes as it is into the region of the device's flash that does not run; other formats are stored
 *   whole and installed by the boot loader
 * @root_key_from_record: (nullable): a root key in the form in which the system's devices keep it; %NULL without an error if
 *   the bytes are no such form
 * @root_key_at: where a device of this system keeps the X||Y of its root key
 * @file_name: (nullable): how a new package is called unless somebody says; see gy_format_file_name()
 * @options: (nullable): the options of building, ended by one without a key; those of a group stand together
 * @input: (nullable): which of @options the command line takes as an argument behind the system's word
 * @image_options: (nullable): the options of one image of a build, likewise
 * @image_sections: (nullable): images that a form proposes; the value is the section
 * @options_from_config: (nullable): the system's own configuration file as options; what has no place in them goes to
 *   @notes (element-type GyFinding)
 * @options_to_config: (nullable): the other way; paths below @folder, where the configuration will lie, count from there
 *
 * What a system's folder below formats/ offers to the rest of the engine.
 */
struct _GyFormat {
	const char *system;
	const char *title;
	guint key_types;
	guint64 max_size;
	gboolean (*probe)(GBytes *bytes);
	GyPackage *(*load)(GBytes *bytes, const char *name, GError **error);
	gboolean (*verify)(GyPackage *package, const GyPublicKey *key, GError **error);
	GBytes *(*unpack_image)(GyPackage *package, guint index, GError **error);
	GBytes *(*unpack_difference)(GyPackage *package, guint index, GBytes *old, GError **error);
	GBytes *(*make_difference)(GyPackage *whole, GBytes *old, const GyDifferenceOptions *options,
		const GyWatch *watch, GError **error);
	GBytes *(*manifest)(GyPackage *package);
	GBytes *(*begin_tags)(GyPackage *package, gboolean is_forced);
	gboolean (*build)(const GyBuildOptions *options, GyDraft *draft, GPtrArray *notes, GError **error);
	gboolean (*sign)(GyPackage *package, const GyBuildOptions *options, GyDraft *draft, GError **error);
	GPtrArray *(*to_be_signed)(GyPackage *package, const GyBuildOptions *options, GError **error);
	GStrv (*signed_names)(GyPackage *package);
	gboolean (*take_signatures)(GyPackage *package, const GyBuildOptions *options, GPtrArray *ranges,
		GyDraft *draft, GError **error);
	void (*check_device)(GyPackage *package, const GyTarget *target);
	GPtrArray *(*identities)(GyPackage *package, GError **error);
	char *(*image_name)(guint32 id);
	const char *(*result_name)(guint32 result);
	guint32 good_result;
	const char *(*code_name)(guint32 code);
	const char *sent_kind;
	const char *stored_kind;
	const char *difference_kind;
	const char *message_kind;
	GyPackage *(*announced)(GyPackage *package, GError **error);
	gboolean is_application;
	gboolean has_boot_menu;
	gboolean signs_beside;
	gboolean verifies_none;
	gboolean is_custom;
	gboolean to_region;
	GyPublicKey *(*root_key_from_record)(GBytes *record, GError **error);
	GyArea root_key_at;
	const char *file_name;
	const GyOption *options;
	const char *input;
	const GyOption *image_options;
	const GyOptionChoice *image_sections;
	GyBuildOptions *(*options_from_config)(
		GBytes *config, const char *name, GPtrArray *notes, GError **error);
	GBytes *(*options_to_config)(
		const GyBuildOptions *options, const char *folder, GPtrArray *notes, GError **error);
};

/** gy_format_by_system: (nullable): the format with that word. */
const GyFormat *gy_format_by_system(const char *system);

/** gy_format_file_name: how a new package is called unless somebody says: "update.fwpkg". */
const char *gy_format_file_name(const GyFormat *format);

/** gy_format_by_content: (nullable): the format that recognises these bytes. */
const GyFormat *gy_format_by_content(GBytes *bytes);

/** gy_format_list: all formats, ended by %NULL. */
const GyFormat *const *gy_format_list(void);

/** gy_format_build: (transfer full): a package that is not going to a file of its own; see #GyFormat.build. */
GBytes *gy_format_build(const GyFormat *format, const GyBuildOptions *options, GPtrArray *notes,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_format_sign: (transfer full): likewise; see #GyFormat.sign. */
GBytes *gy_format_sign(
	GyPackage *package, const GyBuildOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_package_check_device:
 * @package: a verified package
 * @target: what the device says about itself
 *
 * Adds a finding for everything that keeps @package from working on this device, before anything is erased.
 */
void gy_package_check_device(GyPackage *package, const GyTarget *target);

/**
 * gy_package_identities:
 * @package: a verified package
 * @error: return location
 *
 * Returns: (transfer full) (element-type GyImageIdentity): what the device will hold, image by image in package
 *   order; of an image that cannot be unpacked here (an encrypted one) only its id and size are known. %NULL with
 *   %GY_ERROR_PACKAGE_NOT_SUPPORTED if the format cannot tell, or the error of unpacking
 */
GPtrArray *gy_package_identities(GyPackage *package, GError **error) G_GNUC_WARN_UNUSED_RESULT;

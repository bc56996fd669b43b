// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/error.h"
#include "engine/packages/build-options.h"

/** GyFotaKeyArea: section FOTA_KEY_AREA. */
typedef struct {
	guint32 image_id;
	guint32 struct_version;
	guint32 key_owner_id;
	guint32 key_id;
	guint32 key_alg;
	guint32 key_version;
	guint32 key_version_mask;
	guint32 msid;
	guint32 msid_mask;
} GyFotaKeyArea;

/** GyFotaInfoArea: section FOTA_INFO_AREA. */
typedef struct {
	guint32 image_id;
	guint32 struct_version;
	guint32 version;
	guint32 version_mask;
	guint32 msid;
	guint32 msid_mask;
	guint32 hardware_id;
} GyFotaInfoArea;

/** GyFotaImage: the section of one image. The keys and the counter are filled only where they are there. */
typedef struct {
	char *section;
	guint32 header_magic;
	guint32 image_id;
	guint32 decompress_flag;
	guint32 re_enc_flag;
	guint32 root_key_type;
	gboolean has_protection_key_l1;
	guint8 protection_key_l1[16];
	gboolean has_protection_key_l2;
	guint8 protection_key_l2[16];
	gboolean has_plain_key;
	guint8 plain_key[16];
	gboolean has_iv;
	guint8 iv[16];
	guint32 version_ext;
	guint32 version_mask;
} GyFotaImage;

/** GyFotaCfg: a packager's configuration file, fota.cfg. */
typedef struct _GyFotaCfg GyFotaCfg;

void gy_fota_cfg_free(GyFotaCfg *cfg);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyFotaCfg, gy_fota_cfg_free)
void gy_fota_image_free(GyFotaImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyFotaImage, gy_fota_image_free)

/**
 * gy_fota_cfg_parse:
 * @bytes: the file
 * @name: stands in messages
 * @error: return location
 *
 * Reads the two areas; sections of images are read when they are asked for, since a file may describe images that
 * nobody packs.
 *
 * Returns: (transfer full): the configuration, or %NULL with GY_ERROR_CFG_*
 */
GyFotaCfg *gy_fota_cfg_parse(GBytes *bytes, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_fota_cfg_of_options:
 * @options: of a build; have to outlive the configuration
 * @error: return location
 *
 * The file that the options name, or the usual values if they name none, and over it what the options say themselves.
 *
 * Returns: (transfer full): the configuration, or %NULL with GY_ERROR_FILE_* or GY_ERROR_CFG_*
 */
GyFotaCfg *gy_fota_cfg_of_options(const GyBuildOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_fota_cfg_to_options: (transfer full): all that it says as options; what has no place there goes to @notes. */
GyBuildOptions *gy_fota_cfg_to_options(const GyFotaCfg *cfg, GPtrArray *notes, GError **error);

/**
 * gy_fota_cfg_write: (transfer full): the text of a configuration file that says what the options say. Key files below
 * @folder, where it will lie, are named as they count from there.
 */
GBytes *gy_fota_cfg_write(
	const GyBuildOptions *options, const char *folder, GPtrArray *notes, GError **error);

/** gy_fota_cfg_image: (transfer full): a section of an image, or %NULL with GY_ERROR_CFG_*. */
GyFotaImage *gy_fota_cfg_image(
	const GyFotaCfg *cfg, const char *section, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *gy_fota_cfg_name(const GyFotaCfg *cfg);
const GyFotaKeyArea *gy_fota_cfg_key_area(const GyFotaCfg *cfg);
const GyFotaInfoArea *gy_fota_cfg_info_area(const GyFotaCfg *cfg);
/** gy_fota_cfg_root_key_file: (nullable): SIGN_CFG.RootKeyFile, %NULL if it is not there or empty. */
const char *gy_fota_cfg_root_key_file(const GyFotaCfg *cfg);
/** gy_fota_cfg_sub_key_file: (nullable): SIGN_CFG.SubKeyFile, %NULL if it is not there or empty. */
const char *gy_fota_cfg_sub_key_file(const GyFotaCfg *cfg);
/** gy_fota_cfg_sign_suite: SIGN_CFG.SignSuite, -1 if it is not there or no number. */
int gy_fota_cfg_sign_suite(const GyFotaCfg *cfg);
/** gy_fota_cfg_set_key_alg: goes before what the file says. */
void gy_fota_cfg_set_key_alg(GyFotaCfg *cfg, guint32 key_alg);
/** gy_fota_cfg_text: (transfer full) (nullable): a value of the file as it stands there. */
char *gy_fota_cfg_text(const GyFotaCfg *cfg, const char *section, const char *key);
/** gy_fota_cfg_sections: (transfer full): names of all sections of the file, ended by %NULL. */
char **gy_fota_cfg_sections(const GyFotaCfg *cfg);

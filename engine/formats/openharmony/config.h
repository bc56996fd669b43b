// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/openharmony/target-package.h"
#include "engine/packages/package.h"

#define OHOS_CONFIG_FILE   "updater_config/updater_specified_config.xml"
#define OHOS_BOARDS_FILE   "updater_config/BOARD.list"
#define OHOS_VERSIONS_FILE "updater_config/VERSION.mbn"

/** GyOhosSystem: which limits a configuration has to keep. */
typedef struct {
	gboolean is_standard;
	gboolean is_legacy;
	gboolean is_sd_card;
} GyOhosSystem;

/**
 * GyOhosPart:
 * @name: compAddr, without a slash
 * @id, @res_type, @type, @version: compId, resType, compType, compVer
 * @file: path below the target_package
 * @line: where it stands
 */
typedef struct {
	char *name;
	guint16 id;
	guint8 res_type;
	guint8 type;
	char *version;
	char *file;
	guint line;
} GyOhosPart;

/** OHOS_PART_NAME_MAX: bytes of a name and its slash. */
#define OHOS_PART_NAME_MAX 32

/** gy_ohos_parts_new: (transfer full): an empty list of #GyOhosPart. */
GPtrArray *gy_ohos_parts_new(void);

/**
 * GyOhosConfig: an updater_specified_config.xml.
 * @name: stands in findings
 * @version_file: (nullable): path below the target_package of what the version is to be taken from, if it is there
 * @info_line, @version_file_line: where these stand
 * @parts: (element-type GyOhosPart): in its order
 */
typedef struct {
	char *name;
	char *version_file;
	guint version_file_line;
	guint32 file_version;
	char *product_id;
	char *software_version;
	char *date;
	char *time;
	guint info_line;
	GPtrArray *parts;
} GyOhosConfig;

void gy_ohos_config_free(GyOhosConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyOhosConfig, gy_ohos_config_free)

/**
 * gy_ohos_config_take_version:
 * @config: one with a @version_file
 * @bytes: what is in it
 * @system: what is built
 * @findings: (element-type GyFinding): as below
 *
 * The file's text becomes the version. The line's end behind it does not: a device would find it in no line of its list.
 */
void gy_ohos_config_take_version(
	GyOhosConfig *config, GBytes *bytes, const GyOhosSystem *system, GPtrArray *findings);

/**
 * gy_ohos_config_parse:
 * @bytes: the file
 * @name: stands in findings
 * @system: what is built
 * @findings: (element-type GyFinding): gets everything that is wrong with it, each with file and line
 * @error: return location
 *
 * Returns: (transfer full): the configuration, as far as it could be understood: with findings of severity error in
 *   @findings it is not to be used. %NULL with %GY_ERROR_CFG_SYNTAX if it is no such file at all
 */
GyOhosConfig *gy_ohos_config_parse(GBytes *bytes, const char *name, const GyOhosSystem *system,
	GPtrArray *findings, GError **error) G_GNUC_WARN_UNUSED_RESULT;

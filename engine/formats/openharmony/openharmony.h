// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/openharmony/container.h"
#include "engine/formats/openharmony/differences.h"
#include "engine/formats/openharmony/update-bin.h"
#include "engine/packages/format.h"

/** gy_openharmony_format: OTA packages of OpenHarmony: mini, small and standard systems. FORMAT.md beside it. */
extern const GyFormat gy_openharmony_format;

#define GY_OHOS_KIND_SMALL       "small-system"
#define GY_OHOS_KIND_STANDARD    "standard-system"
#define GY_OHOS_KIND_INCREMENTAL "incremental"
#define GY_OHOS_KIND_SD_CARD     "sd-card"

/** GY_OHOS_KEYS: which types of key sign such packages at all. */
#define GY_OHOS_KEYS GY_KEY_RSA

/**
 * GyOhosPackage: what loading found out; belongs to the package.
 * @update: the update.bin
 * @container: (nullable): the zip that it came in
 * @tools: (nullable): build_tools.zip in it, if it is there and can be read
 * @script: (nullable): the updater's script in these tools
 * @differences: (element-type GyOhosDifference): what it makes from old images; they stand behind the components among the
 *   package's images
 */
typedef struct {
	GyOhosUpdate *update;
	GyOhosContainer *container;
	GyOhosContainer *tools;
	char *script;
	GPtrArray *differences;
} GyOhosPackage;

/** gy_ohos_package_of: (transfer none): of a package that gy_ohos_load() made. */
GyOhosPackage *gy_ohos_package_of(GyPackage *package);

GyPackage *gy_ohos_load(GBytes *bytes, const char *name, GError **error);
gboolean gy_ohos_verify(GyPackage *package, const GyPublicKey *key, GError **error);
GBytes *gy_ohos_unpack_image(GyPackage *package, guint index, GError **error);
/** gy_ohos_unpack_difference: #GyFormat.unpack_difference; @old may also be a source package that has the image. */
GBytes *gy_ohos_unpack_difference(GyPackage *package, guint index, GBytes *old, GError **error);

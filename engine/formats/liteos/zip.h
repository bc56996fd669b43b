// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/draft.h"
#include "engine/packages/format.h"

/**
 * gy_liteos_zip_format: the plain zip that a package is put in for the vendor's platform; devices never see it. FORMAT.md. It is
 * signed beside: the signature is a file of its own.
 */
extern const GyFormat gy_liteos_zip_format;

#define GY_LITEOS_ZIP_KIND "platform-zip"

/** gy_liteos_put_zip: @package as the only member of a zip; the same package gives the same zip, see gy_zip_write(). */
gboolean gy_liteos_put_zip(GBytes *package, GyDraft *draft, GError **error) G_GNUC_WARN_UNUSED_RESULT;

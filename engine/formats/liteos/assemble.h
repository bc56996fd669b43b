// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/liteos/liteos.h"

/**
 * GyLiteosParts: what a package is put together from.
 * @generation: how it is laid out; %GY_LITEOS_G2 without its signature
 * @old: the image that the device runs; empty for a whole image
 * @new_bytes: the image that it is to run
 * @dictionary: bytes of the LZMA dictionary
 * @version: (nullable): version text for an envelope, shorter than %GYW_ENVELOPE_VERSION_SIZE
 */
typedef struct {
	GyLiteosGeneration generation;
	GBytes *old;
	GBytes *new_bytes;
	guint32 dictionary;
	const char *version;
} GyLiteosParts;

/** gy_liteos_assemble: (transfer full): the head and the patch behind it; %NULL as gy_patch_make(). */
GBytes *gy_liteos_assemble(
	const GyLiteosParts *parts, const GyWatch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

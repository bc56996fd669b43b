// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/alios/message.h"
#include "engine/packages/format.h"

/*
 * What is signed is a raw digest, which signing hashes again: of a message that of the file, which stands in it, so that the
 * file itself is not needed; of an image for 3.x that of the image, which gets a sign block.
 */

/** GY_ALIOS_SIGNED: how what is signed is called for who signs elsewhere. */
#define GY_ALIOS_SIGNED "file"

/** gy_alios_wants_signature: whether the options name a key, or a command, that signs. */
gboolean gy_alios_wants_signature(const GyBuildOptions *options);

/** gy_alios_message_sign: gives @message a signature by the key, or the signer, of the options. */
gboolean gy_alios_message_sign(
	GyAliosMessage *message, const GyBuildOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_alios_image_sign: (transfer full): an image and its sign block, likewise. */
GBytes *gy_alios_image_sign(GBytes *image, guint8 padding_mode, const GyBuildOptions *options,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_alios_sign, gy_alios_to_be_signed, gy_alios_signed_names, gy_alios_take_signatures: see #GyFormat; of messages, and of
 * images with a trailer, packed or not. */
gboolean gy_alios_sign(GyPackage *package, const GyBuildOptions *options, GyDraft *draft, GError **error);
GPtrArray *gy_alios_to_be_signed(GyPackage *package, const GyBuildOptions *options, GError **error);
GStrv gy_alios_signed_names(GyPackage *package);
gboolean gy_alios_take_signatures(
	GyPackage *package, const GyBuildOptions *options, GPtrArray *ranges, GyDraft *draft, GError **error);

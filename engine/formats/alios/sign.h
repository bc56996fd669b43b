// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/formats/alios/message.h"
#include "engine/packages/format.h"

/* What is signed is the raw digest of the file, which stands in the message: the file itself is not needed. */

/** GY_ALIOS_SIGNED: how what is signed is called for who signs elsewhere. */
#define GY_ALIOS_SIGNED "file"

/** gy_alios_message_sign: gives @message a signature by the key, or the signer, of the options. */
gboolean gy_alios_message_sign(
	GyAliosMessage *message, const GyBuildOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_alios_sign, gy_alios_to_be_signed, gy_alios_signed_names, gy_alios_take_signatures: see #GyFormat; of messages only. */
gboolean gy_alios_sign(GyPackage *package, const GyBuildOptions *options, GyDraft *draft, GError **error);
GPtrArray *gy_alios_to_be_signed(GyPackage *package, const GyBuildOptions *options, GError **error);
GStrv gy_alios_signed_names(GyPackage *package);
gboolean gy_alios_take_signatures(
	GyPackage *package, const GyBuildOptions *options, GPtrArray *ranges, GyDraft *draft, GError **error);

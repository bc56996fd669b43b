// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/keys/key.h"
#include "engine/packages/package.h"

/* The oldest packages: a head of tags, then the image or a difference of a kind that nobody else reads (spec: 2.5). */

/** gy_liteos_g1_probe: whether head and file are as long as the head says. */
gboolean gy_liteos_g1_probe(const guint8 *data, gsize size);

/** gy_liteos_g1_head_size: of a file that was probed. */
gsize gy_liteos_g1_head_size(const guint8 *data);

/** gy_liteos_g1_is_difference: what its tag says; %FALSE without one. */
gboolean gy_liteos_g1_is_difference(const guint8 *data);

/** gy_liteos_g1_is_signed: whether it has a signature. */
gboolean gy_liteos_g1_is_signed(const guint8 *data);

/** gy_liteos_g1_verify: adds findings and links. */
void gy_liteos_g1_verify(GyPackage *package, const GyPublicKey *key);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/store/store.h"

/** rig_image_path: (transfer full): an image of tests/vectors/liteos/fw. */
char *rig_image_path(const char *name);

/** rig_image: (transfer full): its content; the test fails if it is not there. */
GBytes *rig_image(const char *name);

/**
 * rig_package:
 * @old: (nullable): the image that a difference is made against
 * @new_image: the image that it makes
 * @generation: as `gantry build liteos` has it
 * @key, @value: (nullable): one more option of building
 *
 * Returns: (transfer full): a package of LiteOS_Lab; the test fails if it cannot be built
 */
GBytes *rig_package(
	const char *old, const char *new_image, const char *generation, const char *key, const char *value);

/** rig_add: (transfer full): stores an image of LiteOS_Lab; its digest. */
char *rig_add(GyStore *store, GBytes *image, const char *version);

/** rig_remove: a folder, or a file, with all that is in it. */
void rig_remove(const char *path);

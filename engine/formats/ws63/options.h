// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/build-options.h"

/** gy_ws63_options: of building a package. */
extern const GyOption gy_ws63_options[];
/** gy_ws63_image_options: of one image in it. */
extern const GyOption gy_ws63_image_options[];
/** gy_ws63_image_sections: the images that a device knows without being extended. */
extern const GyOptionChoice gy_ws63_image_sections[];

/** gy_ws63_key_alg_of_word: KeyAlg of a value of the option "key-alg", 0 for another text. */
guint32 gy_ws63_key_alg_of_word(const char *word);
/** gy_ws63_key_alg_word: (nullable): the other way. */
const char *gy_ws63_key_alg_word(guint32 key_alg);

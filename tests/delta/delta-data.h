// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/** delta_file: (transfer full): a file of tests/vectors/liteos; the test fails if it is not there. */
GBytes *delta_file(const char *folder, const char *name);

/** delta_image: (transfer full): an image of its folder fw; an empty one for "". */
GBytes *delta_image(const char *name);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/engine/vectors.h"

/** ohos_path: (transfer full): a file or folder below tests/vectors/openharmony. */
char *ohos_path(const char *file);

/** ohos_bytes: (transfer full): a file's content; the test fails if it is not there. */
GBytes *ohos_bytes(const char *file);

/** ohos_changed_target: (transfer full): a new folder; below it is a copy of a target_package in which one text of the
 * configuration is another. */
char *ohos_changed_target(const char *folder, const char *from, const char *to);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/engine/vectors.h"

/** ohos_path: (transfer full): a file or folder below tests/vectors/openharmony. */
char *ohos_path(const char *file);

/** ohos_bytes: (transfer full): a file's content; the test fails if it is not there. */
GBytes *ohos_bytes(const char *file);

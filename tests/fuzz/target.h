// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stddef.h>
#include <stdint.h>

/* One run of a fuzz target; libFuzzer and AFL++ call it, and replay.c for the corpus. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/guest/gadget.h"
#include "tests/transport/bench.h"

/* Both ends of the CDC-ACM cable; the kinds are the ways of the host to it. */

#define ACM_HOST   "/dev/ttyACM0"
#define ACM_DEVICE "/dev/ttyGS0"

/* From BENCH_N_KINDS on. */
typedef enum { ACM_SERIAL, ACM_USB, ACM_PATH, ACM_N_KINDS } AcmKind;

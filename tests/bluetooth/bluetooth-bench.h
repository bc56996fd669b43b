// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bluetooth/mock-bluez.h"
#include "tests/transport/bench.h"

/* A bench for the conformance tests whose other end is a mocked Bluetooth device, the first of the mock. */

/* Added to BENCH_N_KINDS: how the line is handed over. */
#define BENCH_BLOCKING 1u /* the descriptor's mode */
#define BENCH_LATE     2u /* after the reply */

/* Where benches find it. */
extern MockBluez *bench_mock;

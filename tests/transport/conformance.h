// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/transport/bench.h"

/**
 * conformance_add:
 * @name: of the kind of cable, for the path of the tests
 * @kind: for bench_new()
 *
 * Adds the tests that every cable passes. A cable that needs more around it than bench.c has brings its own bench,
 * with kinds from %BENCH_N_KINDS on.
 */
void conformance_add(const char *name, guint kind);

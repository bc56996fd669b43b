// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/job/job.h"

/**
 * gy_flash_many:
 * @output: where it is shown: a table on a terminal, lines that begin with the port elsewhere, objects with --json
 * @package: in memory once, for all of them
 * @options: of every job; the port is set for each
 * @ports: ended by %NULL, each of them once
 *
 * Flashes several devices at once. One that fails stops no other.
 *
 * Returns: what the program ends with: 8 if some of them failed
 */
int gy_flash_many(
	const GyOutput *output, GyPackage *package, const GyJobOptions *options, const char *const *ports);

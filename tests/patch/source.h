// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

// Bytes for struct gya_patch_source. A read outside of them fails the test.
typedef struct {
	GBytes *bytes;
	guint n_reads;
	guint fail_at; // the read that fails, from 1; 0: none
} Source;

bool source_read(void *source, uint32_t offset, uint8_t *bytes, uint32_t size);

// A file of tests/vectors.
GBytes *vector_read(const char *system, const char *folder, const char *name);

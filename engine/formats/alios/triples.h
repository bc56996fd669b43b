// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/**
 * GyAliosStreams: what the three streams of a slice unpack to.
 * @dictionary: the largest of their dictionaries, in bytes
 */
typedef struct {
	GBytes *control;
	GBytes *difference;
	GBytes *extra;
	guint32 dictionary;
} GyAliosStreams;

void gy_alios_streams_clear(GyAliosStreams *streams);

/** gy_alios_number: the 8 bytes of a number as they are: the magnitude, and the sign in the uppermost bit. */
guint64 gy_alios_number(const guint8 *bytes);

/** gy_alios_triple_append: three numbers of a control stream. */
void gy_alios_triple_append(GByteArray *control, guint32 add, guint32 insert, gint64 seek);

/** gy_alios_triples_size_max: bytes of the longest control stream that is read for so many new bytes. */
gsize gy_alios_triples_size_max(guint32 new_size);

/**
 * gy_alios_triples_check:
 * @streams: of one slice
 * @new_size: bytes that it has to make
 *
 * Looks for what a device does not guard against: negative sizes and places, bytes too many or left over.
 *
 * Returns: (transfer full) (nullable): what is wrong, a sentence
 */
char *gy_alios_triples_check(const GyAliosStreams *streams, guint32 new_size);

/**
 * gy_alios_triples_apply:
 * @streams: checked
 * @old: what is read from
 * @old_size: its bytes
 * @made: gets the new bytes
 *
 * Returns: %FALSE if a triple reads past @old_size
 */
gboolean gy_alios_triples_apply(
	const GyAliosStreams *streams, const guint8 *old, gsize old_size, guint8 *made);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/** GyAliosRecordKind: which of the structures that stand at the start of PARAMETER_1. FORMAT.md, "Boot record". */
typedef enum {
	GY_ALIOS_RECORD_BOOT_1_0,
	GY_ALIOS_RECORD_BOOT_2_1,
	GY_ALIOS_RECORD_PATCH_1_0,
	GY_ALIOS_RECORD_PATCH_2_1,
	GY_ALIOS_RECORD_BOOT_3,
	GY_ALIOS_N_RECORDS
} GyAliosRecordKind;

/** GyAliosRecordField: where a number stands; @offset is -1 in a structure that does not have it. */
typedef struct {
	const char *name;
	guint size;
	int offset[GY_ALIOS_N_RECORDS];
} GyAliosRecordField;

/** gy_alios_record_fields: all of them but the CRC at the end, ended by one without a name. */
const GyAliosRecordField *gy_alios_record_fields(void);

/** gy_alios_record_kind_name: "boot record of 2.1". */
const char *gy_alios_record_kind_name(GyAliosRecordKind kind);

/**
 * gy_alios_record_probe: whether it has the size and a boot flag of one of the structures; where nothing is asked for, so that
 * the flag is 0, its CRC too.
 */
gboolean gy_alios_record_probe(const guint8 *data, gsize size, GyAliosRecordKind *kind);

/** gy_alios_record_get: a field of a record; 0 if its structure does not have it. */
guint32 gy_alios_record_get(const guint8 *data, GyAliosRecordKind kind, const char *name);

/** gy_alios_record_text: (transfer full) (nullable): a text of a record of 3.x: "url", "hash" or "ver"; %NULL of others, and if empty. */
char *gy_alios_record_text(const guint8 *data, GyAliosRecordKind kind, const char *name);

/** gy_alios_record_set: sets a field that the structure has. */
void gy_alios_record_set(guint8 *data, GyAliosRecordKind kind, const char *name, guint32 value);

/** gy_alios_record_crc: CRC-16 over all but the last two bytes; gy_alios_record_seal() puts it there. */
guint16 gy_alios_record_crc(const guint8 *data, gsize size);
void gy_alios_record_seal(guint8 *data, gsize size);

/** gy_alios_record_stored_crc: what stands there. */
guint16 gy_alios_record_stored_crc(const guint8 *data, gsize size);

/** gy_alios_record_flag_text: (nullable): what a boot flag asks for: "RECOVERY: a difference waits". */
const char *gy_alios_record_flag_text(guint32 flag);

/** gy_alios_record_size: bytes of a structure; @slice_size counts for those of patches. 0 for a slice size that cannot be. */
gsize gy_alios_record_size(GyAliosRecordKind kind, guint32 slice_size);

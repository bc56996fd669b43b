// SPDX-License-Identifier: Apache-2.0
#include "engine/transfer/transfer-record.h"

#include "engine/devices/port-names.h"
#include "engine/records/records.h"

struct _GyTransferRecord {
	GyRecords *records;
	GyRecord *record;
	gint64 began_us;
};

static void
transfer_record_free(GyTransferRecord *record)
{
	gy_records_close(record->records);
	gy_record_free(record->record);
	g_free(record);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyTransferRecord, transfer_record_free)

GyTransferRecord *
gy_transfer_record_begin(const char *database, const char *port, const char *system, const char *path,
	GBytes *file, GError **error)
{
	g_autoptr(GyTransferRecord) record = g_new0(GyTransferRecord, 1);
	g_autofree char *place = gy_port_place(port);

	record->began_us = g_get_monotonic_time();
	record->record = gy_record_new_here(port, place);
	record->record->stage = GY_STAGE_TRANSFER;
	gy_record_set_text(&record->record->system, system);
	gy_record_set_package(record->record, path, file);
	record->records = gy_records_open(database, error);
	if (!record->records || !gy_records_begin(record->records, record->record, error))
		return NULL;
	return g_steal_pointer(&record);
}

gboolean
gy_transfer_record_end(GyTransferRecord *record, const GyTransferEnd *end, GError **error)
{
	g_autoptr(GyTransferRecord) owned = record;

	if (!record)
		return TRUE;
	gy_record_set_end(record->record, end->problem);
	record->record->total_ms = (g_get_monotonic_time() - record->began_us) / 1000;
	if (end->device_code)
		record->record->device_code = end->device_code;
	gy_record_set_text(&record->record->log, end->known);
	gy_record_set_text(&record->record->from_version, end->from_version);
	gy_record_set_text(&record->record->to_version, end->to_version);
	if (end->info) {
		gy_record_set_device(record->record, end->info);
		gy_record_set_text(&record->record->to_version, end->info->version);
	}
	if (!end->problem) {
		record->record->stage = end->is_compared ? GY_STAGE_CONFIRM : GY_STAGE_REBOOT;
		record->record->bytes = record->record->package_size;
	}
	if (end->is_compared)
		gy_record_set_text(&record->record->outcome, gy_outcome_name(GY_OUTCOME_UPGRADED));
	return gy_records_complete(record->records, record->record, error);
}

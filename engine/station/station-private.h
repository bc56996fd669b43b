// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/ini.h"
#include "engine/station/station.h"

/** GyStationReader: a station file while it is read. */
typedef struct {
	GyIni *ini;
	GyStation *station;
	/* what is put together once all keys are known */
	char *serial_source;
	char *serial_pattern;
	char *serial_list;
	char *serial_series;
	GyCheckDigit check_digit;
	guint64 serial_first;
	char *agent_key;
	char *steps;
	char *database;
	char *local;
	guint hook_ms;
} GyStationReader;

/** gy_station_find: adds a finding at the line of a key, or of a section if @key is %NULL. */
void gy_station_find(GyStationReader *reader, gboolean is_error, GyError code, const char *section,
	const char *key, const char *format, ...) G_GNUC_PRINTF(6, 7);

/** gy_station_path: (transfer full): as it counts from the station's folder. */
char *gy_station_path(const GyStationReader *reader, const char *text);

/** gy_station_read_keys: takes every key of the file. */
void gy_station_read_keys(GyStationReader *reader);

/** gy_station_assemble: steps, serial numbers and database, from what was read. */
void gy_station_assemble(GyStationReader *reader);

/** gy_station_check_rules: what has to hold between keys, and whether the files that are named are there. */
void gy_station_check_rules(GyStationReader *reader);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gang/gang.h"

/** GY_STATION_MAX: bytes of the largest station file that is read. */
#define GY_STATION_MAX (256 * 1024)

/** GyStart: what starts the turn of a board that is in, and has its number. */
typedef enum { GY_START_INSERT, GY_START_SCAN, GY_START_KEY } GyStart;

/** GyStationFinding: one thing that is wrong with a station file, or looks it; @line: 0 where there is none. */
typedef struct {
	gboolean is_error;
	guint line;
	GyError code;
	char *message;
} GyStationFinding;

/** GyStationSlot: @label: "" if it has none. */
typedef struct {
	char *name;
	char *label;
	char *port;
} GyStationSlot;

/**
 * GyStation: a station file as it was read; STATION.md says what each key means.
 * @path, @folder: of the file; relative paths in it count from there
 * @plan: what is done to each board; complete, but for a package that was not loaded yet
 * @package, @recipe: (nullable): path of one of them
 * @sends_differences: whether boards get only the difference to what they run, where that is possible
 * @store: (nullable): folder of the images for it; %NULL: the usual one
 * @slots: (element-type GyStationSlot)
 * @start, @detection: when a turn begins
 * @aborts: whether stopping cancels the turns that run, unless told otherwise
 * @until_failures: after so many boards that failed the station stops by itself; 0: it goes on
 * @scanner: (nullable): path of a tty or a pipe that a scanner writes to; %NULL: standard input
 * @pool: (nullable): `postgresql://…`, the stations' shared database; @plan's records are the local one then
 * @pool_block: how many serial numbers the station takes from it at once
 * @pool_source: (nullable): what makes the numbers of the pool; @plan's source then takes what the pool has handed out
 * @pin: (nullable): salted hash of the supervisor's PIN, see gy_station_pin_check()
 * @findings: (element-type GyStationFinding): by line
 */
typedef struct {
	char *path;
	char *folder;
	GyPlan *plan;
	char *package;
	char *recipe;
	gboolean sends_differences;
	char *store;
	GPtrArray *slots;
	GyStart start;
	GyDetection detection;
	gboolean aborts;
	guint until_failures;
	char *scanner;
	char *pool;
	guint pool_block;
	GySerialSource *pool_source;
	char *pin;
	GPtrArray *findings;
} GyStation;

/**
 * gy_station_parse:
 * @bytes: the whole file
 * @path: where it lies
 * @error: return location
 *
 * Reads a station file and checks all that can be checked without a board: also the files that it names, and the package.
 * What is wrong becomes findings, so that a person sees all of it at once.
 *
 * Returns: (transfer full): the station, or %NULL with %GY_ERROR_CFG_SYNTAX or %GY_ERROR_CFG_DUPLICATE if it is no such file
 */
GyStation *gy_station_parse(GBytes *bytes, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_station_load: the same from a file; GY_ERROR_FILE_* too. */
GyStation *gy_station_load(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void gy_station_free(GyStation *station);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyStation, gy_station_free)

/** gy_station_refusal: (nullable): the first finding that is an error. */
const GyStationFinding *gy_station_refusal(const GyStation *station);

/** gy_station_package: (transfer full) (nullable): loads the package, or builds the recipe; %NULL without an error if the
 * station flashes nothing. */
GyPackage *gy_station_package(const GyStation *station, GError **error);

/** gy_station_pin_make: (transfer full): what `pin` of a station file holds for a PIN: a salt and a slow hash of both. */
char *gy_station_pin_make(const char *pin);

/** gy_station_pin_check: whether @pin is the one that @hash was made of. */
gboolean gy_station_pin_check(const char *hash, const char *pin);

/**
 * gy_station_pin_store:
 * @path: a station file
 * @pin: the new PIN
 * @error: return location
 *
 * Puts the hash of a PIN into a station file, in place of the one that may be there; everything else stays as it is.
 *
 * Returns: %FALSE with an error of reading, parsing or writing the file, or %GY_ERROR_CFG_MISSING if it has no [station]
 */
gboolean gy_station_pin_store(const char *path, const char *pin, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_duration_parse: "500ms", "30s", "2m", "12h" or seconds, up to a week; %FALSE if it is none. */
gboolean gy_duration_parse(const char *text, guint *ms);

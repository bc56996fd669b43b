// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/job/job.h"
#include "engine/serial-numbers/serial-source.h"

/**
 * GyStepKind: what is done to a board.
 * @GY_STEP_IDENTIFY: it is asked what it is, and compared with what it must be before
 * @GY_STEP_FLASH: the package is sent and armed; the board is reset only if it is confirmed afterwards
 * @GY_STEP_CONFIRM: the new firmware has answered, and is what it must be after
 * @GY_STEP_RUN: a command checks it
 * @GY_STEP_LABEL: a command prints its label
 */
typedef enum { GY_STEP_IDENTIFY, GY_STEP_FLASH, GY_STEP_CONFIRM, GY_STEP_RUN, GY_STEP_LABEL } GyStepKind;

/**
 * GyStep:
 * @kind: what it is
 * @name: as in the station file and in records: "flash", "run self-test", "before"
 * @command: (nullable): of a command: its words as a shell splits them; no shell sees them
 * @deadline_ms: of a command: it is killed then, with all that it has started
 * @tries: of a command: how often it is started at most until it ends with 0
 */
typedef struct {
	GyStepKind kind;
	char *name;
	char *command;
	guint deadline_ms;
	guint tries;
} GyStep;

/** gy_step_new: (transfer full): with 60 seconds and one try. */
GyStep *gy_step_new(GyStepKind kind, const char *name);
void gy_step_free(GyStep *step);

/**
 * GyExpectation: what a board must be; each text is a pattern in which `*` and `?` stand for what may be there, %NULL: any.
 * Case does not count.
 */
typedef struct {
	char *chip;
	char *board;
	char *version;
	char *device_id;
	gboolean has_hardware_id;
	guint32 hardware_id;
} GyExpectation;

/** gy_expectation_check: %FALSE with @code and a sentence that names what was found and expected. */
gboolean gy_expectation_check(
	const GyExpectation *expectation, const GyDeviceInfo *device, GyError code, GError **error);

/**
 * GyPlan: what is done to each board of a station. It is not changed once it is in use: all slots look at one.
 * @station, @operator_name: (nullable): for records and commands
 * @folder: where commands run
 * @steps: (element-type GyStep)
 * @pre_hook, @post_hook: (nullable): commands before the first step and after the last one
 * @before, @after: what the board must be
 * @attempts: how often a board is tried at most, from 1
 * @retry_on: (nullable): patterns of the codes after which it is tried again; %NULL: `link/` and what follows it
 * @deadline_ms: of one attempt; 0: none but those of its parts
 * @options: for jobs; port, slot, serial number and so on are set for each
 * @package_path: (nullable): for records
 * @records: (nullable): path of the database
 * @serials: (nullable): where serial numbers come from; %NULL: boards get none
 */
typedef struct {
	char *station;
	char *operator_name;
	char *folder;
	GPtrArray *steps;
	GyStep *pre_hook;
	GyStep *post_hook;
	GyExpectation before;
	GyExpectation after;
	guint attempts;
	GStrv retry_on;
	guint deadline_ms;
	GyJobOptions *options;
	char *package_path;
	char *records;
	GySerialSource *serials;
} GyPlan;

/** gy_plan_new: (transfer full): one attempt, no steps. */
GyPlan *gy_plan_new(void);
GyPlan *gy_plan_ref(GyPlan *plan);
void gy_plan_unref(GyPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyPlan, gy_plan_unref)

/** gy_plan_has: whether there is a step of that kind. */
gboolean gy_plan_has(const GyPlan *plan, GyStepKind kind);

/** gy_plan_retries: whether a board is tried again after @code. */
gboolean gy_plan_retries(const GyPlan *plan, const char *code);

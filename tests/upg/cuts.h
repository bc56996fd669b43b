// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/upg/device.h"

/*
 * One upgrade is run and every flash operation of it recorded. Then the flash is put into each state that a power cut
 * can leave: before an operation, in its middle (several mixtures), after the last. From each the chip boots until it is
 * quiet, the application starts, and it has to be the old or the new one, whole, with all that belongs to it.
 */

typedef enum {
	CUT_PREPARE, // up to an empty place for what comes
	CUT_STORE,
	CUT_REQUEST, // arming, or choosing the region
	CUT_INSTALL, // boots, up to the new application
	CUT_START,   // its first start
	CUT_PHASES
} CutPhase;

// What is on the chip before or after. What is NULL is not looked at.
typedef struct {
	GBytes *application;
	GBytes *flashboot;
	GBytes *nv; // the whole partition
	GBytes *package;
} Release;

typedef struct _Cuts Cuts;
struct _Cuts {
	Device *device;
	Release old;
	Release new;
	upg_result_t result; // that the installation ends with
	// Over a package that is armed already, a cut while it is replaced may still let it in.
	gboolean may_be_new_early;

	// From a chip that runs `old` to an armed upgrade, with cuts_end_phase after each of the first three.
	void (*upgrade)(Cuts *cuts);
	// Whether the chip has all of `release`.
	gboolean (*holds)(Cuts *cuts, const Release *release);
	// What the application says of it afterwards; may be NULL.
	void (*check_answer)(Cuts *cuts, gboolean is_new);

	struct gya_nor_operation *log; // taken over from the flash
	gsize n_log;
	gsize phase_end[CUT_PHASES];
	guint8 *state; // the flash before the operation in question
	guint n_old[CUT_PHASES];
	guint n_new[CUT_PHASES];
	guint n_neither[CUT_PHASES];
	guint n_second[CUT_PHASES];
	guint n_again;
};

void cuts_end_phase(Cuts *cuts, CutPhase phase);
// From the flash as it is: records the upgrade up to the first start of what is new, then cuts all of it, and prints
// the table of outcomes.
void cuts_check_upgrade(Cuts *cuts);
// Likewise of what the boot loader and the application do with the flash as it is.
void cuts_check_boots(Cuts *cuts);

// For packages: prepare, writes of 256 bytes, request.
void cuts_upgrade_by_package(Cuts *cuts);
gboolean cuts_holds_partitions(Cuts *cuts, const Release *release);
// No cut turns a good upgrade into "all tries failed", or one that did not happen into news.
void cuts_check_result(Cuts *cuts, gboolean is_new);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/* Packages that have to be refused, and what host and agent say to each. */

#define REFUSALS_OLD     "inputs/app_incompressible.bin" /* what the board runs before */
#define REFUSALS_PACKAGE "v01_app_lzma/signed.fwpkg"     /* the good one */

typedef struct {
	const char *name;
	const char *vector;
	void (*change)(GByteArray *package);
	const char *host; /* what the host says before it sends anything */
	const char *
		agent; /* what the agent says alone to a client that checks nothing, before the first erase */
	gboolean host_first;     /* the host says so without a device */
	gboolean by_firmware;    /* tried with the agent's build for a device, too */
	const char *hardware_id; /* of the board; NULL: it does not compare */
} Refusal;

/** refusals: @n_refusals of them. */
extern const Refusal refusals[];
extern const guint n_refusals;

/** refusal_package: (transfer full): the package that is refused. */
GBytes *refusal_package(const Refusal *refusal);
/** refusal_flip_in_data: (transfer full): its manifest is good, so that it is found out after the storage is written. */
GBytes *refusal_flip_in_data(void);
/** refusal_add: adds @function with the refusal as its data, under @prefix and the name. */
void refusal_add(const char *prefix, const Refusal *refusal, GTestDataFunc function);

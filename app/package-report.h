// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/packages/package.h"

/** gy_report_summary: (transfer full): "HiSilicon WS63 upgrade package, 2 images, signed". */
char *gy_report_summary(GyPackage *package);

/** gy_report_package: what it is: a line with its name and size, or the package object. */
void gy_report_package(const GyOutput *output, GyPackage *package);
void gy_report_images(const GyOutput *output, GyPackage *package);
/** gy_report_fields: metadata; the package object has it already. */
void gy_report_fields(const GyOutput *output, GyPackage *package);
/** gy_report_chain: from the root key to the images' data, one line or object for each link. */
void gy_report_chain(const GyOutput *output, GyPackage *package);
/** gy_report_finding_list: findings (element-type GyFinding) of anything else than a package. */
void gy_report_finding_list(const GyOutput *output, GPtrArray *findings);
void gy_report_findings(const GyOutput *output, GyPackage *package);
/** gy_report_notes: findings (element-type GyFinding) of making a package: sentences on standard error, or objects. */
void gy_report_notes(const GyOutput *output, GPtrArray *notes);

/** GyVerdict: one word for a verified package. */
typedef enum {
	GY_VERDICT_VERIFIED,
	GY_VERDICT_CHAIN_ONLY,
	GY_VERDICT_INTEGRITY_ONLY,
	GY_VERDICT_UNSIGNED,
	GY_VERDICT_REFUSED,
} GyVerdict;

/** gy_report_verdict: @with_key: whether it was verified against a key. */
GyVerdict gy_report_verdict(GyPackage *package, gboolean with_key);
const char *gy_report_verdict_word(GyVerdict verdict);
/** gy_report_verdict_sentence: for people, without a full stop, in the words of the package's system. */
const char *gy_report_verdict_sentence(GyPackage *package, GyVerdict verdict);

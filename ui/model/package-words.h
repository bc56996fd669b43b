// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/package.h"

/** What is known of a package beside what stands in it. */
typedef struct {
	const char *root_key; /* (nullable): that it was verified under */
	const char *board;    /* (nullable): the board that it was held against */
	gboolean fits;        /* that board */
} GyPackageSituation;

/** gy_package_summary: (transfer full): "3 images, 1.2 MiB, signed by lab.pem, fits WS63 board". */
char *gy_package_summary(GyPackage *package, const GyPackageSituation *situation);

/** gy_package_verdict: (transfer full): one sentence for all checks together. */
char *gy_package_verdict(GyPackage *package, const GyPackageSituation *situation);

/** gy_package_finding_sentence: (transfer full): what was found, as a sentence, in the engine's own words. */
char *gy_package_finding_sentence(const GyFinding *finding);
/** gy_package_finding_advice: (transfer full): what to do about it, "" if nothing is known. */
char *gy_package_finding_advice(const GyFinding *finding);
/** gy_package_finding_place: (transfer full): "image[0].image_hash · 0x2a0", or less where less is known. */
char *gy_package_finding_place(const GyFinding *finding);
/** gy_package_finding_report: (transfer full): everything of it, as lines for a bug report. */
char *gy_package_finding_report(const GyFinding *finding);

/** gy_package_digest_text: (transfer full): the first @n_bytes in hexadecimal digits. */
char *gy_package_digest_text(const guint8 sha256[32], gsize n_bytes);

/** gy_package_report: (transfer full): the whole package as text: what it is, images, metadata, chain, findings. */
char *gy_package_report(GyPackage *package, const GyPackageSituation *situation);

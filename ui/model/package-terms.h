// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/package.h"

/*
 * The engine translates its sentences itself. Its labels and its options' words stand in tables that the command line
 * shows as they are; they are translated here.
 */

/** gy_package_term: the label in the language of the app; as it is if it is not among those known. */
const char *gy_package_term(const char *text);

/** gy_package_term_is_known: whether translators have seen it: that no label of a format is forgotten is tested. */
gboolean gy_package_term_is_known(const char *text);

const char *gy_package_severity_word(GySeverity severity);
const char *gy_package_link_word(GyLinkState state);
/** gy_package_storage_words: (transfer full): "compressed, encrypted", "whole". */
char *gy_package_storage_words(GyStorage storage);
/** gy_package_trust_words: "signed", without saying by whom. */
const char *gy_package_trust_words(GyTrust trust);

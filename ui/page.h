// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <adwaita.h>

#include "ui/model/bench.h"

/**
 * GyPage:
 *
 * What every place of the window is. Properties: `bench` and `settings` (construct only), and what the sidebar shows beside the place's
 * name: `note`, a short text such as "2" or "62 %", and `is-busy`, a spinner.
 */
#define GY_TYPE_PAGE (gy_page_get_type())
G_DECLARE_DERIVABLE_TYPE(GyPage, gy_page, GY, PAGE, AdwBin)

/**
 * GyPageClass:
 * @search: (nullable): Ctrl+F
 * @copy: (nullable): Ctrl+Shift+C
 * @escape: (nullable): Escape; %FALSE if there was nothing to do
 */
struct _GyPageClass {
	AdwBinClass parent_class;

	void (*search)(GyPage *page);
	void (*copy)(GyPage *page);
	gboolean (*escape)(GyPage *page);
};

/** gy_page_bench: from `constructed` on. */
GyBench *gy_page_bench(GyPage *page);

GSettings *gy_page_settings(GyPage *page);

/** gy_page_set_note: (nullable) @note: nothing is shown. */
void gy_page_set_note(GyPage *page, const char *note);
void gy_page_set_busy(GyPage *page, gboolean is_busy);

/** The keys of the window come to the page that is looked at. */
void gy_page_search(GyPage *page);
void gy_page_copy(GyPage *page);
gboolean gy_page_escape(GyPage *page);

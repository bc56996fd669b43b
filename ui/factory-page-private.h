// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/doubt-panel.h"
#include "ui/factory-page.h"
#include "ui/pin-panel.h"

struct _GyFactoryPage {
	GyPage parent;

	AdwHeaderBar *header;
	AdwWindowTitle *title;
	GtkButton *run_button;
	GtkWidget *lock_button;
	AdwButtonContent *lock_content;
	GtkWidget *menu_button;
	GtkStack *states;
	GtkLabel *refusal;
	GtkListBox *findings;
	GtkWidget *refusal_buttons;
	GtkFlowBox *grid;
	GyDoubtPanel *doubts;
	GyPinPanel *pin;
	GyPinReason pin_reason;
	GtkWidget *foot;
	GtkEntry *serial;
	GtkLabel *reason;
	GtkLabel *queue;
	GtkLabel *n_pass;
	GtkLabel *n_fail;
	GtkLabel *yield;
	GtkLabel *per_hour;

	GyFactory *factory;
	GActionMap *actions; /* of the window, while the page is in one; not a reference */
	GtkApplication *application;
	guint inhibited; /* cookie; 0: nothing is */
};

/** gy_factory_page_add_actions: the window has the page's actions as long as the page is in it. */
void gy_factory_page_add_actions(GyFactoryPage *page);
void gy_factory_page_remove_actions(GyFactoryPage *page);

/** gy_factory_page_show_actions: which ones mean something now. */
void gy_factory_page_show_actions(GyFactoryPage *page);

/* ---- factory-page-scan.c -------------------------------------------------------------------------------- */

/** gy_factory_page_watch_scanner: what is typed, scanned elsewhere, or a key that starts. */
void gy_factory_page_watch_scanner(GyFactoryPage *page);

/** gy_factory_page_focus: to the scanner's entry, unless a PIN is typed. */
void gy_factory_page_focus(GyFactoryPage *page);

/** gy_factory_page_show_reason: what became of a scan, beside the entry. */
void gy_factory_page_show_reason(GyFactoryPage *page, GyFactoryScan outcome, const char *sentence);

/** gy_factory_page_sound: high or low, if people want sounds. */
void gy_factory_page_sound(GyFactoryPage *page, gboolean is_good);

/* ---- factory-page-panels.c ------------------------------------------------------------------------------ */

void gy_factory_page_watch_panels(GyFactoryPage *page);

/** gy_factory_page_ask_pin: shows the line that asks for it. */
void gy_factory_page_ask_pin(GyFactoryPage *page, GyPinReason reason);

/** gy_factory_page_show_panels: as the factory stands now. */
void gy_factory_page_show_panels(GyFactoryPage *page);

/** gy_factory_page_close_panel: the one that is open. Returns: whether there was one */
gboolean gy_factory_page_close_panel(GyFactoryPage *page);

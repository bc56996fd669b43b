// SPDX-License-Identifier: Apache-2.0
#include "ui/factory-page-private.h"

/* What is shown between the slots and the scanner's entry: the supervisor's PIN, and serial numbers in doubt. */

void
gy_factory_page_ask_pin(GyFactoryPage *page, GyPinReason reason)
{
	gtk_widget_show(GTK_WIDGET(page->pin));
	gy_pin_panel_ask(page->pin, page->factory, reason);
	page->pin_reason = reason;
}

static void
on_pin_closed(GyPinPanel *panel, GyFactoryPage *page)
{
	/* the focus goes before what has it */
	if (gtk_widget_get_mapped(GTK_WIDGET(page->serial)))
		gtk_entry_grab_focus_without_selecting(page->serial);
	gtk_widget_hide(GTK_WIDGET(panel));
	if (page->pin_reason == GY_PIN_TO_DECIDE)
		gy_doubt_panel_open(page->doubts);
}

static void
on_doubt_asks(GyDoubtPanel *panel, GyFactoryPage *page)
{
	gy_factory_page_ask_pin(page, GY_PIN_TO_DECIDE);
}

static void
on_decided(GyDoubtPanel *panel, GyFactoryPage *page)
{
	gy_factory_page_focus(page);
}

void
gy_factory_page_show_panels(GyFactoryPage *page)
{
	/* who locks the station leaves it */
	if (!gy_factory_may_decide(page->factory))
		gy_doubt_panel_close(page->doubts);
	gy_doubt_panel_show(page->doubts, page->factory);
}

gboolean
gy_factory_page_close_panel(GyFactoryPage *page)
{
	gboolean is_open = gtk_widget_get_visible(GTK_WIDGET(page->pin));

	if (is_open) {
		gy_pin_panel_clear(page->pin);
		on_pin_closed(page->pin, page);
	} else {
		is_open = gy_doubt_panel_close(page->doubts);
		gy_factory_page_focus(page);
	}
	return is_open;
}

void
gy_factory_page_watch_panels(GyFactoryPage *page)
{
	g_signal_connect(page->pin, "closed", G_CALLBACK(on_pin_closed), page);
	g_signal_connect(page->doubts, "ask", G_CALLBACK(on_doubt_asks), page);
	g_signal_connect(page->doubts, "decided", G_CALLBACK(on_decided), page);
}

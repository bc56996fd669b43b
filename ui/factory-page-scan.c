// SPDX-License-Identifier: Apache-2.0
#include "ui/factory-page-private.h"
#include "ui/factory-sound.h"

void
gy_factory_page_sound(GyFactoryPage *page, gboolean is_good)
{
	if (g_settings_get_boolean(gy_page_settings(GY_PAGE(page)), "factory-sounds"))
		gy_factory_sound(GTK_WIDGET(page), is_good);
}

/* Whatever happens on the line happens while a scanner types: what it has typed by then must not be selected, or the next
 * letter would take its place. */
void
gy_factory_page_focus(GyFactoryPage *page)
{
	GtkWidget *serial = GTK_WIDGET(page->serial);

	if (gtk_widget_get_mapped(serial) && !gtk_widget_get_visible(GTK_WIDGET(page->pin)) &&
		!(gtk_widget_get_state_flags(serial) & GTK_STATE_FLAG_FOCUS_WITHIN))
		gtk_entry_grab_focus_without_selecting(page->serial);
}

void
gy_factory_page_show_reason(GyFactoryPage *page, GyFactoryScan outcome, const char *sentence)
{
	gboolean is_bad = outcome == GY_FACTORY_SCAN_BAD;
	gboolean is_good = outcome == GY_FACTORY_SCAN_GOOD;

	gtk_label_set_label(page->reason, sentence);
	gtk_widget_set_tooltip_text(GTK_WIDGET(page->reason), *sentence ? sentence : NULL);
	gtk_widget_set_css_classes(GTK_WIDGET(page->reason), (const char *[]){"reason",
								     is_bad    ? "error"
								     : is_good ? "good"
									       : "neutral",
								     NULL});
	if (is_bad)
		gtk_widget_add_css_class(GTK_WIDGET(page->serial), "error");
	else
		gtk_widget_remove_css_class(GTK_WIDGET(page->serial), "error");
}

/* What was refused stays to be read, and the next scan writes over it. */
static void
show_scan(GyFactoryPage *page, GyFactoryScan outcome, const char *text, const char *sentence)
{
	gboolean is_bad = outcome == GY_FACTORY_SCAN_BAD;

	gy_factory_page_show_reason(page, outcome, sentence);
	gtk_editable_set_text(GTK_EDITABLE(page->serial), is_bad ? text : "");
	if (is_bad)
		gtk_editable_select_region(GTK_EDITABLE(page->serial), 0, -1);
	if (outcome != GY_FACTORY_SCAN_NOTHING)
		gy_factory_page_sound(page, !is_bad);
}

static void
on_entered(GtkEntry *entry, GyFactoryPage *page)
{
	g_autofree char *text = g_strdup(gtk_editable_get_text(GTK_EDITABLE(entry)));
	g_autofree char *sentence = NULL;
	GyFactoryScan outcome = gy_factory_scan(page->factory, text, &sentence);

	show_scan(page, outcome, text, sentence);
}

static void
on_scanned(GyFactory *factory, int outcome, const char *text, const char *sentence, GyFactoryPage *page)
{
	show_scan(page, (GyFactoryScan) outcome, text, sentence);
}

static gboolean
is_printable(guint key, GdkModifierType state)
{
	guint32 letter = gdk_keyval_to_unicode(key);

	return letter > ' ' && letter != 0x7f && !(state & (GDK_CONTROL_MASK | GDK_ALT_MASK));
}

/* Space starts, wherever the focus is but on a button and in a PIN; what a scanner types while the focus is elsewhere goes to
 * its entry. */
static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, GyFactoryPage *page)
{
	GtkWidget *focus = gtk_root_get_focus(gtk_widget_get_root(GTK_WIDGET(page)));
	gboolean in_serial = focus && gtk_widget_is_ancestor(focus, GTK_WIDGET(page->serial));
	gboolean in_text = focus && GTK_IS_TEXT(focus);

	if (!gy_factory_is_running(page->factory) || (in_text && !in_serial))
		return GDK_EVENT_PROPAGATE;
	if (key == GDK_KEY_space && !(focus && GTK_IS_BUTTON(focus)) &&
		!(state & (GDK_CONTROL_MASK | GDK_ALT_MASK))) {
		gy_factory_go(page->factory);
		return GDK_EVENT_STOP;
	}
	if (in_serial || !is_printable(key, state))
		return GDK_EVENT_PROPAGATE;
	gy_factory_page_focus(page);
	focus = gtk_root_get_focus(gtk_widget_get_root(GTK_WIDGET(page)));
	return focus && gtk_event_controller_key_forward(controller, focus);
}

void
gy_factory_page_watch_scanner(GyFactoryPage *page)
{
	GtkEventController *keys = gtk_event_controller_key_new();

	g_signal_connect(page->factory, "scanned", G_CALLBACK(on_scanned), page);
	g_signal_connect(page->serial, "activate", G_CALLBACK(on_entered), page);
	gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
	g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), page);
	gtk_widget_add_controller(GTK_WIDGET(page), keys);
}

// SPDX-License-Identifier: Apache-2.0
#include "ui/package-finding.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/safe-text.h"
#include "ui/model/error-words.h"
#include "ui/model/package-hex.h"
#include "ui/model/package-terms.h"
#include "ui/model/package-words.h"

#define ROWS_BEFORE 2
#define ROWS_AFTER  4

static const struct {
	const char *icon;
	const char *class;
	const char *box;
} looks[] = {
	[GY_SEVERITY_NOTE] = {"dialog-information-symbolic", "accent", "note-box"},
	[GY_SEVERITY_WARNING] = {"dialog-warning-symbolic", "warning", "warn-box"},
	[GY_SEVERITY_ERROR] = {"dialog-error-symbolic", "error", "error-box"},
};

static GtkWidget *
add_text(GtkWidget *box, const char *text, const char *class)
{
	GtkWidget *label = gtk_label_new(text);

	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
	gtk_label_set_selectable(GTK_LABEL(label), TRUE);
	/* it is text to be read and copied by pointer; the button copies it by key */
	gtk_widget_set_focusable(label, FALSE);
	if (class)
		gtk_widget_add_css_class(label, class);
	gtk_box_append(GTK_BOX(box), label);
	return label;
}

/* "Error  The image's data …": the word first, colour and icon beside it */
static void
add_head(GtkWidget *box, GySeverity severity, const char *sentence)
{
	GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
	GtkWidget *icon = gtk_image_new_from_icon_name(looks[severity].icon);
	GtkWidget *word = gtk_label_new(gy_package_severity_word(severity));

	gtk_accessible_update_property(
		GTK_ACCESSIBLE(icon), GTK_ACCESSIBLE_PROPERTY_LABEL, gy_package_severity_word(severity), -1);
	gtk_widget_add_css_class(icon, looks[severity].class);
	gtk_widget_add_css_class(word, "heading");
	gtk_box_append(GTK_BOX(head), icon);
	gtk_box_append(GTK_BOX(head), word);
	gtk_box_append(GTK_BOX(box), head);
	add_text(box, sentence, NULL);
}

static void
add_pair(GtkWidget *box, const char *label, const char *value)
{
	g_autofree char *safe = value ? gy_text_safe(value) : NULL;
	g_autofree char *text = safe ? g_strdup_printf(_("%1$s: %2$s"), label, safe) : NULL;

	if (text)
		add_text(box, text, "caption");
}

static void
on_copy(GtkButton *button, gpointer data)
{
	gdk_clipboard_set_text(
		gtk_widget_get_clipboard(GTK_WIDGET(button)), g_object_get_data(G_OBJECT(button), "report"));
	gtk_button_set_label(button, _("Copied"));
}

static GtkWidget *
copy_button(char *report)
{
	GtkWidget *button = gtk_button_new_with_mnemonic(_("_Copy"));

	gtk_widget_set_tooltip_text(button, _("Copy everything known of it as text"));
	g_object_set_data_full(G_OBJECT(button), "report", report, g_free);
	g_signal_connect(button, "clicked", G_CALLBACK(on_copy), NULL);
	return button;
}

static void
on_show(GtkToggleButton *button, GtkWidget *hex)
{
	gtk_widget_set_visible(hex, gtk_toggle_button_get_active(button));
}

static GtkWidget *
hex_view(const char *rows)
{
	GtkWidget *scrolled = gtk_scrolled_window_new();
	GtkWidget *label = gtk_label_new(rows);

	gtk_widget_add_css_class(label, "console");
	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_selectable(GTK_LABEL(label), TRUE);
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), label);
	gtk_widget_set_visible(scrolled, FALSE);
	return scrolled;
}

static GtkWidget *
box_new(GySeverity severity)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);

	gtk_widget_add_css_class(box, looks[severity].box);
	return box;
}

GtkWidget *
gy_package_finding_widget_new(const GyFinding *finding, GBytes *bytes)
{
	GtkWidget *box = box_new(finding->severity);
	GtkWidget *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
	g_autofree char *sentence = gy_package_finding_sentence(finding);
	g_autofree char *advice = gy_package_finding_advice(finding);
	g_autofree char *place = gy_package_finding_place(finding);
	g_autofree char *code = g_strdup_printf("%s%s%s", place, *place ? " · " : "", finding->code);
	g_autofree char *rows = bytes && finding->offset != GY_NO_OFFSET
					? gy_package_hex(bytes, finding->offset, ROWS_BEFORE, ROWS_AFTER)
					: g_strdup("");

	add_head(box, finding->severity, sentence);
	if (*advice)
		add_text(box, advice, NULL);
	add_pair(box, _("Found"), finding->found);
	add_pair(box, _("Expected"), finding->expected);
	gtk_widget_add_css_class(add_text(box, code, "caption"), "dim-label");
	if (*rows) {
		GtkWidget *show = gtk_toggle_button_new_with_mnemonic(_("_Show in File"));
		GtkWidget *hex = hex_view(rows);

		g_signal_connect(show, "toggled", G_CALLBACK(on_show), hex);
		gtk_box_append(GTK_BOX(buttons), show);
		gtk_box_append(GTK_BOX(box), hex);
	}
	gtk_box_append(GTK_BOX(buttons), copy_button(gy_package_finding_report(finding)));
	gtk_box_append(GTK_BOX(box), buttons);
	return box;
}

GtkWidget *
gy_package_error_widget_new(const GError *error)
{
	GtkWidget *box = box_new(GY_SEVERITY_ERROR);
	GtkWidget *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
	g_autofree char *headline = gy_error_headline(error);
	g_autofree char *sentence = g_strdup_printf(_("%s."), headline);
	g_autofree char *advice = gy_error_advice(error);
	g_autofree char *details = gy_text_safe(error->message);
	gboolean says_more = !g_str_has_suffix(details, headline + MIN(strlen(headline), 1));

	add_head(box, GY_SEVERITY_ERROR, sentence);
	if (*advice)
		add_text(box, advice, NULL);
	if (says_more)
		add_text(box, details, "caption");
	gtk_widget_add_css_class(add_text(box, gy_error_code(error), "caption"), "dim-label");
	gtk_box_append(GTK_BOX(buttons),
		copy_button(g_strdup_printf("error: %s [%s]\n", details, gy_error_code(error))));
	gtk_box_append(GTK_BOX(box), buttons);
	return box;
}

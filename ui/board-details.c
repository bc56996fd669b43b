// SPDX-License-Identifier: Apache-2.0
#include "ui/board-details.h"

#include <glib/gi18n-lib.h>

#include "engine/devices/port-names.h"
#include "ui/model/error-words.h"
#include "ui/model/words.h"

typedef struct {
	GtkWindow *window;
	GyBoard *board;
	GyBench *bench;
	GSettings *settings;
	AdwEntryRow *name;
	GtkLabel *name_error;
} Details;

static void
details_free(gpointer data)
{
	Details *details = data;

	g_object_unref(details->board);
	g_object_unref(details->bench);
	g_object_unref(details->settings);
	g_free(details);
}

/* ---- facts ---------------------------------------------------------------------------------------------- */

static void
add_fact(AdwPreferencesGroup *group, const char *label, const char *value)
{
	GtkWidget *row;
	GtkWidget *text;

	if (!value || !*value)
		return;
	row = g_object_new(ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", label, NULL);
	text = g_object_new(GTK_TYPE_LABEL, "label", value, "selectable", TRUE, "wrap", TRUE, "wrap-mode",
		PANGO_WRAP_WORD_CHAR, "xalign", 1.0, "max-width-chars", 34, NULL);
	gtk_widget_add_css_class(text, "dim-label");
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), text);
	adw_preferences_group_add(group, row);
}

static void
add_size(AdwPreferencesGroup *group, const char *label, guint32 bytes)
{
	g_autofree char *text = bytes ? gy_words_size(bytes) : NULL;

	add_fact(group, label, text);
}

/* (transfer full): "application, flashboot" */
static char *
image_names(const GyDeviceInfo *info)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < info->images->len; i++) {
		g_autofree char *name = gy_device_info_image_name(
			info, g_array_index(info->images, GyTargetImage, i).image_id);

		g_string_append_printf(names, "%s%s", i ? ", " : "", name);
	}
	return g_string_free(names, FALSE);
}

static void
add_board_facts(AdwPreferencesGroup *group, const GyDeviceInfo *info)
{
	g_autofree char *images = image_names(info);
	g_autofree char *tested = info->has_selftest ? gy_selftest_sentence(&info->selftest) : NULL;
	g_autofree char *speed = info->boot_baud ? g_strdup_printf(_("%u baud"), info->boot_baud) : NULL;

	add_fact(group, _("Chip"), info->chip);
	add_fact(group, _("Board"), info->board);
	add_fact(group, _("Version"), info->version);
	add_fact(group, _("Device id"), info->device_id);
	add_fact(group, _("Last upgrade"), gy_device_info_result_name(info));
	add_fact(group, _("Self-test of the flash"), tested);
	add_fact(group, _("Takes images"), images);
	add_size(group, _("Package storage"), info->storage_size);
	add_size(group, _("Window"), info->window);
	add_fact(group, _("Speed at start"), speed);
	add_fact(group, _("Root key SHA-256"), info->root_key_sha256);
}

static void
add_port_facts(AdwPreferencesGroup *group, GyBoard *board)
{
	GyDevice *device = gy_board_device(board);
	const GyPort *port = device ? gy_device_port(device) : NULL;

	add_fact(group, _("State"), gy_board_state_word(board));
	add_fact(group, _("Path"), gy_board_path(board));
	if (!port)
		return;
	add_fact(group, _("Adapter"), port->description);
	add_fact(group, _("Serial number"), port->serial_number);
	add_fact(group, _("Place"), port->place);
	add_fact(group, _("Driver"), port->driver);
	add_fact(group, _("Open in"), port->holder);
}

/* ---- choices -------------------------------------------------------------------------------------------- */

static void
on_name_applied(AdwEntryRow *row, Details *details)
{
	const char *text = gtk_editable_get_text(GTK_EDITABLE(row));
	g_autoptr(GError) error = NULL;
	g_autofree char *place = *text ? gy_port_name_set(gy_board_path(details->board), text, &error)
				       : gy_port_name_remove(gy_board_path(details->board), &error);
	g_autofree char *why = place ? NULL : gy_error_headline(error);

	gtk_label_set_label(details->name_error, why ? why : "");
	gtk_widget_set_visible(GTK_WIDGET(details->name_error), why != NULL);
}

static gboolean
is_trusted(const Details *details)
{
	g_auto(GStrv) places = g_settings_get_strv(details->settings, "trusted-ports");

	return g_strv_contains((const char *const *) places, gy_board_place(details->board));
}

static void
on_trust(GtkSwitch *control, GParamSpec *spec, Details *details)
{
	g_auto(GStrv) places = g_settings_get_strv(details->settings, "trusted-ports");
	g_autoptr(GStrvBuilder) kept = g_strv_builder_new();
	g_auto(GStrv) all = NULL;

	for (guint i = 0; places[i]; i++)
		if (!g_str_equal(places[i], gy_board_place(details->board)))
			g_strv_builder_add(kept, places[i]);
	if (gtk_switch_get_active(control))
		g_strv_builder_add(kept, gy_board_place(details->board));
	all = g_strv_builder_end(kept);
	g_settings_set_strv(details->settings, "trusted-ports", (const char *const *) all);
}

static void
add_trust(AdwPreferencesGroup *group, Details *details)
{
	GtkWidget *row = g_object_new(ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", _("Trust this port"),
		"subtitle", _("It may be opened unasked to identify what is plugged in"), NULL);
	GtkWidget *control = gtk_switch_new();

	gtk_widget_set_valign(control, GTK_ALIGN_CENTER);
	gtk_switch_set_active(GTK_SWITCH(control), is_trusted(details));
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(control), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Trust this port"), -1);
	g_signal_connect(control, "notify::active", G_CALLBACK(on_trust), details);
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), control);
	adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), control);
	adw_preferences_group_add(group, row);
}

static void
add_choices(AdwPreferencesGroup *group, Details *details)
{
	GtkWidget *name = g_object_new(ADW_TYPE_ENTRY_ROW, "title", _("Name of this place"),
		"show-apply-button", TRUE, "text", gy_board_name(details->board), NULL);
	GtkWidget *error = g_object_new(
		GTK_TYPE_LABEL, "visible", FALSE, "wrap", TRUE, "xalign", 0.0, "margin-top", 6, NULL);

	gtk_widget_add_css_class(error, "error");
	details->name = ADW_ENTRY_ROW(name);
	details->name_error = GTK_LABEL(error);
	g_signal_connect(name, "apply", G_CALLBACK(on_name_applied), details);
	adw_preferences_group_add(group, name);
	adw_preferences_group_add(group, error);
	add_trust(group, details);
}

/* ---- the window ----------------------------------------------------------------------------------------- */

static void
on_copy(GtkButton *button, Details *details)
{
	g_autofree char *report = gy_board_report(details->board);

	gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(button)), report);
	gtk_button_set_label(button, _("Copied"));
}

static void
on_remove(GtkButton *button, Details *details)
{
	gy_bench_remove_simulated(details->bench, details->board);
	gtk_window_close(details->window);
}

static GtkWidget *
new_header(Details *details)
{
	GtkWidget *header = adw_header_bar_new();
	GtkWidget *copy = gtk_button_new_with_mnemonic(_("Copy _All"));

	g_signal_connect(copy, "clicked", G_CALLBACK(on_copy), details);
	adw_header_bar_pack_start(ADW_HEADER_BAR(header), copy);
	return header;
}

static void
fill(AdwPreferencesPage *page, Details *details)
{
	GtkWidget *port = g_object_new(ADW_TYPE_PREFERENCES_GROUP, "title", _("Port"), NULL);
	GtkWidget *board = g_object_new(ADW_TYPE_PREFERENCES_GROUP, "title", _("Board"), NULL);

	if (gy_board_info(details->board))
		add_board_facts(ADW_PREFERENCES_GROUP(board), gy_board_info(details->board));
	else
		adw_preferences_group_set_description(
			ADW_PREFERENCES_GROUP(board), _("Nothing is known yet. Identify asks the board."));
	add_port_facts(ADW_PREFERENCES_GROUP(port), details->board);
	if (gy_board_device(details->board) && *gy_board_place(details->board))
		add_choices(ADW_PREFERENCES_GROUP(port), details);
	adw_preferences_page_add(page, ADW_PREFERENCES_GROUP(board));
	adw_preferences_page_add(page, ADW_PREFERENCES_GROUP(port));
	if (gy_board_is_simulated(details->board)) {
		GtkWidget *group = adw_preferences_group_new();
		GtkWidget *remove = gtk_button_new_with_mnemonic(_("_Remove Simulated Board"));

		gtk_widget_add_css_class(remove, "destructive-action");
		gtk_widget_set_halign(remove, GTK_ALIGN_CENTER);
		g_signal_connect(remove, "clicked", G_CALLBACK(on_remove), details);
		adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), remove);
		adw_preferences_page_add(page, ADW_PREFERENCES_GROUP(group));
	}
}

static void
close_on_escape(GtkWidget *window)
{
	GtkEventController *keys = gtk_shortcut_controller_new();

	gtk_shortcut_controller_add_shortcut(GTK_SHORTCUT_CONTROLLER(keys),
		gtk_shortcut_new(gtk_keyval_trigger_new(GDK_KEY_Escape, (GdkModifierType) 0),
			gtk_named_action_new("window.close")));
	gtk_widget_add_controller(window, keys);
}

GtkWindow *
gy_board_details_new(GtkWindow *parent, GyBoard *board, GyBench *bench, GSettings *settings)
{
	g_autofree char *title = gy_board_title(board);
	Details *details = g_new0(Details, 1);
	GtkWidget *window = g_object_new(ADW_TYPE_WINDOW, "transient-for", parent, "modal", TRUE, "title",
		title, "default-width", 560, "default-height", 600, "destroy-with-parent", TRUE, NULL);
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkWidget *page = adw_preferences_page_new();

	details->window = GTK_WINDOW(window);
	details->board = g_object_ref(board);
	details->bench = g_object_ref(bench);
	details->settings = g_object_ref(settings);
	fill(ADW_PREFERENCES_PAGE(page), details);
	gtk_widget_set_vexpand(page, TRUE);
	gtk_box_append(GTK_BOX(box), new_header(details));
	gtk_box_append(GTK_BOX(box), page);
	adw_window_set_content(ADW_WINDOW(window), box);
	close_on_escape(window);
	g_object_set_data_full(G_OBJECT(window), "details", details, details_free);
	return GTK_WINDOW(window);
}

// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>

#include "ui/back-button.h"
#include "ui/factory-page-private.h"
#include "ui/slot-view.h"

#define ONE_ROW_MOST  4
#define COLUMNS_LEAST 2
#define COLUMNS_MOST  8

G_DEFINE_FINAL_TYPE(GyFactoryPage, gy_factory_page, GY_TYPE_PAGE)

/* ---- totals --------------------------------------------------------------------------------------------- */

static void
show_number(GtkLabel *label, char *text)
{
	gtk_label_set_label(label, text);
	g_free(text);
}

/* (transfer full): why the station has stopped by itself, "" if it has not. */
static char *
stop_sentence(GyFactoryPage *page)
{
	g_autofree char *reason = gy_factory_stop_reason(page->factory);

	/* Translators: a sentence without its end: why the station has stopped */
	return *reason && gy_factory_is_locked(page->factory)
		       ? g_strdup_printf(_("%s. Ask the supervisor."), reason)
		       : g_steal_pointer(&reason);
}

/* What was said of a number that waited is over with the wait, and of any number with the work. */
static void
show_queue(GyFactoryPage *page)
{
	g_autofree char *queue = gy_factory_queue(page->factory);
	g_autofree char *stop = stop_sentence(page);

	if (*stop || (!*queue && *gtk_label_get_label(page->queue)))
		gtk_label_set_label(page->reason, "");
	gtk_label_set_label(page->queue, *stop ? stop : queue);
	if (*stop)
		gtk_widget_add_css_class(GTK_WIDGET(page->queue), "stopped");
	else
		gtk_widget_remove_css_class(GTK_WIDGET(page->queue), "stopped");
}

static void
on_totals(GyFactory *factory, GyFactoryPage *page)
{
	guint n_busy = gy_factory_n_busy(factory);
	g_autofree char *note = n_busy > 0 ? g_strdup_printf("%u", n_busy) : NULL;
	GyFactoryTotals totals;

	gy_factory_totals(factory, &totals);
	show_number(page->n_pass, g_strdup_printf(_("Pass %u"), totals.n_pass));
	show_number(page->n_fail, g_strdup_printf(_("Fail %u"), totals.n_fail));
	/* Translators: boards that passed in the last hour */
	show_number(page->per_hour, g_strdup_printf(_("%u/h"), totals.per_hour));
	/* Translators: of all boards, how many passed; "–" as long as there is none */
	show_number(page->yield, totals.yield_permille < 0
					 ? g_strdup(_("Yield –"))
					 : g_strdup_printf(_("Yield %.1f %%"), totals.yield_permille / 10.0));
	show_queue(page);
	gy_doubt_panel_show(page->doubts, page->factory);
	gy_page_set_note(GY_PAGE(page), note);
	gy_page_set_busy(GY_PAGE(page), n_busy > 0);
	gy_factory_page_show_actions(page);
}

/* ---- slots ---------------------------------------------------------------------------------------------- */

static void
on_retry(GySlotView *view, GyFactoryPage *page)
{
	gy_factory_retry(page->factory, gy_slot_view_slot(view));
	gy_factory_page_focus(page);
}

static GtkWidget *
create_slot(gpointer item, gpointer data)
{
	GtkWidget *child = gtk_flow_box_child_new();
	GyFactoryPage *page = data;
	GtkWidget *view = gy_slot_view_new(item, gy_factory_longest_number(page->factory));

	/* what can be done with a slot is a button within */
	gtk_widget_set_focusable(child, FALSE);
	gtk_flow_box_child_set_child(GTK_FLOW_BOX_CHILD(child), view);
	g_signal_connect_object(view, "retry", G_CALLBACK(on_retry), page, (GConnectFlags) 0);
	return child;
}

/* Rows of one length, so that slots stand as they do on the bench; a narrow window has shorter ones. */
static void
show_columns(GyFactoryPage *page)
{
	guint n = g_list_model_get_n_items(gy_factory_slots(page->factory));
	guint columns = n <= ONE_ROW_MOST ? n : (n + 1) / 2;

	gtk_flow_box_set_max_children_per_line(page->grid, CLAMP(columns, COLUMNS_LEAST, COLUMNS_MOST));
}

static void
on_verdict(GyFactory *factory, GyFactorySlot *slot, gboolean is_pass, GyFactoryPage *page)
{
	gy_factory_page_sound(page, is_pass);
	gy_factory_page_focus(page);
}

/* ---- the station ---------------------------------------------------------------------------------------- */

static void
show_finding(GyFactoryPage *page, const GyFactoryFinding *finding)
{
	GtkWidget *row = g_object_new(ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title-lines", 0, NULL);
	g_autofree char *line = finding->line > 0 ? g_strdup_printf(_("Line %u"), finding->line) : NULL;
	const char *kind = finding->is_error ? _("error") : _("warning");
	g_autofree char *where = line ? g_strdup_printf("%s · %s · %s", line, kind, finding->code)
				      : g_strdup_printf("%s · %s", kind, finding->code);
	GtkWidget *icon = gtk_image_new_from_icon_name(
		finding->is_error ? "dialog-error-symbolic" : "dialog-warning-symbolic");

	gtk_accessible_update_property(GTK_ACCESSIBLE(icon), GTK_ACCESSIBLE_PROPERTY_LABEL, kind, -1);
	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), finding->message);
	adw_action_row_set_subtitle(ADW_ACTION_ROW(row), where);
	adw_action_row_add_prefix(ADW_ACTION_ROW(row), icon);
	gtk_list_box_append(page->findings, row);
}

static void
show_findings(GyFactoryPage *page)
{
	GPtrArray *findings = gy_factory_findings(page->factory);
	g_autofree char *text = g_strdup_printf(_("%s cannot start"), gy_factory_name(page->factory));
	GtkListBoxRow *row;

	while ((row = gtk_list_box_get_row_at_index(page->findings, 0)))
		gtk_list_box_remove(page->findings, GTK_WIDGET(row));
	for (guint i = 0; i < findings->len; i++)
		show_finding(page, g_ptr_array_index(findings, i));
	gtk_label_set_label(page->refusal, text);
}

static void
show_title(GyFactoryPage *page)
{
	const char *name = gy_factory_name(page->factory);
	const char *package = gy_factory_package(page->factory);
	g_autofree char *both = *package ? g_strdup_printf("%s · %s", name, package) : g_strdup(name);

	adw_window_title_set_subtitle(page->title, both);
}

static void
show_buttons(GyFactoryPage *page)
{
	gboolean is_loaded = gy_factory_state(page->factory) == GY_FACTORY_LOADED;
	gboolean is_locked = gy_factory_is_locked(page->factory);
	gboolean is_running = gy_factory_is_running(page->factory);

	gtk_button_set_label(page->run_button, is_running ? _("_Stop") : _("_Start Station"));
	gtk_widget_set_visible(GTK_WIDGET(page->run_button), is_loaded && !is_locked);
	if (is_running)
		gtk_widget_remove_css_class(GTK_WIDGET(page->run_button), "suggested-action");
	else
		gtk_widget_add_css_class(GTK_WIDGET(page->run_button), "suggested-action");
	adw_button_content_set_label(page->lock_content, is_locked ? _("Operator") : _("_Lock"));
	gtk_widget_set_tooltip_text(page->lock_button,
		is_locked ? _("Unlock with the supervisor's PIN") : _("Leave only the operator's part"));
	gtk_widget_set_visible(page->lock_button, is_loaded || is_locked);
	gtk_widget_set_visible(page->menu_button, !is_locked);
	gtk_widget_set_visible(page->refusal_buttons, !is_locked);
	adw_header_bar_set_show_end_title_buttons(page->header, !is_locked);
}

static void
keep_awake(GyFactoryPage *page)
{
	gboolean wants = gy_factory_is_running(page->factory) &&
			 g_settings_get_boolean(gy_page_settings(GY_PAGE(page)), "keep-awake");

	if (wants && !page->inhibited && page->application) {
		page->inhibited = gtk_application_inhibit(page->application,
			GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(page))),
			GTK_APPLICATION_INHIBIT_SUSPEND | GTK_APPLICATION_INHIBIT_LOGOUT,
			_("A factory station is at work"));
	} else if (!wants && page->inhibited) {
		gtk_application_uninhibit(page->application, page->inhibited);
		page->inhibited = 0;
	}
}

static void
remember(GyFactoryPage *page)
{
	GSettings *settings = gy_page_settings(GY_PAGE(page));
	const char *path = gy_factory_path(page->factory);

	g_settings_set_string(settings, "station", path ? path : "");
	g_settings_set_boolean(settings, "factory-locked", gy_factory_is_locked(page->factory));
}

static void
on_changed(GyFactory *factory, GyFactoryPage *page)
{
	static const char *const names[] = {
		[GY_FACTORY_NONE] = "empty",
		[GY_FACTORY_LOADING] = "loading",
		[GY_FACTORY_REFUSED] = "refused",
		[GY_FACTORY_LOADED] = "loaded",
	};
	GyFactoryState state = gy_factory_state(factory);

	if (state == GY_FACTORY_REFUSED)
		show_findings(page);
	gtk_stack_set_visible_child_name(page->states, names[state]);
	/* while the same file is read anew the scanner's entry keeps the focus */
	if (state != GY_FACTORY_LOADING)
		gtk_widget_set_visible(page->foot, state == GY_FACTORY_LOADED);
	show_title(page);
	show_buttons(page);
	show_columns(page);
	gy_factory_page_show_panels(page);
	on_totals(factory, page);
	keep_awake(page);
	remember(page);
	gy_factory_page_focus(page);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static gboolean
gy_factory_page_escape(GyPage *base)
{
	GyFactoryPage *page = GY_FACTORY_PAGE(base);

	if (gy_factory_page_close_panel(page))
		return TRUE;
	gtk_editable_set_text(GTK_EDITABLE(page->serial), "");
	gy_factory_page_show_reason(page, GY_FACTORY_SCAN_NOTHING, "");
	gy_factory_page_focus(page);
	return TRUE;
}

GyFactory *
gy_factory_page_factory(GyFactoryPage *page)
{
	return page->factory;
}

gboolean
gy_factory_page_take(GyFactoryPage *page, const char *path)
{
	if (!g_str_has_suffix(path, ".station"))
		return FALSE;
	gy_factory_open(page->factory, path, FALSE);
	return TRUE;
}

static void
gy_factory_page_map(GtkWidget *widget)
{
	GTK_WIDGET_CLASS(gy_factory_page_parent_class)->map(widget);
	gy_factory_page_focus(GY_FACTORY_PAGE(widget));
}

static void
gy_factory_page_root(GtkWidget *widget)
{
	GyFactoryPage *page = GY_FACTORY_PAGE(widget);

	GTK_WIDGET_CLASS(gy_factory_page_parent_class)->root(widget);
	gy_factory_page_add_actions(page);
}

static void
gy_factory_page_unroot(GtkWidget *widget)
{
	gy_factory_page_remove_actions(GY_FACTORY_PAGE(widget));
	GTK_WIDGET_CLASS(gy_factory_page_parent_class)->unroot(widget);
}

static void
open_last(GyFactoryPage *page)
{
	GSettings *settings = gy_page_settings(GY_PAGE(page));
	g_autofree char *path = g_settings_get_string(settings, "station");

	if (*path && g_file_test(path, G_FILE_TEST_EXISTS))
		gy_factory_open(page->factory, path, g_settings_get_boolean(settings, "factory-locked"));
}

static void
gy_factory_page_constructed(GObject *object)
{
	GyFactoryPage *page = GY_FACTORY_PAGE(object);

	G_OBJECT_CLASS(gy_factory_page_parent_class)->constructed(object);
	gtk_flow_box_bind_model(page->grid, gy_factory_slots(page->factory), create_slot, page, NULL);
	gtk_widget_hide(page->foot);
	open_last(page);
	on_changed(page->factory, page);
}

static void
gy_factory_page_dispose(GObject *object)
{
	GyFactoryPage *page = GY_FACTORY_PAGE(object);

	if (page->factory)
		g_signal_handlers_disconnect_by_data(page->factory, page);
	g_clear_object(&page->factory);
	gtk_widget_dispose_template(GTK_WIDGET(object), GY_TYPE_FACTORY_PAGE);
	G_OBJECT_CLASS(gy_factory_page_parent_class)->dispose(object);
}

static void
bind_children(GtkWidgetClass *widget)
{
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, header);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, title);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, run_button);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, lock_button);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, lock_content);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, menu_button);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, states);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, refusal);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, findings);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, refusal_buttons);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, grid);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, doubts);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, pin);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, foot);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, serial);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, reason);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, queue);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, n_pass);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, n_fail);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, yield);
	gtk_widget_class_bind_template_child(widget, GyFactoryPage, per_hour);
}

static void
gy_factory_page_class_init(GyFactoryPageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->constructed = gy_factory_page_constructed;
	G_OBJECT_CLASS(class)->dispose = gy_factory_page_dispose;
	widget->map = gy_factory_page_map;
	widget->root = gy_factory_page_root;
	widget->unroot = gy_factory_page_unroot;
	GY_PAGE_CLASS(class)->escape = gy_factory_page_escape;
	g_type_ensure(GY_TYPE_BACK_BUTTON);
	g_type_ensure(GY_TYPE_DOUBT_PANEL);
	g_type_ensure(GY_TYPE_PIN_PANEL);
	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/factory-page.ui");
	bind_children(widget);
}

static void
gy_factory_page_init(GyFactoryPage *page)
{
	gtk_widget_init_template(GTK_WIDGET(page));
	page->factory = gy_factory_new();
	g_signal_connect(page->factory, "changed", G_CALLBACK(on_changed), page);
	g_signal_connect(page->factory, "totals", G_CALLBACK(on_totals), page);
	g_signal_connect(page->factory, "verdict", G_CALLBACK(on_verdict), page);
	gy_factory_page_watch_scanner(page);
	gy_factory_page_watch_panels(page);
}

// SPDX-License-Identifier: Apache-2.0
#include "ui/package-view.h"

#include <glib/gi18n-lib.h>

#include "engine/packages/format.h"
#include "engine/safe-text.h"
#include "ui/model/package-terms.h"
#include "ui/package-finding.h"
#include "ui/package-table.h"

struct _GyPackageView {
	AdwBin parent;

	GtkLabel *name;
	GtkLabel *summary;
	GtkWidget *verdict_box;
	GtkImage *verdict_icon;
	GtkLabel *verdict;
	GtkWidget *findings_group;
	GtkLabel *findings_title;
	GtkBox *findings;
	GyPackageTable *table;
	GtkWidget *chain_group;
	GtkListBox *chain;
	AdwExpanderRow *fields;
	GPtrArray *field_rows; /* which the expander cannot list */

	gboolean is_compact;
};

G_DEFINE_FINAL_TYPE(GyPackageView, gy_package_view, ADW_TYPE_BIN)

/* ---- verdict -------------------------------------------------------------------------------------------- */

typedef struct {
	const char *icon;
	const char *box;
} Look;

static Look
look_of(GyPackage *package)
{
	if (gy_package_refusal(package))
		return (Look){"dialog-error-symbolic", "error-box"};
	if (gy_package_trust(package) != GY_TRUST_SIGNED)
		return (Look){"dialog-warning-symbolic", "warn-box"};
	if (gy_package_findings(package)->len > 0)
		return (Look){"dialog-information-symbolic", "note-box"};
	return (Look){"emblem-ok-symbolic", "done-box"};
}

static void
show_verdict(GyPackageView *view, GyPackage *package, const char *verdict)
{
	Look look = look_of(package);
	const char *const classes[] = {look.box, NULL};

	gtk_widget_set_visible(view->verdict_box, verdict != NULL);
	gtk_widget_set_css_classes(view->verdict_box, (const char **) classes);
	gtk_image_set_from_icon_name(view->verdict_icon, look.icon);
	gtk_label_set_label(view->verdict, verdict ? verdict : "");
}

/* ---- findings ------------------------------------------------------------------------------------------- */

static void
clear_box(GtkBox *box)
{
	GtkWidget *child;

	while ((child = gtk_widget_get_first_child(GTK_WIDGET(box))))
		gtk_box_remove(box, child);
}

static void
add_findings(GyPackageView *view, GPtrArray *findings, GBytes *bytes, GySeverity severity)
{
	for (guint i = 0; i < findings->len; i++) {
		const GyFinding *finding = g_ptr_array_index(findings, i);

		if (finding->severity == severity)
			gtk_box_append(view->findings, gy_package_finding_widget_new(finding, bytes));
	}
}

static void
show_findings(GyPackageView *view, GPtrArray *findings, GBytes *bytes)
{
	g_autofree char *title = g_strdup_printf(_("Findings (%u)"), findings->len);

	clear_box(view->findings);
	gtk_widget_set_visible(view->findings_group, findings->len > 0);
	gtk_label_set_label(view->findings_title, title);
	/* the worst first */
	add_findings(view, findings, bytes, GY_SEVERITY_ERROR);
	add_findings(view, findings, bytes, GY_SEVERITY_WARNING);
	add_findings(view, findings, bytes, GY_SEVERITY_NOTE);
}

/* ---- chain and metadata --------------------------------------------------------------------------------- */

static const struct {
	const char *icon;
	const char *class;
} link_looks[] = {
	[GY_LINK_GOOD] = {"emblem-ok-symbolic", "success"},
	[GY_LINK_BAD] = {"dialog-error-symbolic", "error"},
	[GY_LINK_UNCHECKED] = {"dialog-question-symbolic", "warning"},
};

static GtkWidget *
row_new(const char *title, const char *subtitle)
{
	GtkWidget *row = g_object_new(ADW_TYPE_ACTION_ROW, "use-markup", FALSE, NULL);
	g_autofree char *safe = gy_text_safe(subtitle);

	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
	adw_action_row_set_subtitle(ADW_ACTION_ROW(row), safe);
	return row;
}

static GtkWidget *
link_row(const GyLink *link)
{
	GtkWidget *row = row_new(gy_package_term(link->label), link->detail);
	GtkWidget *icon = gtk_image_new_from_icon_name(link_looks[link->state].icon);
	GtkWidget *word = gtk_label_new(gy_package_link_word(link->state));

	gtk_accessible_update_property(
		GTK_ACCESSIBLE(icon), GTK_ACCESSIBLE_PROPERTY_LABEL, gy_package_link_word(link->state), -1);
	gtk_widget_add_css_class(icon, link_looks[link->state].class);
	adw_action_row_add_prefix(ADW_ACTION_ROW(row), icon);
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), word);
	return row;
}

static void
show_chain(GyPackageView *view, GyPackage *package)
{
	GPtrArray *chain = gy_package_chain(package);
	GtkListBoxRow *row;

	while ((row = gtk_list_box_get_row_at_index(view->chain, 0)))
		gtk_list_box_remove(view->chain, GTK_WIDGET(row));
	for (guint i = 0; i < chain->len; i++)
		gtk_list_box_append(view->chain, link_row(g_ptr_array_index(chain, i)));
	gtk_widget_set_visible(view->chain_group, chain->len > 0 && !view->is_compact);
}

static void
show_fields(GyPackageView *view, GyPackage *package)
{
	GPtrArray *fields = gy_package_fields(package);

	for (guint i = 0; i < view->field_rows->len; i++)
		adw_expander_row_remove(view->fields, g_ptr_array_index(view->field_rows, i));
	g_ptr_array_set_size(view->field_rows, 0);
	for (guint i = 0; i < fields->len; i++) {
		const GyField *field = g_ptr_array_index(fields, i);
		GtkWidget *row = row_new(gy_package_term(field->label), field->value);

		adw_expander_row_add_row(view->fields, row);
		g_ptr_array_add(view->field_rows, row);
	}
	gtk_widget_set_visible(GTK_WIDGET(view->fields), fields->len > 0);
}

void
gy_package_view_show(GyPackageView *view, GyPackage *package, const char *summary, const char *verdict,
	GPtrArray *findings)
{
	g_autofree char *base = package ? g_path_get_basename(gy_package_name(package)) : NULL;
	g_autofree char *name = base ? gy_text_safe(base) : NULL;
	g_autofree char *whole = NULL;

	gtk_widget_set_visible(GTK_WIDGET(view), package != NULL);
	if (!package) {
		gy_package_table_set_package(view->table, NULL);
		return;
	}
	/* Translators: a system, then a summary: HiSilicon WS63 · 3 images, 1.2 MiB, signed */
	whole = g_strdup_printf(_("%1$s · %2$s"), gy_package_format(package)->title, summary);
	gtk_label_set_label(view->name, name);
	gtk_label_set_label(view->summary, whole);
	show_verdict(view, package, verdict);
	show_findings(view, findings, gy_package_bytes(package));
	gy_package_table_set_package(view->table, package);
	show_chain(view, package);
	show_fields(view, package);
}

void
gy_package_view_set_compact(GyPackageView *view, gboolean is_compact)
{
	view->is_compact = is_compact;
	gtk_widget_set_visible(GTK_WIDGET(view->name), !is_compact);
	gy_package_table_set_compact(view->table, is_compact);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_package_view_dispose(GObject *object)
{
	gtk_widget_dispose_template(GTK_WIDGET(object), GY_TYPE_PACKAGE_VIEW);
	G_OBJECT_CLASS(gy_package_view_parent_class)->dispose(object);
}

static void
gy_package_view_finalize(GObject *object)
{
	g_ptr_array_unref(GY_PACKAGE_VIEW(object)->field_rows);
	G_OBJECT_CLASS(gy_package_view_parent_class)->finalize(object);
}

static void
gy_package_view_class_init(GyPackageViewClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_package_view_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_package_view_finalize;
	g_type_ensure(GY_TYPE_PACKAGE_TABLE);
	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/package-view.ui");
	gtk_widget_class_bind_template_child(widget, GyPackageView, name);
	gtk_widget_class_bind_template_child(widget, GyPackageView, summary);
	gtk_widget_class_bind_template_child(widget, GyPackageView, verdict_box);
	gtk_widget_class_bind_template_child(widget, GyPackageView, verdict_icon);
	gtk_widget_class_bind_template_child(widget, GyPackageView, verdict);
	gtk_widget_class_bind_template_child(widget, GyPackageView, findings_group);
	gtk_widget_class_bind_template_child(widget, GyPackageView, findings_title);
	gtk_widget_class_bind_template_child(widget, GyPackageView, findings);
	gtk_widget_class_bind_template_child(widget, GyPackageView, table);
	gtk_widget_class_bind_template_child(widget, GyPackageView, chain_group);
	gtk_widget_class_bind_template_child(widget, GyPackageView, chain);
	gtk_widget_class_bind_template_child(widget, GyPackageView, fields);
}

static void
gy_package_view_init(GyPackageView *view)
{
	view->field_rows = g_ptr_array_new();
	gtk_widget_init_template(GTK_WIDGET(view));
}

// SPDX-License-Identifier: Apache-2.0
#include "ui/history-charts.h"

#include <glib/gi18n-lib.h>

#include "ui/history-day-chart.h"
#include "ui/history-row-chart.h"
#include "ui/model/words.h"

#define MARGIN 18
#define WIDTH  720

/* One of the three: the widgets that change with what is shown. */
typedef struct {
	GtkWidget *chart;
	GtkLabel *sentence;
	GtkWidget *expander;
	GtkListBox *table;
} Section;

struct _GyHistoryCharts {
	AdwBin parent;

	GtkBox *box;
	Section days;
	Section steps;
	Section causes;
};

G_DEFINE_FINAL_TYPE(GyHistoryCharts, gy_history_charts, ADW_TYPE_BIN)

/* ---- a section ------------------------------------------------------------------------------------------ */

static GtkWidget *
new_label(const char *text, const char *class)
{
	GtkWidget *label = gtk_label_new(text);

	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_widget_add_css_class(label, class);
	return label;
}

static GtkWidget *
new_table(Section *section, const char *title)
{
	GtkWidget *expander = gtk_expander_new(_("Show as Table"));
	GtkWidget *list = gtk_list_box_new();

	section->expander = expander;
	section->table = GTK_LIST_BOX(list);
	gtk_list_box_set_selection_mode(section->table, GTK_SELECTION_NONE);
	gtk_widget_add_css_class(list, "boxed-list");
	gtk_widget_set_margin_top(list, 6);
	gtk_accessible_update_property(GTK_ACCESSIBLE(list), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
	gtk_expander_set_child(GTK_EXPANDER(expander), list);
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(expander), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Show as Table"), -1);
	return expander;
}

static void
add_section(GyHistoryCharts *charts, Section *section, const char *title, GtkWidget *chart)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
	GtkWidget *card = adw_bin_new();

	section->chart = chart;
	section->sentence = GTK_LABEL(new_label("", "body"));
	gtk_widget_set_margin_top(chart, MARGIN);
	gtk_widget_set_margin_bottom(chart, MARGIN);
	gtk_widget_set_margin_start(chart, MARGIN);
	gtk_widget_set_margin_end(chart, MARGIN);
	gtk_widget_add_css_class(card, "card");
	adw_bin_set_child(ADW_BIN(card), chart);
	gtk_box_append(GTK_BOX(box), new_label(title, "heading"));
	gtk_box_append(GTK_BOX(box), GTK_WIDGET(section->sentence));
	gtk_box_append(GTK_BOX(box), card);
	gtk_box_append(GTK_BOX(box), new_table(section, title));
	gtk_box_append(charts->box, box);
}

static void
clear_table(Section *section)
{
	GtkListBoxRow *row;

	while ((row = gtk_list_box_get_row_at_index(section->table, 0)))
		gtk_list_box_remove(section->table, GTK_WIDGET(row));
}

static void
add_row(Section *section, const char *label, const char *value)
{
	GtkWidget *row = adw_action_row_new();
	GtkWidget *text = gtk_label_new(value);

	adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), label);
	gtk_widget_add_css_class(text, "numeric");
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), text);
	gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
	gtk_list_box_append(section->table, row);
}

static void
set_rows(Section *section, const GyChartRow *rows, guint n, const char *sentence)
{
	gy_history_row_chart_set(GY_HISTORY_ROW_CHART(section->chart), rows, n, sentence);
	gtk_label_set_text(section->sentence, sentence);
	/* an empty card says nothing that the sentence does not */
	gtk_widget_set_visible(gtk_widget_get_parent(section->chart), n > 0);
	gtk_widget_set_visible(section->expander, n > 0);
	clear_table(section);
}

/* ---- the three ------------------------------------------------------------------------------------------ */

static void
show_days(GyHistoryCharts *charts, GyHistory *history)
{
	GArray *days = gy_history_stats(history)->days;
	g_autofree char *sentence = gy_history_days_sentence(history);

	gy_history_day_chart_set(GY_HISTORY_DAY_CHART(charts->days.chart), days, sentence);
	gtk_label_set_text(charts->days.sentence, sentence);
	gtk_widget_set_visible(gtk_widget_get_parent(charts->days.chart), days->len > 0);
	gtk_widget_set_visible(charts->days.expander, days->len > 0);
	clear_table(&charts->days);
	for (guint i = days->len; i > 0; i--) {
		const GyRecordDay *day = &g_array_index(days, GyRecordDay, i - 1);
		/* Translators: of a day */
		g_autofree char *value =
			g_strdup_printf(_("%1$u passed, %2$u failed"), day->n_done, day->n_failed);

		add_row(&charts->days, day->date, value);
	}
}

/* Each stage begins where the one before it ends, so that the bars together are a run. */
static void
show_steps(GyHistoryCharts *charts, GyHistory *history)
{
	g_autofree char *sentence = gy_history_steps_sentence(history);
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	GyChartRow rows[GY_N_STEPS];
	double offset = 0;
	guint n = 0;

	for (GyStep step = 0; step < GY_N_STEPS; step++) {
		const GyRecordTimes *times = gy_history_step_times(history, step);
		char *value;

		if (times->n == 0)
			continue;
		value = gy_words_duration(times->median_ms);
		g_ptr_array_add(values, value);
		rows[n++] = (GyChartRow){gy_step_title(step), value, offset, (double) times->median_ms,
			(double) times->p95_ms};
		offset += (double) times->median_ms;
	}
	set_rows(&charts->steps, rows, n, sentence);
	for (GyStep step = 0; step < GY_N_STEPS; step++) {
		const GyRecordTimes *times = gy_history_step_times(history, step);
		g_autofree char *median = times->n ? gy_words_duration(times->median_ms) : NULL;
		g_autofree char *p95 = times->n ? gy_words_duration(times->p95_ms) : NULL;
		/* Translators: the median, and the time that 95 % stay within */
		g_autofree char *value =
			times->n ? g_strdup_printf(_("%1$s, 95 %% within %2$s"), median, p95) : NULL;

		if (value)
			add_row(&charts->steps, gy_step_title(step), value);
	}
}

static void
show_causes(GyHistoryCharts *charts, GyHistory *history)
{
	GPtrArray *causes = gy_history_stats(history)->causes;
	g_autofree char *sentence = gy_history_causes_sentence(history);
	g_autofree GyChartRow *rows = g_new0(GyChartRow, MAX(causes->len, 1));
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < causes->len; i++) {
		const GyRecordCause *cause = g_ptr_array_index(causes, i);
		char *value = g_strdup_printf("%u", cause->n);

		g_ptr_array_add(values, value);
		rows[i] = (GyChartRow){cause->code, value, 0, cause->n, 0};
	}
	set_rows(&charts->causes, rows, causes->len, sentence);
	for (guint i = 0; i < causes->len; i++)
		add_row(&charts->causes, rows[i].label, rows[i].value);
}

void
gy_history_charts_show(GyHistoryCharts *charts, GyHistory *history)
{
	if (!gy_history_stats(history))
		return;
	show_days(charts, history);
	show_steps(charts, history);
	show_causes(charts, history);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_history_charts_class_init(GyHistoryChartsClass *class)
{
}

static void
gy_history_charts_init(GyHistoryCharts *charts)
{
	GtkWidget *scrolled = gtk_scrolled_window_new();
	GtkWidget *clamp = adw_clamp_new();
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 24);

	charts->box = GTK_BOX(box);
	adw_clamp_set_maximum_size(ADW_CLAMP(clamp), WIDTH);
	adw_clamp_set_child(ADW_CLAMP(clamp), box);
	gtk_widget_set_margin_top(box, MARGIN);
	gtk_widget_set_margin_bottom(box, MARGIN);
	gtk_widget_set_margin_start(box, MARGIN);
	gtk_widget_set_margin_end(box, MARGIN);
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), clamp);
	gtk_widget_set_vexpand(scrolled, TRUE);
	adw_bin_set_child(ADW_BIN(charts), scrolled);
	add_section(charts, &charts->days, _("Pass Rate by Day"), gy_history_day_chart_new());
	add_section(charts, &charts->steps, _("Time per Stage"), gy_history_row_chart_new(FALSE));
	add_section(charts, &charts->causes, _("Failures by Cause"), gy_history_row_chart_new(TRUE));
}

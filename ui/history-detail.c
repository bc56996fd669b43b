// SPDX-License-Identifier: Apache-2.0
#include "ui/history-detail.h"

#include <glib/gi18n-lib.h>

#include "ui/history-row-chart.h"
#include "ui/model/words.h"

#define VALUE_CHARS 24

struct _GyHistoryDetail {
	AdwBin parent;

	GyHistoryRun *run;
	GtkLabel *verdict;
	GtkLabel *headline;
	GtkLabel *truth;
	GtkWidget *again;
	GtkGrid *facts;
	GtkWidget *stages;
	GtkWidget *stages_title;
	GtkLabel *log;
	GtkWidget *log_title;
};

G_DEFINE_FINAL_TYPE(GyHistoryDetail, gy_history_detail, ADW_TYPE_BIN)

enum { SIGNAL_CLOSE, SIGNAL_COPY, SIGNAL_AGAIN, N_SIGNALS };

static guint signals[N_SIGNALS];

/* ---- what is shown -------------------------------------------------------------------------------------- */

static void
clear_facts(GyHistoryDetail *detail)
{
	GtkWidget *child;

	while ((child = gtk_widget_get_first_child(GTK_WIDGET(detail->facts))))
		gtk_grid_remove(detail->facts, child);
}

static void
add_fact(GyHistoryDetail *detail, const GyHistoryFact *fact, int row)
{
	GtkWidget *label = gtk_label_new(fact->label);
	GtkWidget *value = gtk_label_new(fact->value);

	gtk_label_set_xalign(GTK_LABEL(label), 1);
	gtk_label_set_yalign(GTK_LABEL(label), 0);
	gtk_widget_add_css_class(label, "dim-label");
	gtk_label_set_xalign(GTK_LABEL(value), 0);
	gtk_label_set_wrap(GTK_LABEL(value), TRUE);
	gtk_label_set_wrap_mode(GTK_LABEL(value), PANGO_WRAP_WORD_CHAR);
	/* not as wide as it would like to be: there are two columns */
	gtk_label_set_max_width_chars(GTK_LABEL(value), VALUE_CHARS);
	gtk_label_set_selectable(GTK_LABEL(value), TRUE);
	gtk_widget_set_hexpand(value, TRUE);
	gtk_widget_add_css_class(value, "numeric");
	gtk_accessible_update_relation(
		GTK_ACCESSIBLE(value), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL, -1);
	gtk_grid_attach(detail->facts, label, 0, row, 1, 1);
	gtk_grid_attach(detail->facts, value, 1, row, 1, 1);
}

static void
show_facts(GyHistoryDetail *detail)
{
	g_autoptr(GPtrArray) facts = gy_history_run_facts(detail->run);

	clear_facts(detail);
	for (guint i = 0; i < facts->len; i++)
		add_fact(detail, g_ptr_array_index(facts, i), (int) i);
}

static void
show_stages(GyHistoryDetail *detail)
{
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) sentence = g_string_new(NULL);
	GyChartRow rows[GY_N_STEPS];
	double offset = 0;
	guint n = 0;

	for (GyStep step = 0; step < GY_N_STEPS; step++) {
		gint64 ms = gy_history_run_step_ms(detail->run, step);
		char *value;

		if (ms < 0)
			continue;
		value = gy_words_duration(ms);
		g_ptr_array_add(values, value);
		g_string_append_printf(sentence, "%s%s %s", n ? ", " : "", gy_step_title(step), value);
		rows[n++] = (GyChartRow){gy_step_title(step), value, offset, (double) ms, 0};
		offset += (double) ms;
	}
	gy_history_row_chart_set(GY_HISTORY_ROW_CHART(detail->stages), rows, n, sentence->str);
	/* of a run that nobody ended the times are not known */
	gtk_widget_set_visible(detail->stages, offset > 0);
	gtk_widget_set_visible(detail->stages_title, offset > 0);
}

static void
show_verdict(GyHistoryDetail *detail)
{
	static const char *const classes[GY_RECORD_N_RESULTS] = {
		[GY_RECORD_IN_DOUBT] = "warning",
		[GY_RECORD_RUNNING] = "accent",
		[GY_RECORD_DONE] = "success",
		[GY_RECORD_FAILED] = "error",
		[GY_RECORD_STOPPED] = "dim-label",
	};
	GyRecordResult result = gy_history_run_record(detail->run)->result;
	const char *const now[] = {"title-4", classes[result], NULL};
	g_autofree char *headline = gy_history_run_headline(detail->run);
	g_autofree char *truth = gy_history_run_truth(detail->run);

	gtk_widget_set_css_classes(GTK_WIDGET(detail->verdict), (const char **) now);
	gtk_label_set_text(detail->verdict, gy_history_result_title(result));
	gtk_label_set_text(detail->headline, headline);
	gtk_label_set_text(detail->truth, truth);
	gtk_widget_set_visible(GTK_WIDGET(detail->truth), *truth != '\0');
}

static void
show_log(GyHistoryDetail *detail)
{
	const char *log = gy_history_run_record(detail->run)->log;

	gtk_label_set_text(detail->log, log ? log : "");
	gtk_widget_set_visible(GTK_WIDGET(detail->log), log != NULL);
	gtk_widget_set_visible(detail->log_title, log != NULL);
}

void
gy_history_detail_show(GyHistoryDetail *detail, GyHistoryRun *run)
{
	if (!run || run == detail->run)
		return;
	g_set_object(&detail->run, run);
	show_verdict(detail);
	show_facts(detail);
	show_stages(detail);
	show_log(detail);
	gtk_widget_set_visible(detail->again, gy_history_run_record(run)->package != NULL);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
on_close(GtkButton *button, GyHistoryDetail *detail)
{
	g_signal_emit(detail, signals[SIGNAL_CLOSE], 0);
}

static void
on_copy(GtkButton *button, GyHistoryDetail *detail)
{
	g_signal_emit(detail, signals[SIGNAL_COPY], 0);
}

static void
on_again(GtkButton *button, GyHistoryDetail *detail)
{
	g_signal_emit(detail, signals[SIGNAL_AGAIN], 0);
}

static void
gy_history_detail_dispose(GObject *object)
{
	gtk_widget_dispose_template(GTK_WIDGET(object), GY_TYPE_HISTORY_DETAIL);
	g_clear_object(&GY_HISTORY_DETAIL(object)->run);
	G_OBJECT_CLASS(gy_history_detail_parent_class)->dispose(object);
}

static void
gy_history_detail_class_init(GyHistoryDetailClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
	GType type = G_TYPE_FROM_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_history_detail_dispose;
	signals[SIGNAL_CLOSE] =
		g_signal_new("close", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_COPY] =
		g_signal_new("copy", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_AGAIN] =
		g_signal_new("again", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	gtk_widget_class_set_template_from_resource(
		widget, "/io/github/gantryfw/Gantry/ui/history-detail.ui");
	gtk_widget_class_bind_template_child(widget, GyHistoryDetail, verdict);
	gtk_widget_class_bind_template_child(widget, GyHistoryDetail, headline);
	gtk_widget_class_bind_template_child(widget, GyHistoryDetail, truth);
	gtk_widget_class_bind_template_child(widget, GyHistoryDetail, again);
	gtk_widget_class_bind_template_child(widget, GyHistoryDetail, facts);
	gtk_widget_class_bind_template_child(widget, GyHistoryDetail, stages);
	gtk_widget_class_bind_template_child(widget, GyHistoryDetail, stages_title);
	gtk_widget_class_bind_template_child(widget, GyHistoryDetail, log);
	gtk_widget_class_bind_template_child(widget, GyHistoryDetail, log_title);
	gtk_widget_class_bind_template_callback(widget, on_close);
	gtk_widget_class_bind_template_callback(widget, on_copy);
	gtk_widget_class_bind_template_callback(widget, on_again);
}

static void
gy_history_detail_init(GyHistoryDetail *detail)
{
	g_type_ensure(GY_TYPE_HISTORY_ROW_CHART);
	gtk_widget_init_template(GTK_WIDGET(detail));
}

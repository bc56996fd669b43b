// SPDX-License-Identifier: Apache-2.0
#include "ui/stage-strip.h"

#include <glib/gi18n-lib.h>

#include "ui/model/words.h"

struct _GyStageStrip {
	GtkBox parent;

	GtkWidget *boxes[GY_N_STEPS];
	GtkLabel *marks[GY_N_STEPS];
};

G_DEFINE_FINAL_TYPE(GyStageStrip, gy_stage_strip, GTK_TYPE_BOX)

static const struct {
	const char *mark;
	const char *class;
} looks[] = {
	[GY_STEP_WAITING] = {"○", NULL},
	[GY_STEP_RUNNING] = {"●", "now"},
	[GY_STEP_DONE] = {"✓", "done"},
	[GY_STEP_FAILED] = {"✗", "failed"},
};

static void
show_step(GyStageStrip *strip, GyStep step, GyStepState state, gint64 ms)
{
	g_autofree char *took = state == GY_STEP_DONE ? gy_words_duration(ms) : g_strdup("");
	g_autofree char *mark = g_strdup_printf("%s %s", looks[state].mark, took);

	gtk_label_set_label(strip->marks[step], g_strchomp(mark));
	for (guint i = 0; i < G_N_ELEMENTS(looks); i++)
		if (looks[i].class && i != (guint) state)
			gtk_widget_remove_css_class(strip->boxes[step], looks[i].class);
	if (looks[state].class)
		gtk_widget_add_css_class(strip->boxes[step], looks[state].class);
}

static void
add_step(GyStageStrip *strip, GtkWidget *flow, GyStep step)
{
	GtkWidget *child = gtk_flow_box_child_new();
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkWidget *title = gtk_label_new(gy_step_title(step));
	GtkWidget *mark = gtk_label_new(NULL);

	gtk_label_set_xalign(GTK_LABEL(title), 0);
	gtk_label_set_xalign(GTK_LABEL(mark), 0);
	gtk_widget_add_css_class(mark, "caption");
	gtk_widget_add_css_class(mark, "dim-label");
	gtk_widget_add_css_class(mark, "tnum");
	gtk_widget_add_css_class(box, "stage");
	gtk_box_append(GTK_BOX(box), title);
	gtk_box_append(GTK_BOX(box), mark);
	gtk_flow_box_child_set_child(GTK_FLOW_BOX_CHILD(child), box);
	/* there is nothing to do with it */
	gtk_widget_set_focusable(child, FALSE);
	gtk_flow_box_append(GTK_FLOW_BOX(flow), child);
	strip->boxes[step] = box;
	strip->marks[step] = GTK_LABEL(mark);
	show_step(strip, step, GY_STEP_WAITING, 0);
}

static void
gy_stage_strip_class_init(GyStageStripClass *class)
{
}

/* As many beside each other as there is room for: large text takes two lines rather than being cut. */
static void
gy_stage_strip_init(GyStageStrip *strip)
{
	GtkWidget *flow = gtk_flow_box_new();

	gtk_flow_box_set_homogeneous(GTK_FLOW_BOX(flow), TRUE);
	gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(flow), GTK_SELECTION_NONE);
	gtk_flow_box_set_min_children_per_line(GTK_FLOW_BOX(flow), 3);
	gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(flow), GY_N_STEPS);
	gtk_flow_box_set_column_spacing(GTK_FLOW_BOX(flow), 6);
	gtk_flow_box_set_row_spacing(GTK_FLOW_BOX(flow), 6);
	gtk_widget_add_css_class(flow, "stages");
	gtk_widget_set_hexpand(flow, TRUE);
	gtk_accessible_update_property(GTK_ACCESSIBLE(flow), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Stages"), -1);
	gtk_box_append(GTK_BOX(strip), flow);
	for (guint i = 0; i < GY_N_STEPS; i++)
		add_step(strip, flow, (GyStep) i);
}

void
gy_stage_strip_set(GyStageStrip *strip, const GyStages *stages)
{
	for (guint i = 0; i < GY_N_STEPS; i++)
		show_step(strip, (GyStep) i, stages->states[i], stages->ms[i]);
}

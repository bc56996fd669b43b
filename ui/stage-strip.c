// SPDX-License-Identifier: Apache-2.0
#include "ui/stage-strip.h"

#include <glib/gi18n-lib.h>

#include "ui/model/words.h"

struct _GyStageStrip {
	GtkBox parent;

	GtkWidget *boxes[GY_N_STEPS];
	GtkLabel *titles[GY_N_STEPS];
	GtkLabel *times[GY_N_STEPS];
	PangoAttrList *bold;
};

G_DEFINE_FINAL_TYPE(GyStageStrip, gy_stage_strip, GTK_TYPE_BOX)

/* keeps the place of a time and has no name that could be read out */
#define NO_TIME "\302\240"

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
	g_autofree char *title = g_strdup_printf("%s %s", looks[state].mark, gy_step_title(step));
	g_autofree char *time = state == GY_STEP_DONE ? gy_words_duration(ms) : g_strdup(NO_TIME);

	gtk_label_set_label(strip->titles[step], title);
	gtk_label_set_label(strip->times[step], time);
	gtk_label_set_attributes(strip->titles[step], state == GY_STEP_RUNNING ? strip->bold : NULL);
	for (guint i = 0; i < G_N_ELEMENTS(looks); i++)
		if (looks[i].class && i != (guint) state)
			gtk_widget_remove_css_class(strip->boxes[step], looks[i].class);
	if (looks[state].class)
		gtk_widget_add_css_class(strip->boxes[step], looks[state].class);
}

static void
add_step(GyStageStrip *strip, GyStep step)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkWidget *title = gtk_label_new(NULL);
	GtkWidget *time = gtk_label_new(NULL);

	gtk_label_set_ellipsize(GTK_LABEL(title), PANGO_ELLIPSIZE_END);
	gtk_label_set_xalign(GTK_LABEL(title), 0);
	gtk_label_set_xalign(GTK_LABEL(time), 0);
	gtk_widget_set_tooltip_text(title, gy_step_title(step));
	gtk_widget_add_css_class(time, "caption");
	gtk_widget_add_css_class(time, "dim-label");
	gtk_widget_add_css_class(time, "tnum");
	gtk_widget_add_css_class(box, "stage");
	gtk_box_append(GTK_BOX(box), title);
	gtk_box_append(GTK_BOX(box), time);
	gtk_box_append(GTK_BOX(strip), box);
	strip->boxes[step] = box;
	strip->titles[step] = GTK_LABEL(title);
	strip->times[step] = GTK_LABEL(time);
	show_step(strip, step, GY_STEP_WAITING, 0);
}

static void
gy_stage_strip_finalize(GObject *object)
{
	pango_attr_list_unref(GY_STAGE_STRIP(object)->bold);
	G_OBJECT_CLASS(gy_stage_strip_parent_class)->finalize(object);
}

static void
gy_stage_strip_class_init(GyStageStripClass *class)
{
	G_OBJECT_CLASS(class)->finalize = gy_stage_strip_finalize;
}

static void
gy_stage_strip_init(GyStageStrip *strip)
{
	strip->bold = pango_attr_list_new();
	pango_attr_list_insert(strip->bold, pango_attr_weight_new(PANGO_WEIGHT_BOLD));
	gtk_box_set_homogeneous(GTK_BOX(strip), TRUE);
	gtk_box_set_spacing(GTK_BOX(strip), 6);
	for (guint i = 0; i < GY_N_STEPS; i++)
		add_step(strip, (GyStep) i);
}

void
gy_stage_strip_set(GyStageStrip *strip, const GyStages *stages)
{
	for (guint i = 0; i < GY_N_STEPS; i++)
		show_step(strip, (GyStep) i, stages->states[i], stages->ms[i]);
}

// SPDX-License-Identifier: Apache-2.0
#include "ui/package-strip.h"

#include "engine/safe-text.h"
#include "ui/history-draw.h"
#include "ui/model/package-map.h"

#define BAR_HEIGHT  28
#define TEXT_GAP    4
#define FRAME       2
#define WIDTH_LEAST 120

struct _GyPackageStrip {
	GtkWidget parent;

	GyPackage *package;
	GArray *regions;
	int chosen;
};

G_DEFINE_FINAL_TYPE(GyPackageStrip, gy_package_strip, GTK_TYPE_WIDGET)

enum { SIGNAL_IMAGE_CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

/* ---- where things stand --------------------------------------------------------------------------------- */

static double
scale_of(GyPackageStrip *strip)
{
	gsize total = g_bytes_get_size(gy_package_bytes(strip->package));

	return (gtk_widget_get_width(GTK_WIDGET(strip)) - 2.0 * FRAME) / (double) MAX(total, 1);
}

static const GyPackageRegion *
region_at(GyPackageStrip *strip, double x)
{
	double width = gtk_widget_get_width(GTK_WIDGET(strip)) - 2.0 * FRAME;
	int i = strip->package && width > 0
			? gy_package_map_find(strip->regions, CLAMP((x - FRAME) / width, 0, 1))
			: -1;

	return i < 0 ? NULL : &g_array_index(strip->regions, GyPackageRegion, i);
}

/* ---- drawing -------------------------------------------------------------------------------------------- */

/* The further behind, the paler; neighbours are told apart. */
static GdkRGBA
colour_of(const GyChartPen *pen, const GyPackageRegion *region)
{
	static const float strengths[] = {1.0f, 0.6f, 0.8f, 0.45f};
	GdkRGBA colour = region->image < 0 ? pen->text : pen->accent;

	colour.alpha *=
		region->image < 0 ? 0.25f : strengths[(guint) region->image % G_N_ELEMENTS(strengths)];
	return colour;
}

static void
draw_region(GyPackageStrip *strip, GyChartPen *pen, const GyPackageRegion *region)
{
	double scale = scale_of(strip);
	double x = FRAME + (double) region->offset * scale;
	double width = (double) region->size * scale;
	GdkRGBA colour = colour_of(pen, region);
	g_autofree char *name = NULL;
	int name_width;

	gy_chart_pen_bar(pen, &colour, FALSE, x, FRAME, MAX(width - 1, 1), BAR_HEIGHT);
	if (region->image < 0)
		return;
	if (region->image == strip->chosen) {
		for (int i = 0; i < FRAME; i++) {
			gy_chart_pen_line(pen, &pen->text, 1, x - 1, i, x + width, i);
			gy_chart_pen_line(pen, &pen->text, 1, x - 1, FRAME + BAR_HEIGHT + i, x + width,
				FRAME + BAR_HEIGHT + i);
		}
		gy_chart_pen_line(pen, &pen->text, 1, x - 1, 0, x - 1, 2 * FRAME + BAR_HEIGHT - 1);
		gy_chart_pen_line(pen, &pen->text, 1, x + width, 0, x + width, 2 * FRAME + BAR_HEIGHT - 1);
	}
	name = gy_text_safe((
		(const GyImage *) g_ptr_array_index(gy_package_images(strip->package), (guint) region->image))
				    ->name);
	gy_chart_text_size(GTK_WIDGET(strip), name, &name_width, NULL);
	/* a name that is cut to a letter or two tells nothing; the table has it */
	if (name_width <= width)
		gy_chart_pen_text(pen, name, x, 2 * FRAME + BAR_HEIGHT + TEXT_GAP, 0, 0.9);
}

static void
gy_package_strip_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	GyPackageStrip *strip = GY_PACKAGE_STRIP(widget);
	GyChartPen pen;

	if (!strip->package)
		return;
	gy_chart_pen_begin(&pen, widget, snapshot);
	for (guint i = 0; i < strip->regions->len; i++)
		draw_region(strip, &pen, &g_array_index(strip->regions, GyPackageRegion, i));
	gy_chart_pen_end(&pen);
}

static void
gy_package_strip_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
	int *natural, int *minimum_baseline, int *natural_baseline)
{
	int height;

	gy_chart_text_size(widget, "0", NULL, &height);
	*minimum = orientation == GTK_ORIENTATION_VERTICAL ? 2 * FRAME + BAR_HEIGHT + TEXT_GAP + height
							   : WIDTH_LEAST;
	*natural = *minimum;
}

/* ---- pointer -------------------------------------------------------------------------------------------- */

static gboolean
gy_package_strip_query_tooltip(GtkWidget *widget, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip)
{
	GyPackageStrip *strip = GY_PACKAGE_STRIP(widget);
	const GyPackageRegion *region = by_keyboard ? NULL : region_at(strip, x);
	g_autofree char *name = region ? gy_package_map_region_name(strip->package, region) : NULL;

	gtk_tooltip_set_text(tooltip, name);
	return name != NULL;
}

static void
on_released(GtkGestureClick *click, int n, double x, double y, GyPackageStrip *strip)
{
	const GyPackageRegion *region = region_at(strip, x);

	if (region && region->image >= 0)
		g_signal_emit(strip, signals[SIGNAL_IMAGE_CHOSEN], 0, region->image);
}

/* ---- the object ----------------------------------------------------------------------------------------- */

static void
gy_package_strip_dispose(GObject *object)
{
	g_clear_object(&GY_PACKAGE_STRIP(object)->package);
	G_OBJECT_CLASS(gy_package_strip_parent_class)->dispose(object);
}

static void
gy_package_strip_finalize(GObject *object)
{
	g_clear_pointer(&GY_PACKAGE_STRIP(object)->regions, g_array_unref);
	G_OBJECT_CLASS(gy_package_strip_parent_class)->finalize(object);
}

static void
gy_package_strip_class_init(GyPackageStripClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = gy_package_strip_dispose;
	G_OBJECT_CLASS(class)->finalize = gy_package_strip_finalize;
	widget->snapshot = gy_package_strip_snapshot;
	widget->measure = gy_package_strip_measure;
	widget->query_tooltip = gy_package_strip_query_tooltip;
	signals[SIGNAL_IMAGE_CHOSEN] = g_signal_new("image-chosen", G_TYPE_FROM_CLASS(class),
		G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
	gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
	gtk_widget_class_set_css_name(widget, "chart");
}

static void
gy_package_strip_init(GyPackageStrip *strip)
{
	GtkGesture *click = gtk_gesture_click_new();

	strip->chosen = -1;
	g_signal_connect(click, "released", G_CALLBACK(on_released), strip);
	gtk_widget_add_controller(GTK_WIDGET(strip), GTK_EVENT_CONTROLLER(click));
	gtk_widget_set_has_tooltip(GTK_WIDGET(strip), TRUE);
	gtk_widget_set_hexpand(GTK_WIDGET(strip), TRUE);
}

GtkWidget *
gy_package_strip_new(void)
{
	return g_object_new(GY_TYPE_PACKAGE_STRIP, NULL);
}

void
gy_package_strip_set_package(GyPackageStrip *strip, GyPackage *package)
{
	g_autofree char *sentence = NULL;

	g_set_object(&strip->package, package);
	g_clear_pointer(&strip->regions, g_array_unref);
	strip->chosen = -1;
	if (package) {
		strip->regions = gy_package_map(package);
		sentence = gy_package_map_sentence(package, strip->regions);
		gtk_accessible_update_property(
			GTK_ACCESSIBLE(strip), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
	}
	gtk_widget_queue_draw(GTK_WIDGET(strip));
}

void
gy_package_strip_set_chosen(GyPackageStrip *strip, int image)
{
	strip->chosen = image;
	gtk_widget_queue_draw(GTK_WIDGET(strip));
}

// SPDX-License-Identifier: Apache-2.0
#include "ui/page.h"

typedef struct {
	GyBench *bench;
	GSettings *settings;
	char *note;
	gboolean is_busy;
} GyPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(GyPage, gy_page, ADW_TYPE_BIN)

enum { PROP_0, PROP_BENCH, PROP_SETTINGS, PROP_NOTE, PROP_IS_BUSY, N_PROPS };

static GParamSpec *props[N_PROPS];

static GyPagePrivate *
private_of(GyPage *page)
{
	return gy_page_get_instance_private(page);
}

static void
gy_page_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
	GyPagePrivate *own = private_of(GY_PAGE(object));

	switch (id) {
	case PROP_BENCH: g_value_set_object(value, own->bench); break;
	case PROP_SETTINGS: g_value_set_object(value, own->settings); break;
	case PROP_NOTE: g_value_set_string(value, own->note); break;
	case PROP_IS_BUSY: g_value_set_boolean(value, own->is_busy); break;
	default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
}

static void
gy_page_set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
	GyPagePrivate *own = private_of(GY_PAGE(object));

	switch (id) {
	case PROP_BENCH: own->bench = g_value_dup_object(value); break;
	case PROP_SETTINGS: own->settings = g_value_dup_object(value); break;
	default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
}

static void
gy_page_dispose(GObject *object)
{
	g_clear_object(&private_of(GY_PAGE(object))->bench);
	g_clear_object(&private_of(GY_PAGE(object))->settings);
	G_OBJECT_CLASS(gy_page_parent_class)->dispose(object);
}

static void
gy_page_finalize(GObject *object)
{
	g_free(private_of(GY_PAGE(object))->note);
	G_OBJECT_CLASS(gy_page_parent_class)->finalize(object);
}

/* A stack keeps what it does not show in the tree that is read out: it has to be told apart. */
static void
gy_page_map(GtkWidget *widget)
{
	GTK_WIDGET_CLASS(gy_page_parent_class)->map(widget);
	gtk_accessible_update_state(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_STATE_HIDDEN, FALSE, -1);
}

static void
gy_page_unmap(GtkWidget *widget)
{
	GTK_WIDGET_CLASS(gy_page_parent_class)->unmap(widget);
	gtk_accessible_update_state(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
}

static void
gy_page_class_init(GyPageClass *class)
{
	GObjectClass *object = G_OBJECT_CLASS(class);

	object->get_property = gy_page_get_property;
	object->set_property = gy_page_set_property;
	object->dispose = gy_page_dispose;
	object->finalize = gy_page_finalize;
	GTK_WIDGET_CLASS(class)->map = gy_page_map;
	GTK_WIDGET_CLASS(class)->unmap = gy_page_unmap;
	props[PROP_BENCH] = g_param_spec_object("bench", NULL, NULL, GY_TYPE_BENCH,
		G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
	props[PROP_SETTINGS] = g_param_spec_object("settings", NULL, NULL, G_TYPE_SETTINGS,
		G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
	props[PROP_NOTE] =
		g_param_spec_string("note", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
	props[PROP_IS_BUSY] =
		g_param_spec_boolean("is-busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
	g_object_class_install_properties(object, N_PROPS, props);
}

static void
gy_page_init(GyPage *page)
{
	gtk_accessible_update_state(GTK_ACCESSIBLE(page), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
}

GyBench *
gy_page_bench(GyPage *page)
{
	return private_of(page)->bench;
}

GSettings *
gy_page_settings(GyPage *page)
{
	return private_of(page)->settings;
}

void
gy_page_set_note(GyPage *page, const char *note)
{
	GyPagePrivate *own = private_of(page);

	if (g_strcmp0(own->note, note) == 0)
		return;
	g_free(own->note);
	own->note = g_strdup(note);
	g_object_notify_by_pspec(G_OBJECT(page), props[PROP_NOTE]);
}

void
gy_page_set_busy(GyPage *page, gboolean is_busy)
{
	GyPagePrivate *own = private_of(page);

	if (own->is_busy == is_busy)
		return;
	own->is_busy = is_busy;
	g_object_notify_by_pspec(G_OBJECT(page), props[PROP_IS_BUSY]);
}

void
gy_page_search(GyPage *page)
{
	if (GY_PAGE_GET_CLASS(page)->search)
		GY_PAGE_GET_CLASS(page)->search(page);
}

void
gy_page_copy(GyPage *page)
{
	if (GY_PAGE_GET_CLASS(page)->copy)
		GY_PAGE_GET_CLASS(page)->copy(page);
}

gboolean
gy_page_escape(GyPage *page)
{
	return GY_PAGE_GET_CLASS(page)->escape && GY_PAGE_GET_CLASS(page)->escape(page);
}

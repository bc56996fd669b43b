// SPDX-License-Identifier: Apache-2.0
#include "ui/preferences.h"

#include <glib/gi18n-lib.h>

struct _GyPreferences {
	AdwPreferencesWindow parent;

	AdwComboRow *appearance;
	AdwComboRow *language;
	GtkSpinButton *speed;
	GtkSwitch *identify_on_plug;
	GtkWidget *root_key;
	GtkWidget *operator;
	GtkWidget *records;
	GtkSwitch *factory_sounds;
	GtkSwitch *keep_awake;
};

G_DEFINE_FINAL_TYPE(GyPreferences, gy_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* A language's own name is the same in every translation. */
static const struct {
	const char *code;
	const char *name;
} languages[] = {
	{"", N_("Follow System")},
	{"en", "English"},
	{"zh_CN", "简体中文"},
};

static gboolean
text_to_index(GValue *value, GVariant *variant, gpointer data)
{
	const char *const *words = data;
	const char *word = g_variant_get_string(variant, NULL);

	for (guint i = 0; words[i]; i++)
		if (g_str_equal(words[i], word)) {
			g_value_set_uint(value, i);
			return TRUE;
		}
	return FALSE;
}

static GVariant *
index_to_text(const GValue *value, const GVariantType *type, gpointer data)
{
	const char *const *words = data;
	guint index = g_value_get_uint(value);

	return index < g_strv_length((char **) words) ? g_variant_new_string(words[index]) : NULL;
}

static void
bind_words(GSettings *settings, const char *key, AdwComboRow *row, const char *const *words)
{
	g_settings_bind_with_mapping(settings, key, row, "selected", G_SETTINGS_BIND_DEFAULT, text_to_index,
		index_to_text, (gpointer) words, NULL);
}

static void
fill_languages(GyPreferences *preferences)
{
	g_autoptr(GtkStringList) names = gtk_string_list_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(languages); i++)
		gtk_string_list_append(names, i == 0 ? _(languages[i].name) : languages[i].name);
	adw_combo_row_set_model(preferences->language, G_LIST_MODEL(names));
}

static void
gy_preferences_class_init(GyPreferencesClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	gtk_widget_class_set_template_from_resource(widget, "/io/github/gantryfw/Gantry/ui/preferences.ui");
	gtk_widget_class_bind_template_child(widget, GyPreferences, appearance);
	gtk_widget_class_bind_template_child(widget, GyPreferences, language);
	gtk_widget_class_bind_template_child(widget, GyPreferences, speed);
	gtk_widget_class_bind_template_child(widget, GyPreferences, identify_on_plug);
	gtk_widget_class_bind_template_child(widget, GyPreferences, root_key);
	gtk_widget_class_bind_template_child(widget, GyPreferences, operator);
	gtk_widget_class_bind_template_child(widget, GyPreferences, records);
	gtk_widget_class_bind_template_child(widget, GyPreferences, factory_sounds);
	gtk_widget_class_bind_template_child(widget, GyPreferences, keep_awake);
}

static void
gy_preferences_init(GyPreferences *preferences)
{
	gtk_widget_init_template(GTK_WIDGET(preferences));
	fill_languages(preferences);
}

GtkWindow *
gy_preferences_new(GtkWindow *parent, GSettings *settings)
{
	static const char *const appearances[] = {"system", "light", "dark", NULL};
	static const char *const codes[] = {"", "en", "zh_CN", NULL};
	GyPreferences *preferences =
		g_object_new(GY_TYPE_PREFERENCES, "transient-for", parent, "modal", TRUE, NULL);

	bind_words(settings, "appearance", preferences->appearance, appearances);
	bind_words(settings, "language", preferences->language, codes);
	g_settings_bind(settings, "speed", gtk_spin_button_get_adjustment(preferences->speed), "value",
		G_SETTINGS_BIND_DEFAULT);
	g_settings_bind(settings, "identify-on-plug", preferences->identify_on_plug, "active",
		G_SETTINGS_BIND_DEFAULT);
	g_settings_bind(settings, "root-key", preferences->root_key, "text", G_SETTINGS_BIND_DEFAULT);
	g_settings_bind(settings, "operator", preferences->operator, "text", G_SETTINGS_BIND_DEFAULT);
	g_settings_bind(settings, "records", preferences->records, "text", G_SETTINGS_BIND_DEFAULT);
	g_settings_bind(
		settings, "factory-sounds", preferences->factory_sounds, "active", G_SETTINGS_BIND_DEFAULT);
	g_settings_bind(settings, "keep-awake", preferences->keep_awake, "active", G_SETTINGS_BIND_DEFAULT);
	return GTK_WINDOW(preferences);
}

// SPDX-License-Identifier: Apache-2.0
#include "ui/application.h"

#include <adwaita.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <locale.h>

#include "engine/records/records.h"
#include "ui/resources.h"
#include "ui/settings.h"
#include "ui/shell.h"

#define GY_TYPE_APPLICATION (gy_application_get_type())
G_DECLARE_FINAL_TYPE(GyApplication, gy_application, GY, APPLICATION, AdwApplication)

struct _GyApplication {
	AdwApplication parent;

	GSettings *settings;
	GyBench *bench;
};

G_DEFINE_FINAL_TYPE(GyApplication, gy_application, ADW_TYPE_APPLICATION)

static const struct {
	const char *action;
	const char *keys[3];
} accelerators[] = {
	{"win.show-devices", {"<Alt>1"}},
	{"win.show-package", {"<Alt>2"}},
	{"win.show-flash", {"<Alt>3"}},
	{"win.show-factory", {"<Alt>4"}},
	{"win.show-console", {"<Alt>5"}},
	{"win.show-history", {"<Alt>6"}},
	{"win.show-sidebar", {"F9"}},
	{"win.open", {"<Control>o"}},
	{"win.new-package", {"<Control>n"}},
	{"win.save-recipe", {"<Control>s"}},
	{"win.save-package", {"<Control><Shift>s"}},
	{"win.open-station", {"<Control><Shift>o"}},
	{"win.new-station", {"<Control><Shift>n"}},
	{"win.reload-station", {"<Control><Shift>r"}},
	{"win.close-station", {"<Control><Shift>w"}},
	{"win.edit-station", {"<Control><Shift>e"}},
	{"win.run-station", {"F8"}},
	{"win.lock-station", {"<Control><Shift>l"}},
	{"win.retry-failed", {"F6"}},
	{"win.focus-serial", {"<Control>l"}},
	{"win.full-screen", {"F11"}},
	{"win.rescan", {"F5", "<Control>r"}},
	{"win.start", {"<Control>Return"}},
	{"win.escape", {"Escape"}},
	{"win.search", {"<Control>f"}},
	{"win.copy-details", {"<Control><Shift>c"}},
	{"win.preferences", {"<Control>comma"}},
	{"win.show-help-overlay", {"<Control>question", "F1"}},
	{"win.close", {"<Control>w", "<Control>q"}},
};

static GyShell *
window_of(GyApplication *application)
{
	GtkWindow *window = gtk_application_get_active_window(GTK_APPLICATION(application));

	if (window && GY_IS_SHELL(window))
		return GY_SHELL(window);
	return gy_shell_new(ADW_APPLICATION(application), application->bench, application->settings);
}

static void
gy_application_activate(GApplication *application)
{
	gtk_window_present(GTK_WINDOW(window_of(GY_APPLICATION(application))));
}

static void
open_files(GyApplication *self, GApplicationCommandLine *line, GVariantDict *options)
{
	g_autofree const char **names = NULL;

	if (!g_variant_dict_lookup(options, G_OPTION_REMAINING, "^a&ay", &names))
		return;
	for (guint i = 0; names[i]; i++) {
		g_autoptr(GFile) file = g_application_command_line_create_file_for_arg(line, names[i]);

		gy_shell_open(window_of(self), file);
		if (!g_str_has_suffix(names[i], ".station"))
			gy_shell_show_place(window_of(self), "package");
	}
}

/* Also what another start of the program asks of the one that runs. */
static int
gy_application_command_line(GApplication *application, GApplicationCommandLine *line)
{
	GyApplication *self = GY_APPLICATION(application);
	GVariantDict *options = g_application_command_line_get_options_dict(line);
	g_autofree const char **specs = NULL;

	gtk_window_present(GTK_WINDOW(window_of(self)));
	open_files(self, line, options);
	if (g_variant_dict_lookup(options, "simulate", "^a&s", &specs))
		for (guint i = 0; specs[i]; i++)
			gy_bench_simulate(self->bench, specs[i]);
	return 0;
}

static int
gy_application_handle_local_options(GApplication *application, GVariantDict *options)
{
	if (!g_variant_dict_contains(options, "version"))
		return -1;
	g_print("gantry-gui %s\n", GANTRY_VERSION);
	return 0;
}

/* What a notification was of. */
static void
show_place(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	GyShell *shell = window_of(data);

	gy_shell_show_place(shell, g_action_get_name(G_ACTION(action)) + strlen("show-"));
	gtk_window_present(GTK_WINDOW(shell));
}

static const GActionEntry actions[] = {{"show-flash", show_place}, {"show-factory", show_place}};

/* What people choose counts from the next job on. */
static void
on_settings(GSettings *settings, const char *key, gpointer data)
{
	g_autofree char *root_key = g_settings_get_string(settings, "root-key");
	g_autofree char *operator_name = g_settings_get_string(settings, "operator");
	g_autofree char *chosen = g_settings_get_string(settings, "records");
	g_autofree char *records = *chosen ? g_strdup(chosen) : gy_records_default_path();
	g_auto(GStrv) trusted = g_settings_get_strv(settings, "trusted-ports");
	gboolean identifies = g_settings_get_boolean(settings, "identify-on-plug");
	const GyBenchOptions options = {.root_key = root_key,
		.operator_name = operator_name,
		.records = records,
		.trusted_places = identifies ? (const char *const *) trusted : NULL,
		.sends_differences = g_settings_get_boolean(settings, "flash-delta"),
		.baud = g_settings_get_uint(settings, "speed")};

	gy_bench_set_options(GY_APPLICATION(data)->bench, &options);
}

static void
on_appearance(GSettings *settings, const char *key, gpointer data)
{
	static const AdwColorScheme schemes[] = {
		ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT, ADW_COLOR_SCHEME_FORCE_DARK};
	int choice = g_settings_get_enum(settings, "appearance");

	adw_style_manager_set_color_scheme(
		adw_style_manager_get_default(), schemes[CLAMP(choice, 0, (int) G_N_ELEMENTS(schemes) - 1)]);
}

/* Asked to end, what we have started ends with us and its files go. */
static gboolean
on_signal(gpointer data)
{
	g_application_quit(data);
	return G_SOURCE_CONTINUE;
}

static void
gy_application_startup(GApplication *application)
{
	GyApplication *self = GY_APPLICATION(application);

	G_APPLICATION_CLASS(gy_application_parent_class)->startup(application);
	for (guint i = 0; i < G_N_ELEMENTS(accelerators); i++)
		gtk_application_set_accels_for_action(
			GTK_APPLICATION(application), accelerators[i].action, accelerators[i].keys);
	g_action_map_add_action_entries(
		G_ACTION_MAP(application), actions, G_N_ELEMENTS(actions), application);
	self->bench = gy_bench_new(NULL);
	g_signal_connect_object(self->settings, "changed", G_CALLBACK(on_settings), self, (GConnectFlags) 0);
	on_settings(self->settings, NULL, self);
	g_signal_connect_object(
		self->settings, "changed::appearance", G_CALLBACK(on_appearance), self, (GConnectFlags) 0);
	on_appearance(self->settings, "appearance", self);
	g_unix_signal_add(SIGTERM, on_signal, application);
	g_unix_signal_add(SIGINT, on_signal, application);
	gtk_window_set_default_icon_name(GY_APPLICATION_ID);
}

static void
gy_application_shutdown(GApplication *application)
{
	gy_bench_end(GY_APPLICATION(application)->bench);
	G_APPLICATION_CLASS(gy_application_parent_class)->shutdown(application);
}

static void
gy_application_dispose(GObject *object)
{
	GyApplication *application = GY_APPLICATION(object);

	g_clear_object(&application->bench);
	g_clear_object(&application->settings);
	G_OBJECT_CLASS(gy_application_parent_class)->dispose(object);
}

static void
gy_application_class_init(GyApplicationClass *class)
{
	G_OBJECT_CLASS(class)->dispose = gy_application_dispose;
	G_APPLICATION_CLASS(class)->startup = gy_application_startup;
	G_APPLICATION_CLASS(class)->shutdown = gy_application_shutdown;
	G_APPLICATION_CLASS(class)->activate = gy_application_activate;
	G_APPLICATION_CLASS(class)->command_line = gy_application_command_line;
	G_APPLICATION_CLASS(class)->handle_local_options = gy_application_handle_local_options;
}

static void
gy_application_init(GyApplication *application)
{
}

/* Before anything is translated, GTK's own texts too. */
static void
choose_language(GSettings *settings)
{
	g_autofree char *language = g_settings_get_string(settings, "language");
	g_autofree char *folder = gy_settings_locale_folder();

	if (*language)
		g_setenv("LANGUAGE", language, TRUE);
	setlocale(LC_ALL, "");
	bindtextdomain(GETTEXT_PACKAGE, folder);
	bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
	textdomain(GETTEXT_PACKAGE);
}

static void
add_options(GApplication *application)
{
	static const GOptionEntry entries[] = {
		{"simulate", 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL,
			N_("Start with a simulated board: options of gantry-sim without dashes, with commas "
			   "between"),
			"SPEC"},
		{"version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and leave"), NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, N_("[FILE]")},
		{NULL},
	};

	g_application_add_main_option_entries(application, entries);
	g_application_set_option_context_description(application,
		_("Example:\n  gantry-gui update.fwpkg --simulate baud=115200,flash-timing=none"));
}

GApplication *
gy_application_new(void)
{
	g_autoptr(GSettings) settings = gy_settings_new();
	GyApplication *application;

	if (!settings)
		g_error("The settings schema %s is not installed", GY_APPLICATION_ID);
	choose_language(settings);
	/* a static library's object that nobody names would not be linked, and its constructor with it */
	gy_ui_get_resource();
	g_set_application_name(_("Gantry"));
	application =
		g_object_new(GY_TYPE_APPLICATION, "application-id", GY_APPLICATION_ID, "resource-base-path",
			"/io/github/gantryfw/Gantry", "flags", G_APPLICATION_HANDLES_COMMAND_LINE, NULL);
	add_options(G_APPLICATION(application));
	application->settings = g_steal_pointer(&settings);
	return G_APPLICATION(application);
}

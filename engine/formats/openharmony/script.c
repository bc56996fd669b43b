// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/script.h"

/* Hundredths of each size in the sum: two significant digits, at least one, and a hundred together. */
static void
share_out(GArray *sizes, GArray *percents)
{
	guint64 sum = 0;
	int total = 0;
	guint largest = 0, smallest = 0;

	for (guint i = 0; i < sizes->len; i++)
		sum += g_array_index(sizes, guint64, i);
	for (guint i = 0; i < sizes->len; i++) {
		double part = sum ? (double) g_array_index(sizes, guint64, i) / (double) sum : 0;
		char rounded[G_ASCII_DTOSTR_BUF_SIZE];
		int percent;

		g_ascii_formatd(rounded, sizeof rounded, "%.2g", part);
		percent = MAX((int) (g_ascii_strtod(rounded, NULL) * 100), 1);
		g_array_append_val(percents, percent);
		total += percent;
		if (percent > g_array_index(percents, int, largest))
			largest = i;
		if (percent < g_array_index(percents, int, smallest))
			smallest = i;
	}
	if (total > 100)
		g_array_index(percents, int, largest) -= total - 100;
	if (total < 100 && percents->len > 0)
		g_array_index(percents, int, smallest) += 100 - total;
}

/* (transfer full): "1.0", "0.5", "0.83" */
static char *
fraction(int percent)
{
	if (percent % 10 == 0)
		return g_strdup_printf("%d.%d", percent / 100, percent / 10 % 10);
	return g_strdup_printf("%d.%02d", percent / 100, percent % 100);
}

/* The old updater's own images are written by someone else. */
static gboolean
is_written_raw(const char *name)
{
	static const char *const others[] = {"boot", "updater_boot", "updater", "updater_b", NULL};

	return !g_strv_contains(others, name);
}

static void
add_legacy_images(GString *script, const GyOhosConfig *config, GArray *sizes)
{
	g_autoptr(GArray) percents = g_array_new(FALSE, FALSE, sizeof(int));
	gboolean is_first = TRUE;

	share_out(sizes, percents);
	for (guint i = 0; i < config->parts->len; i++) {
		const char *name = ((const GyOhosPart *) config->parts->pdata[i])->name;
		g_autofree char *share = fraction(g_array_index(percents, int, i));

		if (!is_written_raw(name))
			continue;
		g_string_append_printf(script,
			"%sshow_progress(%s, 0);\nraw_image_write(\"/%s\", \"/%s\");\n", is_first ? "" : "\n",
			share, name, name);
		is_first = FALSE;
	}
}

/* ---- differences ---------------------------------------------------------------------------------------- */

static void
add_image_words(GString *script, const char *command, const GyOhosDifference *about)
{
	g_autofree char *old_sha256 = g_ascii_strup(about->old_sha256, -1);
	g_autofree char *new_sha256 = g_ascii_strup(about->new_sha256, -1);

	g_string_append_printf(script,
		"%s(\"/%s\", \"%" G_GUINT64_FORMAT "\", \"%s\", \"%" G_GUINT64_FORMAT "\", \"%s\"", command,
		about->name, about->old_size, old_sha256, about->new_size, new_sha256);
}

static void
add_checks(GString *script, GPtrArray *differences)
{
	g_string_append(script, "\n# ---- start incremental check here ----\n\n");
	for (guint i = 0; i < differences->len; i++) {
		const GyOhosMade *made = differences->pdata[i];

		g_string_append(script, "if (");
		add_image_words(script, "image_sha_check", made->about);
		g_string_append_printf(script,
			") != 0){\n    abort(\"ERROR: %s partition fails to incremental check!\");\n}\n\n",
			made->about->name);
	}
}

static void
add_writes(GString *script, GPtrArray *differences, GArray *percents)
{
	g_string_append(script, "\n# ---- start incremental write here ----\n\n");
	for (guint i = 0; i < differences->len; i++) {
		const GyOhosMade *made = differences->pdata[i];
		g_autofree char *share = fraction(g_array_index(percents, int, i));

		g_string_append_printf(script, "show_progress(%s, 0.0);\n", share);
		add_image_words(script, "image_patch", made->about);
		g_string_append_printf(script, ", \"%s\");\n\n", made->about->patch);
	}
}

/* Shares of the progress: each patch, and all full images together. */
static GArray *
share_all(GPtrArray *differences, GArray *sizes)
{
	g_autoptr(GArray) shared = g_array_new(FALSE, FALSE, sizeof(guint64));
	GArray *percents = g_array_new(FALSE, FALSE, sizeof(int));
	guint64 full = 0;

	for (guint i = 0; i < differences->len; i++) {
		guint64 size = g_bytes_get_size(((const GyOhosMade *) differences->pdata[i])->patch);

		g_array_append_val(shared, size);
	}
	for (guint i = 0; i < sizes->len; i++)
		full += g_array_index(sizes, guint64, i);
	g_array_append_val(shared, full);
	share_out(shared, percents);
	return percents;
}

/* ---- all of it ------------------------------------------------------------------------------------------ */

char *
gy_ohos_script(const GyOhosConfig *config, const GyOhosSystem *system, gboolean has_partitions,
	GPtrArray *differences, GArray *sizes)
{
	g_autoptr(GArray) percents = share_all(differences, sizes);
	g_autofree char *share = fraction(g_array_index(percents, int, differences->len));
	GString *script = g_string_new(NULL);

	if (has_partitions)
		g_string_append(script, "\n# ---- do updater partitions ----\n\n"
					"update_partitions(\"/partitions_file\");\n\n");
	if (differences->len > 0) {
		add_checks(script, differences);
		add_writes(script, differences, percents);
	}
	/* without differences a package has full images */
	if (sizes->len == 0 && differences->len > 0)
		return g_string_free(script, FALSE);
	g_string_append(script, "\n# ---- full image ----\n\n");
	if (system->is_legacy)
		add_legacy_images(script, config, sizes);
	else
		g_string_append_printf(
			script, "show_progress(%s, 0.0);\nupdate_from_bin(\"update.bin\");\n", share);
	return g_string_free(script, FALSE);
}

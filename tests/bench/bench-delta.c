// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/delta/patch.h"

/*
 * Sizes of patches and the processor time that they take, beside Debian's bsdiff and xdelta3 where these are installed:
 * bench-delta [OLD NEW]…, by default the 250 KiB pair of the vectors, and two images of erased flash. Each is made in a process of
 * its own, so that its memory can be told.
 */

#define MEBIBYTE (1024 * 1024)

typedef struct {
	const char *name;
	const char *old;
	const char *new_path;
	const char *patch;
} Pair;

typedef struct {
	gsize size;
	double seconds;
	long memory_kib;
} Cost;

static void
write_bytes(const char *path, GBytes *bytes)
{
	g_autoptr(GError) error = NULL;

	if (g_file_set_contents(
		    path, g_bytes_get_data(bytes, NULL), (gssize) g_bytes_get_size(bytes), &error))
		return;
	g_printerr("bench-delta: %s\n", error->message);
	_exit(1);
}

static GBytes *
read_bytes(const char *path)
{
	g_autoptr(GError) error = NULL;
	char *content = NULL;
	gsize size = 0;

	if (g_file_get_contents(path, &content, &size, &error))
		return g_bytes_new_take(content, size);
	g_printerr("bench-delta: %s\n", error->message);
	exit(1);
}

/* What a child costs that runs to its end; FALSE if it failed. */
static gboolean
wait_for(pid_t child, const Pair *pair, Cost *cost)
{
	struct rusage usage;
	int status = 0;
	g_autoptr(GBytes) patch = NULL;

	if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
		return FALSE;
	patch = read_bytes(pair->patch);
	cost->size = g_bytes_get_size(patch);
	cost->seconds = (double) usage.ru_utime.tv_sec + (double) usage.ru_utime.tv_usec / 1e6;
	cost->memory_kib = usage.ru_maxrss;
	return TRUE;
}

static gboolean
run_ours(const Pair *pair, const GyPatchOptions *options, Cost *cost)
{
	pid_t child = fork();

	if (child == 0) {
		g_autoptr(GBytes) old = read_bytes(pair->old);
		g_autoptr(GBytes) made = read_bytes(pair->new_path);
		g_autoptr(GBytes) patch = gy_patch_make(old, made, options, NULL, NULL);

		if (patch)
			write_bytes(pair->patch, patch);
		_exit(patch ? 0 : 1);
	}
	return wait_for(child, pair, cost);
}

static gboolean
run_tool(const Pair *pair, const char *const *words, Cost *cost)
{
	g_autofree char *program = g_find_program_in_path(words[0]);
	pid_t child;

	if (!program)
		return FALSE;
	child = fork();
	if (child == 0) {
		execv(program, (char *const *) words);
		_exit(127);
	}
	return wait_for(child, pair, cost);
}

static void
print(const Pair *pair, const char *what, const Cost *cost, gsize *total)
{
	g_print("%-12s %-16s %9" G_GSIZE_FORMAT " bytes  %6.2f s  %6ld KiB\n", pair->name, what, cost->size,
		cost->seconds, cost->memory_kib);
	*total += cost->size;
}

static const struct {
	const char *name;
	GyPatchOptions options;
} ours[] = {
	{"hdiff13 4K", {.kind = GY_PATCH_HDIFF13}},
	{"hdiff13 64K", {.kind = GY_PATCH_HDIFF13, .dictionary = 65536}},
	{"hi 4K", {.kind = GY_PATCH_HPATCH_LITE}},
	{"bsdiff", {.kind = GY_PATCH_BSDIFF}},
};

#define N_OURS  G_N_ELEMENTS(ours)
#define N_TOOLS 2

static const char *const tools[N_TOOLS] = {"Debian's bsdiff", "xdelta3 -9"};

static void
run_pair(const Pair *pair, gsize totals[N_OURS + N_TOOLS])
{
	const char *const bsdiff[] = {"bsdiff", pair->old, pair->new_path, pair->patch, NULL};
	const char *const xdelta[] = {
		"xdelta3", "-9", "-f", "-e", "-s", pair->old, pair->new_path, pair->patch, NULL};
	const char *const *const words[N_TOOLS] = {bsdiff, xdelta};
	Cost cost;

	for (guint i = 0; i < N_OURS; i++)
		if (run_ours(pair, &ours[i].options, &cost))
			print(pair, ours[i].name, &cost, &totals[i]);
	for (guint i = 0; i < N_TOOLS; i++)
		if (run_tool(pair, words[i], &cost))
			print(pair, tools[i], &cost, &totals[N_OURS + i]);
}

static char *
erased(const char *folder, const char *name, gsize head)
{
	char *path = g_build_filename(folder, name, NULL);
	guint8 *bytes = g_malloc(MEBIBYTE);
	g_autoptr(GBytes) image = NULL;

	memset(bytes, 0xFF, MEBIBYTE);
	memset(bytes, 0x11, head);
	image = g_bytes_new_take(bytes, MEBIBYTE);
	write_bytes(path, image);
	return path;
}

static void
run_default(const char *patch, const char *folder, gsize *totals)
{
	g_autofree char *old = g_build_filename(VECTORS, "fw/p3_old.bin", NULL);
	g_autofree char *made = g_build_filename(VECTORS, "fw/p3_new.bin", NULL);
	g_autofree char *plain = erased(folder, "erased", 0);
	g_autofree char *shifted = erased(folder, "shifted", 100);
	const Pair pair = {"synthetic", old, made, patch};
	const Pair flash = {"erased", plain, shifted, patch};
	gsize rest[N_OURS + N_TOOLS] = {0};

	run_pair(&pair, totals);
	run_pair(&flash, rest);
}

int
main(int argc, char **argv)
{
	g_autofree char *folder = g_dir_make_tmp("bench-delta-XXXXXX", NULL);
	g_autofree char *patch = g_build_filename(folder, "patch", NULL);
	g_autofree char *clean = g_strdup_printf("%s/erased", folder);
	g_autofree char *clean_too = g_strdup_printf("%s/shifted", folder);
	gsize totals[N_OURS + N_TOOLS] = {0};

	run_default(patch, folder, totals);
	for (int i = 1; i + 1 < argc; i += 2) {
		g_autofree char *name = g_path_get_basename(argv[i]);
		const Pair pair = {name, argv[i], argv[i + 1], patch};

		run_pair(&pair, totals);
	}
	g_print("\nall pairs but erased flash:\n");
	for (guint i = 0; i < N_OURS + N_TOOLS; i++)
		if (totals[i])
			g_print("  %-16s %9" G_GSIZE_FORMAT "\n",
				i < N_OURS ? ours[i].name : tools[i - N_OURS], totals[i]);
	unlink(patch);
	unlink(clean);
	unlink(clean_too);
	rmdir(folder);
	return 0;
}

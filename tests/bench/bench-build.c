// SPDX-License-Identifier: Apache-2.0
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/compression/lzma.h"
#include "engine/file.h"
#include "engine/formats/ws63/image-header.h"
#include "engine/formats/ws63/partition-table.h"
#include "engine/packages/format.h"

/*
 * How much building a signed package costs beside the compression that it cannot do without: the time of
 * gy_format->build over that of one plain LZMA SDK compression of the same image, the best of seven each; of two images over
 * both compressions one after the other; of a full verification over one decompression; and the memory of a process that
 * builds. The image is as large as a real application: the input, over and over, which a dictionary of 4096 does not see.
 */

#define RUNS       7
#define IMAGE_SIZE (1400 * 1024)

static const GyLzmaParameters parameters = {
	.dictionary_size = 4096, .lc = 0, .lp = 0, .pb = 2, .fast_bytes = 128};

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *) a, y = *(const double *) b;

	return (x > y) - (x < y);
}

/* What else runs on the machine only ever adds. */
static double
best(double *seconds)
{
	qsort(seconds, RUNS, sizeof *seconds, by_value);
	return seconds[0];
}

static void
fail_on(GError *error)
{
	if (!error)
		return;
	g_printerr("bench-build: %s\n", error->message);
	exit(1);
}

static GBytes *
repeat(GBytes *input)
{
	gsize size = 0;
	const guint8 *data = g_bytes_get_data(input, &size);
	guint8 *all = g_malloc(IMAGE_SIZE);

	for (gsize i = 0; i < IMAGE_SIZE; i++)
		all[i] = data[i % size];
	return g_bytes_new_take(all, IMAGE_SIZE);
}

/* The image gets a header with digests: the signatures that are measured are those of the package. */
static char *
make_image(const char *folder, const char *path, const char *word)
{
	GError *error = NULL;
	g_autoptr(GBytes) input = gy_file_read(path, 16 << 20, &error);
	GyWs63ImageOptions options = {.image = word, .hash_only = TRUE};
	g_autoptr(GBytes) code = NULL;
	g_autoptr(GBytes) image = NULL;
	char *image_path = g_build_filename(folder, word, NULL);

	fail_on(error);
	code = repeat(input);
	image = gy_ws63_image_sign(code, &options, &error);
	fail_on(error);
	if (!gy_file_write(image_path, image, 0600, &error))
		fail_on(error);
	return image_path;
}

static double
time_compression(const char *path)
{
	double seconds[RUNS];

	for (guint i = 0; i < RUNS; i++) {
		GError *error = NULL;
		gint64 start = g_get_monotonic_time();
		g_autoptr(GBytes) input = gy_file_read(path, 16 << 20, &error);
		g_autoptr(GBytes) packed = input ? gy_lzma_encode(input, &parameters, &error) : NULL;

		fail_on(error);
		seconds[i] = (double) (g_get_monotonic_time() - start) / 1e6;
	}
	return best(seconds);
}

static double
time_build(const GyBuildOptions *options, GBytes **package)
{
	double seconds[RUNS];

	for (guint i = 0; i < RUNS; i++) {
		GError *error = NULL;
		g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
		gint64 start = g_get_monotonic_time();

		g_clear_pointer(package, g_bytes_unref);
		*package = gy_format_build(gy_format_by_system("ws63"), options, notes, &error);
		fail_on(error);
		seconds[i] = (double) (g_get_monotonic_time() - start) / 1e6;
	}
	return best(seconds);
}

static double
time_verify(GBytes *bytes, const char *root_key, gboolean unpack_only)
{
	double seconds[RUNS];

	for (guint i = 0; i < RUNS; i++) {
		GError *error = NULL;
		gint64 start = g_get_monotonic_time();
		g_autoptr(GyPackage) package = gy_package_load_bytes(bytes, "bench", &error);
		g_autoptr(GBytes) image = NULL;

		fail_on(error);
		if (unpack_only)
			image = gy_package_unpack_image(package, 0, &error);
		else if (gy_package_verify(package, root_key, &error) && gy_package_refusal(package))
			g_error("the package does not verify");
		fail_on(error);
		seconds[i] = (double) (g_get_monotonic_time() - start) / 1e6;
	}
	return best(seconds);
}

/* In a process of its own: what it had at most, in KiB, beside what a process has that does nothing. */
static long
peak_memory(const GyBuildOptions *options)
{
	long peak[2] = {0, 0};

	for (guint i = 0; i < 2; i++) {
		struct rusage usage;
		int status = 0;
		pid_t child = fork();

		if (child == 0) {
			GError *error = NULL;
			GBytes *made = i ? gy_format_build(gy_format_by_system("ws63"), options, NULL, &error)
					 : NULL;

			_exit(i && !made);
		}
		if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
			g_error("the process that builds failed");
		peak[i] = usage.ru_maxrss;
	}
	return peak[1] - peak[0];
}

static GyBuildOptions *
make_options(const char *root, const char *sub, const char *application)
{
	GyBuildOptions *options = gy_build_options_new();

	gy_build_options_set(options, "config", FOTA_CFG);
	gy_build_options_set(options, "root-key", root);
	gy_build_options_set(options, "sub-key", sub);
	gy_build_options_add_image(options, "application", application);
	return options;
}

/* The second image is as large, so it wants a table with room for it. */
static void
allow_two(GyBuildOptions *options, const char *folder, const char *other)
{
	g_autofree char *path = g_build_filename(folder, "table.bin", NULL);
	g_autoptr(GyWs63PartitionTable) table = gy_ws63_partition_table_standard("compressed");
	g_autoptr(GBytes) bytes = NULL;
	GError *error = NULL;

	for (guint i = 0; i < table->partitions->len; i++)
		g_array_index(table->partitions, GyWs63Partition, i).size = 0x400000;
	bytes = gy_ws63_partition_table_to_bytes(table);
	if (!gy_file_write(path, bytes, 0600, &error))
		fail_on(error);
	gy_build_options_set(options, "partitions", path);
	gy_build_options_add_image(options, "flashboot", other);
}

static void
print_row(const char *what, double ours, double reference, double goal)
{
	g_print("%-46s %8.1f %8.1f %7.3f  %.2f\n", what, ours * 1e3, reference * 1e3, ours / reference, goal);
}

static void
measure(const char *folder, const char *input)
{
	g_autofree char *image = make_image(folder, input, "application");
	g_autofree char *boot = make_image(folder, input, "flashboot");
	g_autofree char *root = g_build_filename(folder, "root.pem", NULL);
	g_autofree char *sub = g_build_filename(folder, "sub.pem", NULL);
	g_autofree char *table = g_build_filename(folder, "table.bin", NULL);
	g_autoptr(GyBuildOptions) one = make_options(root, sub, image);
	g_autoptr(GyBuildOptions) two = make_options(root, sub, image);
	g_autoptr(GBytes) package = NULL;
	g_autoptr(GBytes) both = NULL;
	GError *error = NULL;
	double plain, build, build_two, unpack, verify;
	long memory;

	if (!gy_key_generate(GY_KEY_BP256R1, root, NULL, NULL, &error) ||
		!gy_key_generate(GY_KEY_BP256R1, sub, NULL, NULL, &error))
		fail_on(error);
	allow_two(two, folder, boot);

	memory = peak_memory(two);
	plain = time_compression(image);
	build = time_build(one, &package);
	build_two = time_build(two, &both);
	unpack = time_verify(package, root, TRUE);
	verify = time_verify(package, root, FALSE);
	g_print("%-46s %8s %8s %7s  %s\n", "package of 1.4 MiB images", "ours ms", "LZMA ms", "ratio",
		"goal");
	print_row("build, signed : compression alone", build, plain, 1.15);
	print_row("two images : both compressions, one by one", build_two, 2 * plain, 0.75);
	print_row("verify : decompression alone", verify, unpack, 2.0);
	g_print("%-46s %8.1f %8s %7s  50.00\n", "verify beyond decompression, ms", (verify - unpack) * 1e3,
		"", "");
	g_print("%-46s %8.1f %8s %7s  64.00\n", "memory of building two, MiB", (double) memory / 1024, "",
		"");
	g_remove(image);
	g_remove(boot);
	g_remove(table);
	g_remove(root);
	g_remove(sub);
}

int
main(int argc, char **argv)
{
	const char *input = argc > 1 ? argv[1] : "/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin";
	g_autofree char *folder = NULL;

	g_test_init(&argc, &argv, NULL);
	folder = g_dir_make_tmp("gantry-bench-XXXXXX", NULL);
	measure(folder, input);
	g_rmdir(folder);
	return 0;
}

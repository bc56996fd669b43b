// SPDX-License-Identifier: Apache-2.0
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/file.h"
#include "engine/format.h"
#include "engine/formats/ws63/image-header.h"
#include "engine/lzma.h"

/*
 * How much building a signed package costs beside the compression that it cannot do without: the time of
 * gy_format->build over that of one plain LZMA SDK compression of the same image, medians of five, and that of a full
 * verification over one decompression.
 */

#define RUNS 5

static const GyLzmaParameters parameters = {
	.dictionary_size = 4096, .lc = 0, .lp = 0, .pb = 2, .fast_bytes = 128};

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *) a, y = *(const double *) b;

	return (x > y) - (x < y);
}

static double
median(double *seconds)
{
	qsort(seconds, RUNS, sizeof *seconds, by_value);
	return seconds[RUNS / 2];
}

static void
fail_on(GError *error)
{
	if (!error)
		return;
	g_printerr("bench-build: %s\n", error->message);
	exit(1);
}

/* The image gets a header with digests: the signatures that are measured are those of the package. */
static char *
make_image(const char *folder, const char *path)
{
	GError *error = NULL;
	g_autoptr(GBytes) code = gy_file_read(path, 16 << 20, &error);
	GyWs63ImageOptions options = {.image = "application", .hash_only = TRUE};
	g_autoptr(GBytes) image = NULL;
	char *image_path = g_build_filename(folder, "app-sign.bin", NULL);

	fail_on(error);
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
	return median(seconds);
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
		*package = gy_format_by_system("ws63")->build(options, notes, &error);
		fail_on(error);
		seconds[i] = (double) (g_get_monotonic_time() - start) / 1e6;
	}
	return median(seconds);
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
	return median(seconds);
}

static void
measure(const char *folder, const char *input)
{
	g_autofree char *image = make_image(folder, input);
	g_autofree char *root = g_build_filename(folder, "root.pem", NULL);
	g_autofree char *sub = g_build_filename(folder, "sub.pem", NULL);
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GBytes) package = NULL;
	GError *error = NULL;
	double plain, build, unpack, verify;

	if (!gy_key_generate(GY_KEY_BP256R1, root, NULL, NULL, &error) ||
		!gy_key_generate(GY_KEY_BP256R1, sub, NULL, NULL, &error))
		fail_on(error);
	gy_build_options_set(options, "config", FOTA_CFG);
	gy_build_options_set(options, "root-key", root);
	gy_build_options_set(options, "sub-key", sub);
	gy_build_options_add_image(options, "application", image);

	plain = time_compression(image);
	build = time_build(options, &package);
	unpack = time_verify(package, root, TRUE);
	verify = time_verify(package, root, FALSE);
	g_print("%-34s %8s %8s %7s\n", "package of u-boot", "ours ms", "LZMA ms", "ratio");
	g_print("%-34s %8.1f %8.1f %7.3f\n", "build, signed : compression alone", build * 1e3, plain * 1e3,
		build / plain);
	g_print("%-34s %8.1f %8.1f %7.3f\n", "verify : decompression alone", verify * 1e3, unpack * 1e3,
		verify / unpack);
	g_remove(image);
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

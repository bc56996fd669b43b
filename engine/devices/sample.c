// SPDX-License-Identifier: Apache-2.0
#include "engine/devices/sample.h"

#include <glib/gstdio.h>

#include "engine/file.h"
#include "engine/formats/ws63/image-header.h"
#include "engine/packages/format.h"

#define CODE_MAX (1024 * 1024)

typedef struct {
	GyPrivateKey *root;
	GyPrivateKey *sub;
	char *root_path;
	char *sub_path;
} Keys;

static void
keys_clear(Keys *keys)
{
	g_clear_pointer(&keys->root, gy_private_key_free);
	g_clear_pointer(&keys->sub, gy_private_key_free);
	g_free(keys->root_path);
	g_free(keys->sub_path);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Keys, keys_clear)

static gboolean
make_keys(Keys *keys, const GySample *sample, GError **error)
{
	keys->root_path = g_build_filename(sample->folder, "root.pem", NULL);
	keys->sub_path = g_build_filename(sample->folder, "sub.pem", NULL);
	if (!gy_key_generate(GY_KEY_BP256R1, keys->root_path, sample->root_key, NULL, error) ||
		!gy_key_generate(GY_KEY_BP256R1, keys->sub_path, NULL, NULL, error))
		return FALSE;
	keys->root = gy_private_key_load(keys->root_path, GY_KEY_BP256R1, "root", NULL, error);
	if (keys->root)
		keys->sub = gy_private_key_load(keys->sub_path, GY_KEY_BP256R1, "sub", NULL, error);
	return keys->sub != NULL;
}

static gboolean
make_image(const char *path, const Keys *keys, guint32 number, gsize code_size, GError **error)
{
	const GyWs63ImageOptions options = {.image = "application",
		.version_ext = number,
		.version_mask = G_MAXUINT32,
		.root_key = keys->root,
		.sub_key = keys->sub};
	g_autoptr(GRand) rand = g_rand_new_with_seed(number);
	guint8 *code = g_malloc(code_size);
	g_autoptr(GBytes) bytes = g_bytes_new_take(code, code_size);
	g_autoptr(GBytes) image = NULL;

	for (gsize i = 0; i < code_size; i++)
		code[i] = (guint8) g_rand_int(rand);
	image = gy_ws63_image_sign(bytes, &options, error);
	return image && gy_file_write(path, image, 0666, error);
}

static gboolean
make_package(const GySample *sample, const Keys *keys, const char *image, GError **error)
{
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify) gy_finding_free);
	g_autoptr(GBytes) package = NULL;

	gy_build_options_set(options, "ver", "1.1");
	gy_build_options_set(options, "root-key", keys->root_path);
	gy_build_options_set(options, "sub-key", keys->sub_path);
	/* stored as it is: a transfer should last as long as it looks */
	gy_build_image_set(gy_build_options_add_image(options, "application", image), "compression", "none");
	package = gy_format_build(gy_format_by_system("ws63"), options, notes, error);
	return package && gy_file_write(sample->package, package, 0666, error);
}

static gboolean
fill(GySample *sample, gsize code_size, GError **error)
{
	g_autofree char *newer = g_build_filename(sample->folder, "application-1.1.bin", NULL);
	g_auto(Keys) keys = {0};

	return make_keys(&keys, sample, error) && make_image(sample->image, &keys, 1, code_size, error) &&
	       make_image(newer, &keys, 2, code_size, error) && make_package(sample, &keys, newer, error);
}

GySample *
gy_sample_new(gsize code_size, GError **error)
{
	g_autofree char *folder = NULL;
	g_autoptr(GySample) sample = NULL;

	g_return_val_if_fail(code_size > 0 && code_size <= CODE_MAX, NULL);
	folder = g_dir_make_tmp("gantry-XXXXXX", error);
	if (!folder)
		return NULL;
	sample = g_atomic_rc_box_new0(GySample);
	sample->root_key = g_build_filename(folder, "root-public.pem", NULL);
	sample->image = g_build_filename(folder, "application-1.0.bin", NULL);
	sample->package = g_build_filename(folder, "sample-1.1.fwpkg", NULL);
	sample->folder = g_steal_pointer(&folder);
	return fill(sample, code_size, error) ? g_steal_pointer(&sample) : NULL;
}

static void
remove_folder(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	while (folder && (name = g_dir_read_name(folder))) {
		g_autofree char *file = g_build_filename(path, name, NULL);

		g_unlink(file);
	}
	g_rmdir(path);
}

static void
clear(gpointer data)
{
	GySample *sample = data;

	remove_folder(sample->folder);
	g_free(sample->folder);
	g_free(sample->root_key);
	g_free(sample->image);
	g_free(sample->package);
}

GySample *
gy_sample_ref(GySample *sample)
{
	return g_atomic_rc_box_acquire(sample);
}

void
gy_sample_unref(GySample *sample)
{
	g_atomic_rc_box_release_full(sample, clear);
}

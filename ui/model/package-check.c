// SPDX-License-Identifier: Apache-2.0
#include "ui/model/package-check.h"

#include "engine/packages/format.h"

typedef struct {
	GBytes *bytes;
	char *name;
	char *root_key;
	GyTarget *target;
	gboolean fits;
} Check;

static void
check_free(gpointer data)
{
	Check *check = data;

	g_bytes_unref(check->bytes);
	g_free(check->name);
	g_free(check->root_key);
	gy_target_free(check->target);
	g_free(check);
}

static void
run(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	Check *check = data;
	GError *error = NULL;
	g_autoptr(GyPackage) package = gy_package_load_bytes(check->bytes, check->name, &error);
	gboolean is_sound;

	if (!package || !gy_package_verify(package, check->root_key, &error)) {
		g_task_return_error(task, error);
		return;
	}
	is_sound = gy_package_refusal(package) == NULL;
	if (check->target)
		gy_package_check_device(package, check->target);
	check->fits = !is_sound || gy_package_refusal(package) == NULL;
	g_task_return_pointer(task, g_steal_pointer(&package), g_object_unref);
}

void
gy_package_check_async(GyPackage *package, const char *root_key, GyTarget *target, GCancellable *cancellable,
	GAsyncReadyCallback callback, gpointer data)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, data);
	Check *check = g_new0(Check, 1);

	check->bytes = g_bytes_ref(gy_package_bytes(package));
	check->name = g_strdup(gy_package_name(package));
	check->root_key = g_strdup(root_key);
	check->target = target;
	g_task_set_task_data(task, check, check_free);
	g_task_set_return_on_cancel(task, TRUE);
	g_task_run_in_thread(task, run);
}

GyPackage *
gy_package_check_finish(GAsyncResult *result, gboolean *fits, GError **error)
{
	GyPackage *package = g_task_propagate_pointer(G_TASK(result), error);

	if (package)
		*fits = ((const Check *) g_task_get_task_data(G_TASK(result)))->fits;
	return package;
}

// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>

#include "ui/model/factory-pin.h"
#include "ui/model/factory-private.h"

/* After so many wrong PINs each further try has to wait. */
#define FREE_TRIES 3
#define REST_US    (10 * G_USEC_PER_SEC)
#define PERMIT_US  (120 * G_USEC_PER_SEC)

gboolean
gy_factory_is_locked(GyFactory *factory)
{
	return factory->is_locked || factory->locks_when_loaded;
}

gboolean
gy_factory_has_pin(GyFactory *factory)
{
	return factory->pin != NULL;
}

gboolean
gy_factory_lock(GyFactory *factory)
{
	if (!factory->pin || factory->state != GY_FACTORY_LOADED)
		return FALSE;
	if (!factory->is_running && (!factory->batch || gy_batch_is_stopping(factory->batch)))
		return gy_factory_open(factory, factory->path, TRUE);
	factory->is_locked = TRUE;
	factory->n_wrong = 0;
	gy_factory_end_permit(factory);
	gy_factory_tell_changed(factory);
	gy_factory_run(factory);
	return TRUE;
}

/* What the right PIN was for. */
static void
grant(GyFactory *factory, gpointer what)
{
	factory->n_wrong = 0;
	if (what == gy_factory_permit_async)
		factory->may_decide_until_us = g_get_monotonic_time() + PERMIT_US;
	else
		factory->is_locked = FALSE;
	gy_factory_tell_changed(factory);
}

static void
on_pin_checked(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) task = data;
	GyFactory *factory = g_task_get_source_object(task);

	if (gy_factory_pin_check_finish(result)) {
		grant(factory, g_task_get_source_tag(task));
		g_task_return_boolean(task, TRUE);
		return;
	}
	if (++factory->n_wrong >= FREE_TRIES)
		factory->rests_until_us = g_get_monotonic_time() + REST_US;
	g_task_return_new_error(
		task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "%s", _("This is not the PIN"));
}

static void
ask_pin(GyFactory *factory, gpointer what, const char *pin, GAsyncReadyCallback callback, gpointer data)
{
	g_autoptr(GTask) task = g_task_new(factory, NULL, callback, data);
	gint64 left_us = factory->rests_until_us - g_get_monotonic_time();
	int seconds = (int) ((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);

	g_task_set_source_tag(task, what);
	if (!factory->is_locked)
		g_task_return_boolean(task, TRUE);
	else if (left_us > 0)
		g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_BUSY,
			ngettext("Too many wrong PINs: wait %d second",
				"Too many wrong PINs: wait %d seconds", (unsigned long) seconds),
			seconds);
	else
		gy_factory_pin_check_async(factory->pin, pin, on_pin_checked, g_steal_pointer(&task));
}

void
gy_factory_unlock_async(GyFactory *factory, const char *pin, GAsyncReadyCallback callback, gpointer data)
{
	ask_pin(factory, gy_factory_unlock_async, pin, callback, data);
}

gboolean
gy_factory_unlock_finish(GyFactory *factory, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
gy_factory_permit_async(GyFactory *factory, const char *pin, GAsyncReadyCallback callback, gpointer data)
{
	ask_pin(factory, gy_factory_permit_async, pin, callback, data);
}

gboolean
gy_factory_permit_finish(GyFactory *factory, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
gy_factory_end_permit(GyFactory *factory)
{
	factory->may_decide_until_us = 0;
}

gboolean
gy_factory_may_decide(GyFactory *factory)
{
	return !gy_factory_is_locked(factory) || g_get_monotonic_time() < factory->may_decide_until_us;
}

static void
on_pin_stored(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) task = data;
	GyFactory *factory = g_task_get_source_object(task);
	g_autoptr(GError) error = NULL;
	g_autofree char *hash = gy_factory_pin_store_finish(result, &error);

	if (!hash) {
		g_task_return_error(task, g_steal_pointer(&error));
		return;
	}
	/* another station may have been opened meanwhile */
	if (g_strcmp0(g_task_get_task_data(task), factory->path) == 0) {
		g_free(factory->pin);
		factory->pin = g_steal_pointer(&hash);
		gy_factory_tell_changed(factory);
	}
	g_task_return_boolean(task, TRUE);
}

void
gy_factory_set_pin_async(GyFactory *factory, const char *pin, GAsyncReadyCallback callback, gpointer data)
{
	g_autoptr(GTask) task = g_task_new(factory, NULL, callback, data);

	if (gy_factory_is_locked(factory) || !factory->path) {
		g_task_return_new_error(
			task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "%s", _("The station is locked"));
		return;
	}
	g_task_set_task_data(task, g_strdup(factory->path), g_free);
	gy_factory_pin_store_async(factory->path, pin, on_pin_stored, g_steal_pointer(&task));
}

gboolean
gy_factory_set_pin_finish(GyFactory *factory, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

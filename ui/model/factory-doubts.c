// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>

#include "ui/model/factory-private.h"
#include "ui/model/factory-words.h"

#define MS_PER_S 1000

static void
doubt_free(gpointer data)
{
	GyFactoryDoubt *doubt = data;

	g_free(doubt->number);
	g_free(doubt->where);
	g_free(doubt);
}

/* (transfer full): where and when its run was cut off. */
static char *
where_of(const GySerial *serial)
{
	g_autoptr(GDateTime) changed = g_date_time_new_from_unix_local(serial->changed_ms / MS_PER_S);
	/* Translators: time at which a board was begun, see strftime(3) */
	g_autofree char *when = changed ? g_date_time_format(changed, _("%e %b, %H:%M")) : g_strdup("");

	if (!serial->slot)
		return g_strdup(g_strstrip(when));
	/* Translators: name of a slot, then a time */
	return g_strdup_printf(_("Slot %1$s · %2$s"), serial->slot, g_strstrip(when));
}

static const char *
series_of(const GyPlan *plan)
{
	return plan->serials ? gy_serial_source_series(plan->serials) : "";
}

/* (transfer full) (nullable): of the batch, or by the records of one that has ended. */
static GPtrArray *
find_serials(GyFactory *factory)
{
	if (factory->batch)
		return g_ptr_array_ref(gy_batch_doubts(factory->batch));
	if (!factory->records)
		return NULL;
	return gy_serials_list(factory->records, series_of(factory->plan), 1U << GY_SERIAL_IN_DOUBT, NULL);
}

GPtrArray *
gy_factory_doubts(GyFactory *factory)
{
	GPtrArray *doubts = g_ptr_array_new_with_free_func(doubt_free);
	g_autoptr(GPtrArray) serials = find_serials(factory);

	for (guint i = 0; serials && i < serials->len; i++) {
		const GySerial *serial = g_ptr_array_index(serials, i);
		GyFactoryDoubt *doubt = g_new0(GyFactoryDoubt, 1);

		doubt->number = g_strdup(serial->number);
		doubt->where = where_of(serial);
		g_ptr_array_add(doubts, doubt);
	}
	return doubts;
}

static gboolean
decide(GyFactory *factory, const char *number, gboolean use, GError **error)
{
	gboolean is_done;

	if (factory->batch)
		return gy_batch_decide(factory->batch, number, use, error);
	is_done = gy_serials_decide(factory->records, series_of(factory->plan), number, use, error);
	gy_factory_tell_totals(factory);
	return is_done;
}

gboolean
gy_factory_decide(GyFactory *factory, const char *number, gboolean use, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (!gy_factory_may_decide(factory) || (!factory->batch && !factory->records)) {
		g_set_error(
			error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "%s", _("The station is locked"));
		return FALSE;
	}
	if (decide(factory, number, use, &problem))
		return TRUE;
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
		g_error_matches(problem, GY_ERROR, GY_ERROR_SERIAL_NOT_IN_DOUBT)
			? _("Somebody else has decided on this number")
			: problem->message);
	return FALSE;
}

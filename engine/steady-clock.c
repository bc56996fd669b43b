// SPDX-License-Identifier: Apache-2.0
#include "engine/steady-clock.h"

gint64
gy_steady_clock_at(GySteadyClock *clock, gint64 real_us, gint64 monotonic_us)
{
	gint64 steady_us;

	if (!clock->is_set) {
		*clock = (GySteadyClock){real_us, monotonic_us, TRUE};
		return real_us;
	}
	steady_us = clock->real_us + MAX(monotonic_us - clock->monotonic_us, 0);
	/* a computer that slept, or whose clock was put right, is ahead of the monotonic clock */
	clock->real_us = MAX(steady_us, real_us);
	clock->monotonic_us = monotonic_us;
	return clock->real_us;
}

gint64
gy_steady_clock_now(GySteadyClock *clock)
{
	return gy_steady_clock_at(clock, g_get_real_time(), g_get_monotonic_time());
}

char *
gy_time_stamp(gint64 time_us)
{
	g_autoptr(GDateTime) second = g_date_time_new_from_unix_local(time_us / G_USEC_PER_SEC);
	g_autofree char *day = g_date_time_format(second, "%Y-%m-%dT%H:%M:%S");
	g_autofree char *zone = g_date_time_format(second, "%:z");

	return g_strdup_printf("%s.%03d%s", day, (int) (time_us % G_USEC_PER_SEC / 1000), zone);
}

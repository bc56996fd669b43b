// SPDX-License-Identifier: Apache-2.0
#include "tests/transport/bench.h"

/* Of a cable whose other end sees no speed. */

gboolean
bench_is_tty(const Bench *bench)
{
	return FALSE;
}

guint
bench_speed(const Bench *bench)
{
	g_assert_not_reached();
}

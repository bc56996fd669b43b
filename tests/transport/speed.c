// SPDX-License-Identifier: Apache-2.0
#include <asm/termbits.h>
#include <sys/ioctl.h>

#include "tests/transport/bench.h"

/* The kernel's own struct has every rate as a number; it cannot be included beside <termios.h>. */
guint
bench_speed(const Bench *bench)
{
	struct termios2 term;

	g_assert_cmpint(ioctl(bench->peer, TCGETS2, &term), ==, 0);
	return term.c_ospeed;
}

// SPDX-License-Identifier: Apache-2.0
#include "tests/agent/bench.h"

static void
test_whole_run(void)
{
	g_autoptr(Bench) b = bench_new();
	g_autoptr(GBytes) package = bench_package(10000, 1);

	bench_start(b);
	bench_to_armed(b, 0x1234, package);
	g_assert_cmpstr(b->calls->str, ==, "jpwwwwwwwwwwwwwwwwwwwwrrrca");
	g_assert_cmpuint(b->bad_writes, ==, 0);
	g_assert_cmpmem(b->stored->data, b->stored->len, g_bytes_get_data(package, NULL), 10000);
	g_assert_cmpuint(b->hashes, ==, 0);
	bench_send(b, GYW_RESET, 12, 0x1234, NULL, 0);
	bench_run(b, 5);
	bench_expect(b, GYW_ACK, 12, 0x1234, NULL);
	g_assert_true(g_str_has_suffix(b->calls->str, "aR"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/agent/session/goes-from-begin-to-reset", test_whole_run);
	return g_test_run();
}

// SPDX-License-Identifier: Apache-2.0
#include "tests/guest/echo.h"

#include "tests/guest/gadget.h"

#define SIZE 65536

static void
fill(guint8 *bytes)
{
	guint i;

	for (i = 0; i < SIZE; i++)
		bytes[i] = (guint8) (i * 7 ^ i >> 8);
}

/* How many bytes moved, which may be none. */
static gsize
move_some(GyTransport *transport, const guint8 *out, gsize out_size, guint8 *in, gsize in_size, gsize *read)
{
	GIOCondition wanted = out_size > 0 ? G_IO_IN | G_IO_OUT : G_IO_IN;
	GIOCondition found = gy_transport_wait(transport, wanted, GUEST_LONGEST_MS, NULL);
	g_autoptr(GError) error = NULL;
	gssize n = 0;

	g_assert_cmpint(found, !=, 0);
	if ((found & G_IO_OUT) != 0)
		n = gy_transport_write(transport, out, out_size, &error);
	g_assert_no_error(error);
	*read = 0;
	if ((found & G_IO_IN) != 0) {
		gssize got = gy_transport_read(transport, in, in_size, &error);

		g_assert_no_error(error);
		*read = (gsize) got;
	}
	return (gsize) n;
}

void
echo_run(GyTransport *transport)
{
	g_autofree guint8 *sent = g_malloc(SIZE);
	g_autofree guint8 *found = g_malloc0(SIZE);
	gint64 begin_us = g_get_monotonic_time();
	gsize given = 0;
	gsize taken = 0;

	fill(sent);
	while (taken < SIZE) {
		gsize read;

		given += move_some(transport, sent + given, SIZE - given, found + taken, SIZE - taken, &read);
		taken += read;
	}
	g_assert_cmpuint(given, ==, SIZE);
	g_assert_cmpmem(found, SIZE, sent, SIZE);
	g_test_message("%s: 64 KiB there and back in %" G_GINT64_FORMAT " ms", gy_transport_name(transport),
		(g_get_monotonic_time() - begin_us) / 1000);
}

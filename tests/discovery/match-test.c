// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/devices/port-match.h"
#include "protocol/host/error.h"
#include "tests/discovery/computer.h"

/* `--match`: which port is meant, on a computer of umockdev's with two adapters of one kind and one of another. */

static const UsbAdapter second = {"1-5", "10c4", "ea60", "Silicon Labs", "CP2102N Bridge", "0002"};
static const UsbAdapter third = {"1-4.2", "1a86", "7523", "QinHeng", "CH340", NULL};

static Computer *
new_computer(void)
{
	Computer *computer = computer_new();

	computer_plug(computer, &example_adapter);
	computer_add_tty(computer, "1-4", 0, "ttyUSB0");
	computer_plug(computer, &second);
	computer_add_tty(computer, "1-5", 0, "ttyUSB1");
	computer_plug(computer, &third);
	computer_add_tty(computer, "1-4.2", 0, "ttyUSB2");
	return computer;
}

static char *
find(const char *spec, GError **error)
{
	g_autoptr(GyPortMatch) match = gy_port_match_parse(spec, error);
	g_autoptr(GPtrArray) devices = match ? gy_devices_list() : NULL;

	return match ? gy_port_match_find(match, devices, error) : NULL;
}

static void
finds_the_one_port_that_fits(void)
{
	static const struct {
		const char *spec;
		const char *path; /* NULL: not one */
		GyLinkError code;
	} cases[] = {
		{"serial=0001", "/dev/ttyUSB0", 0},
		{"serial=0002", "/dev/ttyUSB1", 0},
		{"vid=1a86", "/dev/ttyUSB2", 0},
		{"VID=1A86,PID=7523", "/dev/ttyUSB2", 0},
		{"usb=1-4", "/dev/ttyUSB0", 0},
		{"usb=1-4.*", "/dev/ttyUSB2", 0},
		{"usb=1-?", NULL, GY_LINK_ERROR_SEVERAL_PORTS},
		{"vid=10c4, usb=1-5", "/dev/ttyUSB1", 0},
		{"path=/dev/ttyusb2", "/dev/ttyUSB2", 0},
		{"description=*ch340*", "/dev/ttyUSB2", 0},
		{"kind=tty", NULL, GY_LINK_ERROR_SEVERAL_PORTS},
		{"vid=10c4", NULL, GY_LINK_ERROR_SEVERAL_PORTS},
		{"vid=10c4,serial=0003", NULL, GY_LINK_ERROR_NO_PORT},
		{"vid=10c", NULL, GY_LINK_ERROR_NO_PORT},
		{"name=bench", NULL, GY_LINK_ERROR_NO_PORT},
		{"", NULL, GY_LINK_ERROR_BAD_PORT},
		{",", NULL, GY_LINK_ERROR_BAD_PORT},
		{"vid", NULL, GY_LINK_ERROR_BAD_PORT},
		{"vid=", NULL, GY_LINK_ERROR_BAD_PORT},
		{"colour=red", NULL, GY_LINK_ERROR_BAD_PORT},
		{"vid=1a86,", NULL, GY_LINK_ERROR_BAD_PORT},
		{"serial=\xff", NULL, GY_LINK_ERROR_BAD_PORT},
	};
	g_autoptr(Computer) computer = new_computer();

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *path = find(cases[i].spec, &error);

		g_test_message("case %u: %s", i, path ?: error->message);
		g_assert_cmpstr(path, ==, cases[i].path);
		if (!path)
			g_assert_error(error, GY_LINK_ERROR, (int) cases[i].code);
	}
}

static void
lists_the_candidates(void)
{
	g_autoptr(Computer) computer = new_computer();
	g_autoptr(GError) several = NULL;
	g_autoptr(GError) none = NULL;

	g_assert_null(find("vid=10c4", &several));
	g_assert_cmpstr(several->message, ==,
		"2 ports fit vid=10c4: /dev/ttyUSB0 (10c4:ea60 0001 at 1-4), /dev/ttyUSB1 (10c4:ea60 0002 at "
		"1-5)");
	g_assert_null(find("vid=0000", &none));
	g_assert_true(g_str_has_prefix(none->message, "no port fits vid=0000; there are /dev/ttyUSB0 ("));
	g_assert_nonnull(strstr(none->message, "/dev/ttyUSB2 (1a86:7523 at 1-4.2)"));
}

static void
says_that_there_is_none(void)
{
	g_autoptr(Computer) computer = computer_new();
	g_autoptr(GError) error = NULL;

	g_assert_null(find("vid=10c4", &error));
	g_assert_cmpstr(error->message, ==, "no port fits vid=10c4; there is none at all");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/discovery/match/finds-the-one-that-fits", finds_the_one_port_that_fits);
	g_test_add_func("/discovery/match/lists-the-candidates", lists_the_candidates);
	g_test_add_func("/discovery/match/there-is-none", says_that_there_is_none);
	return g_test_run();
}

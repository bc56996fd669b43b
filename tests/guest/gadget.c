// SPDX-License-Identifier: Apache-2.0
#include "tests/guest/gadget.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define UDC           "/sys/kernel/config/usb_gadget/board/UDC"
#define DEVICE        "/sys/bus/usb/devices/" GADGET_PATH
#define CONFIGURATION DEVICE "/bConfigurationValue"
#define LOOK_EVERY_US 5000

static gboolean is_plugged;

static void
bind_to(const char *controller)
{
	int fd = open(UDC, O_WRONLY);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(write(fd, controller, strlen(controller)), ==, strlen(controller));
	close(fd);
}

void
guest_wait_for(const char *path, gboolean is_there)
{
	gint64 end_us = g_get_monotonic_time() + (gint64) GUEST_LONGEST_MS * 1000;

	while (g_file_test(path, G_FILE_TEST_EXISTS) != is_there) {
		if (g_get_monotonic_time() > end_us)
			g_error("%s is %s after %u ms", path, is_there ? "not there" : "still there",
				GUEST_LONGEST_MS);
		g_usleep(LOOK_EVERY_US);
	}
}

/* The file is there before the device is configured, and is empty then. */
static void
wait_until_configured(void)
{
	gint64 end_us = g_get_monotonic_time() + (gint64) GUEST_LONGEST_MS * 1000;

	for (;;) {
		g_autofree char *value = NULL;

		if (g_file_get_contents(CONFIGURATION, &value, NULL, NULL) && value[0] == '1')
			return;
		if (g_get_monotonic_time() > end_us)
			g_error("the kernel does not configure the device");
		g_usleep(LOOK_EVERY_US);
	}
}

void
gadget_plug(const char *node)
{
	bind_to("dummy_udc.0\n");
	is_plugged = TRUE;
	wait_until_configured();
	if (node != NULL)
		guest_wait_for(node, TRUE);
}

void
gadget_unplug(const char *node)
{
	if (!is_plugged)
		return;
	is_plugged = FALSE;
	bind_to("\n");
	if (node != NULL)
		guest_wait_for(node, FALSE);
	guest_wait_for(DEVICE, FALSE);
}

gboolean
gadget_is_plugged(void)
{
	return is_plugged;
}

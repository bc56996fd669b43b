// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/error.h"

#include <glib/gi18n-lib.h>

static const struct {
	const char *word;
	const char *next_step;
} codes[GY_LINK_N_ERRORS] = {
	[GY_LINK_ERROR_NO_PORT] = {"link/no-port",
		N_("plug the device in or switch it on, and look at the list of ports")},
	[GY_LINK_ERROR_BAD_PORT] = {"link/bad-port",
		N_("name a serial port, usb:VID:PID, bt:ADDRESS, socket:PATH or tcp:HOST:PORT")},
	[GY_LINK_ERROR_FORBIDDEN] = {"link/forbidden",
		N_("let an administrator add you to the group that owns the port, then log in again")},
	[GY_LINK_ERROR_BUSY] = {"link/busy", N_("close the other program that uses the port")},
	[GY_LINK_ERROR_OPEN] = {"link/open",
		N_("check the port's name and whether its driver takes this speed")},
	[GY_LINK_ERROR_GONE] = {"link/gone",
		N_("plug the device in again; the transfer goes on where it was")},
	[GY_LINK_ERROR_IO] = {"link/io", N_("check the cable and try another USB port")},
	[GY_LINK_ERROR_NO_ANSWER] = {"link/no-answer",
		N_("check that the device runs, that its agent is built in, and the port and speed")},
	[GY_LINK_ERROR_LOST] = {"link/lost",
		N_("check the cable and the device's power, then start again: what arrived is kept")},
	[GY_LINK_ERROR_OTHER_DEVICE] = {"link/other-device",
		N_("plug in the board that the transfer was begun with, or start anew")},
	[GY_LINK_ERROR_OTHER_VERSION] = {"link/other-version",
		N_("use a version of this program that speaks the agent's protocol")},
	[GY_LINK_ERROR_SESSION_LOST] = {"link/session-lost", N_("start again from the beginning")},
	[GY_LINK_ERROR_PROTOCOL] = {"link/protocol", N_("update the device's agent, or report this")},
	[GY_LINK_ERROR_NOT_TRANSPARENT] = {"link/not-transparent",
		N_("switch off software flow control and 7-bit modes on the way to the device")},
	[GY_LINK_ERROR_NO_BLUETOOTH] = {"link/no-bluetooth",
		N_("plug a Bluetooth adapter in and see that the system's Bluetooth service runs")},
	[GY_LINK_ERROR_BLUETOOTH_OFF] = {"link/bluetooth-off",
		N_("switch Bluetooth on in the system's settings")},
	[GY_LINK_ERROR_NOT_PAIRED] = {"link/not-paired",
		N_("pair the device in the system's Bluetooth settings, then start again")},
	[GY_LINK_ERROR_REFUSED] = {"link/refused",
		N_("disconnect the device from other computers, and check that it offers a serial port")},
	[GY_LINK_ERROR_MODEM_MANAGER] = {"link/modem-manager",
		N_("wait half a minute for it to give up; install Gantry's udev rules (60-gantry.rules), so "
		   "that it leaves such ports alone")},
	[GY_LINK_ERROR_WRONG_SPEED] = {"link/wrong-speed",
		N_("name the speed of the device's port with --baud, and check that the cable's ground is "
		   "connected")},
	[GY_LINK_ERROR_NO_AGENT] = {"link/no-agent",
		N_("check that the agent is built into this firmware and runs, and that this is the port it "
		   "listens on")},
	[GY_LINK_ERROR_AUTH_REQUIRED] = {"link/auth-required",
		N_("name the private key whose public half is built into the device's agent, with "
		   "--agent-key")},
	[GY_LINK_ERROR_AUTH_REFUSED] = {"link/auth-refused",
		N_("name the private key whose public half is built into this device's agent")},
	[GY_LINK_ERROR_SEVERAL_PORTS] = {"link/several-ports",
		N_("say more of the port that is meant, or name it with --port")},
	[GY_LINK_ERROR_NOT_ASKED] = {"link/not-asked",
		N_("start the transfer at the other end too, and check the port and its speed")},
	[GY_LINK_ERROR_CANCELLED_THERE] = {"link/cancelled-there",
		N_("see what the other end says about it")},
	[GY_LINK_ERROR_TRANSFER] = {"link/transfer",
		N_("check the cable and start again from the beginning")},
	[GY_LINK_ERROR_NO_BOOT_MENU] = {"link/no-boot-menu",
		N_("reset the board while this waits, and check the port and its speed; many boards' boot "
		   "loaders are "
		   "built without a menu")},
	[GY_LINK_ERROR_BOOT_MENU] = {"link/boot-menu",
		N_("check the image, and which board it is, with --boot2-board")},
	[GY_LINK_ERROR_NOT_STARTED] = {"link/not-started",
		N_("look at what the board prints, with gantry console; the boot loader checks nothing of "
		   "what "
		   "it writes")},
};

G_DEFINE_QUARK(gy_link_error_quark, gy_link_error)

const char *
gy_link_error_word(GyLinkError code)
{
	g_return_val_if_fail((guint) code < GY_LINK_N_ERRORS, "link/unknown");
	return codes[code].word;
}

const char *
gy_link_error_next_step(GyLinkError code)
{
	g_return_val_if_fail((guint) code < GY_LINK_N_ERRORS, "report this");
	return _(codes[code].next_step);
}

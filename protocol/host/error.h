// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/**
 * GyLinkError:
 *
 * What can go wrong between the host and the device's agent. Append only.
 */
typedef enum {
	GY_LINK_ERROR_NO_PORT,         /* there is no such port */
	GY_LINK_ERROR_BAD_PORT,        /* not the name of a port */
	GY_LINK_ERROR_FORBIDDEN,       /* no permission: the message names the group */
	GY_LINK_ERROR_BUSY,            /* another program holds it: the message names it */
	GY_LINK_ERROR_OPEN,            /* could not be opened or set up */
	GY_LINK_ERROR_GONE,            /* the port went away and did not come back */
	GY_LINK_ERROR_IO,              /* reading or writing failed */
	GY_LINK_ERROR_NO_ANSWER,       /* no agent answers */
	GY_LINK_ERROR_LOST,            /* the agent answered before and has been silent too long */
	GY_LINK_ERROR_OTHER_DEVICE,    /* another board on the cable */
	GY_LINK_ERROR_OTHER_VERSION,   /* no protocol version in common */
	GY_LINK_ERROR_SESSION_LOST,    /* the device does not hold the session any more (it was reset) */
	GY_LINK_ERROR_PROTOCOL,        /* an answer that cannot be */
	GY_LINK_ERROR_NOT_TRANSPARENT, /* the line changes or swallows bytes */
	GY_LINK_ERROR_NO_BLUETOOTH,    /* no Bluetooth service or adapter */
	GY_LINK_ERROR_BLUETOOTH_OFF,   /* the adapter is switched off */
	GY_LINK_ERROR_NOT_PAIRED,      /* pairing needs a person, or did not succeed */
	GY_LINK_ERROR_REFUSED,         /* the device does not take the connection */
	GY_LINK_ERROR_MODEM_MANAGER,   /* ModemManager tries the port for a modem */
	GY_LINK_ERROR_WRONG_SPEED,     /* no agent answers, and what comes is neither frames nor text */
	GY_LINK_ERROR_NO_AGENT, /* no agent answers, but something prints: the message shows its last line */
	GY_LINK_ERROR_AUTH_REQUIRED, /* the device wants to know who asks, and there is no key to tell it with */
	GY_LINK_ERROR_AUTH_REFUSED,    /* it does not take the key */
	GY_LINK_ERROR_SEVERAL_PORTS,   /* more than one port fits: the message lists them */
	GY_LINK_ERROR_NOT_ASKED,       /* the other end of a file transfer does not begin */
	GY_LINK_ERROR_CANCELLED_THERE, /* the other end ended it */
	GY_LINK_ERROR_TRANSFER,        /* a file transfer ended before its file did */
	GY_LINK_ERROR_NO_BOOT_MENU,    /* no boot loader showed its menu */
	GY_LINK_ERROR_BOOT_MENU,       /* the boot loader is, or says, something else than it should */
	GY_LINK_ERROR_NOT_STARTED,     /* the board does not say that it started with what was written */
	GY_LINK_N_ERRORS
} GyLinkError;

#define GY_LINK_ERROR (gy_link_error_quark())
GQuark gy_link_error_quark(void);

/** gy_link_error_word: the stable code, such as "link/no-answer". */
const char *gy_link_error_word(GyLinkError code);

/** gy_link_error_next_step: what a person can do about it, one sentence without a full stop. */
const char *gy_link_error_next_step(GyLinkError code);

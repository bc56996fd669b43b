// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/* The USB device that the stack of the guest has made and not yet plugged in, and the files it shows itself by. */

/** Where the only device of the only bus is. */
#define GADGET_PATH "1-1"

/** How long anything in the guest may take, which is emulated and shares its computer. */
#define GUEST_LONGEST_MS 20000

/** gadget_plug: plugs it in and waits until the kernel has configured it and @node (nullable) is there. */
void gadget_plug(const char *node);
/** gadget_unplug: and waits until the kernel knows. Nothing happens if it is not plugged in. */
void gadget_unplug(const char *node);
gboolean gadget_is_plugged(void);

/** guest_wait_for: until a file is there, or is not; fails the test if that takes too long. */
void guest_wait_for(const char *path, gboolean is_there);

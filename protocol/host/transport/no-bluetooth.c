// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/transport/bluetooth.h"

#include "protocol/host/transport/transport-private.h"
#include <glib/gi18n-lib.h>

/* Stands in for Bluetooth in builds without it. */

GyTransport *
gy_bluetooth_transport_new(const char *port, GError **error)
{
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_BLUETOOTH,
		_("the port %s cannot be used: this program was built without Bluetooth"), port);
	return NULL;
}

GPtrArray *
gy_bluetooth_list(GCancellable *cancellable, GError **error)
{
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_BLUETOOTH,
		_("Bluetooth devices cannot be listed: this program was built without Bluetooth"));
	return NULL;
}

void
gy_bluetooth_device_free(GyBluetoothDevice *device)
{
	/* there are none */
	g_return_if_fail(device == NULL);
}

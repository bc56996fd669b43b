// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/transport/transport.h"

/* Serial lines over Bluetooth Classic (RFCOMM, serial port profile), by the system's Bluetooth service, BlueZ. */

/**
 * GyBluetoothDevice: a device that the Bluetooth service knows
 * @address: such as "00:AA:01:02:03:04"
 * @name: for people; the address where it has told none
 * @adapter: that knows it, such as "hci0"
 * @port: what gy_transport_new() takes
 * @is_paired: whether keys are there
 * @is_connected: whether it is connected now, for whatever purpose
 * @has_serial_port: whether it has said that it offers one; one that was never connected may not have
 * @rssi_dbm: how strongly it is received, or %GY_BLUETOOTH_NO_RSSI
 * @object_path: the service's name for it
 */
typedef struct {
	char *address;
	char *name;
	char *adapter;
	char *port;
	gboolean is_paired;
	gboolean is_connected;
	gboolean has_serial_port;
	gint rssi_dbm;
	char *object_path;
} GyBluetoothDevice;

/* The radio knows no such strength; BlueZ gives a 16 bit number. */
#define GY_BLUETOOTH_NO_RSSI G_MININT

void gy_bluetooth_device_free(GyBluetoothDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyBluetoothDevice, gy_bluetooth_device_free)

/**
 * gy_bluetooth_list:
 * @cancellable: (nullable): ends it early
 *
 * Lists what the service knows, without a search: paired devices first, then by address. Waits for the service.
 *
 * Returns: (transfer full) (element-type GyBluetoothDevice): the devices, or %NULL with %GY_LINK_ERROR_NO_BLUETOOTH,
 *   _FORBIDDEN, _OPEN or %G_IO_ERROR_CANCELLED
 */
GPtrArray *gy_bluetooth_list(GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * GyBluetoothQuestion:
 * @GY_BLUETOOTH_PIN: the PIN of an older device, 1 to 16 characters; it stands in the manual
 * @GY_BLUETOOTH_PASSKEY: the number that the device shows, at most 6 digits
 * @GY_BLUETOOTH_CONFIRM: whether the device shows the same @code
 * @GY_BLUETOOTH_ALLOW: whether the device may pair
 * @GY_BLUETOOTH_SHOW: no question: the @code is to be typed on the device
 *
 * What a person has to say while a device is paired.
 */
typedef enum {
	GY_BLUETOOTH_PIN,
	GY_BLUETOOTH_PASSKEY,
	GY_BLUETOOTH_CONFIRM,
	GY_BLUETOOTH_ALLOW,
	GY_BLUETOOTH_SHOW,
} GyBluetoothQuestion;

/**
 * GyBluetoothAsk:
 * @device: that is being paired
 * @code: of %GY_BLUETOOTH_CONFIRM and %GY_BLUETOOTH_SHOW, else %NULL
 * @cancellable: is cancelled when nobody waits for the answer any more; return soon then
 *
 * Called in a thread of its own; may block.
 *
 * Returns: (transfer full) (nullable): the PIN or passkey, anything for yes, %NULL to refuse
 */
typedef char *(*GyBluetoothAsk)(GyBluetoothQuestion question, const GyBluetoothDevice *device,
	const char *code, GCancellable *cancellable, gpointer data);

/**
 * GyBluetoothTimes: how long the steps of opening may take, in ms; 0: as it is
 * @answer_ms: the service answers a plain question
 * @search_ms: a device that the service does not know is found
 * @pair_ms: a device is paired, with what a person does meanwhile
 * @connect_ms: the line is there
 */
typedef struct {
	guint answer_ms;
	guint search_ms;
	guint pair_ms;
	guint connect_ms;
} GyBluetoothTimes;

/**
 * GyBluetoothTransport:
 *
 * The back end of ports named `bt:ADDRESS` and `bt:ADDRESS@ADAPTER`. Opening finds the device, pairs it if it is not
 * paired, trusts it and connects. All that happens in the calling thread; no main loop of the caller's is needed.
 * Besides the codes of gy_transport_open() it fails with %GY_LINK_ERROR_NO_BLUETOOTH, _BLUETOOTH_OFF, _NOT_PAIRED,
 * _REFUSED and %G_IO_ERROR_CANCELLED.
 */
#define GY_TYPE_BLUETOOTH_TRANSPORT (gy_bluetooth_transport_get_type())
G_DECLARE_FINAL_TYPE(GyBluetoothTransport, gy_bluetooth_transport, GY, BLUETOOTH_TRANSPORT, GyTransport)

/**
 * gy_bluetooth_transport_set_ask:
 * @ask: (nullable): asks a person; without it, pairing that needs one fails with %GY_LINK_ERROR_NOT_PAIRED
 *
 * For the next opening.
 */
void gy_bluetooth_transport_set_ask(
	GyBluetoothTransport *self, GyBluetoothAsk ask, gpointer data, GDestroyNotify free_data);

/** gy_bluetooth_transport_set_times: for the next opening. */
void gy_bluetooth_transport_set_times(GyBluetoothTransport *self, const GyBluetoothTimes *times);

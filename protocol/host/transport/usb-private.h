// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libusb.h>

#include "protocol/host/transport/usb-name.h"

/* ---- usb-layout.c: which interface carries the bytes ---------------------------------------------------- */

/**
 * GyUsbLayout:
 * @control: CDC-ACM's interface for speed and lines; -1: a vendor's interface, which has neither
 * @data, @data_setting: the interface with the endpoints, and its alternate setting
 * @in, @out: addresses of the bulk endpoints
 * @in_packet, @out_packet: the largest packet of each
 */
typedef struct {
	int control;
	int data;
	int data_setting;
	guint8 in;
	guint8 out;
	guint in_packet;
	guint out_packet;
} GyUsbLayout;

/* The first CDC-ACM function, else the first vendor's interface with one bulk endpoint each way; FALSE: neither. */
gboolean gy_usb_layout_find(const struct libusb_config_descriptor *config, GyUsbLayout *layout);
/* (transfer full): "3 (HID), 8 (mass storage)", for a sentence on why there is none. */
char *gy_usb_layout_classes(const struct libusb_config_descriptor *config);

/* ---- usb-device.c: finding, claiming, giving back ------------------------------------------------------- */

typedef struct {
	libusb_context *context;
	libusb_device *device;
	struct libusb_device_descriptor ids;
	libusb_device_handle *handle;
	char *name; /* for sentences */
	GyUsbLayout layout;
	libusb_hotplug_callback_handle watch;
	gboolean is_watched;
	gboolean has_left;
	gboolean has_data;
	gboolean has_control;
} GyUsbDevice;

/* Errors as gy_transport_open(). The kernel's driver is detached. */
GyUsbDevice *gy_usb_device_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The kernel's driver is attached again. No transfer may be under way. */
void gy_usb_device_close(GyUsbDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyUsbDevice, gy_usb_device_close)

/* Runs what has happened; does not block. Returns 0 or a code of libusb. */
int gy_usb_device_step(GyUsbDevice *device);
/* Sleeps until something may have happened, at most to @end_us (-1: for ever), and no longer than a cancel. */
void gy_usb_device_sleep(GyUsbDevice *device, gint64 end_us, GCancellable *cancellable);

/* CDC-ACM's requests; 0 or a code of libusb. A device that does not know them is served as well. */
int gy_usb_device_set_line_coding(GyUsbDevice *device, guint baud);
int gy_usb_device_set_line_state(GyUsbDevice *device, gboolean dtr, gboolean rts);
/* Fails where the device does not know it. */
int gy_usb_device_set_break(GyUsbDevice *device, gboolean on);

/* ---- usb-pipe.c: transfers of one endpoint -------------------------------------------------------------- */

typedef struct _GyUsbPipe GyUsbPipe;

/* In the direction of the endpoint's address. */
GyUsbPipe *gy_usb_pipe_new(GyUsbDevice *device, guint8 endpoint, guint packet_size);
/* Everything has been cancelled and has come back; see gy_usb_pipe_is_idle(). */
void gy_usb_pipe_free(GyUsbPipe *pipe);

/* After gy_usb_device_step(): hands buffers round and gets over a stall. */
void gy_usb_pipe_step(GyUsbPipe *pipe, gint64 now_us);
/* When gy_usb_pipe_step() has to be called at the latest; -1: no matter. */
gint64 gy_usb_pipe_deadline_us(const GyUsbPipe *pipe);
/* 0, or the code of libusb that ended it. */
int gy_usb_pipe_result(const GyUsbPipe *pipe);

gsize gy_usb_pipe_take(GyUsbPipe *pipe, guint8 *bytes, gsize size);
gsize gy_usb_pipe_give(GyUsbPipe *pipe, const guint8 *bytes, gsize size);
gboolean gy_usb_pipe_is_ready(const GyUsbPipe *pipe);
gsize gy_usb_pipe_unsent(const GyUsbPipe *pipe);

void gy_usb_pipe_cancel(GyUsbPipe *pipe);
gboolean gy_usb_pipe_is_idle(const GyUsbPipe *pipe);

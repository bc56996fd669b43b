// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/*
 * A computer whose ports are plugged in and out: sysfs and udev's notices by umockdev. Only for programs that run under
 * its preloaded library.
 */
typedef struct _Computer Computer;

/* Without any ports. */
Computer *computer_new(void);
void computer_free(Computer *computer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Computer, computer_free)

typedef struct {
	const char *usb_path; /* on bus 1: "1-4" */
	const char *vendor_id;
	const char *product_id;
	const char *manufacturer;
	const char *product;
	const char *serial; /* NULL: none */
} UsbAdapter;

extern const UsbAdapter example_adapter;

/* Plugs the device in, without any interface. */
void computer_plug(Computer *computer, const UsbAdapter *adapter);
/* An interface of it with a tty of the kernel: "ttyUSB0" or "ttyACM0". */
void computer_add_tty(Computer *computer, const char *usb_path, guint interface, const char *tty);
/* A vendor's interface of it with a pair of bulk endpoints; @driver: of the kernel, NULL: none. */
void computer_add_bulk(Computer *computer, const char *usb_path, guint interface, const char *driver);
/* A UART of the board; of @type 0 there is only a name. */
void computer_add_uart(Computer *computer, const char *tty, const char *type);
/* udev tells first, and then it leaves the kernel's tree. */
void computer_remove_tty(Computer *computer, const char *tty);
void computer_unplug(Computer *computer, const char *usb_path);

/* The next tty has the device number of @path. */
void computer_set_next_device(Computer *computer, const char *path);

// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/transport/usb-private.h"

#include <glib/gi18n-lib.h>

/* Class-Specific codes of "USB Class Definitions for Communications Devices", 1.2, and its PSTN subclass. */
#define CDC_SUBCLASS_ACM             2
#define CDC_CS_INTERFACE             0x24
#define CDC_UNION                    0x06
#define CDC_CALL_MANAGEMENT          0x01
#define CDC_UNION_SIZE               5
#define CDC_MANAGEMENT_SIZE          5
#define CDC_SUBTYPE_OFFSET           2
#define CDC_UNION_SUBORDINATE_OFFSET 4
#define CDC_MANAGEMENT_DATA_OFFSET   4

/* Bits 11 and 12 are for endpoints that are not bulk. */
#define PACKET_SIZE_MASK 0x7FF

typedef struct libusb_interface_descriptor Setting;

static const struct {
	guint8 code;
	const char *name;
} classes[] = {
	{LIBUSB_CLASS_AUDIO, N_("audio")},
	{LIBUSB_CLASS_COMM, N_("communications")},
	{LIBUSB_CLASS_HID, "HID"},
	{LIBUSB_CLASS_PRINTER, N_("printer")},
	{LIBUSB_CLASS_MASS_STORAGE, N_("mass storage")},
	{LIBUSB_CLASS_HUB, N_("hub")},
	{LIBUSB_CLASS_DATA, N_("CDC data")},
	{LIBUSB_CLASS_SMART_CARD, N_("smart card")},
	{LIBUSB_CLASS_VIDEO, N_("video")},
	{LIBUSB_CLASS_WIRELESS, N_("wireless")},
	{LIBUSB_CLASS_APPLICATION, N_("application")},
	{LIBUSB_CLASS_VENDOR_SPEC, N_("vendor")},
};

/* Exactly one bulk endpoint each way: with more nobody can tell which are meant. */
static gboolean
take_endpoints(const Setting *setting, GyUsbLayout *layout)
{
	GyUsbLayout found = *layout;
	guint n_in = 0;
	guint n_out = 0;
	guint i;

	for (i = 0; i < setting->bNumEndpoints; i++) {
		const struct libusb_endpoint_descriptor *endpoint = &setting->endpoint[i];
		guint packet = endpoint->wMaxPacketSize & PACKET_SIZE_MASK;

		if ((endpoint->bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != LIBUSB_TRANSFER_TYPE_BULK ||
			packet == 0)
			continue;
		if (endpoint->bEndpointAddress & LIBUSB_ENDPOINT_IN) {
			found.in = endpoint->bEndpointAddress;
			found.in_packet = packet;
			n_in++;
		} else {
			found.out = endpoint->bEndpointAddress;
			found.out_packet = packet;
			n_out++;
		}
	}
	if (n_in != 1 || n_out != 1)
		return FALSE;
	found.data = setting->bInterfaceNumber;
	found.data_setting = setting->bAlternateSetting;
	*layout = found;
	return TRUE;
}

/* Looks at every setting of the interface with this number: the first may be one without endpoints. */
static gboolean
take_data_interface(const struct libusb_config_descriptor *config, int number, GyUsbLayout *layout)
{
	guint i;
	int k;

	for (i = 0; i < config->bNumInterfaces; i++) {
		for (k = 0; k < config->interface[i].num_altsetting; k++) {
			const Setting *setting = &config->interface[i].altsetting[k];

			if (setting->bInterfaceNumber == number && take_endpoints(setting, layout))
				return TRUE;
		}
	}
	return FALSE;
}

/* One byte of a functional descriptor, or -1. Their lengths are the device's claims. */
static int
functional_byte(const unsigned char *extra, int extra_size, guint8 subtype, int size, int offset)
{
	int at = 0;

	while (extra != NULL && extra_size - at >= 2) {
		int length = extra[at];

		if (length < 2 || length > extra_size - at)
			return -1;
		if (length >= size && extra[at + 1] == CDC_CS_INTERFACE &&
			extra[at + CDC_SUBTYPE_OFFSET] == subtype)
			return extra[at + offset];
		at += length;
	}
	return -1;
}

/* Some devices send the functional descriptors after the endpoint that they belong before. */
static int
functional_byte_of(const Setting *setting, guint8 subtype, int size, int offset)
{
	int found = functional_byte(setting->extra, setting->extra_length, subtype, size, offset);

	if (found < 0 && setting->bNumEndpoints > 0)
		found = functional_byte(
			setting->endpoint[0].extra, setting->endpoint[0].extra_length, subtype, size, offset);
	return found;
}

/* The union names the data interface; devices without one have call management, or just the next interface. */
static gboolean
take_acm(const struct libusb_config_descriptor *config, const Setting *setting, GyUsbLayout *layout)
{
	const int named[] = {
		functional_byte_of(setting, CDC_UNION, CDC_UNION_SIZE, CDC_UNION_SUBORDINATE_OFFSET),
		functional_byte_of(
			setting, CDC_CALL_MANAGEMENT, CDC_MANAGEMENT_SIZE, CDC_MANAGEMENT_DATA_OFFSET),
		setting->bInterfaceNumber + 1,
	};
	guint i;

	if (setting->bInterfaceClass != LIBUSB_CLASS_COMM || setting->bInterfaceSubClass != CDC_SUBCLASS_ACM)
		return FALSE;
	for (i = 0; i < G_N_ELEMENTS(named); i++) {
		if (named[i] >= 0 && take_data_interface(config, named[i], layout)) {
			layout->control = setting->bInterfaceNumber;
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean
take_vendor(const struct libusb_config_descriptor *config, const Setting *setting, GyUsbLayout *layout)
{
	if (setting->bInterfaceClass != LIBUSB_CLASS_VENDOR_SPEC || !take_endpoints(setting, layout))
		return FALSE;
	layout->control = -1;
	return TRUE;
}

static gboolean
find_by(const struct libusb_config_descriptor *config,
	gboolean (*take)(const struct libusb_config_descriptor *, const Setting *, GyUsbLayout *),
	GyUsbLayout *layout)
{
	guint i;
	int k;

	for (i = 0; i < config->bNumInterfaces; i++) {
		for (k = 0; k < config->interface[i].num_altsetting; k++) {
			if (take(config, &config->interface[i].altsetting[k], layout))
				return TRUE;
		}
	}
	return FALSE;
}

gboolean
gy_usb_layout_find(const struct libusb_config_descriptor *config, GyUsbLayout *layout)
{
	return find_by(config, take_acm, layout) || find_by(config, take_vendor, layout);
}

static const char *
class_name(guint8 code)
{
	guint i;

	for (i = 0; i < G_N_ELEMENTS(classes); i++) {
		if (classes[i].code == code)
			return _(classes[i].name);
	}
	return _("unknown");
}

char *
gy_usb_layout_classes(const struct libusb_config_descriptor *config)
{
	GString *text = g_string_new(NULL);
	guint i;

	for (i = 0; i < config->bNumInterfaces; i++) {
		guint8 code;

		if (config->interface[i].num_altsetting == 0)
			continue;
		code = config->interface[i].altsetting[0].bInterfaceClass;
		g_string_append_printf(
			text, "%s%u (%s)", text->len > 0 ? ", " : "", (guint) code, class_name(code));
	}
	return g_string_free(text, FALSE);
}

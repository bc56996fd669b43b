// SPDX-License-Identifier: Apache-2.0
#include "tests/transport/usb-mock.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <umockdev.h>

#define N_DRIVERS  8
#define SETUP_SIZE 8

/* What the host wants to send or to get. */
typedef struct {
	UMockdevIoctlData *urb;
	UMockdevIoctlData *buffer;
	gsize moved;
} Request;

struct _UsbMock {
	UMockdevIoctlBase parent_instance;
	GMutex lock;
	UsbMockKind kind;
	guint port;
	guint number;
	char *serial;
	char *path; /* in sysfs; NULL: not plugged in */
	GQueue reading;
	GQueue writing;
	GQueue done;      /* of UMockdevIoctlData, for the host to reap */
	GByteArray *sent; /* by the device */
	gboolean is_empty_next;
	gboolean is_busy;
	gboolean is_control_stalled;
	gboolean has_vanished;
	char *driver;
	gboolean is_driven[N_DRIVERS];
	int fail_status[2]; /* by direction; 1 is in */
	guint n_fail[2];
	gssize stall_after; /* -1: does not */
	UsbMockState state;
	GPtrArray *ttys;
};

typedef struct {
	UMockdevIoctlBaseClass parent_class;
} UsbMockClass;

static GType usb_mock_get_type(void);
G_DEFINE_TYPE(UsbMock, usb_mock, UMOCKDEV_TYPE_IOCTL_BASE)

static UMockdevTestbed *testbed;
static guint last_number = 1;

/* ---- descriptors ---------------------------------------------------------------------------------------- */

#define CONFIGURATION(size, n)               9, 2, size, 0, n, 1, 0, 0x80, 50
#define INTERFACE(i, setting, n, class, sub) 9, 4, i, setting, n, class, sub, 0, 0
#define ENDPOINT(address, type, packet)      7, 5, address, type, (packet) &0xFF, (packet) >> 8, 0
#define BULK(address)                        ENDPOINT(address, 2, 512)

static const guint8 acm[] = {CONFIGURATION(67, 2), INTERFACE(0, 0, 1, 2, 2), 5, 0x24, 0, 0x10, 1, 5, 0x24, 1,
	0, 1, 4, 0x24, 2, 2, 5, 0x24, 6, 0, 1, ENDPOINT(0x84, 3, 16), INTERFACE(1, 0, 2, 10, 0), BULK(0x83),
	BULK(0x02)};

static const guint8 acm_bare[] = {CONFIGURATION(50, 2), INTERFACE(0, 0, 0, 2, 2), INTERFACE(1, 0, 0, 10, 0),
	INTERFACE(1, 1, 2, 10, 0), BULK(0x02), BULK(0x83)};

static const guint8 bulk[] = {CONFIGURATION(32, 1), INTERFACE(0, 0, 2, 0xFF, 0), BULK(0x01), BULK(0x81)};

static const guint8 composite[] = {CONFIGURATION(80, 3), INTERFACE(0, 0, 1, 3, 0), ENDPOINT(0x81, 3, 8),
	INTERFACE(1, 0, 3, 0xFF, 0), BULK(0x02), BULK(0x83), BULK(0x84), INTERFACE(2, 0, 2, 0xFF, 0),
	BULK(0x05), BULK(0x86)};

static const guint8 disk[] = {CONFIGURATION(32, 1), INTERFACE(0, 0, 2, 8, 6), BULK(0x01), BULK(0x81)};

static const guint8 broken[] = {CONFIGURATION(46, 2), INTERFACE(0, 0, 0, 2, 2), 5, 0x24, 6, 0, 200,
	INTERFACE(1, 0, 2, 10, 0), BULK(0x02), BULK(0x83)};

static const struct {
	const guint8 *bytes;
	gsize size;
} configurations[] = {
	[USB_MOCK_ACM] = {acm, sizeof acm},
	[USB_MOCK_ACM_BARE] = {acm_bare, sizeof acm_bare},
	[USB_MOCK_BULK] = {bulk, sizeof bulk},
	[USB_MOCK_COMPOSITE] = {composite, sizeof composite},
	[USB_MOCK_DISK] = {disk, sizeof disk},
	[USB_MOCK_CONVERTER] = {bulk, sizeof bulk},
	[USB_MOCK_BROKEN] = {broken, sizeof broken},
};

static guint
vendor_of(const UsbMock *mock)
{
	return mock->kind == USB_MOCK_CONVERTER ? 0x1A86 : 0x1209;
}

static guint
product_of(const UsbMock *mock)
{
	return mock->kind == USB_MOCK_CONVERTER ? 0x7523 : 1 + mock->kind;
}

static void
append_hex(GString *text, const guint8 *bytes, gsize size)
{
	gsize i;

	for (i = 0; i < size; i++)
		g_string_append_printf(text, "%02x", bytes[i]);
}

static void
append_descriptors(GString *text, const UsbMock *mock)
{
	guint vendor = vendor_of(mock);
	guint product = product_of(mock);
	const guint8 device[] = {18, 1, 0, 2, 0, 0, 0, 64, (guint8) vendor, (guint8) (vendor >> 8),
		(guint8) product, (guint8) (product >> 8), 0, 1, 1, 2, mock->serial != NULL ? 3 : 0, 1};

	g_string_append(text, "H: descriptors=");
	append_hex(text, device, sizeof device);
	append_hex(text, configurations[mock->kind].bytes, configurations[mock->kind].size);
	g_string_append(text, "\n");
}

/* ---- transfers; the lock is held ------------------------------------------------------------------------ */

static struct usbdevfs_urb *
urb_of(UMockdevIoctlData *data)
{
	return (struct usbdevfs_urb *) (void *) data->data;
}

static void
end(UsbMock *mock, Request *request, int status)
{
	struct usbdevfs_urb *urb = urb_of(request->urb);

	urb->status = status;
	urb->actual_length = (int) request->moved;
	g_queue_push_tail(&mock->done, request->urb);
	g_object_unref(request->buffer);
	g_free(request);
}

static void
end_all(UsbMock *mock, GQueue *requests, int status)
{
	Request *request;

	while ((request = g_queue_pop_head(requests)) != NULL)
		end(mock, request, status);
}

static void
fill_waiting(UsbMock *mock)
{
	while (mock->reading.length > 0 && (mock->sent->len > 0 || mock->is_empty_next)) {
		Request *request = g_queue_pop_head(&mock->reading);
		guint size = MIN(mock->sent->len, (guint) request->buffer->data_len);

		umockdev_ioctl_data_update(request->buffer, 0, mock->sent->data, (gint) size);
		g_byte_array_remove_range(mock->sent, 0, size);
		request->moved = size;
		if (mock->sent->len == 0)
			mock->is_empty_next = FALSE;
		end(mock, request, 0);
	}
}

static gboolean
fails(UsbMock *mock, GQueue *requests, gboolean is_in)
{
	if (mock->n_fail[is_in] == 0 || requests->length == 0)
		return FALSE;
	mock->n_fail[is_in]--;
	end(mock, g_queue_pop_head(requests), mock->fail_status[is_in]);
	return TRUE;
}

static void
take_setup(UsbMock *mock, UMockdevIoctlData *urb, const guint8 *setup, int size)
{
	urb_of(urb)->status = 0;
	urb_of(urb)->actual_length = size - SETUP_SIZE;
	if (mock->is_control_stalled) {
		urb_of(urb)->status = -EPIPE;
		urb_of(urb)->actual_length = 0;
	} else if (setup[0] == 0x21 && setup[1] == 0x20 && size == SETUP_SIZE + 7) {
		memcpy(mock->state.line_coding, setup + SETUP_SIZE, 7);
	} else if (setup[0] == 0x21 && setup[1] == 0x22) {
		mock->state.line_state = setup[2];
	} else if (setup[0] == 0x21 && setup[1] == 0x23) {
		mock->state.breaking = (guint) (setup[2] | setup[3] << 8);
	} else {
		urb_of(urb)->status = -EPIPE;
	}
	g_queue_push_tail(&mock->done, g_object_ref(urb));
}

static void
take_bulk(UsbMock *mock, UMockdevIoctlData *urb, UMockdevIoctlData *buffer)
{
	gboolean is_in = (urb_of(urb)->endpoint & 0x80) != 0;
	Request *request = g_new0(Request, 1);

	request->urb = g_object_ref(urb);
	request->buffer = g_object_ref(buffer);
	if (is_in) {
		mock->state.in = urb_of(urb)->endpoint;
		g_queue_push_tail(&mock->reading, request);
		if (!fails(mock, &mock->reading, TRUE))
			fill_waiting(mock);
		return;
	}
	mock->state.out = urb_of(urb)->endpoint;
	if (urb_of(urb)->flags & USBDEVFS_URB_ZERO_PACKET)
		mock->state.n_empty++;
	g_queue_push_tail(&mock->writing, request);
	fails(mock, &mock->writing, FALSE);
}

static int
submit(UsbMock *mock, UMockdevIoctlData *arg)
{
	g_autoptr(UMockdevIoctlData) urb =
		umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_urb), NULL);
	g_autoptr(UMockdevIoctlData) buffer = NULL;
	int size = urb_of(urb)->buffer_length;

	if (mock->path == NULL)
		return ENODEV;
	buffer = umockdev_ioctl_data_resolve(
		urb, G_STRUCT_OFFSET(struct usbdevfs_urb, buffer), (gsize) size, NULL);
	if (urb_of(urb)->type == USBDEVFS_URB_TYPE_CONTROL)
		take_setup(mock, urb, buffer->data, size);
	else
		take_bulk(mock, urb, buffer);
	return 0;
}

static int
reap(UsbMock *mock, UMockdevIoctlData *arg)
{
	g_autoptr(UMockdevIoctlData) place = NULL;
	g_autoptr(UMockdevIoctlData) urb = NULL;

	fill_waiting(mock);
	urb = g_queue_pop_head(&mock->done);
	if (urb == NULL)
		return mock->path != NULL ? EAGAIN : ENODEV;
	place = umockdev_ioctl_data_resolve(arg, 0, sizeof(gpointer), NULL);
	umockdev_ioctl_data_set_ptr(place, 0, urb);
	return 0;
}

static gboolean
discard_from(UsbMock *mock, GQueue *requests, gulong address)
{
	GList *at;

	for (at = requests->head; at != NULL; at = at->next) {
		Request *request = at->data;

		if (request->urb->client_addr != address)
			continue;
		g_queue_delete_link(requests, at);
		end(mock, request, -ENOENT);
		return TRUE;
	}
	return FALSE;
}

static int
discard(UsbMock *mock, gulong address)
{
	return discard_from(mock, &mock->reading, address) || discard_from(mock, &mock->writing, address)
		       ? 0
		       : EINVAL;
}

/* ---- interfaces and drivers; the lock is held ----------------------------------------------------------- */

static void
set_driven(UsbMock *mock, guint interface, gboolean is_driven)
{
	g_assert_cmpuint(interface, <, N_DRIVERS);
	if (mock->driver == NULL || mock->is_driven[interface] == is_driven)
		return;
	mock->is_driven[interface] = is_driven;
	mock->state.n_detached += is_driven ? -1 : 1;
}

static int
claim(UsbMock *mock, guint interface)
{
	if (mock->is_busy || (mock->driver != NULL && mock->is_driven[interface]))
		return EBUSY;
	mock->state.n_claimed++;
	return 0;
}

static int
detach_and_claim(UsbMock *mock, UMockdevIoctlData *arg)
{
	g_autoptr(UMockdevIoctlData) data =
		umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_disconnect_claim), NULL);
	const struct usbdevfs_disconnect_claim *wanted = (const void *) data->data;

	if (mock->is_busy)
		return EBUSY;
	set_driven(mock, wanted->interface, FALSE);
	return claim(mock, wanted->interface);
}

/* Of libusb, only "attach a driver" comes this way. */
static int
attach(UsbMock *mock, UMockdevIoctlData *arg, int *result)
{
	g_autoptr(UMockdevIoctlData) data =
		umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_ioctl), NULL);
	const struct usbdevfs_ioctl *wanted = (const void *) data->data;

	if (wanted->ioctl_code != (int) USBDEVFS_CONNECT)
		return ENOTTY;
	set_driven(mock, (guint) wanted->ifno, TRUE);
	*result = mock->driver != NULL;
	return 0;
}

static guint
number_at(UMockdevIoctlData *arg, gsize at)
{
	g_autoptr(UMockdevIoctlData) data = umockdev_ioctl_data_resolve(arg, 0, at + sizeof(guint32), NULL);
	guint32 number;

	memcpy(&number, data->data + at, sizeof number);
	return number;
}

static void
tell_capabilities(UMockdevIoctlData *arg)
{
	g_autoptr(UMockdevIoctlData) data = umockdev_ioctl_data_resolve(arg, 0, sizeof(guint32), NULL);
	guint32 all =
		USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_BULK_CONTINUATION | USBDEVFS_CAP_NO_PACKET_SIZE_LIM;

	umockdev_ioctl_data_update(data, 0, (guint8 *) &all, sizeof all);
}

/* An errno, or 0. */
static int
answer(UsbMock *mock, gulong request, UMockdevIoctlData *arg, int *result)
{
	switch (request) {
	case USBDEVFS_GET_CAPABILITIES: tell_capabilities(arg); return 0;
	case USBDEVFS_SUBMITURB: return submit(mock, arg);
	case USBDEVFS_REAPURB:
	case USBDEVFS_REAPURBNDELAY: return reap(mock, arg);
	case USBDEVFS_DISCARDURB: return discard(mock, *(gulong *) (void *) arg->data);
	case USBDEVFS_CLAIMINTERFACE: return claim(mock, number_at(arg, 0));
	case USBDEVFS_DISCONNECT_CLAIM: return detach_and_claim(mock, arg);
	case USBDEVFS_IOCTL: return attach(mock, arg, result);
	case USBDEVFS_RELEASEINTERFACE: mock->state.n_claimed--; return mock->path != NULL ? 0 : ENODEV;
	case USBDEVFS_SETINTERFACE: mock->state.setting = number_at(arg, sizeof(guint32)); return 0;
	case USBDEVFS_CLEAR_HALT: mock->state.n_halts_cleared++; return mock->path != NULL ? 0 : ENODEV;
	default: return ENOTTY;
	}
}

static gboolean
usb_mock_handle(UMockdevIoctlBase *base, UMockdevIoctlClient *client)
{
	UsbMock *mock = (UsbMock *) base;
	int result = 0;
	int failed;

	g_mutex_lock(&mock->lock);
	failed = answer(mock, umockdev_ioctl_client_get_request(client),
		umockdev_ioctl_client_get_arg(client), &result);
	g_mutex_unlock(&mock->lock);
	umockdev_ioctl_client_complete(client, failed != 0 ? -1 : result, failed);
	return TRUE;
}

/* ---- the device's side ---------------------------------------------------------------------------------- */

void
usb_mock_send(UsbMock *mock, const guint8 *bytes, gsize size)
{
	g_mutex_lock(&mock->lock);
	g_byte_array_append(mock->sent, bytes, (guint) size);
	g_mutex_unlock(&mock->lock);
}

void
usb_mock_send_empty(UsbMock *mock)
{
	g_mutex_lock(&mock->lock);
	mock->is_empty_next = TRUE;
	g_mutex_unlock(&mock->lock);
}

static gsize
receive_some(UsbMock *mock, guint8 *bytes, gsize size)
{
	Request *request = g_queue_peek_head(&mock->writing);
	gsize part = MIN(size, (gsize) request->buffer->data_len - request->moved);

	if (mock->stall_after >= 0)
		part = MIN(part, (gsize) mock->stall_after);
	memcpy(bytes, request->buffer->data + request->moved, part);
	request->moved += part;
	if (mock->stall_after >= 0) {
		mock->stall_after -= (gssize) part;
		if (mock->stall_after == 0) {
			end(mock, g_queue_pop_head(&mock->writing), -EPIPE);
			mock->stall_after = -1;
		}
	} else if (request->moved == (gsize) request->buffer->data_len) {
		end(mock, g_queue_pop_head(&mock->writing), 0);
	}
	return part;
}

gsize
usb_mock_receive(UsbMock *mock, guint8 *bytes, gsize size)
{
	gsize received = 0;

	g_mutex_lock(&mock->lock);
	while (received < size && mock->writing.length > 0)
		received += receive_some(mock, bytes + received, size - received);
	g_mutex_unlock(&mock->lock);
	return received;
}

/* What waits already fails at once. */
void
usb_mock_fail(UsbMock *mock, guint8 endpoint, int status, guint n)
{
	gboolean is_in = (endpoint & 0x80) != 0;

	g_mutex_lock(&mock->lock);
	mock->fail_status[is_in] = status;
	mock->n_fail[is_in] = n;
	fails(mock, is_in ? &mock->reading : &mock->writing, is_in);
	g_mutex_unlock(&mock->lock);
}

void
usb_mock_stall_after(UsbMock *mock, gsize size)
{
	g_mutex_lock(&mock->lock);
	mock->stall_after = (gssize) size;
	g_mutex_unlock(&mock->lock);
}

void
usb_mock_stall_control(UsbMock *mock)
{
	mock->is_control_stalled = TRUE;
}

UsbMockState
usb_mock_state(UsbMock *mock)
{
	UsbMockState state;

	g_mutex_lock(&mock->lock);
	state = mock->state;
	state.n_reading = mock->reading.length;
	g_mutex_unlock(&mock->lock);
	return state;
}

void
usb_mock_set_driver(UsbMock *mock, const char *driver)
{
	guint i;

	mock->driver = g_strdup(driver);
	for (i = 0; i < N_DRIVERS; i++)
		mock->is_driven[i] = TRUE;
}

void
usb_mock_set_busy(UsbMock *mock)
{
	mock->is_busy = TRUE;
}

/* ---- plugging ------------------------------------------------------------------------------------------- */

void
usb_mock_plug(UsbMock *mock)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *node = NULL;

	g_assert_null(mock->path);
	mock->number = ++last_number;
	node = g_strdup_printf("bus/usb/001/%03u", mock->number);
	g_string_append_printf(text,
		"P: /devices/usb1/1-%u\nN: %s\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nE: DEVNAME=/dev/%s\n"
		"E: BUSNUM=001\nE: DEVNUM=%03u\nA: busnum=1\\n\nA: devnum=%u\\n\nA: "
		"bConfigurationValue=1\\n\n"
		"A: speed=480\\n\nA: idVendor=%04x\\n\nA: idProduct=%04x\\n\n",
		mock->port, node, node, mock->number, mock->number, vendor_of(mock), product_of(mock));
	if (mock->serial != NULL)
		g_string_append_printf(text, "A: serial=%s\\n\n", mock->serial);
	append_descriptors(text, mock);
	g_string_append(text, "\n");
	g_assert_true(umockdev_testbed_add_from_string(testbed, text->str, &error));
	g_assert_no_error(error);
	g_free(node);
	node = g_strdup_printf("/dev/bus/usb/001/%03u", mock->number);
	g_assert_true(umockdev_testbed_attach_ioctl(testbed, node, UMOCKDEV_IOCTL_BASE(mock), &error));
	g_assert_no_error(error);
	g_mutex_lock(&mock->lock);
	mock->path = g_strdup_printf("/sys/devices/usb1/1-%u", mock->port);
	mock->state = (UsbMockState){.line_state = -1};
	g_byte_array_set_size(mock->sent, 0);
	g_mutex_unlock(&mock->lock);
}

static void
remove_ttys(UsbMock *mock)
{
	guint i;

	for (i = 0; i < mock->ttys->len; i++)
		umockdev_testbed_remove_device(testbed, mock->ttys->pdata[i]);
	g_ptr_array_set_size(mock->ttys, 0);
}

static void
remove_device(UsbMock *mock, const char *path)
{
	remove_ttys(mock);
	umockdev_testbed_uevent(testbed, path, "remove");
	umockdev_testbed_remove_device(testbed, path);
}

void
usb_mock_pull(UsbMock *mock)
{
	g_autofree char *path = NULL;

	g_mutex_lock(&mock->lock);
	path = g_steal_pointer(&mock->path);
	end_all(mock, &mock->reading, -ESHUTDOWN);
	end_all(mock, &mock->writing, -ESHUTDOWN);
	g_mutex_unlock(&mock->lock);
	if (path != NULL && !mock->has_vanished)
		remove_device(mock, path);
	mock->has_vanished = FALSE;
}

void
usb_mock_vanish(UsbMock *mock)
{
	mock->has_vanished = TRUE;
	remove_device(mock, mock->path);
}

void
usb_mock_move(UsbMock *mock, guint port)
{
	usb_mock_pull(mock);
	mock->port = port;
	usb_mock_plug(mock);
}

void
usb_mock_add_tty(UsbMock *mock, const char *tty, dev_t device)
{
	g_autofree char *folder = g_strdup_printf("/devices/usb1/1-%u/1-%u:1.0", mock->port, mock->port);
	g_autofree char *text = g_strdup_printf("P: %s/tty/%s\nN: %s\nE: SUBSYSTEM=tty\nE: DEVNAME=/dev/%s\n"
						"A: dev=%u:%u\nL: device=../../../1-%u:1.0\n\n"
						"P: %s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\n\n",
		folder, tty, tty, tty, major(device), minor(device), mock->port, folder);
	g_autoptr(GError) error = NULL;

	g_assert_true(umockdev_testbed_add_from_string(testbed, text, &error));
	g_assert_no_error(error);
	g_ptr_array_add(mock->ttys, g_strdup_printf("/sys%s/tty/%s", folder, tty));
	g_ptr_array_add(mock->ttys, g_strdup_printf("/sys%s", folder));
}

char *
usb_mock_root(void)
{
	return umockdev_testbed_get_root_dir(testbed);
}

void
usb_mock_forbid(UsbMock *mock)
{
	g_autofree char *root = usb_mock_root();
	g_autofree char *node = g_strdup_printf("%s/dev/bus/usb/001/%03u", root, mock->number);

	g_autofree char *requests = g_strdup_printf("%s/ioctl/dev/bus/usb/001/%03u", root, mock->number);

	/* umockdev's stand-in for udev has its sockets in the first; the last is connected to whatever open() says */
	g_assert_cmpint(chmod(root, 0777), ==, 0);
	g_assert_cmpint(chmod(node, 0600), ==, 0);
	g_assert_cmpint(chmod(requests, 0777), ==, 0);
}

UsbMock *
usb_mock_new(UsbMockKind kind, guint port, const char *serial)
{
	UsbMock *mock = g_object_new(usb_mock_get_type(), NULL);

	mock->kind = kind;
	mock->port = port;
	mock->serial = g_strdup(serial);
	usb_mock_plug(mock);
	return mock;
}

void
usb_mock_free(UsbMock *mock)
{
	usb_mock_pull(mock);
	g_object_unref(mock);
}

static void
usb_mock_finalize(GObject *object)
{
	UsbMock *mock = (UsbMock *) object;

	g_queue_clear_full(&mock->done, g_object_unref);
	g_byte_array_unref(mock->sent);
	g_ptr_array_unref(mock->ttys);
	g_mutex_clear(&mock->lock);
	g_free(mock->serial);
	g_free(mock->driver);
	G_OBJECT_CLASS(usb_mock_parent_class)->finalize(object);
}

static void
usb_mock_class_init(UsbMockClass *klass)
{
	UMOCKDEV_IOCTL_BASE_CLASS(klass)->handle_ioctl = usb_mock_handle;
	G_OBJECT_CLASS(klass)->finalize = usb_mock_finalize;
}

static void
usb_mock_init(UsbMock *mock)
{
	g_mutex_init(&mock->lock);
	g_queue_init(&mock->reading);
	g_queue_init(&mock->writing);
	g_queue_init(&mock->done);
	mock->sent = g_byte_array_new();
	mock->ttys = g_ptr_array_new_with_free_func(g_free);
	mock->stall_after = -1;
}

/* libusb wants a root hub from the beginning. */
void
usb_mock_begin(void)
{
	static const guint8 hub[] = {18, 1, 0, 2, 9, 0, 1, 64, 0x6B, 0x1D, 2, 0, 6, 2, 3, 2, 1, 1,
		CONFIGURATION(25, 1), INTERFACE(0, 0, 1, 9, 0), ENDPOINT(0x81, 3, 4)};
	g_autoptr(GString) text = g_string_new("P: /devices/usb1\nN: bus/usb/001/001\nE: DEVTYPE=usb_device\n"
					       "E: SUBSYSTEM=usb\nE: DEVNAME=/dev/bus/usb/001/001\n"
					       "A: busnum=1\\n\nA: devnum=1\\n\nA: bConfigurationValue=1\\n\n"
					       "A: speed=480\\n\nH: descriptors=");
	g_autoptr(GError) error = NULL;

	append_hex(text, hub, sizeof hub);
	g_string_append(text, "\n\n");
	testbed = umockdev_testbed_new();
	g_assert_true(umockdev_testbed_add_from_string(testbed, text->str, &error));
	g_assert_no_error(error);
}

void
usb_mock_end(void)
{
	g_clear_object(&testbed);
}

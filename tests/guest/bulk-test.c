// SPDX-License-Identifier: Apache-2.0
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/usb/functionfs.h>
#include <unistd.h>

#include "protocol/host/discovery/discovery.h"
#include "tests/guest/echo.h"
#include "tests/guest/gadget.h"
#include "tests/transport/conformance.h"

/*
 * A vendor's bulk interface. This program is the device too: the kernel's FunctionFS gives it one file for each
 * endpoint.
 */

#define FUNCTION_FOLDER "/dev/ffs/"
#define PORT            "usb:1209:0001"
#define PACKET_FULL     64
#define PACKET_HIGH     512
#define PIECE           4096

typedef struct {
	struct usb_interface_descriptor interface;
	struct usb_endpoint_descriptor_no_audio from_host;
	struct usb_endpoint_descriptor_no_audio to_host;
} __attribute__((packed)) Function;

typedef struct {
	struct usb_functionfs_descs_head_v2 head;
	__le32 n_full;
	__le32 n_high;
	Function full;
	Function high;
} __attribute__((packed)) Descriptors;

typedef struct {
	struct usb_functionfs_strings_head head;
	__le16 language;
	char name[sizeof "Test bulk"];
} __attribute__((packed)) Strings;

static int control = -1; /* the function is there as long as this is open */
static int from_host = -1;
static int to_host = -1;

/* What was read from the host and not yet taken: a whole packet has to be read at once. */
static guint8 left[PIECE];
static gsize left_at;
static gsize left_size;

/* ---- the device ------------------------------------------------------------------------------------------ */

static struct usb_endpoint_descriptor_no_audio
endpoint(guint8 address, guint16 packet)
{
	return (struct usb_endpoint_descriptor_no_audio){
		.bLength = USB_DT_ENDPOINT_SIZE,
		.bDescriptorType = USB_DT_ENDPOINT,
		.bEndpointAddress = address,
		.bmAttributes = USB_ENDPOINT_XFER_BULK,
		.wMaxPacketSize = htole16(packet),
	};
}

static Function
function(guint16 packet)
{
	return (Function){
		.interface = {.bLength = USB_DT_INTERFACE_SIZE,
			.bDescriptorType = USB_DT_INTERFACE,
			.bNumEndpoints = 2,
			.bInterfaceClass = USB_CLASS_VENDOR_SPEC,
			.iInterface = 1},
		.from_host = endpoint(1 | USB_DIR_OUT, packet),
		.to_host = endpoint(2 | USB_DIR_IN, packet),
	};
}

static int
open_file(const char *name)
{
	g_autofree char *path = g_strconcat(FUNCTION_FOLDER, name, NULL);
	int fd = open(path, O_RDWR | O_CLOEXEC);

	g_assert_cmpint(fd, >=, 0);
	return fd;
}

static void
make_function(void)
{
	Descriptors descriptors = {
		.head = {.magic = htole32(FUNCTIONFS_DESCRIPTORS_MAGIC_V2),
			.flags = htole32(FUNCTIONFS_HAS_FS_DESC | FUNCTIONFS_HAS_HS_DESC),
			.length = htole32(sizeof descriptors)},
		.n_full = htole32(3),
		.n_high = htole32(3),
		.full = function(PACKET_FULL),
		.high = function(PACKET_HIGH),
	};
	Strings strings = {
		.head = {.magic = htole32(FUNCTIONFS_STRINGS_MAGIC),
			.length = htole32(sizeof strings),
			.str_count = htole32(1),
			.lang_count = htole32(1)},
		.language = htole16(0x0409),
		.name = "Test bulk",
	};

	control = open_file("ep0");
	g_assert_cmpint(write(control, &descriptors, sizeof descriptors), ==, sizeof descriptors);
	g_assert_cmpint(write(control, &strings, sizeof strings), ==, sizeof strings);
	from_host = open_file("ep1");
	to_host = open_file("ep2");
}

/* ---- the bench ------------------------------------------------------------------------------------------- */

void
bench_plug(Bench *bench)
{
	gadget_plug(NULL);
	left_at = left_size = 0;
}

void
bench_pull(Bench *bench)
{
	gadget_unplug(NULL);
}

Bench *
bench_new(BenchKind kind)
{
	Bench *bench = g_new0(Bench, 1);

	bench_init(bench, kind);
	bench_plug(bench);
	bench_make_transport(bench, g_strdup(PORT));
	return bench;
}

void
bench_free(Bench *bench)
{
	if (bench == NULL)
		return;
	g_clear_object(&bench->transport);
	bench_pull(bench);
	g_free(bench->port);
	g_free(bench);
}

/* The endpoints' files stay: the device is there before a host talks to it. */
void
bench_open(Bench *bench)
{
	bench_open_transport(bench);
}

/* A host waits for more after a full packet: where there is none, a packet without bytes says so. */
static gboolean
send_to_host(const guint8 *bytes, gsize size)
{
	if (write(to_host, bytes, size) != (gssize) size)
		return FALSE;
	return size % PACKET_HIGH != 0 || write(to_host, bytes, 0) == 0;
}

void
bench_give(Bench *bench, const guint8 *bytes, gsize size)
{
	g_assert_true(send_to_host(bytes, size));
}

/* A packet without bytes only ends a transfer. */
static void
refill(void)
{
	gssize n;

	do {
		n = read(from_host, left, sizeof left);
	} while (n == 0);
	g_assert_cmpint(n, >, 0);
	left_at = 0;
	left_size = (gsize) n;
}

void
bench_take(Bench *bench, guint8 *bytes, gsize size)
{
	gsize at = 0;

	while (at < size) {
		gsize n;

		if (left_at == left_size)
			refill();
		n = MIN(size - at, left_size - left_at);
		memcpy(bytes + at, left + left_at, n);
		left_at += n;
		at += n;
	}
}

/* ---- the tests ------------------------------------------------------------------------------------------- */

/* Ends when the device is unplugged. */
static gpointer
give_back(gpointer data)
{
	guint8 bytes[PIECE];
	gssize n;

	while ((n = read(from_host, bytes, sizeof bytes)) >= 0) {
		if (n > 0 && !send_to_host(bytes, (gsize) n))
			break;
	}
	return NULL;
}

static void
gives_back_what_it_got(void)
{
	g_autoptr(Bench) bench = bench_new(BENCH_N_KINDS);
	GThread *thread = g_thread_new("device", give_back, NULL);

	bench_open(bench);
	echo_run(bench->transport);
	gy_transport_close(bench->transport);
	bench_pull(bench);
	g_thread_join(thread);
}

static void
is_listed_as_a_device_without_a_tty(void)
{
	g_autoptr(GPtrArray) ports = NULL;
	const GyPort *port;

	gadget_plug(NULL);
	ports = gy_ports_find();
	gadget_unplug(NULL);
	g_assert_cmpuint(ports->len, >, 0);
	port = ports->pdata[ports->len - 1];
	g_assert_cmpint(port->kind, ==, GY_PORT_USB);
	g_assert_cmphex(port->vendor_id, ==, 0x1209);
	g_assert_cmphex(port->product_id, ==, 0x0001);
	g_assert_cmpstr(port->serial_number, ==, "BOARD0002");
	g_assert_cmpstr(port->usb_path, ==, GADGET_PATH);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	make_function();
	g_test_add_func(
		"/guest/bulk/is-listed-as-a-device-without-a-tty", is_listed_as_a_device_without_a_tty);
	g_test_add_func("/guest/bulk/gives-64-KiB-back", gives_back_what_it_got);
	conformance_add("guest-bulk", BENCH_N_KINDS);
	return g_test_run();
}

// SPDX-License-Identifier: Apache-2.0
#include <efuse.h>
#include <soc_osal.h>
#include <string.h>
#include <tcxo.h>
#include <uart.h>

#include "device-agent/ports/ws63/gantry-agent.h"
#include "device-agent/ports/ws63/uart-link.h"
#include "protocol/wire/message.h"
#include "protocol/wire/releasing.h"
#include "tests/upg/device.h"
#include "tests/upg/make-package.h"
#include "tests/ws63/flash.h"

/*
 * The SDK as far as the port sees it: tasks are threads, the UART is two buffers, flash and upgrade module are those of
 * the simulated chip. The component is started once, as it is on a board.
 */

#define SOON_MS 5000

const uint8_t *test_flash;

static struct {
	GMutex lock;
	GCond sent;
	GByteArray *from_device;
	uart_rx_callback_t receive;
	uint32_t baud;
	guint n_pins;
	GString *console;
	GString *tasks;
} sdk;

errcode_t
uapi_pin_set_mode(pin_t pin, pin_mode_t mode)
{
	g_assert_true(pin == 15 || pin == 16);
	g_assert_cmpuint(mode, ==, 1);
	sdk.n_pins++;
	return ERRCODE_SUCC;
}

errcode_t
uapi_uart_init(uart_bus_t bus, const uart_pin_config_t *pins, const uart_attr_t *attr,
	const uart_extra_attr_t *extra_attr, uart_buffer_config_t *uart_buffer_config)
{
	g_assert_cmpint(bus, ==, UART_BUS_1);
	g_assert_cmpuint(pins->tx_pin, ==, 15);
	g_assert_cmpuint(attr->data_bits, ==, UART_DATA_BIT_8);
	g_assert_cmpuint(uart_buffer_config->rx_buffer_size, >, 0);
	sdk.baud = attr->baud_rate;
	return ERRCODE_SUCC;
}

errcode_t
uapi_uart_deinit(uart_bus_t bus)
{
	return ERRCODE_SUCC;
}

errcode_t
uapi_uart_set_attr(uart_bus_t bus, const uart_attr_t *attr)
{
	g_mutex_lock(&sdk.lock);
	sdk.baud = attr->baud_rate;
	g_cond_broadcast(&sdk.sent);
	g_mutex_unlock(&sdk.lock);
	return ERRCODE_SUCC;
}

errcode_t
uapi_uart_register_rx_callback(
	uart_bus_t bus, uart_rx_condition_t condition, uint32_t size, uart_rx_callback_t callback)
{
	sdk.receive = callback;
	return ERRCODE_SUCC;
}

bool
uapi_uart_has_pending_transmissions(uart_bus_t bus)
{
	return false;
}

bool
uapi_uart_tx_fifo_is_empty(uart_bus_t bus)
{
	return true;
}

int32_t
uapi_uart_write(uart_bus_t bus, const uint8_t *buffer, uint32_t length, uint32_t timeout)
{
	g_assert_cmpuint(length, <=, 64);
	g_mutex_lock(&sdk.lock);
	g_byte_array_append(sdk.from_device, buffer, length);
	g_cond_broadcast(&sdk.sent);
	g_mutex_unlock(&sdk.lock);
	return (int32_t) length;
}

uint64_t
uapi_tcxo_get_ms(void)
{
	return (uint64_t) g_get_monotonic_time() / 1000;
}

errcode_t
uapi_efuse_get_die_id(uint8_t *buffer, uint16_t length)
{
	memset(buffer, 0xD1, length);
	return ERRCODE_SUCC;
}

typedef struct {
	osal_kthread_handler handler;
	void *data;
} Start;

static gpointer
run_task(gpointer data)
{
	g_autofree Start *start = data;

	start->handler(start->data);
	return NULL;
}

osal_task *
osal_kthread_create(osal_kthread_handler handler, void *data, const char *name, unsigned int stack_size)
{
	static osal_task task;
	Start *start = g_new(Start, 1);

	*start = (Start){handler, data};
	g_string_append_printf(sdk.tasks, "%s %u ", name, stack_size);
	g_thread_unref(g_thread_new(name, run_task, start));
	return &task;
}

int
osal_kthread_set_priority(osal_task *task, unsigned int priority)
{
	g_string_append_printf(sdk.tasks, "%u\n", priority);
	return OSAL_SUCCESS;
}

void
osal_kthread_lock(void)
{
}

void
osal_kthread_unlock(void)
{
}

typedef struct {
	GMutex lock;
	GCond up;
	bool is_up;
} Semaphore;

int
osal_sem_binary_sem_init(osal_semaphore *sem, int val)
{
	Semaphore *semaphore = g_new0(Semaphore, 1);

	semaphore->is_up = val != 0;
	sem->sem = semaphore;
	return OSAL_SUCCESS;
}

int
osal_sem_down_timeout(osal_semaphore *sem, unsigned int timeout)
{
	Semaphore *semaphore = sem->sem;
	gint64 until = g_get_monotonic_time() + (gint64) timeout * 1000;
	bool was_up;

	g_mutex_lock(&semaphore->lock);
	while (!semaphore->is_up && g_cond_wait_until(&semaphore->up, &semaphore->lock, until))
		continue;
	was_up = semaphore->is_up;
	semaphore->is_up = false;
	g_mutex_unlock(&semaphore->lock);
	return was_up ? OSAL_SUCCESS : -1;
}

void
osal_sem_up(osal_semaphore *sem)
{
	Semaphore *semaphore = sem->sem;

	g_mutex_lock(&semaphore->lock);
	semaphore->is_up = true;
	g_cond_signal(&semaphore->up);
	g_mutex_unlock(&semaphore->lock);
}

void
gantry_agent_console_byte(uint8_t byte)
{
	g_mutex_lock(&sdk.lock);
	g_string_append_c(sdk.console, (char) byte);
	g_cond_broadcast(&sdk.sent);
	g_mutex_unlock(&sdk.lock);
}

static gboolean has_key;

bool
gantry_agent_decrypts(const uint8_t *header, bool is_stored)
{
	g_assert_cmpuint(gyw_get_u32le(header + 4), ==, GYA_WS63_IMAGE_APPLICATION);
	return has_key && !is_stored;
}

// ---- the host ----

static guint8 seq;
static guint16 session;
static struct gyw_releasing receiver;
static uint8_t received[GYW_RECEIVER_SIZE(GYW_MTU_MIN)];

static void
send_frame(guint8 type, struct gyw_writer *body, uint8_t *buffer, uint32_t mtu)
{
	uint32_t size = gyw_frame_close(body, buffer, mtu, type, seq++, session);

	g_assert_cmpuint(size, >, 0);
	// as an interrupt does, in pieces
	for (uint32_t done = 0; done < size; done += 512)
		sdk.receive(buffer + done, (uint16_t) MIN(512, size - done), false);
}

// The next frame of the device that is not BUSY.
static struct gyw_frame
next_frame(void)
{
	gint64 until = g_get_monotonic_time() + SOON_MS * 1000;
	struct gyw_frame frame;

	for (;;) {
		guint8 byte;

		g_mutex_lock(&sdk.lock);
		while (sdk.from_device->len == 0)
			g_assert_true(g_cond_wait_until(&sdk.sent, &sdk.lock, until));
		byte = sdk.from_device->data[0];
		g_byte_array_remove_index(sdk.from_device, 0);
		g_mutex_unlock(&sdk.lock);
		if (gyw_releasing_push(&receiver, byte, 0, &frame) == GYW_RECEIVE_FRAME &&
			frame.type != GYW_BUSY)
			return frame;
	}
}

static struct gyw_frame
ask(guint8 type, const void *bytes, gsize size)
{
	uint8_t buffer[GYW_LINE_SIZE(GYW_MTU_MIN)];
	struct gyw_writer body;

	gyw_frame_open(&body, buffer, GYW_MTU_MIN);
	gyw_write_bytes(&body, bytes, (uint32_t) size);
	send_frame(type, &body, buffer, GYW_MTU_MIN);
	return next_frame();
}

static void
hello(struct gyw_info *info)
{
	struct gyw_hello words = {.protocol_min = GYW_PROTOCOL, .protocol_max = GYW_PROTOCOL};
	uint8_t buffer[GYW_LINE_SIZE(GYW_MTU_MIN)];
	struct gyw_writer body;
	struct gyw_frame frame;

	gyw_frame_open(&body, buffer, GYW_MTU_MIN);
	gyw_hello_encode(&body, &words);
	send_frame(GYW_HELLO, &body, buffer, GYW_MTU_MIN);
	frame = next_frame();
	g_assert_cmpuint(frame.type, ==, GYW_INFO);
	g_assert_cmpint(gyw_info_decode(info, frame.body, frame.body_size), ==, GYW_OK);
}

static Device *chip;
static GBytes *application;

static void
test_start(void)
{
	struct gyw_info info;

	g_assert_true(gantry_agent_start());
	g_assert_cmpstr(sdk.tasks->str, ==, "gantry_store 4096 26\ngantry_link 4096 20\n");
	g_assert_cmpuint(sdk.n_pins, ==, 2);
	g_assert_cmpuint(sdk.baud, ==, 115200);
	hello(&info);
	g_assert_cmpstr(info.chip, ==, "ws63");
	g_assert_cmpstr(info.version, ==, "port test");
	g_assert_cmpuint(info.hardware_id, ==, 42);
	g_assert_cmpuint(info.device_id_size, ==, 16);
	g_assert_cmpuint(info.device_id[0], ==, 0xD1);
	g_assert_cmpuint(info.storage_size, ==, 0x180000);
	g_assert_cmpuint(info.n_speeds, ==, 4);
	g_assert_cmpuint(info.version_ext, ==, 5);
	g_assert_cmpuint(info.n_images, ==, 3);
}

static void
test_digest_is_the_running_images(void)
{
	g_autofree char *expected = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, application);
	g_autoptr(GString) found = g_string_new(NULL);
	struct gyw_info info;

	hello(&info);
	g_assert_true(info.has_digest);
	for (guint i = 0; i < sizeof info.digest; i++)
		g_string_append_printf(found, "%02x", info.digest[i]);
	g_assert_cmpstr(found->str, ==, expected);
}

static void
test_text_goes_to_the_shell(void)
{
	static const char text[] = "AT+RST\r\n";

	sdk.receive(text, (uint16_t) strlen(text), false);
	g_mutex_lock(&sdk.lock);
	while (strcmp(sdk.console->str, text) != 0)
		g_assert_true(
			g_cond_wait_until(&sdk.sent, &sdk.lock, g_get_monotonic_time() + SOON_MS * 1000));
	g_mutex_unlock(&sdk.lock);
}

#define MANIFEST_SIZE (0x230 + 160) // of a package with one image

// The answer to the last piece of the manifest.
static struct gyw_frame
begin(GBytes *package, guint16 new_session)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(package, &size);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	struct gyw_begin begin = {.mode = GYW_MODE_PACKAGE, .length = (uint32_t) size};
	gsize digest_size = sizeof begin.sha256;
	uint8_t buffer[GYW_LINE_SIZE(GYW_MTU_MIN)];
	guint8 message[8 + 256];
	struct gyw_frame frame;
	struct gyw_writer body;

	g_checksum_update(sum, bytes, (gssize) size);
	g_checksum_get_digest(sum, begin.sha256, &digest_size);
	session = new_session;
	gyw_frame_open(&body, buffer, GYW_MTU_MIN);
	gyw_begin_encode(&body, &begin);
	send_frame(GYW_BEGIN, &body, buffer, GYW_MTU_MIN);
	g_assert_cmpuint(next_frame().type, ==, GYW_READY);

	for (gsize done = 0; done < MANIFEST_SIZE; done += 256) {
		gsize piece = MIN(256, MANIFEST_SIZE - done);
		guint32 words[2] = {GUINT32_TO_LE(done), GUINT32_TO_LE(MANIFEST_SIZE)};

		memcpy(message, words, 8);
		memcpy(message + 8, bytes + done, piece);
		frame = ask(GYW_MANIFEST, message, 8 + piece);
	}
	return frame;
}

static void
test_encrypted(void)
{
	g_autoptr(GBytes) image = g_bytes_new_static("0123456789abcdef", 16);
	MakeImage encrypted = {.id = GYA_WS63_IMAGE_APPLICATION,
		.data = image,
		.decompress = MAKE_LZMA,
		.encrypt = MAKE_ENCRYPTED};
	g_autoptr(GBytes) package = make_package_for(&encrypted, 1, 42);

	has_key = FALSE;
	g_assert_cmpuint(begin(package, 0x1232).type, ==, GYW_REFUSED);
	has_key = TRUE;
	g_assert_cmpuint(begin(package, 0x1233).type, ==, GYW_READY);
}

// Package, manifest, all the data, the checks, armed: the whole road through both tasks.
static void
test_package(void)
{
	g_autoptr(GBytes) package = vector("v05_app_versions", "signed.fwpkg", NULL);
	gsize size;
	const guint8 *bytes = g_bytes_get_data(package, &size);
	guint8 message[4 + 256];
	struct gyw_frame frame;

	g_assert_cmpuint(begin(package, 0x1234).type, ==, GYW_READY);
	for (gsize done = 0; done < size; done += 256) {
		gsize piece = MIN(256, size - done);
		guint32 at = GUINT32_TO_LE((guint32) done);

		memcpy(message, &at, 4);
		memcpy(message + 4, bytes + done, piece);
		g_assert_cmpuint(ask(GYW_DATA, message, 4 + piece).type, ==, GYW_DATA_ACK);
	}
	do
		frame = ask(GYW_FINISH, NULL, 0);
	while (frame.type == GYW_DATA_ACK);
	g_assert_cmpuint(frame.type, ==, GYW_VERIFIED);
	g_assert_cmpuint(ask(GYW_ARM, NULL, 0).type, ==, GYW_ACK);
	g_assert_cmpuint(uart_link_lost(), ==, 0);
	// what would be started at the next boot
	g_assert_cmpint(device_boot(chip, 3, NULL), ==, GYA_BOOT_START);
	g_assert_true(device_holds(chip, GYA_WS63_APPLICATION, application) == FALSE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sdk.from_device = g_byte_array_new();
	sdk.console = g_string_new(NULL);
	sdk.tasks = g_string_new(NULL);
	gyw_releasing_init(&receiver, received, GYW_ENCODED_SIZE(GYW_MTU_MIN));
	application = make_image(GYA_WS63_IMAGE_APPLICATION, 9000, 5);
	chip = device_new(&gya_board_ws63);
	device_put(chip, GYA_WS63_APPLICATION, application);
	device_start_application(chip);
	test_flash = chip->flash->bytes;
	g_test_add_func("/ws63/port/starts-two-tasks-and-answers", test_start);
	g_test_add_func("/ws63/port/digest-is-the-running-images", test_digest_is_the_running_images);
	g_test_add_func("/ws63/port/text-goes-to-the-shell", test_text_goes_to_the_shell);
	g_test_add_func("/ws63/port/the-application-says-what-it-decrypts", test_encrypted);
	g_test_add_func("/ws63/port/a-package-is-taken-and-armed", test_package);
	return g_test_run();
}

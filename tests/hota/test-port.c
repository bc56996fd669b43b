// SPDX-License-Identifier: Apache-2.0
#include <cmsis_os2.h>
#include <iot_errno.h>
#include <iot_uart.h>
#include <iot_watchdog.h>
#include <parameter.h>
#include <string.h>

#include "device-agent/ports/hota/gantry-agent.h"
#include "protocol/wire/message.h"
#include "protocol/wire/releasing.h"
#include "tests/hota/device.h"

/*
 * The system as far as the port sees it: tasks are threads, the UART is two buffers, the OTA component is the reference one on
 * a simulated chip. The component is started once, as it is on a board.
 */

#define SOON_MS 5000
#define SESSION 0x1234

static struct {
	GMutex lock;
	GCond moved;
	GByteArray *to_device;
	GByteArray *from_device;
	GString *tasks;
	guint n_kicks;
} os;

// ---- the system ----

uint32_t
osKernelGetTickCount(void)
{
	return (uint32_t) (g_get_monotonic_time() / 1000);
}

uint32_t
osKernelGetTickFreq(void)
{
	return 1000;
}

osStatus_t
osDelay(uint32_t ticks)
{
	g_usleep(ticks * 1000);
	return osOK;
}

typedef struct {
	osThreadFunc_t run;
	void *argument;
} Start;

static gpointer
run_task(gpointer data)
{
	g_autofree Start *start = data;

	start->run(start->argument);
	return NULL;
}

osThreadId_t
osThreadNew(osThreadFunc_t func, void *argument, const osThreadAttr_t *attr)
{
	Start *start = g_new(Start, 1);

	*start = (Start){func, argument};
	g_string_append_printf(os.tasks, "%s %u %d\n", attr->name, attr->stack_size, (int) attr->priority);
	g_thread_unref(g_thread_new(attr->name, run_task, start));
	return os.tasks;
}

typedef struct {
	GMutex lock;
	GCond up;
	bool is_up;
} Semaphore;

osSemaphoreId_t
osSemaphoreNew(uint32_t max_count, uint32_t initial_count, const osSemaphoreAttr_t *attr)
{
	g_assert_cmpuint(max_count, ==, 1);
	return g_new0(Semaphore, 1);
}

osStatus_t
osSemaphoreAcquire(osSemaphoreId_t semaphore_id, uint32_t timeout)
{
	Semaphore *semaphore = semaphore_id;
	gint64 until = g_get_monotonic_time() + (gint64) timeout * 1000;
	bool was_up;

	g_mutex_lock(&semaphore->lock);
	while (!semaphore->is_up && g_cond_wait_until(&semaphore->up, &semaphore->lock, until))
		continue;
	was_up = semaphore->is_up;
	semaphore->is_up = false;
	g_mutex_unlock(&semaphore->lock);
	return was_up ? osOK : osErrorTimeout;
}

osStatus_t
osSemaphoreRelease(osSemaphoreId_t semaphore_id)
{
	Semaphore *semaphore = semaphore_id;

	g_mutex_lock(&semaphore->lock);
	semaphore->is_up = true;
	g_cond_signal(&semaphore->up);
	g_mutex_unlock(&semaphore->lock);
	return osOK;
}

unsigned int
IoTUartInit(unsigned int id, const IotUartAttribute *param)
{
	g_assert_cmpuint(id, ==, 2);
	g_assert_cmpuint(param->baudRate, ==, 115200);
	g_assert_cmpint(param->rxBlock, ==, IOT_UART_BLOCK_STATE_NONE_BLOCK);
	return IOT_SUCCESS;
}

int
IoTUartRead(unsigned int id, unsigned char *data, unsigned int dataLen)
{
	guint size;

	g_mutex_lock(&os.lock);
	size = MIN(dataLen, os.to_device->len);
	if (size > 0) {
		memcpy(data, os.to_device->data, size);
		g_byte_array_remove_range(os.to_device, 0, size);
	}
	g_mutex_unlock(&os.lock);
	// the driver's word for "nothing" is a failure
	return size > 0 ? (int) size : IOT_FAILURE;
}

int
IoTUartWrite(unsigned int id, const unsigned char *data, unsigned int dataLen)
{
	g_mutex_lock(&os.lock);
	g_byte_array_append(os.from_device, data, dataLen);
	g_cond_broadcast(&os.moved);
	g_mutex_unlock(&os.lock);
	return (int) dataLen;
}

void
IoTWatchDogKick(void)
{
	g_atomic_int_inc(&os.n_kicks);
}

const char *
GetIncrementalVersion(void)
{
	return "OpenHarmony 1.0";
}

const char *
GetSerial(void)
{
	return "a serial number of any length, which is not sixteen bytes";
}

// ---- the host ----

static struct gyw_releasing receiver;
static guint8 receive_buffer[GYW_RECEIVER_SIZE(GYW_MTU_MIN)];
static guint8 body_of_answer[GYW_MTU_MIN];
static guint32 answer_size;

static guint8
take_frame(void)
{
	gint64 until = g_get_monotonic_time() + SOON_MS * 1000;

	g_mutex_lock(&os.lock);
	for (;;) {
		struct gyw_frame frame;

		while (os.from_device->len == 0)
			g_assert_true(g_cond_wait_until(&os.moved, &os.lock, until));
		while (os.from_device->len > 0) {
			guint8 byte = os.from_device->data[0];

			g_byte_array_remove_index(os.from_device, 0);
			if (gyw_releasing_push(&receiver, byte, 0, &frame) != GYW_RECEIVE_FRAME ||
				frame.type == GYW_BUSY)
				continue;
			memcpy(body_of_answer, frame.body, frame.body_size);
			answer_size = frame.body_size;
			g_mutex_unlock(&os.lock);
			return frame.type;
		}
	}
}

static guint8
ask(guint8 type, guint8 seq, guint16 session, const void *bytes, gsize size)
{
	guint8 buffer[GYW_LINE_SIZE(GYW_MTU_MIN)];
	struct gyw_writer body;
	guint32 line;

	gyw_frame_open(&body, buffer, GYW_MTU_MIN);
	gyw_write_bytes(&body, bytes, (guint32) size);
	line = gyw_frame_close(&body, buffer, GYW_MTU_MIN, type, seq, session);
	g_assert_cmpuint(line, >, 0);
	g_mutex_lock(&os.lock);
	g_byte_array_append(os.to_device, buffer, line);
	g_mutex_unlock(&os.lock);
	return take_frame();
}

static void
test_says_what_it_is(void)
{
	guint8 hello[GYW_HELLO_SIZE] = {GYW_PROTOCOL, GYW_PROTOCOL};
	struct gyw_info info;

	g_assert_cmphex(ask(GYW_HELLO, 1, SESSION, hello, sizeof hello), ==, GYW_INFO);
	g_assert_cmpint(gyw_info_decode(&info, body_of_answer, answer_size), ==, GYW_OK);
	g_assert_cmpstr(info.chip, ==, "port-chip");
	g_assert_cmpstr(info.backend, ==, "openharmony");
	g_assert_cmpuint(info.backend_id, ==, 2);
	g_assert_cmpstr(info.version, ==, "OpenHarmony 1.0");
	g_assert_cmpuint(info.device_id_size, ==, 16);
	g_assert_true(info.has_root_key);
	g_assert_cmpuint(info.n_images, ==, gya_hota_board_small.n_components - 1);
	g_assert_cmphex(info.images[1].id, ==, GYA_HOTA_IMAGE_KERNEL);
	g_assert_cmpuint(info.images[1].partition, ==, 3);
	g_assert_cmpuint(info.capabilities, ==, 0);
}

static guint8
begin(GBytes *package, guint8 seq)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize size, digest_size = 32;
	const guint8 *bytes = g_bytes_get_data(package, &size);
	struct gyw_begin begin = {.mode = GYW_MODE_PACKAGE, .length = (guint32) size};
	guint8 raw[GYW_BEGIN_FIXED];
	struct gyw_writer writer;

	g_checksum_update(sum, bytes, (gssize) size);
	g_checksum_get_digest(sum, begin.sha256, &digest_size);
	gyw_writer_init(&writer, raw, sizeof raw);
	gyw_begin_encode(&writer, &begin);
	return ask(GYW_BEGIN, seq, SESSION, raw, writer.used);
}

/* In pieces that a frame takes; `head` are the words in front of each. */
static guint8
send_all(GBytes *package, gsize size, guint8 type, gboolean tells_total)
{
	const guint8 *bytes = g_bytes_get_data(package, NULL);
	guint8 answer = 0;

	for (gsize at = 0; at < size; at += 400) {
		g_autoptr(GByteArray) body = g_byte_array_new();
		guint8 words[8];

		gyw_put_u32le(words, (guint32) at);
		gyw_put_u32le(words + 4, (guint32) size);
		g_byte_array_append(body, words, tells_total ? 8 : 4);
		g_byte_array_append(body, bytes + at, (guint) MIN(400, size - at));
		answer = ask(type, (guint8) (10 + at / 400), SESSION, body->data, body->len);
	}
	return answer;
}

static void
test_takes_a_package(void)
{
	g_autoptr(GBytes) kernel = hota_noise(1000, 9);
	HotaPart part = {"kernel", kernel};
	g_autoptr(GBytes) package = hota_make_package("OpenHarmony 1.1", &part, 1, "rsa_private_key2048.pem");
	guint8 answer;

	g_assert_cmphex(begin(package, 2), ==, GYW_READY);
	g_assert_cmphex(
		send_all(package, g_bytes_get_size(package) - 1000, GYW_MANIFEST, TRUE), ==, GYW_READY);
	g_assert_cmphex(send_all(package, g_bytes_get_size(package), GYW_DATA, FALSE), ==, GYW_DATA_ACK);
	answer = ask(GYW_FINISH, 40, SESSION, NULL, 0);
	while (answer == GYW_DATA_ACK)
		answer = take_frame();
	g_assert_cmphex(answer, ==, GYW_VERIFIED);
	g_assert_cmphex(ask(GYW_ARM, 41, SESSION, NULL, 0), ==, GYW_ACK);
	g_assert_cmpuint(g_atomic_int_get(&os.n_kicks), >, 0);
	// what the boot loader would find
	g_assert_true(gya_hota_boot().has_installed);
}

int
main(int argc, char **argv)
{
	HotaDevice *device;

	g_test_init(&argc, &argv, NULL);
	os.to_device = g_byte_array_new();
	os.from_device = g_byte_array_new();
	os.tasks = g_string_new(NULL);
	gyw_releasing_init(&receiver, receive_buffer, GYW_ENCODED_SIZE(GYW_MTU_MIN));
	device = hota_device_new(&gya_hota_board_small, "rsa_public_key2048.pkcs1.der", "OpenHarmony 1.0");
	g_assert_true(gantry_agent_start());
	// the link is more urgent than the store
	g_assert_cmpstr(os.tasks->str, ==, "gantry_store 4096 16\ngantry_link 4096 32\n");
	g_test_add_func("/hota/port/says-what-it-is", test_says_what_it_is);
	g_test_add_func("/hota/port/takes-a-package", test_takes_a_package);
	(void) device; // the tasks run on
	return g_test_run();
}

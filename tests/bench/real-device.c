// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/real-device.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "device-agent/core/agent-private.h"
#include "device-agent/core/sha256.h"
#include "device-agent/include/info.h"
#include "protocol/host/transport/transport-private.h"

#define STORAGE_SIZE (4u << 20)
#define LONGEST_MS   50u /* how late a thread may learn that it is over */

struct _RealDevice {
	struct gya_agent agent;
	struct gya_port port;
	struct gya_board board;
	struct gya_info info;
	RealDeviceOptions options;
	int fd;
	guint8 in[4096];
	gsize in_at;
	gsize in_size;
	gint64 start_us;
	GThread *link_thread;
	GThread *store_thread;
	GMutex lock;
	GCond wake;
	gboolean is_woken;
	gint is_over;

	/* store side */
	guint8 *memory;
	guint32 stored;
	gboolean is_out_of_order;
};

/* A backend's calls have no context: each store side has a thread of its own. */
static _Thread_local RealDevice *current;

/* ---- the backend ---------------------------------------------------------------------------------------- */

/* Holds only the store's thread, like a flash that is programmed while the UART receives. */
static void
take_us(guint us)
{
	struct timespec span = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};

	while (us > 0 && nanosleep(&span, &span) != 0)
		;
}

static struct gya_verdict *verdict;

static const struct gya_info_tag *
memory_init(struct gya_verdict *place)
{
	static const struct gya_info_tag tags[] = {
		GYA_INFO_TEXT(GYW_INFO_BACKEND, "\11memory"), {0, 0, NULL}};

	verdict = place;
	return tags;
}

static uint32_t
memory_size(void)
{
	return STORAGE_SIZE;
}

static bool
memory_judge(const struct gyw_begin *begin, uint8_t *manifest, uint32_t size, bool is_stored)
{
	return true;
}

static bool
memory_prepare(const struct gyw_begin *begin)
{
	current->stored = 0;
	take_us(current->options.prepare_ms * 1000);
	return true;
}

static bool
memory_write(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	if (offset != current->stored || size > STORAGE_SIZE - offset) {
		current->is_out_of_order = TRUE;
		verdict->cause = GYW_CAUSE_STORE;
		return false;
	}
	take_us(current->options.piece_us);
	memcpy(current->memory + offset, bytes, size);
	current->stored += size;
	return true;
}

static bool
memory_read(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	memcpy(bytes, current->memory + offset, size);
	return true;
}

/* Memory keeps what it has. */
static void
memory_stop(void)
{
}

static bool
memory_arm(void)
{
	return true;
}

static void
memory_reset(void)
{
}

static const struct gya_backend backend = {
	.id = 9,
	.mode = GYW_MODE_PACKAGE,
	.can = GYW_CAN_READ_BACK,
	.piece = REAL_DEVICE_PIECE,
	.init = memory_init,
	.storage_size = memory_size,
	.judge = memory_judge,
	.prepare = memory_prepare,
	.write = memory_write,
	.read = memory_read,
	.stop = memory_stop,
	.arm = memory_arm,
	.reset = memory_reset,
};

static const struct gya_crypto crypto = {gya_sha256_init, gya_sha256_update, gya_sha256_final, NULL};

/* ---- the port ------------------------------------------------------------------------------------------- */

static uint32_t
port_read(void *context, uint8_t *bytes, uint32_t size)
{
	RealDevice *device = context;
	gsize part;

	if (device->in_size == 0) {
		gssize n = read(device->fd, device->in, sizeof device->in);

		device->in_at = 0;
		device->in_size = n > 0 ? (gsize) n : 0;
	}
	part = MIN(device->in_size, size);
	memcpy(bytes, device->in + device->in_at, part);
	device->in_at += part;
	device->in_size -= part;
	return (uint32_t) part;
}

static uint32_t
port_write(void *context, const uint8_t *bytes, uint32_t size)
{
	gssize n = write(((RealDevice *) context)->fd, bytes, size);

	return n > 0 ? (uint32_t) n : 0;
}

static bool
port_idle(void *context)
{
	return gy_tty_unsent(((RealDevice *) context)->fd) == 0;
}

static void
port_watchdog(void *context)
{
}

static void
port_wake_store(void *context)
{
	RealDevice *device = context;

	g_mutex_lock(&device->lock);
	device->is_woken = TRUE;
	g_cond_signal(&device->wake);
	g_mutex_unlock(&device->lock);
}

/* ---- its two tasks -------------------------------------------------------------------------------------- */

static gpointer
run_link(gpointer data)
{
	RealDevice *device = data;

	while (!g_atomic_int_get(&device->is_over)) {
		gint64 now_us = g_get_monotonic_time() - device->start_us;
		uint32_t wait_ms = gya_link_step(&device->agent, (uint32_t) (now_us / 1000));
		struct pollfd polled = {.fd = device->fd, .events = POLLIN};

		if (device->in_size == 0)
			(void) poll(&polled, 1, (int) MIN(wait_ms, LONGEST_MS));
	}
	return NULL;
}

static gpointer
run_store(gpointer data)
{
	RealDevice *device = data;

	current = device;
	while (!g_atomic_int_get(&device->is_over)) {
		gint64 until_us = g_get_monotonic_time() + LONGEST_MS * 1000;

		while (gya_store_step(&device->agent) && !g_atomic_int_get(&device->is_over))
			;
		g_mutex_lock(&device->lock);
		while (!device->is_woken && g_cond_wait_until(&device->wake, &device->lock, until_us))
			;
		device->is_woken = FALSE;
		g_mutex_unlock(&device->lock);
	}
	return NULL;
}

static void
start(RealDevice *device, guint baud)
{
	device->board = (struct gya_board){
		.chip = "lab",
		.name = "bench",
		.prepare_ms = device->options.prepare_ms + 500,
		.store_ms = device->options.piece_us / 1000 + 100,
		.finish_ms = 2000,
		.install_ms = 60000,
		.boot_baud = 115200,
	};
	device->port = (struct gya_port){
		.context = device,
		.link_read = port_read,
		.link_write = port_write,
		.link_idle = port_idle,
		.watchdog = port_watchdog,
		.wake_store = port_wake_store,
		.tags = device->info.tags,
		.start_baud = baud,
	};
	gya_info_add(&device->info, GYW_INFO_DEVICE_ID, "\1\2\3\4", 4);
	gya_info_add_board(&device->info, &device->board);
	device->start_us = g_get_monotonic_time();
	gya_agent_init(&device->agent, &device->port, &backend, &crypto, &device->board, 0);
	device->store_thread = g_thread_new("store", run_store, device);
	device->link_thread = g_thread_new("link", run_link, device);
}

RealDevice *
real_device_new(const char *path, guint baud, const RealDeviceOptions *options, GError **error)
{
	g_autoptr(RealDevice) device = g_new0(RealDevice, 1);

	device->options = *options;
	device->memory = g_malloc(STORAGE_SIZE);
	g_mutex_init(&device->lock);
	g_cond_init(&device->wake);
	device->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (device->fd < 0) {
		g_set_error(error, G_IO_ERROR, (gint) g_io_error_from_errno(errno), "cannot open %s: %s",
			path, g_strerror(errno));
		return NULL;
	}
	start(device, baud);
	return g_steal_pointer(&device);
}

void
real_device_free(RealDevice *device)
{
	if (!device)
		return;
	g_atomic_int_set(&device->is_over, 1);
	port_wake_store(device);
	g_clear_pointer(&device->link_thread, g_thread_join);
	g_clear_pointer(&device->store_thread, g_thread_join);
	if (device->fd >= 0)
		close(device->fd);
	g_mutex_clear(&device->lock);
	g_cond_clear(&device->wake);
	g_free(device->memory);
	g_free(device);
}

gboolean
real_device_holds(RealDevice *device, GBytes *payload)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(payload, &size);

	return !device->is_out_of_order && device->stored == size && memcmp(device->memory, bytes, size) == 0;
}

// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "protocol/host/transport/usb-private.h"

/*
 * Buffers of one endpoint. In use they stand in `order`, the order in which they were handed to libusb, which is the
 * order of their bytes; the others stand in `idle`. Everything happens in the thread that runs libusb's events.
 */

/* Few enough that little is sent ahead of an answer, many enough that the bus is never without one. */
#define N_BUFFERS 4
/* One transfer is one block of the kernel's up to this size. */
#define BUFFER_SIZE 16384u

/* How often in a row, without a byte between, an endpoint may fail. */
#define N_FAULTS_MAX 3
/* A device that is pulled fails first, and is reported gone a moment later. */
#define SETTLE_US (250 * 1000)

typedef struct {
	GyUsbPipe *pipe;
	struct libusb_transfer *transfer;
	guint8 *bytes;
	gsize at;   /* in: what has been read; out: what has been sent */
	gsize size; /* so many there are */
	gboolean is_under_way;
} Buffer;

struct _GyUsbPipe {
	GyUsbDevice *device;
	guint8 endpoint;
	guint packet_size;
	Buffer buffers[N_BUFFERS];
	GQueue order;
	GQueue idle;
	guint n_under_way;
	gboolean has_fault;
	gboolean is_cancelled;
	guint n_faults;
	gint64 retry_us;
	int result;
};

static gboolean
is_in(const GyUsbPipe *pipe)
{
	return (pipe->endpoint & LIBUSB_ENDPOINT_IN) != 0;
}

/* A whole number of packets, so that no packet is larger than what is left of the buffer. */
static gsize
buffer_size(const GyUsbPipe *pipe)
{
	return BUFFER_SIZE - BUFFER_SIZE % pipe->packet_size;
}

static void
set_fault(GyUsbPipe *pipe, gint64 settle_us)
{
	pipe->has_fault = TRUE;
	pipe->retry_us = MAX(pipe->retry_us, g_get_monotonic_time() + settle_us);
}

static void
take_status(GyUsbPipe *pipe, const struct libusb_transfer *transfer)
{
	switch (transfer->status) {
	case LIBUSB_TRANSFER_COMPLETED: break;
	case LIBUSB_TRANSFER_CANCELLED:
		/* a reset of the device cancels too */
		if (!pipe->has_fault && !pipe->is_cancelled)
			set_fault(pipe, SETTLE_US);
		break;
	case LIBUSB_TRANSFER_NO_DEVICE: pipe->result = LIBUSB_ERROR_NO_DEVICE; break;
	case LIBUSB_TRANSFER_STALL: set_fault(pipe, 0); break;
	case LIBUSB_TRANSFER_OVERFLOW:
	case LIBUSB_TRANSFER_TIMED_OUT:
	case LIBUSB_TRANSFER_ERROR: set_fault(pipe, SETTLE_US); break;
	}
}

static void LIBUSB_CALL
on_end(struct libusb_transfer *transfer)
{
	Buffer *buffer = transfer->user_data;
	GyUsbPipe *pipe = buffer->pipe;
	gsize moved = transfer->actual_length > 0 ? (gsize) transfer->actual_length : 0;

	buffer->is_under_way = FALSE;
	pipe->n_under_way--;
	if (is_in(pipe))
		buffer->size = MIN(moved, buffer_size(pipe));
	else
		buffer->at += MIN(moved, buffer->size - buffer->at);
	if (moved > 0)
		pipe->n_faults = 0;
	take_status(pipe, transfer);
	/* the rest of what went out in part goes the same way as after a stall */
	if (!is_in(pipe) && buffer->at < buffer->size && !pipe->has_fault)
		set_fault(pipe, 0);
}

static void
submit(GyUsbPipe *pipe, Buffer *buffer)
{
	gsize size = is_in(pipe) ? buffer_size(pipe) : buffer->size - buffer->at;
	int result;

	libusb_fill_bulk_transfer(buffer->transfer, pipe->device->handle, pipe->endpoint,
		buffer->bytes + buffer->at, (int) size, on_end, buffer, 0);
	result = libusb_submit_transfer(buffer->transfer);
	if (result != 0) {
		pipe->result = result;
		return;
	}
	buffer->is_under_way = TRUE;
	pipe->n_under_way++;
}

static void
submit_for_reading(GyUsbPipe *pipe, Buffer *buffer)
{
	buffer->at = 0;
	buffer->size = 0;
	g_queue_push_tail(&pipe->order, buffer);
	submit(pipe, buffer);
}

GyUsbPipe *
gy_usb_pipe_new(GyUsbDevice *device, guint8 endpoint, guint packet_size)
{
	GyUsbPipe *pipe = g_new0(GyUsbPipe, 1);
	guint i;

	pipe->device = device;
	pipe->endpoint = endpoint;
	pipe->packet_size = packet_size;
	g_queue_init(&pipe->order);
	g_queue_init(&pipe->idle);
	for (i = 0; i < N_BUFFERS; i++) {
		Buffer *buffer = &pipe->buffers[i];

		buffer->pipe = pipe;
		buffer->bytes = g_malloc(BUFFER_SIZE);
		buffer->transfer = libusb_alloc_transfer(0);
		if (buffer->transfer == NULL)
			g_error("out of memory for a USB transfer");
		g_queue_push_tail(&pipe->idle, buffer);
	}
	gy_usb_pipe_step(pipe, 0);
	return pipe;
}

void
gy_usb_pipe_free(GyUsbPipe *pipe)
{
	guint i;

	for (i = 0; i < N_BUFFERS; i++) {
		libusb_free_transfer(pipe->buffers[i].transfer);
		g_free(pipe->buffers[i].bytes);
	}
	g_queue_clear(&pipe->order);
	g_queue_clear(&pipe->idle);
	g_free(pipe);
}

/* ---- going round ---------------------------------------------------------------------------------------- */

static gboolean
is_spent(const Buffer *buffer)
{
	return !buffer->is_under_way && buffer->at == buffer->size;
}

/* Spent buffers at the head are free again; a zero-length packet makes one that was never filled. */
static void
retire_head(GyUsbPipe *pipe)
{
	Buffer *head;

	while ((head = g_queue_peek_head(&pipe->order)) != NULL && is_spent(head))
		g_queue_push_tail(&pipe->idle, g_queue_pop_head(&pipe->order));
}

static void
retire_all(GyUsbPipe *pipe)
{
	GList *at = pipe->order.head;

	while (at != NULL) {
		GList *next = at->next;

		if (is_spent(at->data)) {
			g_queue_push_tail(&pipe->idle, at->data);
			g_queue_delete_link(&pipe->order, at);
		}
		at = next;
	}
}

static void
read_ahead(GyUsbPipe *pipe)
{
	while (is_in(pipe) && pipe->result == 0 && !pipe->is_cancelled && pipe->idle.length > 0)
		submit_for_reading(pipe, g_queue_pop_head(&pipe->idle));
}

static void
send_again(GyUsbPipe *pipe)
{
	GList *at;

	for (at = pipe->order.head; at != NULL && pipe->result == 0; at = at->next)
		submit(pipe, at->data);
}

static void
cancel_all(GyUsbPipe *pipe)
{
	guint i;

	for (i = 0; i < N_BUFFERS; i++) {
		if (pipe->buffers[i].is_under_way)
			libusb_cancel_transfer(pipe->buffers[i].transfer);
	}
}

/* What the endpoint had taken or given stays; the halt is cleared when nothing is under way, then it goes on. */
static void
recover(GyUsbPipe *pipe, gint64 now_us)
{
	int result;

	if (pipe->n_under_way > 0) {
		cancel_all(pipe);
		return;
	}
	if (now_us < pipe->retry_us)
		return;
	if (pipe->n_faults++ >= N_FAULTS_MAX) {
		pipe->result = LIBUSB_ERROR_PIPE;
		return;
	}
	result = libusb_clear_halt(pipe->device->handle, pipe->endpoint);
	if (result != 0) {
		pipe->result = result;
		return;
	}
	pipe->has_fault = FALSE;
	retire_all(pipe);
	if (!is_in(pipe))
		send_again(pipe);
}

void
gy_usb_pipe_step(GyUsbPipe *pipe, gint64 now_us)
{
	if (pipe->result != 0 || pipe->is_cancelled)
		return;
	if (pipe->has_fault)
		recover(pipe, now_us);
	if (pipe->has_fault || pipe->result != 0)
		return;
	retire_head(pipe);
	read_ahead(pipe);
}

gint64
gy_usb_pipe_deadline_us(const GyUsbPipe *pipe)
{
	return pipe->has_fault && pipe->n_under_way == 0 ? pipe->retry_us : -1;
}

int
gy_usb_pipe_result(const GyUsbPipe *pipe)
{
	return pipe->result;
}

/* ---- bytes ---------------------------------------------------------------------------------------------- */

/* The buffer whose bytes are next, if they have come. */
static Buffer *
readable_head(const GyUsbPipe *pipe)
{
	GList *at;

	for (at = pipe->order.head; at != NULL; at = at->next) {
		Buffer *buffer = at->data;

		if (buffer->is_under_way)
			return NULL;
		if (buffer->at < buffer->size)
			return buffer;
	}
	return NULL;
}

gsize
gy_usb_pipe_take(GyUsbPipe *pipe, guint8 *bytes, gsize size)
{
	gsize taken = 0;
	Buffer *buffer;

	while (taken < size && (buffer = readable_head(pipe)) != NULL) {
		gsize part = MIN(size - taken, buffer->size - buffer->at);

		memcpy(bytes + taken, buffer->bytes + buffer->at, part);
		buffer->at += part;
		taken += part;
	}
	gy_usb_pipe_step(pipe, g_get_monotonic_time());
	return taken;
}

/*
 * A device that reads blocks larger than a packet knows the end of one by a short packet. Bytes that end with a full
 * packet are therefore followed by an empty one, unless more of the same write has to follow.
 */
static void
fill(GyUsbPipe *pipe, Buffer *buffer, const guint8 *bytes, gsize size, gboolean is_end)
{
	memcpy(buffer->bytes, bytes, size);
	buffer->at = 0;
	buffer->size = size;
	buffer->transfer->flags =
		is_end && size % pipe->packet_size == 0 ? LIBUSB_TRANSFER_ADD_ZERO_PACKET : 0;
}

gsize
gy_usb_pipe_give(GyUsbPipe *pipe, const guint8 *bytes, gsize size)
{
	gsize given = 0;

	while (given < size && pipe->result == 0 && gy_usb_pipe_is_ready(pipe)) {
		Buffer *buffer = g_queue_pop_head(&pipe->idle);
		gsize part = MIN(size - given, buffer_size(pipe));

		fill(pipe, buffer, bytes + given, part, part == size - given);
		g_queue_push_tail(&pipe->order, buffer);
		submit(pipe, buffer);
		given += part;
	}
	return given;
}

gboolean
gy_usb_pipe_is_ready(const GyUsbPipe *pipe)
{
	if (is_in(pipe))
		return readable_head(pipe) != NULL;
	return !pipe->has_fault && pipe->idle.length > 0;
}

gsize
gy_usb_pipe_unsent(const GyUsbPipe *pipe)
{
	gsize unsent = 0;
	GList *at;

	for (at = pipe->order.head; at != NULL; at = at->next) {
		const Buffer *buffer = at->data;

		unsent += buffer->size - buffer->at;
	}
	return unsent;
}

/* ---- the end -------------------------------------------------------------------------------------------- */

void
gy_usb_pipe_cancel(GyUsbPipe *pipe)
{
	pipe->is_cancelled = TRUE;
	cancel_all(pipe);
}

gboolean
gy_usb_pipe_is_idle(const GyUsbPipe *pipe)
{
	return pipe->n_under_way == 0;
}

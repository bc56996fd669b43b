// SPDX-License-Identifier: Apache-2.0
#include "tests/pcp/stock-device.h"

#include <string.h>

#define TICK_MS 2000

static void
say(StockDevice *device, guint8 code, const guint8 *data, gsize size)
{
	const GyPcpFrame frame = {code, data, size};

	gy_pcp_frame_append(device->out, &frame);
}

static void
say_result(StockDevice *device, guint8 code, guint8 result)
{
	say(device, code, &result, 1);
}

static void
say_with_version(StockDevice *device, guint8 code, guint8 result, const char *version)
{
	guint8 data[1 + GY_PCP_VERSION_SIZE] = {result};

	memcpy(data + 1, version, strlen(version));
	say(device, code, data, sizeof data);
}

static void
ask_for_fragment(StockDevice *device)
{
	guint8 data[GY_PCP_VERSION_SIZE + 2];

	memcpy(data, device->next_version, GY_PCP_VERSION_SIZE);
	data[GY_PCP_VERSION_SIZE] = (guint8) (device->fragment >> 8);
	data[GY_PCP_VERSION_SIZE + 1] = (guint8) device->fragment;
	device->n_requests++;
	say(device, GY_PCP_FRAGMENT, data, sizeof data);
}

/* What the tick repeats. */
static void
say_state(StockDevice *device, gint64 now_ms)
{
	device->tick_ms = now_ms + TICK_MS;
	switch (device->state) {
	case STOCK_DOWNLOADING: ask_for_fragment(device); break;
	case STOCK_DOWNLOADED: say_result(device, GY_PCP_DOWNLOADED, GY_PCP_OK); break;
	case STOCK_UPGRADED:
		if (device->reports)
			say_with_version(device, GY_PCP_UPGRADED, device->result, device->running);
		break;
	case STOCK_IDLE:
	case STOCK_UPGRADING: break;
	}
}

static void
take_notice(StockDevice *device, const GyPcpFrame *frame, gint64 now_ms)
{
	if (frame->size < GY_PCP_VERSION_SIZE + 6)
		return;
	if (device->refuses) {
		say_result(device, GY_PCP_NEW_VERSION, (guint8) device->refuses);
		return;
	}
	if (memcmp(frame->data, device->next_version, GY_PCP_VERSION_SIZE) == 0) {
		say_result(
			device, GY_PCP_NEW_VERSION, device->state == STOCK_IDLE ? GY_PCP_LATEST : GY_PCP_OK);
		return;
	}
	memcpy(device->next_version, frame->data, GY_PCP_VERSION_SIZE);
	device->fragment_size = (guint) (frame->data[16] << 8 | frame->data[17]);
	device->n_fragments = (guint) (frame->data[18] << 8 | frame->data[19]);
	device->fragment = 0;
	g_byte_array_set_size(device->stored, 0);
	device->state = STOCK_DOWNLOADING;
	say_result(device, GY_PCP_NEW_VERSION, GY_PCP_OK);
	say_state(device, now_ms);
}

static void
take_fragment(StockDevice *device, const GyPcpFrame *frame, gint64 now_ms)
{
	if (device->state != STOCK_DOWNLOADING || frame->size < 3 || frame->data[0] != GY_PCP_OK ||
		(guint) (frame->data[1] << 8 | frame->data[2]) != device->fragment)
		return;
	if (device->no_space_at != 0 && device->fragment == device->no_space_at) {
		device->state = STOCK_IDLE;
		say_result(device, GY_PCP_DOWNLOADED, 5);
		return;
	}
	g_byte_array_append(device->stored, frame->data + 3, (guint) frame->size - 3);
	if (++device->fragment == device->n_fragments)
		device->state = STOCK_DOWNLOADED;
	say_state(device, now_ms);
}

/* By its signature, which here means: by its bytes. */
static void
take_execution(StockDevice *device, gint64 now_ms)
{
	g_autoptr(GBytes) stored = g_bytes_new(device->stored->data, device->stored->len);

	if (device->state != STOCK_DOWNLOADED) {
		if (device->state == STOCK_UPGRADING)
			say_result(device, GY_PCP_EXECUTE, GY_PCP_OK);
		return;
	}
	say_result(device, GY_PCP_EXECUTE, GY_PCP_OK);
	if (g_bytes_equal(stored, device->good)) {
		device->state = STOCK_UPGRADING;
		device->reset_ms = now_ms + device->install_ms;
		return;
	}
	device->result = GY_PCP_MISMATCH;
	device->state = STOCK_UPGRADED;
	say_state(device, now_ms);
}

static void
take_frame(StockDevice *device, const GyPcpFrame *frame, gint64 now_ms)
{
	switch (frame->code) {
	case GY_PCP_QUERY: say_with_version(device, GY_PCP_QUERY, GY_PCP_OK, device->running); break;
	case GY_PCP_NEW_VERSION: take_notice(device, frame, now_ms); break;
	case GY_PCP_FRAGMENT: take_fragment(device, frame, now_ms); break;
	case GY_PCP_EXECUTE: take_execution(device, now_ms); break;
	case GY_PCP_UPGRADED:
		if (device->state == STOCK_UPGRADED)
			device->state = STOCK_IDLE;
		break;
	default: break;
	}
}

/* A message transport hands over whole messages; one that does not check them takes what came as one for what it says. */
static void
take_unchecked(StockDevice *device, const guint8 *bytes, gsize size, gint64 now_ms)
{
	GyPcpFrame frame = {bytes[3], bytes + GY_PCP_HEAD_SIZE, size - GY_PCP_HEAD_SIZE};

	take_frame(device, &frame, now_ms);
}

void
stock_device_receive(StockDevice *device, const guint8 *bytes, gsize size, gint64 now_ms)
{
	GyPcpFrame frame;

	/* it is somewhere else meanwhile */
	if (device->state == STOCK_UPGRADING && now_ms + 1000 > device->reset_ms)
		return;
	if (!device->checks) {
		if (size >= GY_PCP_HEAD_SIZE)
			take_unchecked(device, bytes, size, now_ms);
		return;
	}
	while (size > 0) {
		gsize n = gy_pcp_reader_add(&device->reader, bytes, size, now_ms);

		bytes += n;
		size -= n;
		while (gy_pcp_reader_next(&device->reader, now_ms, &frame))
			take_frame(device, &frame, now_ms);
	}
}

void
stock_device_step(StockDevice *device, gint64 now_ms)
{
	GyPcpFrame frame;

	while (device->checks && gy_pcp_reader_next(&device->reader, now_ms, &frame))
		take_frame(device, &frame, now_ms);
	if (device->state == STOCK_UPGRADING && now_ms >= device->reset_ms) {
		memcpy(device->running, device->next_version, GY_PCP_VERSION_SIZE);
		device->result = GY_PCP_OK;
		device->state = device->reports ? STOCK_UPGRADED : STOCK_IDLE;
		say_state(device, now_ms);
	}
	if (now_ms >= device->tick_ms && device->state != STOCK_IDLE && device->state != STOCK_UPGRADING)
		say_state(device, now_ms);
}

StockDevice *
stock_device_new(const char *running, GBytes *good)
{
	StockDevice *device = g_new0(StockDevice, 1);

	g_strlcpy(device->running, running, sizeof device->running);
	device->good = g_bytes_ref(good);
	device->checks = device->reports = TRUE;
	device->install_ms = 8000;
	device->stored = g_byte_array_new();
	device->out = g_byte_array_new();
	return device;
}

void
stock_device_free(StockDevice *device)
{
	g_bytes_unref(device->good);
	g_byte_array_unref(device->stored);
	g_byte_array_unref(device->out);
	g_free(device);
}

// SPDX-License-Identifier: Apache-2.0
#include "tests/alios-dev/rig.h"

#include <string.h>

#include "device-agent/alios/checks.h"
#include "device-agent/alios/hal.h"
#include "device-agent/core/sha256.h"

#define TURNS_MOST 2000000

// ---- the device ----

static uint32_t
take(GByteArray *from, uint8_t *bytes, uint32_t size)
{
	uint32_t n = MIN(size, from->len);

	memcpy(bytes, from->data, n);
	g_byte_array_remove_range(from, 0, n);
	return n;
}

static uint32_t
link_read(void *context, uint8_t *bytes, uint32_t size)
{
	Rig *rig = context;

	return rig->to_device->len > 0 ? take(rig->to_device, bytes, size) : 0;
}

static uint32_t
link_write(void *context, const uint8_t *bytes, uint32_t size)
{
	g_byte_array_append(((Rig *) context)->to_host, bytes, size);
	return size;
}

static bool
link_idle(void *context)
{
	return true;
}

static void
port_watchdog(void *context)
{
}

static void
watchdog(void)
{
}

static bool
extend(struct gya_agent *agent, uint32_t type)
{
	return gya_serve_resume(agent, type) || gya_serve_confirm(agent, type);
}

// The power may go while a hash runs: a library's would never be freed.
static const struct gya_crypto hashing = {gya_sha256_init, gya_sha256_update, gya_sha256_final, NULL, NULL};

static void
start_agent(Rig *rig)
{
	const struct gya_board *board = rig->device->board->board;

	rig->setup.board = board;
	rig->setup.crypto = &hashing;
	rig->setup.slice_size = rig->device->board->slice_size;
	rig->setup.check_image = gya_alios_check_image;
	rig->setup.md5 = gya_alios_md5;
	rig->setup.check_signature = gya_alios_check_signature;
	rig->setup.read_running = gya_alios_read_running;
	rig->setup.running_size = gya_alios_running_size;
	rig->setup.watchdog = watchdog;
	rig->setup.slices = gya_alios_slices;
	rig->setup.breakpoints = gya_alios_breakpoints(&rig->setup);
	memset(&rig->info, 0, sizeof rig->info);
	gya_info_add(&rig->info, GYW_INFO_DEVICE_ID, "same", 4);
	rig->port = (struct gya_port){.context = rig,
		.link_read = link_read,
		.link_write = link_write,
		.link_idle = link_idle,
		.watchdog = port_watchdog,
		.extend = extend,
		.can = GYW_CAN_RESUME_RESET,
		.tags = rig->info.tags,
		.start_baud = 115200};
	gya_agent_init(&rig->agent, &rig->port, gya_backend_alios(&rig->setup), &hashing, board,
		(guint32) rig->now_ms);
}

void
rig_reset_device(Rig *rig)
{
	g_byte_array_set_size(rig->to_device, 0);
	gya_nor_file_power_on(rig->device->flash);
	gya_alios_power_on(&rig->device->port);
	gya_alios_register();
	start_agent(rig);
}

static void
lose_power(Rig *rig)
{
	rig->n_power_cuts++;
	rig->stored_at_cut = rig->agent.stored;
	rig->is_waiting = TRUE;
	// a device without power has sent nothing of what it was about to
	g_byte_array_set_size(rig->to_host, 0);
	rig_reset_device(rig);
}

// ---- both ends ----

Rig *
rig_new(Device *device)
{
	Rig *rig = g_new0(Rig, 1);

	rig->device = device;
	rig->now_ms = 1000;
	rig->to_device = g_byte_array_new();
	rig->to_host = g_byte_array_new();
	rig_reset_device(rig);
	rig_restart_host(rig);
	return rig;
}

void
rig_free(Rig *rig)
{
	gy_session_free(rig->session);
	g_byte_array_unref(rig->to_device);
	g_byte_array_unref(rig->to_host);
	g_free(rig);
}

void
rig_restart_host(Rig *rig)
{
	static const GySessionOptions options = {.answer_ms = 4000};

	gy_session_free(rig->session);
	g_byte_array_set_size(rig->to_host, 0);
	rig->session = gy_session_new(&options);
	gy_session_port_opened(rig->session, rig->now_ms);
}

static void
turn_device(Rig *rig)
{
	gya_link_step(&rig->agent, (guint32) rig->now_ms);
	while (gya_store_step(&rig->agent))
		if (rig->device->flash->is_dead)
			break;
	if (rig->device->flash->is_dead)
		lose_power(rig);
	if (rig->is_waiting && rig->agent.state == GYW_STATE_RECEIVING) {
		rig->is_waiting = FALSE;
		rig->resumed_at = rig->agent.next;
		g_assert_cmpuint(rig->agent.stored, ==, rig->agent.next);
	}
}

void
rig_turn(Rig *rig)
{
	guint8 bytes[4096];
	gsize n = gy_session_send(rig->session, bytes, sizeof bytes, rig->now_ms);

	g_byte_array_append(rig->to_device, bytes, (guint) n);
	turn_device(rig);
	if (rig->to_host->len > 0) {
		gy_session_receive(rig->session, rig->to_host->data, rig->to_host->len, rig->now_ms);
		g_byte_array_set_size(rig->to_host, 0);
	} else if (n == 0) {
		rig->now_ms++;
	}
	gy_session_step(rig->session, rig->now_ms);
}

static gboolean
is_end(const GySessionEvent *event)
{
	return event->type == GY_SESSION_EVENT_DONE || event->type == GY_SESSION_EVENT_REFUSED ||
	       event->type == GY_SESSION_EVENT_ERROR;
}

void
rig_wait(Rig *rig, GySessionEvent *event)
{
	for (guint i = 0; i < TURNS_MOST; i++) {
		while (gy_session_next_event(rig->session, event)) {
			if (is_end(event))
				return;
			gy_session_event_clear(event);
		}
		rig_turn(rig);
	}
	g_error("the operation does not end");
}

void
rig_done(Rig *rig)
{
	g_auto(GySessionEvent) event = {0};

	rig_wait(rig, &event);
	if (event.type == GY_SESSION_EVENT_REFUSED)
		g_error("refused: cause %u, code %d, detail %u", event.refusal.cause,
			(int) event.refusal.code, event.refusal.detail);
	if (event.type == GY_SESSION_EVENT_ERROR)
		g_error("%s", event.message);
}

GByteArray *
rig_tags(guint8 type, guint32 slice_size)
{
	GByteArray *tags = g_byte_array_new();
	guint32 size = GUINT32_TO_LE(slice_size);

	rig_tag(tags, GYW_BEGIN_ALIOS_TYPE, &type, sizeof type);
	if (slice_size != 0)
		rig_tag(tags, GYW_BEGIN_SLICE_SIZE, &size, sizeof size);
	return tags;
}

void
rig_tag(GByteArray *tags, guint8 tag, gconstpointer value, gsize size)
{
	guint8 head[2] = {tag, (guint8) size};

	g_assert_cmpuint(size, <=, 255);
	g_byte_array_append(tags, head, sizeof head);
	g_byte_array_append(tags, value, (guint) size);
}

// Of an image its trailer, of a difference the head of its first slice.
static GBytes *
manifest_of(GBytes *file, gboolean is_diff)
{
	gsize size = g_bytes_get_size(file);
	gsize most = is_diff ? GYA_ALIOS_SLICE_HEAD : ALIOS_TRAILER_SIZE;

	most = MIN(most, size);
	return g_bytes_new_from_bytes(file, is_diff ? 0 : size - most, most);
}

void
rig_begin(Rig *rig, GBytes *file, gboolean is_diff, GByteArray *tags, GySessionEvent *event)
{
	g_autoptr(GBytes) manifest = manifest_of(file, is_diff);
	g_autoptr(GBytes) all = g_bytes_new(tags->data, tags->len);

	gy_session_hello(rig->session, rig->now_ms);
	rig_done(rig);
	gy_session_begin(rig->session, file, manifest, GYW_MODE_PACKAGE, 0, FALSE, rig->now_ms);
	gy_session_add_tags(rig->session, all);
	rig_wait(rig, event);
}

// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/line.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "device-agent/ports/sim/pace.h"

#define ON_LINE_SIZE   4096u  // what a host's serial driver holds back, and then its writer
#define INBOX_SIZE     16384u // the chip's receive buffer while its driver runs
#define FIFO_SIZE      64u    // of the UART itself
#define TRANSMIT_SIZE  256u   // the chip's transmit buffer
#define OUTBOX_SIZE    65536u // what the host's side holds for a program that does not read
#define SLICE_NS       1000000ull
#define SHORTEST_NS    50000ull
#define LOOK_AGAIN_NS  5000000ull
#define IDLE_NS        100000000ull
#define NS_OF_MS       1000000ull
#define NS_OF_S        1000000000ull
#define TOLERANCE_PART 40u // a UART still reads a rate that is off by 1/40

struct line_ring {
	uint8_t bytes[INBOX_SIZE];
	uint32_t head;
	uint32_t used;
};

struct gya_line {
	struct gya_cable *cable;
	struct gya_line_faults faults;
	bool is_paced;
	int nudge;

	// under `lock`
	GMutex lock;
	GCond moved;
	uint64_t n_wakes;
	uint32_t baud;
	enum gya_line_ears ears;
	bool is_closed;
	bool is_held;
	uint64_t last_rx_ns;
	struct gya_pace to_device;
	struct gya_pace from_device;
	uint8_t to_device_bytes[ON_LINE_SIZE];
	uint8_t from_device_bytes[TRANSMIT_SIZE];
	struct line_ring inbox;

	// the pump's own
	uint64_t n_received;
	uint64_t plug_at_ns; // 0: plugged in
	bool unplug_is_over;
	uint8_t outbox[OUTBOX_SIZE];
	size_t outbox_used;
};

uint64_t
gya_line_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t) now.tv_sec * NS_OF_S + (uint64_t) now.tv_nsec;
}

static void
set_pace(struct gya_line *line)
{
	gya_pace_set_baud(&line->to_device, line->is_paced ? line->baud : 0);
	gya_pace_set_baud(&line->from_device, line->is_paced ? line->baud : 0);
}

struct gya_line *
gya_line_new(struct gya_cable *cable, uint32_t baud, bool is_paced, const struct gya_line_faults *faults)
{
	struct gya_line *line = g_new0(struct gya_line, 1);

	line->cable = cable;
	line->faults = *faults;
	line->is_paced = is_paced;
	line->baud = baud;
	line->nudge = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (line->nudge < 0)
		g_error("no event descriptor: %s", g_strerror(errno));
	g_mutex_init(&line->lock);
	g_cond_init(&line->moved);
	line->last_rx_ns = gya_line_now_ns();
	gya_pace_init(&line->to_device, line->to_device_bytes, sizeof line->to_device_bytes);
	gya_pace_init(&line->from_device, line->from_device_bytes, sizeof line->from_device_bytes);
	set_pace(line);
	return line;
}

void
gya_line_free(struct gya_line *line)
{
	if (line == NULL)
		return;
	close(line->nudge);
	g_mutex_clear(&line->lock);
	g_cond_clear(&line->moved);
	g_free(line);
}

void
gya_line_nudge(struct gya_line *line)
{
	const uint64_t one = 1;
	int saved = errno;

	// full means that it is awake already
	(void) !write(line->nudge, &one, sizeof one);
	errno = saved;
}

static void
wake(struct gya_line *line)
{
	line->n_wakes++;
	g_cond_broadcast(&line->moved);
}

// ---- the world outside the chip ----

// What a UART makes of a byte that was sent at another speed: the same nonsense for the same byte, never the byte.
static uint8_t
garble(const struct gya_line *line, uint8_t byte)
{
	uint32_t mixed = (byte + 1u) * 2654435761u ^ (line->faults.seed + 1u) * 40503u;
	uint8_t wrong = (uint8_t) (mixed >> 13 ^ mixed >> 24);

	return wrong == byte ? (uint8_t) ~byte : wrong;
}

static bool
speeds_agree(const struct gya_line *line)
{
	uint32_t other = line->cable->other_baud(line->cable);
	uint32_t apart = other > line->baud ? other - line->baud : line->baud - other;

	return other == 0 || apart <= line->baud / TOLERANCE_PART;
}

static uint32_t
inbox_room(const struct gya_line *line)
{
	if (line->ears == GYA_LINE_DEAF)
		return line->inbox.used < FIFO_SIZE ? FIFO_SIZE - line->inbox.used : 0;
	return INBOX_SIZE - line->inbox.used;
}

static void
reach_device(struct gya_line *line, uint8_t byte)
{
	struct line_ring *inbox = &line->inbox;

	line->n_received++;
	if (line->n_received == line->faults.drop_at)
		return;
	if (line->n_received == line->faults.flip_at)
		byte ^= (uint8_t) (1u << line->faults.seed % 8);
	if (line->ears != GYA_LINE_OFF && inbox_room(line) > 0)
		inbox->bytes[(inbox->head + inbox->used++) % INBOX_SIZE] = byte;
}

static bool
is_unplug_due(const struct gya_line *line)
{
	return line->faults.unplug_at != 0 && !line->unplug_is_over &&
	       line->n_received >= line->faults.unplug_at;
}

// A chip that listens gets its bytes as fast as it takes them; one that does not loses them, as nothing holds a UART's
// sender back.
static bool
deliver(struct gya_line *line, bool is_readable, uint64_t now_ns)
{
	uint8_t byte;
	bool any = false;

	while ((line->ears != GYA_LINE_LISTENS || inbox_room(line) > 0) && !is_unplug_due(line) &&
		gya_pace_take(&line->to_device, &byte, 1, now_ns) == 1) {
		reach_device(line, is_readable ? byte : garble(line, byte));
		line->last_rx_ns = now_ns;
		any = true;
	}
	return any;
}

static void
receive(struct gya_line *line, uint64_t now_ns)
{
	uint8_t bytes[1024];
	uint32_t room = gya_pace_room(&line->to_device);

	while (line->is_held && room > 0) {
		size_t got = line->cable->read(line->cable, bytes, MIN(room, sizeof bytes));

		if (got == 0)
			return;
		gya_pace_put(&line->to_device, bytes, (uint32_t) got, now_ns);
		room = gya_pace_room(&line->to_device);
	}
}

static bool
transmit(struct gya_line *line, bool is_readable, uint64_t now_ns)
{
	uint8_t bytes[TRANSMIT_SIZE];
	uint32_t n = gya_pace_take(&line->from_device, bytes, sizeof bytes, now_ns);

	for (uint32_t i = 0; i < n && line->is_held && line->outbox_used < OUTBOX_SIZE; i++)
		line->outbox[line->outbox_used++] = is_readable ? bytes[i] : garble(line, bytes[i]);
	return n > 0;
}

static void
hand_out(struct gya_line *line)
{
	size_t put;

	if (!line->is_held)
		line->outbox_used = 0;
	if (line->outbox_used == 0)
		return;
	put = line->cable->write(line->cable, line->outbox, line->outbox_used);
	line->outbox_used -= put;
	memmove(line->outbox, line->outbox + put, line->outbox_used);
}

static gboolean
plug_again(struct gya_line *line, bool *replugged, GError **error)
{
	line->plug_at_ns = 0;
	if (!line->cable->plug(line->cable, error))
		return FALSE;
	*replugged = true;
	return TRUE;
}

static void
pull_plug(struct gya_line *line, uint64_t now_ns)
{
	line->cable->unplug(line->cable);
	line->unplug_is_over = true;
	line->plug_at_ns = now_ns + line->faults.replug_after_ms * NS_OF_MS;
	line->is_held = false;
	line->outbox_used = 0;
	gya_pace_clear(&line->to_device);
}

static void
exchange(struct gya_line *line)
{
	uint64_t now_ns = gya_line_now_ns();
	bool is_readable, any;

	g_mutex_lock(&line->lock);
	line->is_held = line->plug_at_ns == 0 && line->cable->is_held(line->cable);
	if (!line->is_held)
		gya_pace_clear(&line->to_device);
	receive(line, now_ns);
	is_readable = speeds_agree(line);
	any = deliver(line, is_readable, now_ns);
	any = transmit(line, is_readable, now_ns) || any;
	if (is_unplug_due(line))
		pull_plug(line, now_ns);
	if (any)
		wake(line);
	g_mutex_unlock(&line->lock);
	hand_out(line);
}

// With bytes on the line: until the last has passed, but no longer than a slice and not for less than is worth a sleep.
static uint64_t
busy_ns(const struct gya_pace *pace, uint64_t now_ns)
{
	uint64_t at = gya_pace_empty_at(pace);

	if (at == GYA_PACE_NEVER)
		return IDLE_NS;
	if (at <= now_ns)
		return pace->byte_ns == 0 ? SLICE_NS : SHORTEST_NS;
	return CLAMP(at - now_ns, SHORTEST_NS, SLICE_NS);
}

static uint64_t
wait_ns(struct gya_line *line, uint64_t now_ns)
{
	uint64_t wait = MIN(busy_ns(&line->to_device, now_ns), busy_ns(&line->from_device, now_ns));

	if (line->plug_at_ns != 0)
		return MIN(wait, line->plug_at_ns > now_ns ? line->plug_at_ns - now_ns : 0);
	return line->is_held ? wait : MIN(wait, LOOK_AGAIN_NS);
}

static void
sleep_until_more(struct gya_line *line)
{
	uint64_t counter, wait;
	struct timespec most;
	struct pollfd ends[2] = {{.fd = line->nudge, .events = POLLIN}, {.fd = -1}};

	g_mutex_lock(&line->lock);
	wait = wait_ns(line, gya_line_now_ns());
	if (line->plug_at_ns == 0) {
		// a line that is full of bytes has its slices to wake by; if each byte's room did, it would never sleep
		ends[1].fd = line->cable->descriptor(line->cable);
		ends[1].events = gya_pace_room(&line->to_device) >= ON_LINE_SIZE / 2 ? POLLIN : 0;
		if (line->outbox_used > 0)
			ends[1].events |= POLLOUT;
		if (ends[1].events == 0)
			ends[1].fd = -1;
	}
	g_mutex_unlock(&line->lock);

	most.tv_sec = (time_t) (wait / NS_OF_S);
	most.tv_nsec = (long) (wait % NS_OF_S);
	if (ppoll(ends, G_N_ELEMENTS(ends), &most, NULL) > 0 && (ends[0].revents & POLLIN) != 0)
		(void) !read(line->nudge, &counter, sizeof counter);
}

gboolean
gya_line_pump(struct gya_line *line, bool *replugged, GError **error)
{
	*replugged = false;
	if (line->plug_at_ns != 0 && gya_line_now_ns() >= line->plug_at_ns &&
		!plug_again(line, replugged, error))
		return FALSE;
	exchange(line);
	sleep_until_more(line);
	return TRUE;
}

bool
gya_line_is_held(struct gya_line *line)
{
	bool is_held;

	g_mutex_lock(&line->lock);
	is_held = line->is_held;
	g_mutex_unlock(&line->lock);
	return is_held;
}

uint32_t
gya_line_silence_ms(struct gya_line *line)
{
	uint64_t ns;

	g_mutex_lock(&line->lock);
	ns = gya_line_now_ns() - line->last_rx_ns;
	g_mutex_unlock(&line->lock);
	return (uint32_t) MIN(ns / NS_OF_MS, UINT32_MAX);
}

// ---- the chip's side ----

uint32_t
gya_line_read(struct gya_line *line, uint8_t *bytes, uint32_t size)
{
	struct line_ring *inbox = &line->inbox;
	uint32_t n = 0;
	bool was_full;

	g_mutex_lock(&line->lock);
	was_full = inbox->used == INBOX_SIZE;
	for (; n < size && inbox->used > 0; n++) {
		bytes[n] = inbox->bytes[inbox->head];
		inbox->head = (inbox->head + 1) % INBOX_SIZE;
		inbox->used--;
	}
	g_mutex_unlock(&line->lock);
	if (was_full && n > 0)
		gya_line_nudge(line);
	return n;
}

uint32_t
gya_line_write(struct gya_line *line, const uint8_t *bytes, uint32_t size)
{
	uint32_t taken;
	bool was_empty;

	g_mutex_lock(&line->lock);
	was_empty = gya_pace_room(&line->from_device) == TRANSMIT_SIZE;
	taken = gya_pace_put(&line->from_device, bytes, size, gya_line_now_ns());
	g_mutex_unlock(&line->lock);
	if (was_empty && taken > 0)
		gya_line_nudge(line);
	return taken;
}

bool
gya_line_is_idle(struct gya_line *line)
{
	bool is_idle;

	g_mutex_lock(&line->lock);
	is_idle = gya_pace_room(&line->from_device) == TRANSMIT_SIZE;
	g_mutex_unlock(&line->lock);
	return is_idle;
}

void
gya_line_set_baud(struct gya_line *line, uint32_t baud)
{
	g_mutex_lock(&line->lock);
	line->baud = baud;
	set_pace(line);
	g_mutex_unlock(&line->lock);
}

void
gya_line_set_ears(struct gya_line *line, enum gya_line_ears ears)
{
	g_mutex_lock(&line->lock);
	line->ears = ears;
	if (ears == GYA_LINE_OFF)
		line->inbox.used = 0;
	g_mutex_unlock(&line->lock);
}

void
gya_line_reset(struct gya_line *line, uint32_t baud)
{
	g_mutex_lock(&line->lock);
	gya_pace_clear(&line->from_device);
	line->inbox.used = 0;
	line->ears = GYA_LINE_OFF;
	line->baud = baud;
	set_pace(line);
	g_mutex_unlock(&line->lock);
}

void
gya_line_print(struct gya_line *line, const char *text, size_t size)
{
	while (size > 0) {
		uint32_t taken =
			gya_line_write(line, (const uint8_t *) text, (uint32_t) MIN(size, TRANSMIT_SIZE));

		text += taken;
		size -= taken;
		g_mutex_lock(&line->lock);
		while (size > 0 && !line->is_closed && gya_pace_room(&line->from_device) == 0)
			g_cond_wait(&line->moved, &line->lock);
		if (line->is_closed)
			size = 0;
		g_mutex_unlock(&line->lock);
	}
}

void
gya_line_drain(struct gya_line *line)
{
	g_mutex_lock(&line->lock);
	while (!line->is_closed && gya_pace_room(&line->from_device) < TRANSMIT_SIZE)
		g_cond_wait(&line->moved, &line->lock);
	g_mutex_unlock(&line->lock);
}

void
gya_line_close(struct gya_line *line)
{
	g_mutex_lock(&line->lock);
	line->is_closed = true;
	wake(line);
	g_mutex_unlock(&line->lock);
}

void
gya_line_wait(struct gya_line *line, uint64_t *seen, uint32_t most_ms)
{
	gint64 until = g_get_monotonic_time() + (gint64) most_ms * 1000;

	g_mutex_lock(&line->lock);
	while (line->n_wakes == *seen && !line->is_closed)
		if (!g_cond_wait_until(&line->moved, &line->lock, until))
			break;
	*seen = line->n_wakes;
	g_mutex_unlock(&line->lock);
}

void
gya_line_wake(struct gya_line *line)
{
	g_mutex_lock(&line->lock);
	wake(line);
	g_mutex_unlock(&line->lock);
}

// SPDX-License-Identifier: Apache-2.0
#include "tests/link/line.h"

#include <math.h>
#include <string.h>

#define NS_PER_S      G_GINT64_CONSTANT(1000000000)
#define NS_PER_MS     G_GINT64_CONSTANT(1000000)
#define BITS_PER_BYTE 10
#define PACKET_SIZE   62 /* of a full-speed bridge, without its two status bytes */
#define DRIVER_SIZE   4096

/* A byte that is on its way. */
typedef struct {
	gint64 leaves_ns; /* the wire or the bridge */
	guint baud;       /* it was sent at */
	guint8 byte;
} Moving;

typedef struct {
	GArray *moving; /* Moving */
	guint head;     /* of `moving` */
	gint64 free_ns; /* when the wire is */
	guint n_packed; /* the last so many of `moving` wait in the bridge */
	GByteArray *frame;
	gboolean in_frame;
	guint n_frames;
	guint lose; /* the frame of this number */
	/* countdowns to the next fault */
	gint64 bits_to_error;
	gint64 bytes_to_drop;
	gint64 bytes_to_text;
	gint64 bytes_to_injection;
	char *injection;
} Way;

struct _Line {
	LineOptions options;
	guint bauds[LINE_N_ENDS];
	GRand *random;
	Way ways[LINE_N_WAYS];
	gint64 cut_from_ns;
	gint64 cut_to_ns;
	GString *injected;
};

static guint
sender_baud(Line *line, LineWay which)
{
	return line->bauds[which == LINE_TO_DEVICE ? LINE_HOST : LINE_DEVICE];
}

static gint64
byte_ns(Line *line, LineWay which)
{
	return NS_PER_S * BITS_PER_BYTE / sender_baud(line, which);
}

/* How many trials until the next event of a rate. */
static gint64
draw_distance(Line *line, gdouble rate)
{
	gdouble distance;

	if (rate <= 0)
		return G_MAXINT64;
	distance = -log(1.0 - g_rand_double(line->random)) / rate;
	return distance > 1e15 ? G_MAXINT64 : (gint64) distance + 1;
}

Line *
line_new(const LineOptions *options)
{
	Line *line = g_new0(Line, 1);
	guint i;

	line->options = *options;
	if (line->options.driver_size == 0)
		line->options.driver_size = DRIVER_SIZE;
	line->bauds[LINE_HOST] = line->bauds[LINE_DEVICE] = options->baud;
	line->random = g_rand_new_with_seed(options->seed);
	line->cut_from_ns = line->cut_to_ns = G_MAXINT64;
	line->injected = g_string_new(NULL);
	for (i = 0; i < LINE_N_WAYS; i++) {
		Way *way = &line->ways[i];

		way->moving = g_array_new(FALSE, FALSE, sizeof(Moving));
		way->frame = g_byte_array_new();
		way->bits_to_error = draw_distance(line, options->bit_error_rate);
		way->bytes_to_drop = draw_distance(line, options->drop_rate);
		way->bytes_to_text = i == LINE_TO_HOST ? draw_distance(line, options->text_rate) : G_MAXINT64;
		way->bytes_to_injection = G_MAXINT64;
	}
	return line;
}

void
line_free(Line *line)
{
	guint i;

	if (line == NULL)
		return;
	for (i = 0; i < LINE_N_WAYS; i++) {
		g_array_unref(line->ways[i].moving);
		g_byte_array_unref(line->ways[i].frame);
		g_free(line->ways[i].injection);
	}
	g_string_free(line->injected, TRUE);
	g_rand_free(line->random);
	g_free(line);
}

/* ---- faults --------------------------------------------------------------------------------------------- */

/* Returns FALSE if the byte is lost. */
static gboolean
damage(Line *line, Way *way, guint8 *byte)
{
	gint64 from = 0;

	if (line->options.drop_rate > 0 && --way->bytes_to_drop == 0) {
		way->bytes_to_drop = draw_distance(line, line->options.drop_rate);
		return FALSE;
	}
	if (line->options.bit_error_rate <= 0)
		return TRUE;
	while (way->bits_to_error <= BITS_PER_BYTE - from) {
		gint64 bit = from + way->bits_to_error - 1;

		if (bit == 0 || bit == BITS_PER_BYTE - 1) {
			way->bits_to_error = draw_distance(line, line->options.bit_error_rate);
			return FALSE;
		}
		*byte ^= (guint8) (1u << (bit - 1));
		from = bit + 1;
		way->bits_to_error = draw_distance(line, line->options.bit_error_rate);
	}
	way->bits_to_error -= BITS_PER_BYTE - from;
	return TRUE;
}

/* ---- the wire ------------------------------------------------------------------------------------------- */

/* The bridge's packet with this byte: it goes when it is full, or when its first byte has waited long enough. */
static void
pack(Line *line, Way *way, Moving *byte)
{
	gint64 came_ns = byte->leaves_ns;
	guint first;
	guint i;

	if (way->n_packed > 0) {
		const Moving *last = &g_array_index(way->moving, Moving, way->moving->len - 1);

		if (last->leaves_ns < came_ns)
			way->n_packed = 0;
		else
			byte->leaves_ns = last->leaves_ns;
	}
	if (way->n_packed == 0)
		byte->leaves_ns = came_ns + line->options.bridge_ms * NS_PER_MS;
	if (++way->n_packed < PACKET_SIZE)
		return;
	byte->leaves_ns = came_ns;
	first = way->moving->len - MIN(way->n_packed - 1, way->moving->len - way->head);
	for (i = first; i < way->moving->len; i++)
		g_array_index(way->moving, Moving, i).leaves_ns = came_ns;
	way->n_packed = 0;
}

/* Never the byte itself. */
static guint8
nonsense(guint8 byte)
{
	guint8 other = (guint8) (byte * 167 + 43);

	return other == byte ? (guint8) ~byte : other;
}

static void
put_on_wire(Line *line, LineWay which, guint8 byte, gint64 now_ns)
{
	Way *way = &line->ways[which];
	Moving moving;

	way->free_ns = MAX(way->free_ns, now_ns) + byte_ns(line, which);
	if (way->free_ns >= line->cut_from_ns && way->free_ns < line->cut_to_ns)
		return;
	if (!damage(line, way, &byte))
		return;
	moving.leaves_ns = way->free_ns;
	moving.baud = sender_baud(line, which);
	moving.byte =
		line->options.most_baud != 0 && moving.baud > line->options.most_baud ? nonsense(byte) : byte;
	if (which == LINE_TO_HOST && line->options.bridge_ms > 0)
		pack(line, way, &moving);
	g_array_append_val(way->moving, moving);
}

/* A 0x00 before or within the text: what follows looks like the start of a frame. */
static void
put_zero(Line *line, LineWay which, gsize at, gint64 now_ns)
{
	if (line->options.text_has_zero && (at == 0 || g_rand_int_range(line->random, 0, 12) == 0))
		put_on_wire(line, which, 0, now_ns);
}

static void
put_text(Line *line, LineWay which, const char *text, gint64 now_ns)
{
	gsize i;

	g_string_append(line->injected, text);
	for (i = 0; text[i] != 0; i++) {
		put_zero(line, which, i, now_ns);
		put_on_wire(line, which, (guint8) text[i], now_ns);
	}
}

static void
inject_due(Line *line, LineWay which, gint64 now_ns)
{
	Way *way = &line->ways[which];
	g_autofree char *text = NULL;

	if (way->bytes_to_text != G_MAXINT64 && --way->bytes_to_text == 0) {
		way->bytes_to_text = draw_distance(line, line->options.text_rate);
		text = g_strdup_printf("[%u] I (wifi) up\r\n", g_rand_int(line->random) % 100000);
		put_text(line, which, text, now_ns);
	}
	if (way->bytes_to_injection != G_MAXINT64 && way->bytes_to_injection-- == 0) {
		way->bytes_to_injection = G_MAXINT64;
		put_text(line, which, way->injection, now_ns);
	}
}

static void
pass_again(Line *line, LineWay which, gint64 now_ns)
{
	Way *way = &line->ways[which];
	guint i;

	put_on_wire(line, which, 0, now_ns);
	for (i = 0; i < way->frame->len; i++)
		put_on_wire(line, which, way->frame->data[i], now_ns);
	put_on_wire(line, which, 0, now_ns);
}

/* Follows the frames that pass, so that some can pass twice. Zeros begin and end them in turn. */
static void
put_byte(Line *line, LineWay which, guint8 byte, gint64 now_ns)
{
	Way *way = &line->ways[which];
	gboolean begins = byte == 0 && !way->in_frame;
	gboolean ends = byte == 0 && way->in_frame && way->frame->len > 0;

	if (begins)
		way->n_frames++;
	if (way->n_frames != way->lose || (!way->in_frame && !begins))
		put_on_wire(line, which, byte, now_ns);
	if (byte != 0 && way->in_frame)
		g_byte_array_append(way->frame, &byte, 1);
	if (ends && line->options.duplicate_rate > 0 &&
		g_rand_double(line->random) < line->options.duplicate_rate)
		pass_again(line, which, now_ns);
	if (begins || ends) {
		way->in_frame = begins;
		g_byte_array_set_size(way->frame, 0);
	}
}

gsize
line_room(Line *line, LineWay which, gint64 now_ns)
{
	gint64 ahead_ns = line->ways[which].free_ns - now_ns;
	gint64 each_ns = byte_ns(line, which);
	gint64 ahead = ahead_ns <= 0 ? 0 : (ahead_ns + each_ns - 1) / each_ns;

	return ahead >= line->options.driver_size ? 0 : line->options.driver_size - (gsize) ahead;
}

gboolean
line_is_idle(Line *line, LineWay which, gint64 now_ns)
{
	return line->ways[which].free_ns <= now_ns;
}

gsize
line_write(Line *line, LineWay which, const guint8 *bytes, gsize size, gint64 now_ns)
{
	gsize n = MIN(size, line_room(line, which, now_ns));
	gsize i;

	for (i = 0; i < n; i++) {
		inject_due(line, which, now_ns);
		put_byte(line, which, bytes[i], now_ns);
	}
	return n;
}

static gint64
arrives_ns(Line *line, const Moving *moving)
{
	return moving->leaves_ns + line->options.delay_ms * NS_PER_MS;
}

gsize
line_read(Line *line, LineWay which, guint8 *bytes, gsize size, gint64 now_ns)
{
	Way *way = &line->ways[which];
	guint reader_baud = line->bauds[which == LINE_TO_DEVICE ? LINE_DEVICE : LINE_HOST];
	gsize n = 0;

	while (n < size && way->head < way->moving->len) {
		const Moving *first = &g_array_index(way->moving, Moving, way->head);

		if (arrives_ns(line, first) > now_ns)
			break;
		bytes[n++] = first->baud == reader_baud ? first->byte : nonsense(first->byte);
		way->head++;
	}
	/* what was read is let go now and then */
	if (way->head == way->moving->len || way->head > 65536) {
		g_array_remove_range(way->moving, 0, way->head);
		if (way->moving->len == 0)
			way->n_packed = 0;
		way->head = 0;
	}
	return n;
}

gint64
line_next_ns(Line *line, LineWay which)
{
	Way *way = &line->ways[which];

	if (way->head == way->moving->len)
		return G_MAXINT64;
	return arrives_ns(line, &g_array_index(way->moving, Moving, way->head));
}

gint64
line_room_ns(Line *line, LineWay which, gint64 now_ns)
{
	gint64 full_ns = line->options.driver_size * byte_ns(line, which);

	/* as drivers wake a writer: when a quarter is free */
	return MAX(now_ns, line->ways[which].free_ns - full_ns * 3 / 4);
}

void
line_set_baud(Line *line, LineEnd end, guint baud)
{
	line->bauds[end] = baud;
}

void
line_cut(Line *line, gint64 from_ns, gint64 to_ns)
{
	line->cut_from_ns = from_ns;
	line->cut_to_ns = to_ns;
}

void
line_lose_frame(Line *line, LineWay which, guint number)
{
	line->ways[which].lose = number;
}

guint
line_n_frames(Line *line, LineWay which)
{
	return line->ways[which].n_frames;
}

void
line_make_clean(Line *line)
{
	guint i;

	line->options.bit_error_rate = line->options.drop_rate = 0;
	line->options.duplicate_rate = line->options.text_rate = 0;
	line->cut_from_ns = line->cut_to_ns = G_MAXINT64;
	for (i = 0; i < LINE_N_WAYS; i++) {
		Way *way = &line->ways[i];

		way->bits_to_error = way->bytes_to_drop = G_MAXINT64;
		way->bytes_to_text = way->bytes_to_injection = G_MAXINT64;
		way->lose = 0;
	}
}

void
line_drop_all(Line *line)
{
	guint i;

	for (i = 0; i < LINE_N_WAYS; i++) {
		Way *way = &line->ways[i];

		g_array_set_size(way->moving, 0);
		g_byte_array_set_size(way->frame, 0);
		way->head = 0;
		way->n_packed = 0;
		way->free_ns = 0;
		way->in_frame = FALSE;
	}
}

void
line_inject(Line *line, LineWay which, gsize after, const char *text)
{
	Way *way = &line->ways[which];

	g_free(way->injection);
	way->injection = g_strdup(text);
	way->bytes_to_injection = (gint64) after;
}

const char *
line_injected(Line *line)
{
	return line->injected->str;
}

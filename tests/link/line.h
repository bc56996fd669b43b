// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

/*
 * A serial line in virtual time: two ways with a driver's buffer in front, the wire's speed, a delay, what a USB
 * bridge does to short packets, and faults. No I/O and no clock; what goes wrong is a function of the seed.
 */

typedef enum { LINE_TO_DEVICE, LINE_TO_HOST, LINE_N_WAYS } LineWay;

typedef enum { LINE_HOST, LINE_DEVICE, LINE_N_ENDS } LineEnd;

typedef struct {
	guint baud;        /* that both ends begin with */
	guint most_baud;   /* above it, bytes turn into others; 0: no such rate */
	guint delay_ms;    /* each way */
	guint bridge_ms;   /* device to host: shorter packets than 62 bytes are held so long; 0: no bridge */
	guint driver_size; /* what a sender's driver takes ahead of the wire; 0: 4096 */
	gdouble bit_error_rate; /* a flipped data bit; a start or stop bit costs the byte */
	gdouble drop_rate;      /* of bytes */
	gdouble duplicate_rate; /* of frames */
	gdouble text_rate;      /* device to host: how often a byte is preceded by console text */
	gboolean text_has_zero; /* that text has a 0x00 at its start or in its middle */
	guint32 seed;
} LineOptions;

typedef struct _Line Line;

Line *line_new(const LineOptions *options);
void line_free(Line *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Line, line_free)

/* Times are ns of virtual time and never go back. */

/* Gives bytes to the driver; returns how many it took. */
gsize line_write(Line *line, LineWay way, const guint8 *bytes, gsize size, gint64 now_ns);
/* How many it would take. */
gsize line_room(Line *line, LineWay way, gint64 now_ns);
/* Whether the last bit of all that was written is on the wire. */
gboolean line_is_idle(Line *line, LineWay way, gint64 now_ns);
gsize line_read(Line *line, LineWay way, guint8 *bytes, gsize size, gint64 now_ns);
/* When the next byte arrives that line_read() would not give yet, or gives now; G_MAXINT64: none is on its way. */
gint64 line_next_ns(Line *line, LineWay way);
/* When a full driver has room again for at least a few bytes. */
gint64 line_room_ns(Line *line, LineWay way, gint64 now_ns);

/*
 * An end has another rate from now on, and sends at it. What is read at another rate than it was sent at is nonsense, the
 * same for the same byte.
 */
void line_set_baud(Line *line, LineEnd end, guint baud);

/* Everything that is on the wire in that time is lost, both ways. */
void line_cut(Line *line, gint64 from_ns, gint64 to_ns);
/* The frame of that number, from 1, is lost on that way. */
void line_lose_frame(Line *line, LineWay way, guint number);
/* How many frames were given to that way. */
guint line_n_frames(Line *line, LineWay way);
/* From now on nothing goes wrong by itself, and no text is put in. */
void line_make_clean(Line *line);
/* What is on its way is lost: the cable was pulled. */
void line_drop_all(Line *line);
/* Text that gets on the wire after so many more bytes of that way, without the driver's leave. */
void line_inject(Line *line, LineWay way, gsize after, const char *text);
/* All text that was put in by `text_rate` or line_inject(). */
const char *line_injected(Line *line);

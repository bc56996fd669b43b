// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "device-agent/ports/sim/cable.h"

/*
 * The device's UART and the line behind it. One thread, the world outside the chip, runs gya_line_pump: it carries
 * bytes at the line's speed and lets faults happen. The threads that stand for the chip's tasks use the rest.
 */
struct gya_line;

// What happens to bytes that reach the chip.
enum gya_line_ears {
	GYA_LINE_OFF,  // nobody reads the UART: they are lost
	GYA_LINE_DEAF, // the chip stands still: what the UART's own FIFO cannot hold is lost
	GYA_LINE_LISTENS
};

// All counts are of bytes on their way to the device since the line was made; 0: that fault is not asked for.
struct gya_line_faults {
	uint64_t flip_at; // one bit of this byte is wrong
	uint64_t drop_at; // this byte does not arrive
	uint64_t unplug_at;
	uint32_t replug_after_ms;
	uint32_t seed;
};

// `is_paced` false: bytes pass at once, whatever the speed. Borrows `cable`, which is plugged in.
struct gya_line *gya_line_new(
	struct gya_cable *cable, uint32_t baud, bool is_paced, const struct gya_line_faults *faults);
void gya_line_free(struct gya_line *line);

// The time that everything in the simulator goes by; never goes back.
uint64_t gya_line_now_ns(void);

/*
 * One round: moves what is due, then waits until there is more to do, at most 100 ms. `replugged` is set when the
 * cable was plugged in again. FALSE if that failed.
 */
gboolean gya_line_pump(struct gya_line *line, bool *replugged, GError **error);
// Ends the wait of the pump; may be called from a signal handler.
void gya_line_nudge(struct gya_line *line);

bool gya_line_is_held(struct gya_line *line);
// How long no byte has come from the host.
uint32_t gya_line_silence_ms(struct gya_line *line);

/* The chip's side. None of these blocks, but print. */
uint32_t gya_line_read(struct gya_line *line, uint8_t *bytes, uint32_t size);
uint32_t gya_line_write(struct gya_line *line, const uint8_t *bytes, uint32_t size);
// Whether the last bit of the last byte is on the line.
bool gya_line_is_idle(struct gya_line *line);
void gya_line_set_baud(struct gya_line *line, uint32_t baud);
void gya_line_set_ears(struct gya_line *line, enum gya_line_ears ears);
// A reset of the chip: what its buffers held is gone, the rate is `baud`, nobody reads.
void gya_line_reset(struct gya_line *line, uint32_t baud);
// Waits for room in the transmitter, as code that prints by polling a UART does. Lets go when the line closes.
void gya_line_print(struct gya_line *line, const char *text, size_t size);
// Waits until the transmitter is empty.
void gya_line_drain(struct gya_line *line);
// After this nobody waits in print or drain any more.
void gya_line_close(struct gya_line *line);

// Sleeps until bytes came, the transmitter moved or gya_line_wake was called, or the time is over. `seen` is the
// caller's count of such events, 0 at first: what happened since its last wait ends this one at once.
void gya_line_wait(struct gya_line *line, uint64_t *seen, uint32_t most_ms);
void gya_line_wake(struct gya_line *line);

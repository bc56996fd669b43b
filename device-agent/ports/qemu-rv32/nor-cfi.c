/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/qemu-rv32/nor-cfi.h"

#include <stdbool.h>
#include <stddef.h>

#include "device-agent/ports/qemu-rv32/clock.h"
#include "device-agent/ports/qemu-rv32/machine.h"
#include "protocol/wire/mem.h"

/* Both chips get the same command at once. */
#define BOTH(command)   ((uint32_t) (command) << 16 | (command))

#define COMMAND_READ    BOTH(0xFFu)
#define COMMAND_QUERY   BOTH(0x98u)
#define COMMAND_BUFFER  BOTH(0xE8u)
#define COMMAND_CONFIRM BOTH(0xD0u)
#define COMMAND_CLEAR   BOTH(0x50u)
#define STATUS_READY    BOTH(0x80u)
#define STATUS_FAULT    BOTH(0x1Au) /* programming failed, no voltage, locked */

/* Places of the query's answer, in words of the bus. */
#define QUERY_AT       0x55u
#define QUERY_TEXT     0x10u
#define QUERY_SIZE     0x27u /* log2 of the bytes of one chip */
#define QUERY_BUFFER   0x2Au /* log2 of the bytes programmed at once, of one chip */
#define INTEL_COMMANDS 0x0001u

#define ALARM_LOW      (MACHINE_RTC + 0x08u) /* sets the alarm, in ns */
#define ALARM_HIGH     (MACHINE_RTC + 0x0Cu)
#define ALARM_NEVER    0x7FFFFFFFu /* of the high word */

#define SECTOR_SIZE    0x1000u
#define PAGE_SIZE      256u /* programmed at once: what a serial NOR part takes */
#define WORD_SIZE      4u
#define TIMEOUT_TICKS  MACHINE_TIMER_HZ /* 1 s: many times what any part takes */

static struct {
	struct gya_nor nor;
	uint32_t buffer_size; /* of both chips */
} flash;

static uint32_t
address_of(uint32_t offset)
{
	return MACHINE_FLASH + offset;
}

static bool
wait_until_ready(uint32_t at)
{
	uint32_t from = clock_ticks();
	uint32_t status;

	do
		status = machine_read32(at);
	while ((status & STATUS_READY) != STATUS_READY && clock_ticks() - from < TIMEOUT_TICKS);
	return (status & STATUS_READY) == STATUS_READY && (status & STATUS_FAULT) == 0;
}

/*
 * QEMU's processor thread writes the bank's file itself and waits for that in a loop of its own, which may swallow the
 * event that was to wake QEMU's main loop. That sleeps on, with a timer overdue; and since only a timer that becomes the
 * first one wakes it, a core that then waits for the UART or for a timer waits for ever. The RTC's timer has a list of its
 * own, where it is always the first: to set it wakes the main loop.
 */
static void
wake_qemu(void)
{
	machine_write32(ALARM_LOW, 0);
}

/* `n` words within one line of the chips' buffer; `words` NULL: all ones. */
static enum gya_nor_result
program_words(uint32_t at, const uint32_t *words, uint32_t n)
{
	bool is_done;
	uint32_t i;

	machine_write32(at, COMMAND_BUFFER);
	is_done = wait_until_ready(at);
	if (is_done) {
		machine_write32(at, BOTH(n - 1));
		for (i = 0; i < n; i++)
			machine_write32(at + i * WORD_SIZE, words == NULL ? UINT32_MAX : words[i]);
		machine_write32(at, COMMAND_CONFIRM);
		is_done = wait_until_ready(at);
	}
	if (!is_done)
		machine_write32(at, COMMAND_CLEAR);
	machine_write32(at, COMMAND_READ);
	wake_qemu();
	return is_done ? GYA_NOR_OK : GYA_NOR_E_FAULT;
}

static bool
is_inside(uint32_t offset, uint32_t size)
{
	return offset <= flash.nor.size && size <= flash.nor.size - offset;
}

static enum gya_nor_result
read(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	(void) context;
	if (!is_inside(offset, size))
		return GYA_NOR_E_RANGE;
	memcpy(bytes, (const void *) (uintptr_t) address_of(offset), size);
	return GYA_NOR_OK;
}

/* Bytes within one page. Those of the first and the last word that are not asked for keep their value. */
static enum gya_nor_result
program_page(uint32_t offset, const uint8_t *bytes, uint32_t size, bool *sets_bit)
{
	uint32_t words[PAGE_SIZE / WORD_SIZE];
	uint32_t lead = offset % WORD_SIZE;
	uint32_t n = (lead + size + WORD_SIZE - 1) / WORD_SIZE;
	uint8_t *at = (uint8_t *) words + lead;
	uint32_t i;

	memcpy(words, (const void *) (uintptr_t) address_of(offset - lead), n * WORD_SIZE);
	for (i = 0; i < size; i++) {
		if (bytes[i] & ~at[i])
			*sets_bit = true;
		at[i] &= bytes[i];
	}
	return program_words(address_of(offset - lead), words, n);
}

static enum gya_nor_result
program(void *context, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	bool sets_bit = false;
	uint32_t step;

	(void) context;
	if (!is_inside(offset, size))
		return GYA_NOR_E_RANGE;
	for (; size > 0; size -= step, offset += step, bytes += step) {
		uint32_t room = PAGE_SIZE - offset % PAGE_SIZE;
		enum gya_nor_result result;

		step = size < room ? size : room;
		result = program_page(offset, bytes, step, &sets_bit);
		if (result != GYA_NOR_OK)
			return result;
	}
	return sets_bit ? GYA_NOR_E_PROGRAM : GYA_NOR_OK;
}

static enum gya_nor_result
erase(void *context, uint32_t offset, uint32_t size)
{
	uint32_t line = flash.buffer_size < SECTOR_SIZE ? flash.buffer_size : SECTOR_SIZE;

	(void) context;
	if (!is_inside(offset, size) || offset % SECTOR_SIZE != 0 || size % SECTOR_SIZE != 0)
		return GYA_NOR_E_RANGE;
	for (; size > 0; size -= line, offset += line) {
		enum gya_nor_result result = program_words(address_of(offset), NULL, line / WORD_SIZE);

		if (result != GYA_NOR_OK)
			return result;
	}
	return GYA_NOR_OK;
}

/* A field of the query, whose bytes come one in each word; all ones if the chips differ. */
static uint32_t
query(uint32_t index, uint32_t n_bytes)
{
	uint32_t value = 0;
	uint32_t i;

	for (i = 0; i < n_bytes; i++) {
		uint32_t word = machine_read32(address_of((index + i) * WORD_SIZE));

		if (word >> 16 != (word & 0xFFFFu) || (word & 0xFFFFu) > 0xFFu)
			return UINT32_MAX;
		value |= (word & 0xFFu) << 8 * i;
	}
	return value;
}

const struct gya_nor *
nor_cfi_open(uint32_t size)
{
	uint32_t text, commands, size_log, buffer_log;

	machine_write32(address_of(QUERY_AT * WORD_SIZE), COMMAND_QUERY);
	text = query(QUERY_TEXT, 3);
	commands = query(QUERY_TEXT + 3, 2);
	size_log = query(QUERY_SIZE, 1);
	buffer_log = query(QUERY_BUFFER, 2);
	machine_write32(address_of(0), COMMAND_READ);
	if (text != ('Q' | 'R' << 8 | 'Y' << 16) || commands != INTEL_COMMANDS)
		return NULL;
	/* a line has to hold a page, and its length in words to fit the 16 bits of a chip's bus */
	if (size_log > 30 || size > 2u << size_log || buffer_log < 7 || buffer_log > 16)
		return NULL;
	machine_write32(ALARM_HIGH, ALARM_NEVER);
	flash.buffer_size = 2u << buffer_log;
	flash.nor = (struct gya_nor){
		.size = size,
		.sector_size = SECTOR_SIZE,
		.read = read,
		.program = program,
		.erase = erase,
	};
	return &flash.nor;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <aos/kv.h>
#include <stddef.h>

#include "device-agent/alios/board-private.h"
#include "device-agent/include/checksum.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/mem.h"

/*
 * Two sectors, of which the one with the higher number counts. It begins with a head: magic, number, and CRC-16 of both. Entries
 * follow, each at a multiple of 4: CRC-16 of the rest, bytes of key, 0 (or 1: deleted), bytes of value, key, value. The last entry of a
 * key counts. When there is no room, or a cut has spoilt the end, what counts goes to the other sector, and its head is
 * written last. So at any moment the values are those before a call or those after it.
 */
#define MAGIC       0x31564B47u /* "GKV1" */
#define SECTORS     2u
#define HEAD        12u
#define HEAD_CRC_AT 8u
#define ENTRY       6u
#define ENTRY_MOST  (ENTRY + KEY_MOST + VALUE_MOST)
#define KEY_MOST    31u
#define VALUE_MOST  160u

/* A sector of the store; `end` is behind the last whole entry. */
struct log {
	uint32_t base;
	uint32_t number; /* 0: there is none yet */
	uint32_t end;
};

struct entry {
	uint32_t size; /* in flash */
	uint32_t key_size;
	uint32_t value_size;
	bool is_deleted;
	uint8_t raw[ENTRY_MOST];
};

static uint32_t
sector_size(void)
{
	return alios_port->nor->sector_size;
}

static bool
read(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	return alios_flash_read(GYA_ALIOS_PARAMETER_2, offset, bytes, size);
}

static bool
program(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	return alios_flash_program(GYA_ALIOS_PARAMETER_2, offset, bytes, size);
}

static uint16_t
get_u16(const uint8_t *bytes)
{
	return (uint16_t) (bytes[0] | bytes[1] << 8);
}

static void
put_u16(uint8_t *bytes, uint32_t value)
{
	bytes[0] = (uint8_t) value;
	bytes[1] = (uint8_t) (value >> 8);
}

static uint32_t
text_size(const char *text)
{
	uint32_t size = 0;

	while (text[size] != '\0' && size <= KEY_MOST)
		size++;
	return size;
}

/* False where no whole entry stands. */
static bool
read_entry(const struct log *log, uint32_t at, struct entry *entry)
{
	uint32_t left = sector_size() - at;
	uint32_t whole;

	if (left < ENTRY || !read(log->base + at, entry->raw, ENTRY))
		return false;
	entry->key_size = entry->raw[2];
	entry->is_deleted = entry->raw[3] != 0;
	entry->value_size = get_u16(entry->raw + 4);
	if (entry->key_size == 0 || entry->key_size > KEY_MOST || entry->value_size > VALUE_MOST)
		return false;
	whole = ENTRY + entry->key_size + entry->value_size;
	entry->size = (whole + 3) & ~3u;
	return entry->size <= left && read(log->base + at + ENTRY, entry->raw + ENTRY, whole - ENTRY) &&
	       get_u16(entry->raw) == gya_crc16(0, entry->raw + 2, whole - 2);
}

static bool
is_of(const struct entry *entry, const uint8_t *key, uint32_t key_size)
{
	return entry->key_size == key_size && memcmp(entry->raw + ENTRY, key, key_size) == 0;
}

/* Where the last entry of a key stands, from `at` on; 0 if there is none. `entry` is scratch. */
static uint32_t
find(const struct log *log, uint32_t at, const uint8_t *key, uint32_t key_size, struct entry *entry)
{
	uint32_t found = 0;

	for (; at < log->end; at += entry->size) {
		if (!read_entry(log, at, entry))
			return 0;
		if (is_of(entry, key, key_size))
			found = at;
	}
	return found;
}

static void
open_sector(uint32_t sector, struct log *log)
{
	uint8_t head[HEAD];
	struct entry entry;

	log->base = sector * sector_size();
	log->number = 0;
	log->end = HEAD;
	if (!read(log->base, head, sizeof head) || gyw_get_u32le(head) != MAGIC ||
		get_u16(head + HEAD_CRC_AT) != gya_crc16(0, head, HEAD_CRC_AT))
		return;
	log->number = gyw_get_u32le(head + 4);
	while (read_entry(log, log->end, &entry))
		log->end += entry.size;
}

/* The sector that counts; without any the first, empty. */
static void
open_log(struct log *log)
{
	struct log other;

	open_sector(0, log);
	open_sector(1, &other);
	if (other.number > log->number)
		*log = other;
}

static bool
append(struct log *log, const struct entry *entry)
{
	uint32_t at = log->end;

	if (entry->size > sector_size() - at ||
		!alios_flash_is_blank(GYA_ALIOS_PARAMETER_2, log->base + at, entry->size) ||
		!program(log->base + at, entry->raw, ENTRY + entry->key_size + entry->value_size))
		return false;
	log->end = at + entry->size;
	return true;
}

static bool
write_head(const struct log *log)
{
	uint8_t head[HEAD];

	memset(head, 0xFF, sizeof head);
	gyw_put_u32le(head, MAGIC);
	gyw_put_u32le(head + 4, log->number);
	put_u16(head + HEAD_CRC_AT, gya_crc16(0, head, HEAD_CRC_AT));
	return program(log->base, head, sizeof head);
}

/* What counts of `from`, but for the key of `last`, and then that. */
static bool
copy_entries(const struct log *from, struct log *to, const struct entry *last)
{
	struct entry entry, scratch;
	uint32_t at;

	for (at = HEAD; at < from->end; at += entry.size) {
		if (!read_entry(from, at, &entry))
			return false;
		if (entry.is_deleted || is_of(last, entry.raw + ENTRY, entry.key_size) ||
			find(from, at, entry.raw + ENTRY, entry.key_size, &scratch) != at)
			continue;
		if (!append(to, &entry))
			return false;
	}
	return last->is_deleted || append(to, last);
}

static bool
move(const struct log *from, const struct entry *last)
{
	struct log to = {from->number == 0 || from->base != 0 ? 0 : sector_size(), from->number + 1, HEAD};

	return alios_flash_erase(GYA_ALIOS_PARAMETER_2, to.base, sector_size()) &&
	       copy_entries(from, &to, last) && write_head(&to);
}

/* Whether there is room behind the last entry, and nothing that a cut has left there. */
static bool
has_room(const struct log *log, const struct entry *entry)
{
	return log->number != 0 && entry->size <= sector_size() - log->end &&
	       alios_flash_is_blank(GYA_ALIOS_PARAMETER_2, log->base + log->end, sector_size() - log->end);
}

static bool
store(struct log *log, const struct entry *entry)
{
	return has_room(log, entry) ? append(log, entry) : move(log, entry);
}

static bool
is_usable(void)
{
	return alios_flash_size(GYA_ALIOS_PARAMETER_2) >= SECTORS * sector_size();
}

static bool
make_entry(struct entry *entry, const char *key, const void *value, uint32_t size, bool is_deleted)
{
	uint32_t key_size = text_size(key);
	uint32_t whole = ENTRY + key_size + size;

	if (key_size == 0 || key_size > KEY_MOST || size > VALUE_MOST || !is_usable())
		return false;
	entry->key_size = key_size;
	entry->value_size = size;
	entry->is_deleted = is_deleted;
	entry->size = (whole + 3) & ~3u;
	entry->raw[2] = (uint8_t) key_size;
	entry->raw[3] = is_deleted;
	put_u16(entry->raw + 4, size);
	memcpy(entry->raw + ENTRY, key, key_size);
	if (size > 0)
		memcpy(entry->raw + ENTRY + key_size, value, size);
	put_u16(entry->raw, gya_crc16(0, entry->raw + 2, whole - 2));
	return true;
}

/* The last entry of a key, unless it is deleted. */
static bool
look_up(const struct log *log, const char *key, struct entry *entry)
{
	uint32_t at = find(log, HEAD, (const uint8_t *) key, text_size(key), entry);

	return at != 0 && read_entry(log, at, entry) && !entry->is_deleted;
}

int
aos_kv_set(const char *key, const void *value, int len, int sync)
{
	struct entry entry, old;
	struct log log;

	(void) sync;
	if (len <= 0 || !make_entry(&entry, key, value, (uint32_t) len, false))
		return -1;
	open_log(&log);
	/* flash wears: what is there already is not written again */
	if (look_up(&log, key, &old) && old.value_size == entry.value_size &&
		memcmp(old.raw, entry.raw, ENTRY + entry.key_size + entry.value_size) == 0)
		return 0;
	return store(&log, &entry) ? 0 : -1;
}

int
aos_kv_get(const char *key, void *buffer, int *buffer_len)
{
	struct entry entry;
	struct log log;

	if (!is_usable())
		return -1;
	open_log(&log);
	if (!look_up(&log, key, &entry) || *buffer_len < 0 || entry.value_size > (uint32_t) *buffer_len)
		return -1;
	memcpy(buffer, entry.raw + ENTRY + entry.key_size, entry.value_size);
	*buffer_len = (int) entry.value_size;
	return 0;
}

int
aos_kv_del(const char *key)
{
	struct entry entry, old;
	struct log log;

	if (!make_entry(&entry, key, NULL, 0, true))
		return -1;
	open_log(&log);
	return !look_up(&log, key, &old) || store(&log, &entry) ? 0 : -1;
}

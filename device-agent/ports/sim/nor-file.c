// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/nor-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define ERASE_US   45000u
#define PROGRAM_US 400u

static uint32_t
next_random(uint32_t *state)
{
	// xorshift: the same seed tears the same bits everywhere
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

// How a cut operation has spread over its bytes.
enum spread {
	SPREAD_BITS,
	SPREAD_FEW_BITS,
	SPREAD_MOST_BITS,
	SPREAD_BYTES,
	SPREAD_WORDS,
	SPREAD_PREFIX,
	SPREADS
};

// The bits of byte `i` that have already taken their new value.
static uint8_t
done_bits(enum spread spread, uint32_t i, uint32_t stop, uint32_t *state, uint8_t word)
{
	uint32_t r = next_random(state);

	switch (spread) {
	case SPREAD_BITS: return (uint8_t) r;
	case SPREAD_FEW_BITS: return (uint8_t) (r & (r >> 8) & (r >> 16));
	case SPREAD_MOST_BITS: return (uint8_t) (r | (r >> 8) | (r >> 16));
	case SPREAD_BYTES: return (r & 0x100) != 0 ? 0xFF : 0;
	case SPREAD_WORDS: return word;
	case SPREAD_PREFIX: return i < stop ? 0xFF : 0;
	case SPREADS: break;
	}
	return 0;
}

void
gya_nor_operation_tear(const struct gya_nor_operation *operation, uint32_t seed, uint8_t *out)
{
	uint32_t state = seed * 2654435761u + 0x9E3779B9u;
	enum spread spread = seed % SPREADS;
	uint32_t stop;
	uint8_t word = 0;

	if (state == 0)
		state = 1;
	for (uint32_t i = 0; i < 4; i++)
		next_random(&state);
	stop = next_random(&state) % operation->size;
	for (uint32_t i = 0; i < operation->size; i++) {
		uint8_t done;

		if (i % 4 == 0)
			word = (next_random(&state) & 0x100) != 0 ? 0xFF : 0;
		done = done_bits(spread, i, stop, &state, word);
		out[i] = (uint8_t) ((operation->before[i] & ~done) | (operation->after[i] & done));
	}
}

static bool
record(struct gya_nor_file *flash, const struct gya_nor_operation *operation)
{
	struct gya_nor_operation kept = *operation;

	if (flash->n_log == flash->log_room) {
		size_t room = flash->log_room == 0 ? 256 : flash->log_room * 2;
		struct gya_nor_operation *log = reallocarray(flash->log, room, sizeof *log);

		if (log == NULL)
			return false;
		flash->log = log;
		flash->log_room = room;
	}
	kept.before = malloc((size_t) operation->size * 2);
	if (kept.before == NULL)
		return false;
	kept.after = kept.before + operation->size;
	memcpy(kept.before, operation->before, operation->size);
	memcpy(kept.after, operation->after, operation->size);
	flash->log[flash->n_log++] = kept;
	return true;
}

static void
lose_power(struct gya_nor_file *flash)
{
	flash->is_dead = true;
	if (flash->cut.die != NULL)
		flash->cut.die(flash->cut.context);
}

// One operation of the part, with everything that may happen to it.
static enum gya_nor_result
operate(struct gya_nor_file *flash, const struct gya_nor_operation *operation)
{
	uint8_t *at = flash->bytes + operation->offset;
	enum gya_nor_moment moment = GYA_NOR_NEVER;

	if (flash->n_operations == flash->cut.operation)
		moment = flash->cut.moment;
	flash->n_operations++;

	if (moment == GYA_NOR_BEFORE) {
		lose_power(flash);
		return GYA_NOR_E_FAULT;
	}
	if (moment == GYA_NOR_MIDDLE) {
		uint8_t torn[GYA_NOR_FILE_SECTOR];

		gya_nor_operation_tear(operation, flash->cut.seed, torn);
		memcpy(at, torn, operation->size);
		lose_power(flash);
		return GYA_NOR_E_FAULT;
	}
	if (flash->is_recording && !record(flash, operation))
		return GYA_NOR_E_FAULT;
	memcpy(at, operation->after, operation->size);
	if (flash->charge_us != NULL)
		flash->charge_us(
			flash->charge_context, operation->kind == GYA_NOR_ERASE ? ERASE_US : PROGRAM_US);
	if (moment == GYA_NOR_AFTER) {
		lose_power(flash);
		return GYA_NOR_E_FAULT;
	}
	return GYA_NOR_OK;
}

static bool
is_inside(const struct gya_nor_file *flash, uint32_t offset, uint32_t size)
{
	return offset <= flash->nor.size && size <= flash->nor.size - offset;
}

static enum gya_nor_result
read_bytes(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	struct gya_nor_file *flash = context;

	if (flash->is_dead)
		return GYA_NOR_E_FAULT;
	if (!is_inside(flash, offset, size))
		return GYA_NOR_E_RANGE;
	memcpy(bytes, flash->bytes + offset, size);
	return GYA_NOR_OK;
}

static enum gya_nor_result
program_page(struct gya_nor_file *flash, uint32_t offset, const uint8_t *bytes, uint32_t size, bool *sets_bit)
{
	uint8_t before[GYA_NOR_FILE_PAGE];
	uint8_t after[GYA_NOR_FILE_PAGE];
	const struct gya_nor_operation operation = {GYA_NOR_PROGRAM, offset, size, before, after};

	memcpy(before, flash->bytes + offset, size);
	for (uint32_t i = 0; i < size; i++) {
		after[i] = before[i] & bytes[i];
		if (after[i] != bytes[i])
			*sets_bit = true;
	}
	return operate(flash, &operation);
}

// As the part does it, bits that should be set stay cleared; the caller is told, which a part does not do.
static enum gya_nor_result
program(void *context, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	struct gya_nor_file *flash = context;
	bool sets_bit = false;
	uint32_t step;

	if (flash->is_dead)
		return GYA_NOR_E_FAULT;
	if (!is_inside(flash, offset, size))
		return GYA_NOR_E_RANGE;
	for (uint32_t done = 0; done < size; done += step) {
		uint32_t room = GYA_NOR_FILE_PAGE - (offset + done) % GYA_NOR_FILE_PAGE;
		enum gya_nor_result result;

		step = size - done < room ? size - done : room;
		result = program_page(flash, offset + done, bytes + done, step, &sets_bit);
		if (result != GYA_NOR_OK)
			return result;
	}
	if (!sets_bit)
		return GYA_NOR_OK;
	flash->n_faults++;
	return GYA_NOR_E_PROGRAM;
}

static enum gya_nor_result
erase(void *context, uint32_t offset, uint32_t size)
{
	struct gya_nor_file *flash = context;
	uint8_t before[GYA_NOR_FILE_SECTOR];
	uint8_t after[GYA_NOR_FILE_SECTOR];

	if (flash->is_dead)
		return GYA_NOR_E_FAULT;
	if (!is_inside(flash, offset, size) || offset % GYA_NOR_FILE_SECTOR != 0 ||
		size % GYA_NOR_FILE_SECTOR != 0)
		return GYA_NOR_E_RANGE;
	memset(after, 0xFF, sizeof after);
	for (uint32_t done = 0; done < size; done += GYA_NOR_FILE_SECTOR) {
		const struct gya_nor_operation operation = {
			GYA_NOR_ERASE, offset + done, GYA_NOR_FILE_SECTOR, before, after};
		enum gya_nor_result result;

		memcpy(before, flash->bytes + offset + done, sizeof before);
		result = operate(flash, &operation);
		if (result != GYA_NOR_OK)
			return result;
	}
	return GYA_NOR_OK;
}

static uint8_t *
map_memory(uint32_t size)
{
	void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (bytes == MAP_FAILED)
		return NULL;
	memset(bytes, 0xFF, size);
	return bytes;
}

// An existing file is left as it is; one that could not be filled is taken away again.
static bool
make_file(const char *path, uint32_t size)
{
	uint8_t blank[GYA_NOR_FILE_SECTOR];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	bool ok = fd >= 0;

	if (!ok)
		return errno == EEXIST;
	memset(blank, 0xFF, sizeof blank);
	for (uint32_t done = 0; ok && done < size; done += sizeof blank)
		ok = write(fd, blank, sizeof blank) == (ssize_t) sizeof blank;
	if (close(fd) != 0)
		ok = false;
	if (!ok) {
		int saved = errno;

		unlink(path);
		errno = saved;
	}
	return ok;
}

static uint8_t *
map_file(const char *path, uint32_t size)
{
	struct stat status;
	void *bytes = MAP_FAILED;
	int saved;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	if (fstat(fd, &status) == 0) {
		if (status.st_size == (off_t) size)
			bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		else
			errno = EINVAL;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return bytes == MAP_FAILED ? NULL : bytes;
}

struct gya_nor_file *
gya_nor_file_open(const char *path, uint32_t size)
{
	struct gya_nor_file *flash;

	if (size == 0 || size % GYA_NOR_FILE_SECTOR != 0) {
		errno = EINVAL;
		return NULL;
	}
	if (path != NULL && !make_file(path, size))
		return NULL;
	flash = calloc(1, sizeof *flash);
	if (flash == NULL)
		return NULL;
	flash->bytes = path == NULL ? map_memory(size) : map_file(path, size);
	if (flash->bytes == NULL) {
		free(flash);
		return NULL;
	}
	flash->nor.context = flash;
	flash->nor.size = size;
	flash->nor.sector_size = GYA_NOR_FILE_SECTOR;
	flash->nor.read = read_bytes;
	flash->nor.program = program;
	flash->nor.erase = erase;
	return flash;
}

void
gya_nor_file_close(struct gya_nor_file *flash)
{
	if (flash == NULL)
		return;
	gya_nor_file_forget(flash);
	munmap(flash->bytes, flash->nor.size);
	free(flash);
}

void
gya_nor_file_power_on(struct gya_nor_file *flash)
{
	flash->is_dead = false;
	flash->cut.moment = GYA_NOR_NEVER;
}

void
gya_nor_file_record(struct gya_nor_file *flash)
{
	gya_nor_file_forget(flash);
	flash->is_recording = true;
}

void
gya_nor_file_forget(struct gya_nor_file *flash)
{
	for (size_t i = 0; i < flash->n_log; i++)
		free(flash->log[i].before);
	free(flash->log);
	flash->log = NULL;
	flash->n_log = 0;
	flash->log_room = 0;
	flash->is_recording = false;
}

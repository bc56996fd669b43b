/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/alios/slice-private.h"
#include "device-agent/include/checksum.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/mem.h"

#define MAGIC_SIZE  8u
#define HEAD_SIZE   48u
#define NUMBER_SIZE 8u
#define TRIPLE_SIZE 24u
/* Triples beyond one for each new byte, those that only move: what a difference may have is bounded. */
#define MORE_TRIPLES 64u

enum { CONTROL, DIFFERENCE, EXTRA };

/* ---- numbers: magnitude, and the sign in the uppermost of 64 bits; a device works with 32 ---- */

static bool
get_signed(const uint8_t *raw, int64_t *value)
{
	uint32_t low = gyw_get_u32le(raw);
	uint32_t high = gyw_get_u32le(raw + 4);

	*value = (high & 0x80000000u) != 0 ? -(int64_t) low : (int64_t) low;
	return (high & 0x7FFFFFFFu) == 0 && low <= INT32_MAX;
}

static bool
get_unsigned(const uint8_t *raw, uint32_t most, uint32_t *value)
{
	*value = gyw_get_u32le(raw);
	return gyw_get_u32le(raw + 4) == 0 && *value <= most;
}

/* ---- heads ---- */

enum gya_patch_result
alios_slice_read_head(struct alios_slice_head *head, const struct gya_patch_source *package, uint32_t at,
	uint32_t slice_size)
{
	uint8_t raw[HEAD_SIZE];
	uint32_t crc, i, left;

	if (at > package->size || package->size - at < HEAD_SIZE)
		return GYA_PATCH_E_FORMAT;
	if (!package->read(package->context, at, raw, sizeof raw))
		return GYA_PATCH_E_READ_PATCH;
	if (memcmp(raw, "BSDIFF40", MAGIC_SIZE) != 0)
		return GYA_PATCH_E_FORMAT;
	left = package->size - at - HEAD_SIZE;
	for (i = 0; i < ALIOS_SLICE_STREAMS; i++) {
		if (!get_unsigned(raw + MAGIC_SIZE + i * NUMBER_SIZE, left, &head->stored[i]))
			return GYA_PATCH_E_DATA;
		left -= head->stored[i];
	}
	if (!get_unsigned(raw + 32, slice_size, &head->new_size) || head->new_size == 0)
		return GYA_PATCH_E_TOO_LARGE;
	if (!get_unsigned(raw + 40, UINT16_MAX, &crc))
		return GYA_PATCH_E_FORMAT;
	head->crc = (uint16_t) crc;
	head->at = at;
	head->size = package->size - at - left;
	return GYA_PATCH_OK;
}

/* ---- streams ---- */

static enum gya_patch_result
open_streams(struct alios_slice_work *work, const struct alios_slice_head *head,
	const struct gya_patch_source *package, const struct gya_xz *const xz[ALIOS_SLICE_STREAMS])
{
	uint32_t at = head->at + HEAD_SIZE;
	uint32_t control, i;

	for (i = 0; i < ALIOS_SLICE_STREAMS; i++) {
		enum gya_patch_result result = alios_xz_open(
			&work->streams[i], package, at, head->stored[i], xz[i], ALIOS_XZ_DICTIONARY_SLICE);

		if (result != GYA_PATCH_OK)
			return result;
		at += head->stored[i];
	}
	/* what the others give is the new bytes, each once */
	if (work->streams[DIFFERENCE].left > head->new_size ||
		work->streams[EXTRA].left != head->new_size - work->streams[DIFFERENCE].left)
		return GYA_PATCH_E_DATA;
	control = work->streams[CONTROL].left;
	if (control % TRIPLE_SIZE != 0 || control / TRIPLE_SIZE > head->new_size + MORE_TRIPLES)
		return GYA_PATCH_E_DATA;
	return GYA_PATCH_OK;
}

static enum gya_patch_result
close_streams(struct alios_slice_work *work)
{
	enum gya_patch_result result = GYA_PATCH_OK;
	uint32_t i;

	for (i = 0; i < ALIOS_SLICE_STREAMS && result == GYA_PATCH_OK; i++)
		result = alios_xz_close(&work->streams[i]);
	return result;
}

/* ---- triples ---- */

struct triple {
	int64_t add;    /* bytes of the difference and the old image */
	int64_t insert; /* bytes of extra */
	int64_t seek;   /* then so far in the old image */
};

static enum gya_patch_result
get_triple(struct alios_slice_work *work, struct triple *triple)
{
	uint8_t raw[TRIPLE_SIZE];
	enum gya_patch_result result = alios_xz_get(&work->streams[CONTROL], raw, sizeof raw);

	if (result != GYA_PATCH_OK)
		return result;
	if (!get_signed(raw, &triple->add) || !get_signed(raw + NUMBER_SIZE, &triple->insert) ||
		!get_signed(raw + 2 * NUMBER_SIZE, &triple->seek))
		return GYA_PATCH_E_TOO_LARGE;
	return GYA_PATCH_OK;
}

/* `left` is what the slice has yet to make, `old_at` not negative. */
static bool
is_inside(const struct triple *triple, uint32_t left, int64_t old_at, uint32_t old_size)
{
	if (triple->add < 0 || triple->insert < 0 || triple->add > left ||
		triple->insert > left - triple->add)
		return false;
	return triple->add == 0 || triple->add <= (int64_t) old_size - old_at;
}

static enum gya_patch_result
add_old(struct alios_slice_work *work, const struct gya_patch_source *old, uint32_t at, uint8_t *made,
	uint32_t size)
{
	while (size > 0) {
		uint32_t n = size < sizeof work->old_piece ? size : (uint32_t) sizeof work->old_piece;
		uint32_t i;

		if (!old->read(old->context, at, work->old_piece, n))
			return GYA_PATCH_E_READ_OLD;
		for (i = 0; i < n; i++)
			made[i] = (uint8_t) (made[i] + work->old_piece[i]);
		made += n;
		at += n;
		size -= n;
	}
	return GYA_PATCH_OK;
}

static enum gya_patch_result
apply_triple(struct alios_slice_work *work, const struct triple *triple, const struct gya_patch_source *old,
	int64_t old_at, uint8_t *made)
{
	uint32_t add = (uint32_t) triple->add;
	enum gya_patch_result result = alios_xz_get(&work->streams[DIFFERENCE], made, add);

	if (result == GYA_PATCH_OK && add > 0)
		result = add_old(work, old, (uint32_t) old_at, made, add);
	return result == GYA_PATCH_OK
		       ? alios_xz_get(&work->streams[EXTRA], made + add, (uint32_t) triple->insert)
		       : result;
}

static enum gya_patch_result
apply_triples(struct alios_slice_work *work, const struct gya_patch_source *old, uint8_t *made, uint32_t size)
{
	int64_t old_at = 0;
	uint32_t done = 0;

	while (done < size) {
		struct triple triple;
		enum gya_patch_result result = get_triple(work, &triple);

		if (result == GYA_PATCH_OK && !is_inside(&triple, size - done, old_at, old->size))
			result = GYA_PATCH_E_DATA;
		if (result == GYA_PATCH_OK)
			result = apply_triple(work, &triple, old, old_at, made + done);
		if (result != GYA_PATCH_OK)
			return result;
		done += (uint32_t) (triple.add + triple.insert);
		old_at += triple.add + triple.seek;
		/* where the last one goes means nothing */
		if (old_at < 0 && done < size)
			return GYA_PATCH_E_DATA;
	}
	return GYA_PATCH_OK;
}

enum gya_patch_result
alios_slice_make(struct alios_slice_work *work, const struct alios_slice_head *head,
	const struct gya_patch_source *package, const struct gya_xz *const xz[ALIOS_SLICE_STREAMS],
	const struct gya_patch_source *old, uint8_t *made)
{
	enum gya_patch_result result = open_streams(work, head, package, xz);

	if (result == GYA_PATCH_OK)
		result = apply_triples(work, old, made, head->new_size);
	if (result == GYA_PATCH_OK)
		result = close_streams(work);
	if (result == GYA_PATCH_OK && gya_crc16(0, made, head->new_size) != head->crc)
		result = GYA_PATCH_E_OLD;
	return result;
}

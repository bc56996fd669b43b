/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/layout.h"
#include "protocol/wire/mem.h"

/* How a tag's value lies in struct gyw_info. */
enum shape {
	BYTES, /* `count` of them, where the flag is set */
	BLOB,  /* as many as the flag says, which is a count here */
	TEXT,
	WORDS /* `count` of them if that is not 0, else as many as the flag says */
};

struct tag {
	uint8_t tag;
	uint8_t shape; /* enum shape */
	uint8_t count;
	uint16_t flag; /* where it stands; 0: always there (that is the nonce's place) */
	uint16_t at;
};

#define AT(member) offsetof(struct gyw_info, member)

/* In order of weight: what a host cannot do without comes first. */
static const struct tag early[] = {
	{GYW_INFO_DEVICE_ID, BLOB, 0, AT(device_id_size), AT(device_id)},
	{GYW_INFO_TIMES, WORDS, GYW_N_TIMES, 0, AT(times_ms)},
};
static const struct tag late[] = {
	{GYW_INFO_HARDWARE_ID, WORDS, 1, AT(has_hardware_id), AT(hardware_id)},
	{GYW_INFO_DIGEST, BYTES, 32, AT(has_digest), AT(digest)},
	{GYW_INFO_ROOT_KEY, BYTES, 32, AT(has_root_key), AT(root_key)},
	{GYW_INFO_VERSION_EXT, WORDS, 1, AT(has_version_ext), AT(version_ext)},
	{GYW_INFO_SPEEDS, WORDS, 0, AT(n_speeds), AT(speeds)},
	{GYW_INFO_CHIP, TEXT, 0, 0, AT(chip)},
	{GYW_INFO_BOARD, TEXT, 0, 0, AT(board)},
	{GYW_INFO_STORED, BYTES, 32, AT(has_stored), AT(stored)},
	{GYW_INFO_VERSION, TEXT, 0, 0, AT(version)},
};

static uint32_t
text_size(const char *text)
{
	uint32_t size = 0;

	while (text[size])
		size++;
	return size;
}

static void
write_words(struct gyw_writer *w, uint8_t tag, const uint32_t *words, uint32_t n)
{
	uint8_t *room = gyw_open_tlv(w, tag, 4 * n);

	for (; room && n > 0; n--, room += 4)
		gyw_put_u32le(room, *words++);
}

static void
write_tags(struct gyw_writer *w, const struct gyw_info *info, const struct tag *tag, uint32_t n)
{
	for (; n > 0; n--, tag++) {
		const uint8_t *flag = (const uint8_t *) info + tag->flag;
		const void *value = (const uint8_t *) info + tag->at;
		uint32_t size = tag->count;

		if (tag->flag != 0 && *flag == 0)
			continue;
		if (size == 0)
			size = tag->shape == TEXT ? text_size(value) : *flag;
		if (tag->shape == WORDS)
			write_words(w, tag->tag, value, size);
		else
			gyw_write_tlv(w, tag->tag, value, size);
	}
}

static void
write_backend(struct gyw_writer *w, const struct gyw_info *info)
{
	uint32_t size = text_size(info->backend);
	uint8_t *room = gyw_open_tlv(w, GYW_INFO_BACKEND, 1 + size);

	if (!room)
		return;
	room[0] = info->backend_id;
	memcpy(room + 1, info->backend, size);
}

static void
write_images(struct gyw_writer *w, const struct gyw_info *info)
{
	uint8_t i;

	for (i = 0; i < info->n_images; i++)
		gyw_write_tlv_struct(w, GYW_INFO_IMAGE, &info->images[i]);
}

static void
write_result_and_regions(struct gyw_writer *w, const struct gyw_info *info)
{
	uint8_t i;

	if (info->has_result) {
		uint8_t result[5];

		gyw_put_u32le(result, info->result);
		result[4] = info->status;
		gyw_write_tlv(w, GYW_INFO_RESULT, result, sizeof result);
	}
	if (info->n_regions > 0) {
		uint8_t regions[1 + 4 * GYW_MAX_REGIONS];

		regions[0] = info->run_region;
		for (i = 0; i < info->n_regions; i++)
			gyw_put_u32le(regions + 1 + 4 * i, info->regions[i]);
		gyw_write_tlv(w, GYW_INFO_REGIONS, regions, 1 + 4u * info->n_regions);
	}
}

void
gyw_info_encode(struct gyw_writer *w, const struct gyw_info *info)
{
	gyw_write_body(w, GYW_INFO, info);
	if (w->failed)
		return;
	write_tags(w, info, early, sizeof early / sizeof early[0]);
	write_backend(w, info);
	write_images(w, info);
	write_result_and_regions(w, info);
	write_tags(w, info, late, sizeof late / sizeof late[0]);
	/* a tag is written whole or not at all, and nothing after the first that does not fit */
	w->failed = false;
}

void
gyw_ready_encode(struct gyw_writer *w, const struct gyw_ready *ready)
{
	gyw_write_body(w, GYW_READY, ready);
}

void
gyw_data_ack_encode(struct gyw_writer *w, const struct gyw_data_ack *ack)
{
	uint8_t i;

	gyw_write_body(w, GYW_DATA_ACK, ack);
	for (i = 0; i < ack->n_missing; i++) {
		gyw_write_u32le(w, ack->missing[i].from);
		gyw_write_u32le(w, ack->missing[i].to);
	}
}

void
gyw_verified_encode(struct gyw_writer *w, const struct gyw_verified *verified)
{
	gyw_write_body(w, GYW_VERIFIED, verified);
}

void
gyw_status_encode(struct gyw_writer *w, const struct gyw_status *status)
{
	gyw_write_body(w, GYW_STATUS_IS, status);
}

void
gyw_refusal_encode(struct gyw_writer *w, const struct gyw_refusal *refusal)
{
	gyw_write_body(w, GYW_REFUSED, refusal);
}

void
gyw_busy_encode(struct gyw_writer *w, const struct gyw_busy *busy)
{
	gyw_write_body(w, GYW_BUSY, busy);
}

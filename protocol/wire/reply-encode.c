/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/mem.h"
#include "protocol/wire/message.h"

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

/* A tag's head, for a value that is written behind it; a tag that does not fit whole fails the writer. */
static void
open_tag(struct gyw_writer *w, uint8_t tag, uint32_t size)
{
	if (w->left < size + 2)
		w->failed = true;
	gyw_write_u8(w, tag);
	gyw_write_u8(w, (uint8_t) size);
}

static void
write_tags(struct gyw_writer *w, const struct gyw_info *info, const struct tag *tag, uint32_t n)
{
	for (; n > 0; n--, tag++) {
		const uint8_t *flag = (const uint8_t *) info + tag->flag;
		const void *value = (const uint8_t *) info + tag->at;
		uint32_t size = tag->count;
		uint32_t i;

		if (tag->flag != 0 && *flag == 0)
			continue;
		if (size == 0)
			size = tag->shape == TEXT ? text_size(value) : *flag;
		if (tag->shape != WORDS) {
			gyw_write_tlv(w, tag->tag, value, size);
			continue;
		}
		open_tag(w, tag->tag, 4 * size);
		for (i = 0; i < size; i++)
			gyw_write_u32le(w, ((const uint32_t *) value)[i]);
	}
}

static void
write_backend(struct gyw_writer *w, const struct gyw_info *info)
{
	uint32_t size = text_size(info->backend);

	open_tag(w, GYW_INFO_BACKEND, 1 + size);
	gyw_write_u8(w, info->backend_id);
	gyw_write_bytes(w, (const uint8_t *) info->backend, size);
}

static void
write_images(struct gyw_writer *w, const struct gyw_info *info)
{
	static const struct gyw_field fields[] = {GYW_FIELD(struct gyw_info_image, id),
		GYW_FIELD(struct gyw_info_image, partition), GYW_FIELD(struct gyw_info_image, size),
		GYW_FIELD(struct gyw_info_image, lowest_version)};
	uint8_t i;

	for (i = 0; i < info->n_images; i++) {
		open_tag(w, GYW_INFO_IMAGE, 14);
		gyw_write_fields(w, &info->images[i], fields, GYW_N_FIELDS(fields));
	}
}

static void
write_result_and_regions(struct gyw_writer *w, const struct gyw_info *info)
{
	uint8_t i;

	if (info->has_result) {
		open_tag(w, GYW_INFO_RESULT, 5);
		gyw_write_u32le(w, info->result);
		gyw_write_u8(w, info->status);
	}
	if (info->n_regions > 0) {
		open_tag(w, GYW_INFO_REGIONS, 1 + 4u * info->n_regions);
		gyw_write_u8(w, info->run_region);
		for (i = 0; i < info->n_regions; i++)
			gyw_write_u32le(w, info->regions[i]);
	}
}

void
gyw_info_encode(struct gyw_writer *w, const struct gyw_info *info)
{
	static const struct gyw_field fields[] = {GYW_FIELD(struct gyw_info, nonce),
		GYW_FIELD(struct gyw_info, protocol), GYW_FIELD(struct gyw_info, protocol_max),
		GYW_FIELD(struct gyw_info, capabilities), GYW_FIELD(struct gyw_info, mtu),
		GYW_FIELD(struct gyw_info, window), GYW_FIELD(struct gyw_info, storage_size),
		GYW_FIELD(struct gyw_info, uptime_ms), GYW_FIELD(struct gyw_info, last_session),
		GYW_FIELD(struct gyw_info, reset_cause), GYW_FIELD(struct gyw_info, boot_baud)};

	gyw_write_fields(w, info, fields, GYW_N_FIELDS(fields));
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
	static const struct gyw_field fields[] = {GYW_FIELD(struct gyw_ready, next),
		GYW_FIELD(struct gyw_ready, limit), GYW_FIELD(struct gyw_ready, manifest_most)};

	gyw_write_fields(w, ready, fields, GYW_N_FIELDS(fields));
}

void
gyw_data_ack_encode(struct gyw_writer *w, const struct gyw_data_ack *ack)
{
	uint8_t i;

	gyw_write_u32le(w, ack->next);
	gyw_write_u32le(w, ack->stored);
	gyw_write_u32le(w, ack->limit);
	gyw_write_u8(w, ack->n_missing);
	for (i = 0; i < ack->n_missing; i++) {
		gyw_write_u32le(w, ack->missing[i].from);
		gyw_write_u32le(w, ack->missing[i].to);
	}
}

void
gyw_verified_encode(struct gyw_writer *w, const struct gyw_verified *verified)
{
	static const struct gyw_field fields[] = {GYW_FIELD(struct gyw_verified, length),
		GYW_FIELD(struct gyw_verified, sha256), GYW_FIELD(struct gyw_verified, read_back)};

	gyw_write_fields(w, verified, fields, GYW_N_FIELDS(fields));
}

void
gyw_status_encode(struct gyw_writer *w, const struct gyw_status *status)
{
	static const struct gyw_field fields[] = {GYW_FIELD(struct gyw_status, state),
		GYW_FIELD(struct gyw_status, next), GYW_FIELD(struct gyw_status, stored),
		GYW_FIELD(struct gyw_status, result), GYW_FIELD(struct gyw_status, status),
		GYW_FIELD(struct gyw_status, uptime_ms)};

	gyw_write_fields(w, status, fields, GYW_N_FIELDS(fields));
}

void
gyw_refusal_encode(struct gyw_writer *w, const struct gyw_refusal *refusal)
{
	static const struct gyw_field fields[] = {GYW_FIELD(struct gyw_refusal, operation),
		GYW_FIELD(struct gyw_refusal, cause), GYW_FIELD(struct gyw_refusal, backend),
		GYW_FIELD(struct gyw_refusal, code), GYW_FIELD(struct gyw_refusal, detail)};

	gyw_write_fields(w, refusal, fields, GYW_N_FIELDS(fields));
}

void
gyw_busy_encode(struct gyw_writer *w, const struct gyw_busy *busy)
{
	static const struct gyw_field fields[] = {GYW_FIELD(struct gyw_busy, operation),
		GYW_FIELD(struct gyw_busy, flags), GYW_FIELD(struct gyw_busy, at_most_ms),
		GYW_FIELD(struct gyw_busy, done), GYW_FIELD(struct gyw_busy, total)};

	gyw_write_fields(w, busy, fields, GYW_N_FIELDS(fields));
}

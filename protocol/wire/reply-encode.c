/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/mem.h"
#include "protocol/wire/message.h"

static uint32_t
text_size(const char *text)
{
	uint32_t size = 0;

	while (text[size])
		size++;
	return size;
}

static void
write_text(struct gyw_writer *w, uint8_t tag, const char *text)
{
	gyw_write_tlv(w, tag, (const uint8_t *) text, text_size(text));
}

static void
write_images(struct gyw_writer *w, const struct gyw_info *info)
{
	uint8_t i;

	for (i = 0; i < info->n_images; i++) {
		const struct gyw_info_image *image = &info->images[i];
		uint8_t value[14];
		struct gyw_writer v;

		gyw_writer_init(&v, value, sizeof value);
		gyw_write_u32le(&v, image->id);
		gyw_write_u16le(&v, image->partition);
		gyw_write_u32le(&v, image->size);
		gyw_write_u32le(&v, image->lowest_version);
		gyw_write_tlv(w, GYW_INFO_IMAGE, value, sizeof value);
	}
}

static void
write_words(struct gyw_writer *w, uint8_t tag, const uint32_t *words, uint32_t n)
{
	uint8_t value[4 * GYW_MAX_SPEEDS];
	uint32_t i;

	for (i = 0; i < n; i++)
		gyw_put_u32le(value + 4 * i, words[i]);
	if (n > 0)
		gyw_write_tlv(w, tag, value, 4 * n);
}

static void
write_regions(struct gyw_writer *w, const struct gyw_info *info)
{
	uint8_t value[1 + 4 * GYW_MAX_REGIONS];
	uint8_t i;

	value[0] = info->run_region;
	for (i = 0; i < info->n_regions; i++)
		gyw_put_u32le(value + 1 + 4u * i, info->regions[i]);
	if (info->n_regions > 0)
		gyw_write_tlv(w, GYW_INFO_REGIONS, value, 1 + 4u * info->n_regions);
}

static void
write_backend(struct gyw_writer *w, const struct gyw_info *info)
{
	uint8_t value[1 + GYW_MAX_TEXT];
	uint32_t size = text_size(info->backend);

	value[0] = info->backend_id;
	memcpy(value + 1, info->backend, size);
	gyw_write_tlv(w, GYW_INFO_BACKEND, value, 1 + size);
}

/* In order of weight: what a host cannot do without comes first. */
static void
write_tlvs(struct gyw_writer *w, const struct gyw_info *info)
{
	uint8_t result[5];

	gyw_write_tlv(w, GYW_INFO_DEVICE_ID, info->device_id, info->device_id_size);
	write_words(w, GYW_INFO_TIMES, info->times_ms, GYW_N_TIMES);
	write_backend(w, info);
	write_images(w, info);
	if (info->has_hardware_id)
		gyw_write_tlv_u32le(w, GYW_INFO_HARDWARE_ID, info->hardware_id);
	if (info->has_digest)
		gyw_write_tlv(w, GYW_INFO_DIGEST, info->digest, sizeof info->digest);
	if (info->has_root_key)
		gyw_write_tlv(w, GYW_INFO_ROOT_KEY, info->root_key, sizeof info->root_key);
	if (info->has_version_ext)
		gyw_write_tlv_u32le(w, GYW_INFO_VERSION_EXT, info->version_ext);
	if (info->has_result) {
		gyw_put_u32le(result, info->result);
		result[4] = info->status;
		gyw_write_tlv(w, GYW_INFO_RESULT, result, sizeof result);
	}
	write_words(w, GYW_INFO_SPEEDS, info->speeds, info->n_speeds);
	write_regions(w, info);
	write_text(w, GYW_INFO_CHIP, info->chip);
	write_text(w, GYW_INFO_BOARD, info->board);
	if (info->has_stored)
		gyw_write_tlv(w, GYW_INFO_STORED, info->stored, sizeof info->stored);
	write_text(w, GYW_INFO_VERSION, info->version);
}

void
gyw_info_encode(struct gyw_writer *w, const struct gyw_info *info)
{
	gyw_write_bytes(w, info->nonce, sizeof info->nonce);
	gyw_write_u8(w, info->protocol);
	gyw_write_u8(w, info->protocol_max);
	gyw_write_u32le(w, info->capabilities);
	gyw_write_u16le(w, info->mtu);
	gyw_write_u32le(w, info->window);
	gyw_write_u32le(w, info->storage_size);
	gyw_write_u32le(w, info->uptime_ms);
	gyw_write_u16le(w, info->last_session);
	gyw_write_u8(w, info->reset_cause);
	gyw_write_u32le(w, info->boot_baud);
	if (w->failed)
		return;
	write_tlvs(w, info);
	/* a tag is written whole or not at all, and nothing after the first that does not fit */
	w->failed = false;
}

void
gyw_ready_encode(struct gyw_writer *w, const struct gyw_ready *ready)
{
	gyw_write_u32le(w, ready->next);
	gyw_write_u32le(w, ready->limit);
	gyw_write_u32le(w, ready->manifest_most);
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
	gyw_write_u32le(w, verified->length);
	gyw_write_bytes(w, verified->sha256, sizeof verified->sha256);
	gyw_write_u8(w, verified->read_back);
}

void
gyw_status_encode(struct gyw_writer *w, const struct gyw_status *status)
{
	gyw_write_u8(w, status->state);
	gyw_write_u32le(w, status->next);
	gyw_write_u32le(w, status->stored);
	gyw_write_u32le(w, status->result);
	gyw_write_u8(w, status->status);
	gyw_write_u32le(w, status->uptime_ms);
}

void
gyw_refusal_encode(struct gyw_writer *w, const struct gyw_refusal *refusal)
{
	gyw_write_u8(w, refusal->operation);
	gyw_write_u16le(w, refusal->cause);
	gyw_write_u8(w, refusal->backend);
	gyw_write_u32le(w, refusal->code);
	gyw_write_u32le(w, refusal->detail);
}

void
gyw_busy_encode(struct gyw_writer *w, const struct gyw_busy *busy)
{
	gyw_write_u8(w, busy->operation);
	gyw_write_u8(w, busy->flags);
	gyw_write_u32le(w, busy->at_most_ms);
	gyw_write_u32le(w, busy->done);
	gyw_write_u32le(w, busy->total);
}

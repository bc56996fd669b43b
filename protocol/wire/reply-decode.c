/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/frame.h"
#include "protocol/wire/mem.h"
#include "protocol/wire/message.h"

/* Each decoder fills a copy first: the caller's struct stays untouched on failure. */

/* Text from outside: what does not fit is cut, what is no printable ASCII or UTF-8 tail becomes '?'. */
static void
read_text(char *out, uint32_t most, struct gyw_reader *value)
{
	uint32_t size = value->left < most ? value->left : most;
	uint32_t i;

	for (i = 0; i < size; i++) {
		uint8_t byte = gyw_read_u8(value);

		out[i] = byte < 0x20 || byte == 0x7F ? '?' : (char) byte;
	}
	out[size] = 0;
}

static void
read_image(struct gyw_info *info, struct gyw_reader *value)
{
	struct gyw_info_image image;

	gyw_read_words(value, &image, GYW_ALL_WORDS(gyw_info_image));
	if (!value->failed && info->n_images < GYW_MAX_IMAGES)
		info->images[info->n_images++] = image;
}

static uint8_t
read_words(uint32_t *words, uint8_t most, struct gyw_reader *value)
{
	uint8_t n = 0;

	while (value->left >= 4 && n < most)
		words[n++] = gyw_read_u32le(value);
	return n;
}

static bool
read_check(struct gyw_info_check *check, struct gyw_reader *value)
{
	gyw_read_words(value, check, GYW_ALL_WORDS(gyw_info_check));
	return !value->failed;
}

static bool
read_digest(uint8_t digest[32], struct gyw_reader *value)
{
	gyw_read_bytes(value, digest, 32);
	return !value->failed;
}

static void
read_info_tlv(struct gyw_info *info, uint8_t tag, struct gyw_reader *value)
{
	switch (tag) {
	case GYW_INFO_CHIP: read_text(info->chip, GYW_MAX_TEXT, value); break;
	case GYW_INFO_BOARD: read_text(info->board, GYW_MAX_TEXT, value); break;
	case GYW_INFO_VERSION: read_text(info->version, GYW_MAX_VERSION, value); break;
	case GYW_INFO_DEVICE_ID:
		info->device_id_size = (uint8_t) (value->left < GYW_MAX_ID ? value->left : GYW_MAX_ID);
		gyw_read_bytes(value, info->device_id, info->device_id_size);
		break;
	case GYW_INFO_HARDWARE_ID:
		info->hardware_id = gyw_read_u32le(value);
		info->has_hardware_id = !value->failed;
		break;
	case GYW_INFO_ROOT_KEY: info->has_root_key = read_digest(info->root_key, value); break;
	case GYW_INFO_DIGEST: info->has_digest = read_digest(info->digest, value); break;
	case GYW_INFO_VERSION_EXT:
		info->version_ext = gyw_read_u32le(value);
		info->has_version_ext = !value->failed;
		break;
	case GYW_INFO_IMAGE: read_image(info, value); break;
	case GYW_INFO_RESULT:
		info->result = gyw_read_u32le(value);
		info->status = gyw_read_u32le(value);
		info->has_result = !value->failed;
		break;
	case GYW_INFO_SPEEDS: info->n_speeds = read_words(info->speeds, GYW_MAX_SPEEDS, value); break;
	case GYW_INFO_TIMES: read_words(info->times_ms, GYW_N_TIMES, value); break;
	case GYW_INFO_REGIONS:
		info->run_region = gyw_read_u32le(value);
		info->n_regions = read_words(info->regions, GYW_MAX_REGIONS, value);
		break;
	case GYW_INFO_CHECK: info->has_check = read_check(&info->check, value); break;
	case GYW_INFO_BACKEND:
		/* the first one is the one that packages go to */
		if (info->backend_id == 0) {
			info->backend_id = gyw_read_u8(value);
			read_text(info->backend, GYW_MAX_TEXT, value);
		}
		break;
	default: break; /* a newer device's */
	}
}

enum gyw_result
gyw_info_decode(struct gyw_info *out, const uint8_t *body, uint32_t size)
{
	struct gyw_reader r;
	struct gyw_reader value;
	struct gyw_info info;
	uint8_t tag;

	memset(&info, 0, sizeof info);
	gyw_reader_init(&r, body, size);
	gyw_read_words(&r, &info, GYW_WORDS(gyw_info, nonce));
	gyw_read_bytes(&r, info.nonce, sizeof info.nonce);
	if (r.failed)
		return GYW_E_SHORT;
	if (info.mtu < GYW_MTU_MIN || info.mtu > GYW_MTU_MAX || info.window < info.mtu)
		return GYW_E_RANGE;
	while (gyw_read_tlv(&r, &tag, &value))
		read_info_tlv(&info, tag, &value);
	if (r.failed)
		return GYW_E_SHORT;
	memcpy(out, &info, sizeof info);
	return GYW_OK;
}

/* A body that is nothing but words; `words` stays untouched if it is too short. */
static enum gyw_result
read_body(void *words, uint32_t n, const uint8_t *body, uint32_t size)
{
	if (size < 4 * n)
		return GYW_E_SHORT;
	gyw_get_words(words, body, n);
	return GYW_OK;
}

enum gyw_result
gyw_ready_decode(struct gyw_ready *out, const uint8_t *body, uint32_t size)
{
	struct gyw_ready ready;
	enum gyw_result result = read_body(&ready, GYW_ALL_WORDS(gyw_ready), body, size);

	if (result != GYW_OK)
		return result;
	if (ready.limit < ready.next)
		return GYW_E_RANGE;
	memcpy(out, &ready, sizeof ready);
	return GYW_OK;
}

enum gyw_result
gyw_data_ack_decode(struct gyw_data_ack *out, const uint8_t *body, uint32_t size)
{
	struct gyw_reader r;
	struct gyw_data_ack ack;
	uint32_t behind;
	uint32_t i;

	gyw_reader_init(&r, body, size);
	gyw_read_words(&r, &ack, GYW_WORDS(gyw_data_ack, missing));
	if (ack.n_missing > GYW_MAX_MISSING || ack.stored > ack.next || ack.limit < ack.next)
		return GYW_E_RANGE;
	gyw_read_words(&r, ack.missing, 2 * ack.n_missing);
	if (r.failed)
		return GYW_E_SHORT;
	behind = ack.next;
	for (i = 0; i < ack.n_missing; i++) {
		/* in order, not empty, not overlapping */
		if (ack.missing[i].from < behind || ack.missing[i].to <= ack.missing[i].from)
			return GYW_E_RANGE;
		behind = ack.missing[i].to;
	}
	memcpy(out, &ack, sizeof ack);
	return GYW_OK;
}

enum gyw_result
gyw_verified_decode(struct gyw_verified *out, const uint8_t *body, uint32_t size)
{
	const uint32_t n = GYW_WORDS(gyw_verified, sha256);

	if (size < 4 * n + sizeof out->sha256)
		return GYW_E_SHORT;
	gyw_get_words(out, body, n);
	memcpy(out->sha256, body + 4 * n, sizeof out->sha256);
	return GYW_OK;
}

enum gyw_result
gyw_status_decode(struct gyw_status *out, const uint8_t *body, uint32_t size)
{
	return read_body(out, GYW_ALL_WORDS(gyw_status), body, size);
}

enum gyw_result
gyw_refusal_decode(struct gyw_refusal *out, const uint8_t *body, uint32_t size)
{
	return read_body(out, GYW_ALL_WORDS(gyw_refusal), body, size);
}

enum gyw_result
gyw_busy_decode(struct gyw_busy *out, const uint8_t *body, uint32_t size)
{
	return read_body(out, GYW_ALL_WORDS(gyw_busy), body, size);
}

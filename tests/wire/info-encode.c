// SPDX-License-Identifier: Apache-2.0
#include "tests/wire/info-encode.h"

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
	uint16_t flag; /* where it stands; 0: always there (that is the protocol's place) */
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
	uint8_t bytes[64];

	for (uint32_t i = 0; i < n; i++)
		gyw_put_u32le(bytes + 4 * i, words[i]);
	gyw_write_tlv(w, tag, bytes, 4 * n);
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
	uint8_t named[1 + GYW_MAX_TEXT];
	uint32_t size = text_size(info->backend);

	named[0] = info->backend_id;
	memcpy(named + 1, info->backend, size);
	gyw_write_tlv(w, GYW_INFO_BACKEND, named, 1 + size);
}

static void
write_images(struct gyw_writer *w, const struct gyw_info *info)
{
	for (uint8_t i = 0; i < info->n_images; i++)
		write_words(w, GYW_INFO_IMAGE, &info->images[i].id, GYW_ALL_WORDS(gyw_info_image));
}

static void
write_result_and_regions(struct gyw_writer *w, const struct gyw_info *info)
{
	uint32_t result[] = {info->result, info->status};
	uint32_t regions[1 + GYW_MAX_REGIONS] = {info->run_region};

	if (info->has_result)
		write_words(w, GYW_INFO_RESULT, result, 2);
	memcpy(regions + 1, info->regions, sizeof info->regions);
	if (info->n_regions > 0)
		write_words(w, GYW_INFO_REGIONS, regions, 1u + info->n_regions);
}

void
gyw_info_encode(struct gyw_writer *w, const struct gyw_info *info)
{
	gyw_write_words(w, info, GYW_WORDS(gyw_info, nonce));
	gyw_write_bytes(w, info->nonce, sizeof info->nonce);
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

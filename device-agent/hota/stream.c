/* SPDX-License-Identifier: Apache-2.0 */
#include <hal_hota_board.h>

#include "device-agent/hota/module-private.h"
#include "protocol/wire/mem.h"

void
hota_stream_end(void)
{
	struct hota_stream *stream = &hota_module.stream;
	uint8_t digest[HOTA_DIGEST_SIZE];

	if (stream->is_hashing)
		hota_module.port->crypto->sha256_final(&stream->hash, digest);
	memset(stream, 0, sizeof *stream);
}

static bool
fail(void)
{
	hota_stream_end();
	hota_set_status(HOTA_FAILED);
	return false;
}

static bool
fail_with(HotaErrorCode code)
{
	hota_tell_error(code);
	return fail();
}

static bool
is_version_right(const uint8_t *info)
{
	const char *version = hota_package_version(info);
	struct gya_hota_image running;
	uint32_t partition;

	if (!version)
		return false;
	if (!gya_hota_running(&running, &partition))
		running.version[0] = '\0';
	return hota_version_may_follow(running.version, version) ||
	       HotaHalCheckVersionValid(running.version, version, HOTA_FIRST_PART - HOTA_VERSION_AT) == 1;
}

/* With the first 140 bytes: may it be, and how long is the rest of the head with its area? */
static bool
take_first_part(struct hota_stream *stream)
{
	uint32_t head = hota_package_head_size(stream->info);

	if (head == 0)
		return fail();
	if (!is_version_right(stream->info))
		return fail_with(HOTA_VERSION_INVALID);
	/* ten components would not fit any more, whatever the table could hold */
	if (head > HOTA_INFO_MOST - HOTA_AREA_SIZE)
		return fail();
	stream->size = head + HOTA_AREA_SIZE;
	return true;
}

static bool
take_info(struct hota_stream *stream)
{
	/* without a length of the signature there is nothing to check, and nothing that it is called */
	if (!hota_package_has_slot(stream->info))
		return fail();
	if (!hota_package_is_signed(stream->info)) {
		hota_set_status(HOTA_FAILED);
		return hota_tell_error(HOTA_DATA_SIGN_CHECK_ERR);
	}
	stream->n_left = hota_package_count(stream->info);
	if (HotaHalWrite(PARTITION_INFO_COMP, stream->info, 0, stream->size) != 0)
		return fail_with(HOTA_DATA_WRITE_ERR);
	hota_set_status(HOTA_TRANSPORT_INFO_DONE);
	return true;
}

/* How many of the bytes belong to the head; those are taken. */
static uint32_t
fill_info(struct hota_stream *stream, const uint8_t *bytes, uint32_t size)
{
	uint32_t end = stream->size ? stream->size : HOTA_FIRST_PART;
	uint32_t part = end - stream->fill < size ? end - stream->fill : size;

	memcpy(stream->info + stream->fill, bytes, part);
	stream->fill += part;
	return part;
}

static int
partition_of(const uint8_t *name)
{
	const ComponentTableInfo *row;

	for (row = HotaHalGetPartitionInfo(); row && row->imgPath; row++) {
		uint32_t i = 0;

		while (i < HOTA_NAME_SIZE && row->componentName[i] &&
			(uint8_t) row->componentName[i] == name[i])
			i++;
		if (i > 0 && (i == HOTA_NAME_SIZE || ((uint8_t) row->componentName[i] == name[i])))
			return row->id;
	}
	return PARTITION_ERROR;
}

static bool
end_component(struct hota_stream *stream, const struct hota_component *component)
{
	uint8_t digest[HOTA_DIGEST_SIZE];

	hota_module.port->crypto->sha256_final(&stream->hash, digest);
	stream->is_hashing = false;
	if (memcmp(digest, component->sha256, sizeof digest) != 0) {
		hota_set_status(HOTA_FAILED);
		return hota_tell_error(HOTA_DATA_VERIFY_HASH_ERR);
	}
	stream->current++;
	stream->n_left--;
	stream->done = 0;
	return true;
}

static void
begin_component(struct hota_stream *stream)
{
	if (!stream->is_hashing)
		hota_module.port->crypto->sha256_init(&stream->hash);
	stream->is_hashing = true;
}

/* Bytes of the component that is coming; `*used` of them are its own. */
static bool
take_data(struct hota_stream *stream, const uint8_t *bytes, uint32_t size, uint32_t *used)
{
	struct hota_component component;
	uint32_t left;

	*used = 0;
	/* more than the package said */
	if (stream->n_left == 0)
		return fail();
	hota_package_component(stream->info, stream->current, &component);
	begin_component(stream);
	left = component.size - stream->done;
	*used = left < size ? left : size;
	hota_module.port->crypto->sha256_update(&stream->hash, bytes, *used);
	if (*used > 0 && HotaHalWrite(partition_of(component.name), (unsigned char *) (uintptr_t) bytes,
				 stream->done, *used) != 0)
		return fail_with(HOTA_DATA_WRITE_ERR);
	stream->done += *used;
	return stream->done < component.size || end_component(stream, &component);
}

static bool
take_head(struct hota_stream *stream, const uint8_t *bytes, uint32_t size, uint32_t *used)
{
	*used = fill_info(stream, bytes, size);
	if (stream->size == 0 && stream->fill == HOTA_FIRST_PART && !take_first_part(stream))
		return false;
	return stream->fill != stream->size || take_info(stream);
}

uint32_t
hota_stream_take(const uint8_t *bytes, uint32_t size)
{
	struct hota_stream *stream = &hota_module.stream;
	uint32_t taken = 0;

	while (taken < size) {
		bool is_head = stream->size == 0 || stream->fill < stream->size;
		uint32_t used;

		if (is_head ? !take_head(stream, bytes + taken, size - taken, &used)
			    : !take_data(stream, bytes + taken, size - taken, &used))
			return 0;
		taken += used;
		/* seen only with the last byte of a component: an empty last one is never over */
		if (!is_head && used > 0 && stream->n_left == 0) {
			hota_set_status(HOTA_TRANSPORT_ALL_DONE);
			break;
		}
	}
	return taken;
}

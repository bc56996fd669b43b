/* SPDX-License-Identifier: Apache-2.0 */
#include <upg.h>

#include "device-agent/upg/flags-private.h"
#include "device-agent/upg/flash-private.h"
#include "device-agent/upg/install-private.h"
#include "device-agent/upg/rollback-private.h"
#include "device-agent/upg/storage-private.h"
#include "device-agent/upg/verify-private.h"

/* One call of uapi_upg_start over a pending upgrade. */
struct run {
	const struct gya_partition *storage;
	struct upg_head head;
	struct upg_flags flags; /* as they were when the call began */
	uint32_t n_firmware;    /* images so far that have flags of their own */
	bool has_nv;
};

/* The signatures count once, before anything is changed; later tries check each image again. */
static errcode_t
enter(struct run *run)
{
	upg_result_t failed;
	errcode_t result;

	if (!upg_flags_are_untouched(&run->flags))
		return upg_head_read(run->storage, &run->head);
	result = upg_verify_package(run->storage, &run->head, &failed);
	if (result == ERRCODE_SUCC)
		return ERRCODE_SUCC;
	if (upg_flags_set_result(failed) == ERRCODE_SUCC)
		(void) upg_flags_set_complete(UPG_COMPLETE_DONE);
	return result;
}

static bool
has_sane_count(const struct run *run)
{
	uint32_t firmware_num = run->flags.firmware_num;

	if (firmware_num > UPG_IMAGES_MAX)
		return false;
	return firmware_num == run->head.image_num || firmware_num + 1 == run->head.image_num;
}

/* Progress counts the unpacked size of everything that the boot loader writes. */
static errcode_t
measure(const struct run *run)
{
	struct upg_entry entry;
	struct upg_image image;
	uint32_t i, n_firmware = 0, done = 0;
	errcode_t result;

	upg_module.progress_total = 0;
	upg_module.progress_done = 0;
	upg_module.progress_percent = 0;
	for (i = 0; i < run->head.image_num; i++) {
		result = upg_entry_read(run->storage, &run->head, i, &entry);
		if (result != ERRCODE_SUCC)
			return result;
		if (upg_id_is_nv(entry.id))
			continue;
		if (n_firmware == UPG_IMAGES_MAX)
			return ERRCODE_UPG_WRONG_IMAGE_NUM;
		result = upg_image_read(run->storage, &entry, &image);
		if (result != ERRCODE_SUCC)
			return result;
		/* a lying size only spoils the percentage */
		upg_module.progress_total += image.new_size;
		if (upg_flags_try(&run->flags, n_firmware) == UPG_TRIES)
			done += image.new_size;
		n_firmware++;
	}
	if (done != 0)
		upg_progress_add(done);
	return ERRCODE_SUCC;
}

static errcode_t
write_image(const struct run *run, const struct upg_entry *entry, uint16_t partition)
{
	const struct gya_partition *target;
	struct upg_image image;
	upg_result_t failed;
	errcode_t result = upg_verify_image(run->storage, entry, &image, &failed);

	if (result == ERRCODE_SUCC)
		result = upg_partition(partition, &target);
	if (result == ERRCODE_SUCC)
		result = upg_install_image(run->storage, &image, target);
	/* a try that is repeated after a cut finds its own version in the fuse */
	return result == ERRCODE_SUCC ? upg_rollback_burn(entry->id, image.version_ext) : result;
}

/*
 * The last try ends the upgrade with RETRY_ALL_FAILED even when it worked; that is the vendor's. Its result
 * is written before its flag: in the other order a cut in between would leave flags that look like plain
 * success.
 */
static errcode_t
run_try(const struct run *run, const struct upg_entry *entry, uint16_t partition, uint32_t index)
{
	uint32_t try_index = upg_flags_try(&run->flags, index);
	bool is_last = try_index == UPG_TRIES - 1;
	errcode_t written, marked;

	marked = upg_flags_mark_started(index, try_index);
	if (marked != ERRCODE_SUCC)
		return marked;
	written = write_image(run, entry, partition);
	if (is_last)
		marked = upg_flags_set_result(UPG_RESULT_RETRY_ALL_FAILED);
	if (marked == ERRCODE_SUCC && written == ERRCODE_SUCC)
		marked = upg_flags_mark_finished(index, try_index);
	else if (marked == ERRCODE_SUCC)
		marked = upg_flags_mark_failed(index, try_index);
	if (is_last && marked == ERRCODE_SUCC)
		marked = upg_flags_set_complete(UPG_COMPLETE_DONE);

	if (written != ERRCODE_SUCC)
		return written;
	if (marked != ERRCODE_SUCC)
		return marked;
	return is_last ? ERRCODE_UPG_RETRY_ALL_FAIL : ERRCODE_SUCC;
}

/* NV data is for the application, which knows its records: it gets the place; the package stays stored. */
static errcode_t
hand_over_nv(struct run *run, const struct upg_entry *entry)
{
	struct upg_image image;
	struct upg_nv_place place;
	errcode_t result = upg_image_read(run->storage, entry, &image);

	if (result != ERRCODE_SUCC)
		return result;
	run->has_nv = true;
	place.data_offset = image.data_offset;
	place.data_size = image.data_size;
	place.hash_offset = entry->header_offset + UPG_HEADER_HASH_AT;
	return upg_flags_hand_over_nv(&place);
}

static errcode_t
handle_entry(struct run *run, uint32_t i)
{
	const struct gya_board_image *known;
	struct upg_entry entry;
	uint32_t index;
	errcode_t result = upg_entry_read(run->storage, &run->head, i, &entry);

	if (result != ERRCODE_SUCC)
		return result;
	known = gya_board_image(upg_module.port->board, entry.id);
	if (known != NULL && known->is_nv)
		return hand_over_nv(run, &entry);

	index = run->n_firmware++;
	/* another device's image is skipped and stays unfinished: UPG.md, "packages that never end" */
	if (known == NULL || upg_flags_try(&run->flags, index) == UPG_TRIES)
		return ERRCODE_SUCC;
	return run_try(run, &entry, known->partition, index);
}

static errcode_t
conclude(const struct run *run)
{
	struct upg_flags flags;
	uint32_t i;
	errcode_t result = upg_flags_read(&flags);
	bool is_whole = result == ERRCODE_SUCC;

	for (i = 0; is_whole && i < flags.firmware_num; i++)
		is_whole = upg_flags_try(&flags, i) == UPG_TRIES;
	if (is_whole && run->has_nv)
		is_whole = upg_flags_have_nv(&flags);
	if (result != ERRCODE_SUCC)
		return result;
	if (!is_whole)
		return upg_flags_set_complete(UPG_COMPLETE_PART);

	/* "all tries failed" was said by a last try whose end was cut: it stands */
	if (flags.result != UPG_RESULT_RETRY_ALL_FAILED)
		result = upg_flags_set_result(UPG_RESULT_UPDATE_SUCCESS);
	return result == ERRCODE_SUCC ? upg_flags_set_complete(UPG_COMPLETE_DONE) : result;
}

errcode_t
uapi_upg_start(void)
{
	struct run run = {0};
	uint32_t i;
	errcode_t result;

	if (!upg_module.ready)
		return ERRCODE_UPG_NOT_INIT;
	result = upg_storage(&run.storage);
	if (result == ERRCODE_SUCC)
		result = upg_flags_read(&run.flags);
	if (result != ERRCODE_SUCC)
		return result;
	if (!upg_flags_are_pending(&run.flags))
		return ERRCODE_UPG_NOT_NEED_TO_UPDATE;

	result = enter(&run);
	if (result != ERRCODE_SUCC)
		return result;
	if (!has_sane_count(&run))
		return ERRCODE_UPG_WRONG_IMAGE_NUM;
	result = measure(&run);
	for (i = 0; i < run.head.image_num && result == ERRCODE_SUCC; i++)
		result = handle_entry(&run, i);
	return result == ERRCODE_SUCC ? conclude(&run) : result;
}

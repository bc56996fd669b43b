/* SPDX-License-Identifier: Apache-2.0 */
#include <ota_service.h>
#include <stddef.h>

#include "device-agent/alios/install-private.h"
#include "device-agent/alios/slice-private.h"
#include "protocol/wire/mem.h"

/* ---- flash as a slice sees it ---- */

/* A difference somewhere in a partition. */
struct package {
	uint32_t partition;
	uint32_t offset;
};

static bool
read_package(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const struct package *package = context;

	return alios_flash_read(package->partition, package->offset + offset, bytes, size);
}

/* The image that stands in flash while slices are made: the new one before `new_end`, the old one from there on. */
struct image {
	uint32_t made_in; /* partitions */
	uint32_t old_in;
	uint32_t new_end;
};

static bool
read_image(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const struct image *image = context;
	uint32_t n = 0;

	if (offset < image->new_end) {
		n = image->new_end - offset < size ? image->new_end - offset : size;
		if (!alios_flash_read(image->made_in, offset, bytes, n))
			return false;
	}
	return n == size || alios_flash_read(image->old_in, offset + n, bytes + n, size - n);
}

static bool
read_anything(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	(void) context;
	(void) offset;
	memset(bytes, 0, size);
	return true;
}

/* ---- a difference ---- */

struct patching {
	struct alios_record *record;
	struct package package;
	struct gya_patch_source source; /* of `package` */
	struct image image;
	struct gya_patch_source old; /* of `image` */
	uint32_t new_size;           /* as far as it has been looked through */
};

static struct alios_slice_work work;

static void
open_package(struct patching *p, struct alios_record *record)
{
	uint32_t download = alios_download_partition();
	uint32_t running = alios_running_partition();

	p->record = record;
	p->package = (struct package){download, 0};
	p->source = (struct gya_patch_source){
		&p->package, alios_record_diff_size(alios_port->board, record), read_package};
	p->image = (struct image){download, running, 0};
	p->old = (struct gya_patch_source){&p->image, alios_flash_size(running), read_image};
	p->new_size = 0;
}

static uint32_t
round_up(uint32_t size)
{
	uint32_t sector = alios_port->nor->sector_size;

	return (size + sector - 1) / sector * sector;
}

static enum gya_patch_result
make_slice(struct patching *p, const struct alios_slice_head *head, const struct gya_patch_source *old)
{
	alios_kick();
	return alios_slice_make(&work, head, &p->source, alios_port->xz, old, alios_port->slice);
}

/* ---- before anything is written ---- */

/* Everything that can be told of a slice without the image that it is for. */
static bool
try_slice(struct patching *p, uint32_t at, struct alios_slice_head *head)
{
	const struct gya_patch_source anything = {NULL, p->old.size, read_anything};
	uint32_t slice_size = alios_port->board->slice_size;
	enum gya_patch_result result = alios_slice_read_head(head, &p->source, at, slice_size);

	/* only the last one may be smaller */
	if (result != GYA_PATCH_OK || p->new_size % slice_size != 0)
		return false;
	result = make_slice(p, head, &anything);
	return result == GYA_PATCH_OK || result == GYA_PATCH_E_OLD;
}

static bool
try_slices(struct patching *p)
{
	uint32_t at;

	for (at = 0; at < p->source.size;) {
		struct alios_slice_head head;

		if (!try_slice(p, at, &head) || head.new_size > p->old.size - p->new_size)
			return false;
		p->new_size += head.new_size;
		at += head.size;
	}
	return p->new_size > 0;
}

/* The first slice is made of the old image alone: it tells whether that is the right one. */
static bool
is_for_what_runs(struct patching *p)
{
	struct alios_slice_head head;

	return alios_slice_read_head(&head, &p->source, 0, alios_port->board->slice_size) == GYA_PATCH_OK &&
	       make_slice(p, &head, &p->old) == GYA_PATCH_OK;
}

static bool
is_applicable(struct patching *p)
{
	const struct alios_record *record = p->record;
	uint16_t crc;

	if (!alios_port->slice || !alios_port->xz[0] || !alios_port->xz[1] || !alios_port->xz[2])
		return false;
	if (p->source.size == 0 || p->source.size > alios_flash_size(p->package.partition) ||
		!alios_flash_crc16(p->package.partition, p->source.size, &crc) || crc != record->crc)
		return false;
	if (record->splict_size != 0 && record->splict_size != alios_port->board->slice_size)
		return false;
	return try_slices(p) && is_for_what_runs(p);
}

/* ---- in place: what runs is replaced slice by slice ---- */

static enum alios_install
save_slice(struct patching *p, const struct alios_slice_head *head)
{
	struct alios_record *record = p->record;
	uint32_t backup = alios_port->board->backup_offset;

	/* from the second one on there is no way back: nothing but what the difference was made against gets this far, or it is
	 * neither one nor the other */
	if (make_slice(p, head, &p->old) != GYA_PATCH_OK ||
		!alios_flash_write(p->package.partition, backup, alios_port->slice, head->new_size))
		return ALIOS_INSTALL_FAILED;
	record->pending_size = head->new_size;
	alios_set_status(record, ALIOS_STATUS_COPY_BACK);
	return alios_record_write(record) ? ALIOS_INSTALL_DONE : ALIOS_INSTALL_FAILED;
}

static enum alios_install
place_slice(struct patching *p, const struct alios_slice_head *head)
{
	struct alios_record *record = p->record;

	if (!alios_flash_copy(p->package.partition, alios_port->board->backup_offset, GYA_ALIOS_APPLICATION,
		    record->patched_size, head->new_size))
		return ALIOS_INSTALL_FAILED;
	record->patched_size += head->new_size;
	record->seekpos += head->size;
	record->num++;
	record->pending_size = 0;
	alios_set_status(record, ALIOS_STATUS_PATCH);
	return alios_record_write(record) ? ALIOS_INSTALL_DONE : ALIOS_INSTALL_FAILED;
}

static enum alios_install
patch_in_place(struct patching *p)
{
	struct alios_record *record = p->record;
	enum alios_install result = ALIOS_INSTALL_DONE;

	while (record->seekpos < p->source.size && result == ALIOS_INSTALL_DONE) {
		struct alios_slice_head head;

		if (alios_slice_read_head(&head, &p->source, record->seekpos,
			    alios_port->board->slice_size) != GYA_PATCH_OK)
			return ALIOS_INSTALL_FAILED;
		result = alios_status(record) == ALIOS_STATUS_PATCH ? save_slice(p, &head)
								    : place_slice(p, &head);
	}
	if (result == ALIOS_INSTALL_DONE &&
		(!alios_clear_behind(GYA_ALIOS_APPLICATION, record->patched_size) ||
			!alios_begin_probation(record)))
		result = ALIOS_INSTALL_FAILED;
	return result;
}

/* ---- aside: what runs is only read ---- */

/* The difference stands at the end of the partition then, the new image grows from its start. */
static uint32_t
aside_offset(const struct patching *p)
{
	return alios_flash_size(p->package.partition) - round_up(p->source.size);
}

static enum alios_install
add_slice(struct patching *p)
{
	struct alios_record *record = p->record;
	struct alios_slice_head head;

	p->image.new_end = record->patched_size;
	/* the application is as it was, whatever this slice turns out to be */
	if (alios_slice_read_head(&head, &p->source, record->seekpos, alios_port->board->slice_size) !=
			GYA_PATCH_OK ||
		make_slice(p, &head, &p->old) != GYA_PATCH_OK)
		return ALIOS_INSTALL_REFUSED;
	if (!alios_flash_write(p->package.partition, record->patched_size, alios_port->slice, head.new_size))
		return ALIOS_INSTALL_FAILED;
	record->patched_size += head.new_size;
	record->seekpos += head.size;
	record->num++;
	return alios_record_write(record) ? ALIOS_INSTALL_DONE : ALIOS_INSTALL_FAILED;
}

/* A new image that has a trailer has to have the right one, which is all that the last step goes by on a board with banks. */
static enum alios_install
finish_aside(struct patching *p)
{
	struct alios_record *record = p->record;
	uint32_t size = record->patched_size;
	uint16_t crc;
	int code = alios_trailer_check(p->package.partition, size);

	if (code != 0 && (code != OTA_PARAM_FAIL || alios_port->board->recovery == GYA_ALIOS_ABBOOT))
		return ALIOS_INSTALL_REFUSED;
	/* the difference is not needed any more; a cut in here finds nothing left to make, and comes here again */
	if (!alios_clear_behind(p->package.partition, size) ||
		!alios_flash_crc16(p->package.partition, size, &crc))
		return ALIOS_INSTALL_FAILED;
	alios_hand_over(record, size, crc);
	return alios_record_write(record) ? ALIOS_INSTALL_DONE : ALIOS_INSTALL_FAILED;
}

static enum alios_install
patch_aside(struct patching *p)
{
	enum alios_install result = ALIOS_INSTALL_DONE;

	p->package.offset = aside_offset(p);
	while (p->record->seekpos < p->source.size && result == ALIOS_INSTALL_DONE)
		result = add_slice(p);
	return result == ALIOS_INSTALL_DONE ? finish_aside(p) : result;
}

/* ---- which of the two ---- */

static bool
has_room_aside(const struct patching *p)
{
	uint32_t stored = round_up(p->source.size);
	uint32_t at = aside_offset(p);

	return stored <= at && round_up(p->new_size) <= at;
}

static bool
has_room_for_backup(const struct patching *p)
{
	const struct gya_alios_board *board = alios_port->board;

	return board->recovery == GYA_ALIOS_DIRECT && p->source.size <= board->backup_offset &&
	       board->slice_size <= alios_flash_size(p->package.partition) - board->backup_offset;
}

static enum alios_install
begin(struct patching *p)
{
	struct alios_record *record = p->record;
	uint32_t partition = p->package.partition;
	uint32_t phase;

	if (!is_applicable(p))
		return ALIOS_INSTALL_REFUSED;
	if (has_room_aside(p))
		phase = ALIOS_PHASE_ASIDE;
	else if (has_room_for_backup(p))
		phase = ALIOS_PHASE_PATCH;
	else
		return ALIOS_INSTALL_REFUSED;
	if (phase == ALIOS_PHASE_ASIDE &&
		!alios_flash_copy(partition, 0, partition, aside_offset(p), p->source.size))
		return ALIOS_INSTALL_FAILED;
	record->seekpos = 0;
	record->patched_size = 0;
	record->num = 0;
	alios_set_status(record, ALIOS_STATUS_PATCH);
	alios_set_phase(record, phase);
	return alios_record_write(record) ? ALIOS_INSTALL_DONE : ALIOS_INSTALL_FAILED;
}

enum alios_install
alios_patch(struct alios_record *record)
{
	struct patching p;
	enum alios_install result = ALIOS_INSTALL_DONE;

	open_package(&p, record);
	if (alios_phase(record) != ALIOS_PHASE_PATCH && alios_phase(record) != ALIOS_PHASE_ASIDE)
		result = begin(&p);
	if (result != ALIOS_INSTALL_DONE)
		return result;
	return alios_phase(record) == ALIOS_PHASE_ASIDE ? patch_aside(&p) : patch_in_place(&p);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/liteos/module-private.h"
#include "protocol/wire/envelope.h"
#include "protocol/wire/mem.h"

#define INFO_SIZE 32 /* before the stream, and of no interest to the loader (spec: 2.1) */

/* ---- areas as a patch sees them ---- */

struct area {
	ota_type_t type;
	ota_img_t image;
	uint32_t offset; /* of the area's bytes that count */
	uint32_t done;   /* of what is written */
};

static bool
read_area(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const struct area *area = context;

	return ota_img_read(area->type, area->image, (int) (area->offset + offset), bytes, (int) size) == 0;
}

static bool
write_area(void *context, const uint8_t *bytes, uint32_t size)
{
	struct area *area = context;

	if (ota_img_write(area->type, area->image, (int) area->done, bytes, (int) size) != 0)
		return false;
	area->done += size;
	return true;
}

/* ---- what is applied ---- */

struct patching {
	ota_type_t type;
	bool has_envelope; /* else the numbers in it, but the kind, say nothing */
	struct gyw_envelope envelope;
	struct area download;
	struct area backup;
	struct area running;
	struct gya_patch_source patch;
	struct gya_patch_source old;
	struct gya_patch_sink sink;
};

static ota_ret_t
ret_of(enum gya_patch_result result)
{
	switch (result) {
	case GYA_PATCH_OK: return OTA_RET_SUCCESS;
	case GYA_PATCH_E_COMPRESSION: return OTA_RET_COMPRESSION;
	case GYA_PATCH_E_FORMAT:
	case GYA_PATCH_E_TOO_LARGE:
	case GYA_PATCH_E_DATA:
	case GYA_PATCH_E_OLD:
	case GYA_PATCH_E_READ_PATCH:
	case GYA_PATCH_E_READ_OLD:
	case GYA_PATCH_E_WRITE: break;
	}
	return OTA_RET_PATCH;
}

static bool
has_room(ota_type_t type, ota_img_t image, uint32_t size)
{
	int room;

	return ota_img_size(type, image, &room) == 0 && size <= (uint32_t) room;
}

static void
set_areas(struct patching *p, ota_type_t type, uint32_t head_size, uint32_t size)
{
	p->type = type;
	p->download = (struct area){type, OTA_IMG_DOWNLOAD, head_size, 0};
	p->backup = (struct area){type, OTA_IMG_BACKUP, 0, 0};
	p->running = (struct area){type, OTA_IMG_RUNNING, 0, 0};
	p->patch = (struct gya_patch_source){&p->download, size - head_size, read_area};
	p->old = (struct gya_patch_source){&p->backup, p->envelope.old_size, read_area};
	p->sink = (struct gya_patch_sink){&p->running, write_area, liteos_watchdog};
}

/* What stands in Download: an envelope and a patch, or an info block and HDIFF13. */
static ota_ret_t
read_head(struct patching *p, ota_type_t type, int size)
{
	uint8_t head[GYW_ENVELOPE_SIZE];

	if ((unsigned) type >= OTA_TYPES)
		return OTA_RET_PARAMETER;
	if (size <= INFO_SIZE || !has_room(type, OTA_IMG_DOWNLOAD, (uint32_t) size))
		return OTA_RET_DOWNLOAD_SIZE;
	if (ota_img_read(type, OTA_IMG_DOWNLOAD, 0, head, sizeof head) != 0)
		return OTA_RET_NO_DOWNLOAD;
	memset(p, 0, sizeof *p);
	switch (gyw_envelope_decode(&p->envelope, head, (uint32_t) size)) {
	case GYW_ENVELOPE_OK:
		p->has_envelope = true;
		set_areas(p, type, p->envelope.head_size, (uint32_t) size);
		return OTA_RET_SUCCESS;
	case GYW_ENVELOPE_E_MAGIC:
		p->envelope.kind = GYW_ENVELOPE_HDIFF13;
		set_areas(p, type, INFO_SIZE, (uint32_t) size);
		return OTA_RET_SUCCESS;
	case GYW_ENVELOPE_E_CRC:
	case GYW_ENVELOPE_E_VERSION:
	case GYW_ENVELOPE_E_SIZE: break;
	}
	return OTA_RET_PATCH;
}

/* Without an envelope nobody knows. Uses the memory that patches are applied in. */
static bool
is_image(const struct patching *p, ota_img_t image, uint32_t size, const uint8_t expected[32])
{
	uint8_t digest[32];

	return !p->has_envelope ||
	       (has_room(p->type, image, size) && liteos_hash(p->type, image, size, digest) &&
		       memcmp(digest, expected, sizeof digest) == 0);
}

static bool
is_old(const struct patching *p, ota_img_t image)
{
	return is_image(p, image, p->envelope.old_size, p->envelope.old_sha256);
}

/* In the documented order; Download is held against the new image's size, too. */
static ota_ret_t
check_sizes(ota_type_t type, uint32_t old_size, uint32_t new_size)
{
	if (!has_room(type, OTA_IMG_BACKUP, old_size))
		return OTA_RET_BACKUP_SIZE;
	if (!has_room(type, OTA_IMG_DOWNLOAD, new_size))
		return OTA_RET_DOWNLOAD_SIZE;
	if (!has_room(type, OTA_IMG_RUNNING, new_size))
		return OTA_RET_RUNNING_SIZE;
	return OTA_RET_SUCCESS;
}

/* The patch's own head; that an envelope says something else about the sizes is damage. */
static ota_ret_t
open_patch(struct patching *p)
{
	struct gya_hdiff13 *diff = &liteos_module.work.hdiff13;
	struct gya_hpatchlite *hi = &liteos_module.work.hpatchlite;
	const struct gya_lzma *const *lzma = liteos_module.port->lzma;
	bool is_hi = p->envelope.kind == GYW_ENVELOPE_HPATCHLITE;
	ota_ret_t ret = ret_of(is_hi ? gya_hpatchlite_open(hi, &p->patch, lzma[0])
				     : gya_hdiff13_open(diff, &p->patch, lzma));
	uint32_t new_size;

	if (ret != OTA_RET_SUCCESS)
		return ret;
	if (!is_hi)
		p->old.size = diff->old_size;
	new_size = is_hi ? hi->new_size : diff->new_size;
	if (p->has_envelope && (p->old.size != p->envelope.old_size || new_size != p->envelope.new_size))
		return OTA_RET_PATCH;
	return check_sizes(p->type, p->old.size, new_size);
}

static enum gya_patch_result
apply_patch(struct patching *p)
{
	return p->envelope.kind == GYW_ENVELOPE_HPATCHLITE
		       ? gya_hpatchlite_apply(&liteos_module.work.hpatchlite, &p->old, &p->sink)
		       : gya_hdiff13_apply(&liteos_module.work.hdiff13, &p->old, &p->sink);
}

ota_ret_t
liteos_look(ota_type_t type, int size)
{
	struct patching p;
	ota_ret_t ret = read_head(&p, type, size);

	if (ret != OTA_RET_SUCCESS)
		return ret;
	return is_old(&p, OTA_IMG_RUNNING) ? open_patch(&p) : OTA_RET_NO_RUNNING;
}

ota_ret_t
ota_patch(ota_type_t type, int size)
{
	struct patching p;
	ota_ret_t ret = read_head(&p, type, size);

	if (ret == OTA_RET_SUCCESS)
		ret = is_old(&p, OTA_IMG_BACKUP) ? open_patch(&p) : OTA_RET_NO_BACKUP;
	if (ret != OTA_RET_SUCCESS)
		return ret;
	if (ota_img_erase(type, OTA_IMG_RUNNING) != 0)
		return OTA_RET_RUNNING_ERASE;
	ret = ret_of(apply_patch(&p));
	/* the original does not flush here; a driver that keeps a tail would lose it */
	if (ret == OTA_RET_SUCCESS && ota_img_flush(type, OTA_IMG_RUNNING) != 0)
		ret = OTA_RET_RUNNING_FLUSH;
	if (ret == OTA_RET_SUCCESS &&
		!is_image(&p, OTA_IMG_RUNNING, p.envelope.new_size, p.envelope.new_sha256))
		ret = OTA_RET_PATCH;
	return ret;
}

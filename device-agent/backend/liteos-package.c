/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "device-agent/backend/liteos-private.h"
#include "protocol/wire/mem.h"

static uint32_t
least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* ---- sources ---- */

/* The manifest, which stands in for the package's first bytes, or Download. */
struct reach {
	ota_img_t image;
	const uint8_t *bytes; /* NULL: the image */
	uint32_t offset;
	uint32_t size; /* of `bytes` */
};

static bool
read_reach(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const struct reach *reach = context;
	uint32_t at = reach->offset + offset;

	if (reach->bytes == NULL)
		return ota_img_read(OTA_FOTA, reach->image, (int) at, bytes, (int) size) == 0;
	/* a head is read in whole pieces: what the manifest does not have is of no interest to it */
	memset(bytes, 0, size);
	if (at < reach->size)
		memcpy(bytes, reach->bytes + at, least(size, reach->size - at));
	return true;
}

bool
liteos_hash_image(ota_img_t image, uint32_t size, uint8_t digest[LITEOS_DIGEST_SIZE])
{
	const struct gya_crypto *crypto = liteos_backend.setup->crypto;
	struct gya_sha256 hash;
	bool is_read = true;
	uint32_t done;

	crypto->sha256_init(&hash);
	for (done = 0; done < size && is_read; done += LITEOS_HASHED_PIECE) {
		uint32_t n = least(size - done, LITEOS_HASHED_PIECE);

		liteos_backend.setup->watchdog();
		is_read = ota_img_read(OTA_FOTA, image, (int) done, liteos_backend.work.piece, (int) n) == 0;
		crypto->sha256_update(&hash, liteos_backend.work.piece, n);
	}
	crypto->sha256_final(&hash, digest);
	return is_read;
}

/* ---- what a package says of itself ---- */

static void
read_begin(const struct gyw_begin *begin, struct liteos_told *told)
{
	struct gyw_reader tlvs, value;
	uint8_t tag;

	memset(told, 0, sizeof *told);
	gyw_reader_init(&tlvs, begin->tlvs, begin->tlvs_size);
	while (gyw_read_tlv(&tlvs, &tag, &value)) {
		if (tag == GYW_BEGIN_OLD_SHA256 && value.left == LITEOS_DIGEST_SIZE) {
			gyw_read_bytes(&value, told->old, LITEOS_DIGEST_SIZE);
			told->has_old = true;
		} else if (tag == GYW_BEGIN_VERSION && value.left <= OTA_VERSION_SIZE) {
			gyw_read_bytes(&value, told->version, value.left);
		}
	}
}

/* An envelope says it better. */
static void
add_told(struct liteos_package *package, const struct liteos_told *told)
{
	if (package->has_envelope)
		return;
	package->has_old = told->has_old;
	memcpy(package->old, told->old, sizeof package->old);
	memcpy(package->version, told->version, sizeof package->version);
}

static bool
read_head(struct liteos_package *package, const uint8_t *head, uint32_t length)
{
	struct gyw_envelope envelope;

	memset(package, 0, sizeof *package);
	switch (gyw_envelope_decode(&envelope, head, length)) {
	case GYW_ENVELOPE_OK: break;
	case GYW_ENVELOPE_E_MAGIC:
		package->kind = GYW_ENVELOPE_HDIFF13;
		package->head_size = LITEOS_INFO_SIZE;
		return length > LITEOS_INFO_SIZE || liteos_refuse(GYW_CAUSE_PACKAGE, length);
	case GYW_ENVELOPE_E_CRC:
	case GYW_ENVELOPE_E_VERSION:
	case GYW_ENVELOPE_E_SIZE: return liteos_refuse(GYW_CAUSE_PACKAGE, 0);
	}
	if (!liteos_backend.setup->takes_envelopes)
		return liteos_refuse(GYW_CAUSE_NOT_OFFERED, 0);
	package->has_envelope = package->has_old = package->has_new = true;
	package->kind = envelope.kind;
	package->head_size = envelope.head_size;
	package->old_size = envelope.old_size;
	package->new_size = envelope.new_size;
	memcpy(package->old, envelope.old_sha256, LITEOS_DIGEST_SIZE);
	memcpy(package->new, envelope.new_sha256, LITEOS_DIGEST_SIZE);
	memcpy(package->version, envelope.version, sizeof package->version);
	return true;
}

static bool
refuse_patch(enum gya_patch_result result)
{
	switch (result) {
	case GYA_PATCH_OK: return true;
	case GYA_PATCH_E_COMPRESSION: return liteos_refuse(GYW_CAUSE_DECODER, 0);
	case GYA_PATCH_E_READ_PATCH:
	case GYA_PATCH_E_READ_OLD: return liteos_refuse(GYW_CAUSE_READ, 0);
	case GYA_PATCH_E_TOO_LARGE: return liteos_refuse(GYW_CAUSE_TOO_LARGE_PARTITION, GYA_PATCH_PIECE);
	case GYA_PATCH_E_FORMAT:
	case GYA_PATCH_E_DATA:
	case GYA_PATCH_E_OLD:
	case GYA_PATCH_E_WRITE: break;
	}
	return liteos_refuse(GYW_CAUSE_LAYOUT, 0);
}

/* Of a manifest the head is all that there is; nor is there more to do for one who cannot unpack. */
static enum gya_patch_result
look_into(uint32_t kind, const struct gya_patch_source *patch, bool is_whole)
{
	const struct gya_lzma *const *lzma = liteos_backend.setup->lzma;
	struct gya_hdiff13 *diff = &liteos_backend.work.hdiff13;
	struct gya_hpatchlite *hi = &liteos_backend.work.hpatchlite;

	if (kind == GYW_ENVELOPE_HPATCHLITE)
		return is_whole ? gya_hpatchlite_open(hi, patch, lzma[0])
				: gya_hpatchlite_read_head(hi, patch);
	return is_whole ? gya_hdiff13_open(diff, patch, lzma) : gya_hdiff13_read_head(diff, patch);
}

/* The patch's head agrees with the envelope; without one it says the sizes. */
static bool
open_patch(struct liteos_package *package, const struct gya_patch_source *patch, bool is_whole)
{
	bool is_hi = package->kind == GYW_ENVELOPE_HPATCHLITE;
	uint32_t old_size = package->old_size;
	uint32_t new_size;

	if (!refuse_patch(look_into(package->kind, patch, is_whole)))
		return false;
	if (!is_hi)
		old_size = liteos_backend.work.hdiff13.old_size;
	new_size = is_hi ? liteos_backend.work.hpatchlite.new_size : liteos_backend.work.hdiff13.new_size;
	if (package->has_envelope && (old_size != package->old_size || new_size != package->new_size))
		return liteos_refuse(GYW_CAUSE_LAYOUT, package->head_size);
	package->old_size = old_size;
	package->new_size = new_size;
	return true;
}

/* Download is held against the new image, too: the loader does, for no reason that is known (spec: 5.6). */
static bool
judge_sizes(const struct liteos_package *package)
{
	static const struct {
		ota_img_t image;
		bool is_old;
	} rooms[] = {{OTA_IMG_BACKUP, true}, {OTA_IMG_DOWNLOAD, false}, {OTA_IMG_RUNNING, false}};
	uint32_t i;

	for (i = 0; i < sizeof rooms / sizeof rooms[0]; i++)
		if ((rooms[i].is_old ? package->old_size : package->new_size) >
			liteos_size_of(rooms[i].image))
			return liteos_refuse(GYW_CAUSE_TOO_LARGE_PARTITION, rooms[i].image);
	/* what the loader copies is as large as Running */
	if (liteos_size_of(OTA_IMG_BACKUP) < liteos_size_of(OTA_IMG_RUNNING))
		return liteos_refuse(GYW_CAUSE_TOO_LARGE_PARTITION, OTA_IMG_BACKUP);
	return true;
}

/* A difference without a word on its old image is not taken: applied to another one it makes rubbish unnoticed. */
static bool
judge_old(const struct liteos_package *package)
{
	uint8_t digest[LITEOS_DIGEST_SIZE];

	if (package->old_size == 0)
		return true;
	if (!package->has_old)
		return liteos_refuse(GYW_CAUSE_OLD_IMAGE, 0);
	if (!liteos_hash_image(OTA_IMG_RUNNING, package->old_size, digest))
		return liteos_refuse(GYW_CAUSE_READ, 0);
	return memcmp(digest, package->old, sizeof digest) == 0 ||
	       liteos_refuse(GYW_CAUSE_OLD_IMAGE, package->old_size);
}

/* ---- a patch that is tried ---- */

static bool
hash_piece(void *context, const uint8_t *bytes, uint32_t size)
{
	liteos_backend.setup->crypto->sha256_update(context, bytes, size);
	return true;
}

static bool
try_patch(const struct liteos_package *package)
{
	struct reach running = {OTA_IMG_RUNNING, NULL, 0, 0};
	const struct gya_patch_source old = {&running, package->old_size, read_reach};
	struct gya_sha256 hash;
	const struct gya_patch_sink sink = {&hash, hash_piece, liteos_backend.setup->watchdog};
	uint8_t digest[LITEOS_DIGEST_SIZE];
	enum gya_patch_result result;

	liteos_backend.setup->crypto->sha256_init(&hash);
	result = package->kind == GYW_ENVELOPE_HPATCHLITE
			 ? gya_hpatchlite_apply(&liteos_backend.work.hpatchlite, &old, &sink)
			 : gya_hdiff13_apply(&liteos_backend.work.hdiff13, &old, &sink);
	liteos_backend.setup->crypto->sha256_final(&hash, digest);
	if (!refuse_patch(result))
		return false;
	return !package->has_new || memcmp(digest, package->new, sizeof digest) == 0 ||
	       liteos_refuse(GYW_CAUSE_DATA_HASH, 0);
}

static bool
judge_package(const struct gyw_begin *begin, struct reach *reach, const uint8_t *head, bool is_stored)
{
	struct liteos_package *package = &liteos_backend.package;
	struct gya_patch_source patch = {reach, 0, read_reach};

	if (!read_head(package, head, begin->length))
		return false;
	if (!is_stored)
		read_begin(begin, &liteos_backend.told);
	add_told(package, &liteos_backend.told);
	reach->offset = package->head_size;
	patch.size = begin->length - package->head_size;
	/* hashing uses the memory that the patch is open in */
	if (!open_patch(package, &patch, false) || !judge_sizes(package) || !judge_old(package))
		return false;
	if (!is_stored || liteos_backend.setup->lzma[0] == NULL)
		return true;
	return open_patch(package, &patch, true) && try_patch(package);
}

bool
liteos_judge(const struct gyw_begin *begin, uint8_t *bytes, uint32_t size, bool is_stored)
{
	struct reach reach = {OTA_IMG_DOWNLOAD, is_stored ? NULL : bytes, 0, size};
	uint8_t head[GYW_ENVELOPE_SIZE] = {0};

	if (begin->length > liteos_size_of(OTA_IMG_DOWNLOAD))
		return liteos_refuse(GYW_CAUSE_TOO_LARGE, liteos_size_of(OTA_IMG_DOWNLOAD));
	if (!is_stored && size != least(begin->length, LITEOS_MANIFEST_MOST))
		return liteos_refuse(GYW_CAUSE_LAYOUT, size);
	if (!read_reach(&reach, 0, head, least(begin->length, sizeof head)))
		return liteos_refuse(GYW_CAUSE_READ, 0);
	return judge_package(begin, &reach, head, is_stored);
}

bool
liteos_read_installed(uint32_t length, uint32_t *image_size)
{
	struct liteos_package *package = &liteos_backend.package;
	struct reach reach = {OTA_IMG_DOWNLOAD, NULL, 0, 0};
	struct gya_patch_source patch = {&reach, 0, read_reach};
	uint8_t head[GYW_ENVELOPE_SIZE];

	if (length > liteos_size_of(OTA_IMG_DOWNLOAD) || !read_reach(&reach, 0, head, sizeof head) ||
		!read_head(package, head, length))
		return false;
	reach.offset = package->head_size;
	patch.size = length - package->head_size;
	if (!open_patch(package, &patch, false))
		return false;
	*image_size = package->new_size;
	return true;
}

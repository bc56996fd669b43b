/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/backend-liteos.h"

#include <ota_flag.h>
#include <ota_flow.h>
#include <stddef.h>

#include "protocol/wire/envelope.h"
#include "protocol/wire/mem.h"
#include "protocol/wire/message.h"

#define PIECE         1024u
#define INFO_SIZE     32u
#define MANIFEST_MOST 256u /* either head, and that of the patch behind it */
#define DIGEST_SIZE   32u
#define HASHED_PIECE  512u

/* What a package says of itself. */
struct package {
	bool has_envelope;
	uint32_t kind;      /* enum gyw_envelope_kind */
	uint32_t head_size; /* before the patch */
	uint32_t old_size;  /* 0: the whole new image */
	uint32_t new_size;
	bool has_old; /* `old` is known */
	bool has_new;
	uint8_t old[DIGEST_SIZE];
	uint8_t new[DIGEST_SIZE];
	uint8_t version[OTA_VERSION_SIZE];
};

static struct {
	const struct gya_liteos_setup *setup;
	struct gya_verdict *verdict; /* the agent's */
	struct gyw_info_result last;
	struct package package;
	struct gya_info_tag tags[5];
	ota_img_info_t running; /* what the record says of it */
	uint8_t running_sha256[DIGEST_SIZE];
	uint32_t length; /* of the package that is being stored */
	uint32_t written;
	union {
		struct gya_hdiff13 hdiff13;
		struct gya_hpatchlite hpatchlite;
		uint8_t piece[HASHED_PIECE];
	} work;
} liteos;

static bool
refuse(uint32_t cause, uint32_t detail)
{
	liteos.verdict->cause = cause;
	liteos.verdict->detail = detail;
	return false;
}

static uint32_t
least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* A call's result; -1 is all that they say. */
static bool
went(int result, uint32_t cause, ota_ret_t code)
{
	liteos.verdict->code = result == 0 ? 0 : (uint32_t) code;
	return result == 0 || refuse(cause, liteos.written);
}

static uint32_t
size_of(ota_img_t image)
{
	int size;

	return ota_img_size(OTA_FOTA, image, &size) == 0 && size > 0 ? (uint32_t) size : 0;
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

static bool
hash_image(ota_img_t image, uint32_t size, uint8_t digest[DIGEST_SIZE])
{
	const struct gya_crypto *crypto = liteos.setup->crypto;
	struct gya_sha256 hash;
	bool is_read = true;
	uint32_t done;

	crypto->sha256_init(&hash);
	for (done = 0; done < size && is_read; done += HASHED_PIECE) {
		uint32_t n = least(size - done, HASHED_PIECE);

		liteos.setup->watchdog();
		is_read = ota_img_read(OTA_FOTA, image, (int) done, liteos.work.piece, (int) n) == 0;
		crypto->sha256_update(&hash, liteos.work.piece, n);
	}
	crypto->sha256_final(&hash, digest);
	return is_read;
}

/* ---- what a package says of itself ---- */

/* Of one without an envelope BEGIN says what it is made against. */
static void
read_begin(const struct gyw_begin *begin, struct package *package)
{
	struct gyw_reader tlvs, value;
	uint8_t tag;

	gyw_reader_init(&tlvs, begin->tlvs, begin->tlvs_size);
	while (gyw_read_tlv(&tlvs, &tag, &value)) {
		if (tag == GYW_BEGIN_OLD_SHA256 && !package->has_envelope && value.left == DIGEST_SIZE) {
			gyw_read_bytes(&value, package->old, DIGEST_SIZE);
			package->has_old = true;
		} else if (tag == GYW_BEGIN_VERSION && !package->has_envelope &&
			   value.left <= OTA_VERSION_SIZE) {
			gyw_read_bytes(&value, package->version, value.left);
		}
	}
}

static bool
read_head(struct package *package, const uint8_t *head, uint32_t length)
{
	struct gyw_envelope envelope;

	memset(package, 0, sizeof *package);
	switch (gyw_envelope_decode(&envelope, head, length)) {
	case GYW_ENVELOPE_OK: break;
	case GYW_ENVELOPE_E_MAGIC:
		package->kind = GYW_ENVELOPE_HDIFF13;
		package->head_size = INFO_SIZE;
		return length > INFO_SIZE || refuse(GYW_CAUSE_PACKAGE, length);
	case GYW_ENVELOPE_E_CRC:
	case GYW_ENVELOPE_E_VERSION:
	case GYW_ENVELOPE_E_SIZE: return refuse(GYW_CAUSE_PACKAGE, 0);
	}
	if (!liteos.setup->takes_envelopes)
		return refuse(GYW_CAUSE_NOT_OFFERED, 0);
	package->has_envelope = package->has_old = package->has_new = true;
	package->kind = envelope.kind;
	package->head_size = envelope.head_size;
	package->old_size = envelope.old_size;
	package->new_size = envelope.new_size;
	memcpy(package->old, envelope.old_sha256, DIGEST_SIZE);
	memcpy(package->new, envelope.new_sha256, DIGEST_SIZE);
	memcpy(package->version, envelope.version, sizeof package->version);
	return true;
}

static bool
refuse_patch(enum gya_patch_result result)
{
	switch (result) {
	case GYA_PATCH_OK: return true;
	case GYA_PATCH_E_COMPRESSION: return refuse(GYW_CAUSE_DECODER, 0);
	case GYA_PATCH_E_READ_PATCH:
	case GYA_PATCH_E_READ_OLD: return refuse(GYW_CAUSE_READ, 0);
	case GYA_PATCH_E_TOO_LARGE: return refuse(GYW_CAUSE_TOO_LARGE_PARTITION, GYA_PATCH_PIECE);
	case GYA_PATCH_E_FORMAT:
	case GYA_PATCH_E_DATA:
	case GYA_PATCH_E_OLD:
	case GYA_PATCH_E_WRITE: break;
	}
	return refuse(GYW_CAUSE_LAYOUT, 0);
}

/* Of a manifest the head is all that there is; nor is there more to do for one who cannot unpack. */
static enum gya_patch_result
look_into(uint32_t kind, const struct gya_patch_source *patch, bool is_whole)
{
	const struct gya_lzma *const *lzma = liteos.setup->lzma;
	struct gya_hdiff13 *diff = &liteos.work.hdiff13;
	struct gya_hpatchlite *hi = &liteos.work.hpatchlite;

	if (kind == GYW_ENVELOPE_HPATCHLITE)
		return is_whole ? gya_hpatchlite_open(hi, patch, lzma[0])
				: gya_hpatchlite_read_head(hi, patch);
	return is_whole ? gya_hdiff13_open(diff, patch, lzma) : gya_hdiff13_read_head(diff, patch);
}

/* The patch's head agrees with the envelope; without one it says the sizes. */
static bool
open_patch(struct package *package, const struct gya_patch_source *patch, bool is_whole)
{
	bool is_hi = package->kind == GYW_ENVELOPE_HPATCHLITE;
	uint32_t old_size = package->old_size;
	uint32_t new_size;

	if (!refuse_patch(look_into(package->kind, patch, is_whole)))
		return false;
	if (!is_hi)
		old_size = liteos.work.hdiff13.old_size;
	new_size = is_hi ? liteos.work.hpatchlite.new_size : liteos.work.hdiff13.new_size;
	if (package->has_envelope && (old_size != package->old_size || new_size != package->new_size))
		return refuse(GYW_CAUSE_LAYOUT, package->head_size);
	package->old_size = old_size;
	package->new_size = new_size;
	return true;
}

/* Download is held against the new image, too: the loader does, for no reason that is known (spec: 5.6). */
static bool
judge_sizes(const struct package *package)
{
	static const struct {
		ota_img_t image;
		bool is_old;
	} rooms[] = {{OTA_IMG_BACKUP, true}, {OTA_IMG_DOWNLOAD, false}, {OTA_IMG_RUNNING, false}};
	uint32_t i;

	for (i = 0; i < sizeof rooms / sizeof rooms[0]; i++)
		if ((rooms[i].is_old ? package->old_size : package->new_size) > size_of(rooms[i].image))
			return refuse(GYW_CAUSE_TOO_LARGE_PARTITION, rooms[i].image);
	/* what the loader copies is as large as Running */
	if (size_of(OTA_IMG_BACKUP) < size_of(OTA_IMG_RUNNING))
		return refuse(GYW_CAUSE_TOO_LARGE_PARTITION, OTA_IMG_BACKUP);
	return true;
}

/* A difference without a word on its old image is not taken: applied to another one it makes rubbish unnoticed. */
static bool
judge_old(const struct package *package)
{
	uint8_t digest[DIGEST_SIZE];

	if (package->old_size == 0)
		return true;
	if (!package->has_old)
		return refuse(GYW_CAUSE_OLD_IMAGE, 0);
	if (!hash_image(OTA_IMG_RUNNING, package->old_size, digest))
		return refuse(GYW_CAUSE_READ, 0);
	return memcmp(digest, package->old, sizeof digest) == 0 ||
	       refuse(GYW_CAUSE_OLD_IMAGE, package->old_size);
}

/* ---- a patch that is tried ---- */

static bool
hash_piece(void *context, const uint8_t *bytes, uint32_t size)
{
	liteos.setup->crypto->sha256_update(context, bytes, size);
	return true;
}

static bool
try_patch(const struct package *package)
{
	struct reach running = {OTA_IMG_RUNNING, NULL, 0, 0};
	const struct gya_patch_source old = {&running, package->old_size, read_reach};
	struct gya_sha256 hash;
	const struct gya_patch_sink sink = {&hash, hash_piece, liteos.setup->watchdog};
	uint8_t digest[DIGEST_SIZE];
	enum gya_patch_result result;

	liteos.setup->crypto->sha256_init(&hash);
	result = package->kind == GYW_ENVELOPE_HPATCHLITE
			 ? gya_hpatchlite_apply(&liteos.work.hpatchlite, &old, &sink)
			 : gya_hdiff13_apply(&liteos.work.hdiff13, &old, &sink);
	liteos.setup->crypto->sha256_final(&hash, digest);
	if (!refuse_patch(result))
		return false;
	return !package->has_new || memcmp(digest, package->new, sizeof digest) == 0 ||
	       refuse(GYW_CAUSE_DATA_HASH, 0);
}

static bool
judge_package(const struct gyw_begin *begin, struct reach *reach, const uint8_t *head, bool is_stored)
{
	struct package *package = &liteos.package;
	struct gya_patch_source patch = {reach, 0, read_reach};

	if (!read_head(package, head, begin->length))
		return false;
	read_begin(begin, package);
	reach->offset = package->head_size;
	patch.size = begin->length - package->head_size;
	/* hashing uses the memory that the patch is open in */
	if (!open_patch(package, &patch, false) || !judge_sizes(package) || !judge_old(package))
		return false;
	if (!is_stored || liteos.setup->lzma[0] == NULL)
		return true;
	return open_patch(package, &patch, true) && try_patch(package);
}

static bool
judge(const struct gyw_begin *begin, uint8_t *bytes, uint32_t size, bool is_stored)
{
	struct reach reach = {OTA_IMG_DOWNLOAD, is_stored ? NULL : bytes, 0, size};
	uint8_t head[GYW_ENVELOPE_SIZE] = {0};

	if (begin->length > size_of(OTA_IMG_DOWNLOAD))
		return refuse(GYW_CAUSE_TOO_LARGE, size_of(OTA_IMG_DOWNLOAD));
	if (!is_stored && size != least(begin->length, MANIFEST_MOST))
		return refuse(GYW_CAUSE_LAYOUT, size);
	if (!read_reach(&reach, 0, head, least(begin->length, sizeof head)))
		return refuse(GYW_CAUSE_READ, 0);
	return judge_package(begin, &reach, head, is_stored);
}

/* ---- the rest of the session ---- */

static bool
save(ota_status_t status, ota_step_t step, uint32_t size, uint32_t cause)
{
	ota_flag_t flag;

	if (ota_flag_get(OTA_FOTA, &flag) != 0)
		memset(&flag, 0, sizeof flag);
	flag.status = status;
	flag.step = step;
	memset(&flag.download, 0, sizeof flag.download);
	flag.download.file_size = size;
	if (size != 0)
		memcpy(flag.download.version, liteos.package.version, sizeof flag.download.version);
	return went(ota_flag_save(OTA_FOTA, &flag), cause, OTA_RET_FLAG_SAVE);
}

/* ---- what runs ---- */

static bool
note(ota_flag_t *flag, const uint8_t version[OTA_VERSION_SIZE], uint32_t image_size)
{
	if (flag->running.file_size == image_size &&
		memcmp(flag->running.version, version, OTA_VERSION_SIZE) == 0)
		return true;
	flag->running.file_size = image_size;
	memcpy(flag->running.version, version, OTA_VERSION_SIZE);
	return ota_flag_save(OTA_FOTA, flag) == 0;
}

bool
gya_backend_liteos_note(const char *version, uint32_t image_size)
{
	uint8_t padded[OTA_VERSION_SIZE] = {0};
	ota_flag_t flag;
	uint32_t i;

	if (ota_flag_get(OTA_FOTA, &flag) != 0)
		memset(&flag, 0, sizeof flag);
	for (i = 0; i < OTA_VERSION_SIZE && version[i] != 0; i++)
		padded[i] = (uint8_t) version[i];
	return note(&flag, padded, image_size);
}

/* After an upgrade the package that brought it still stands in Download, and says how large the image is. */
static void
note_upgrade(ota_flag_t *flag)
{
	struct package *package = &liteos.package;
	struct reach reach = {OTA_IMG_DOWNLOAD, NULL, 0, 0};
	struct gya_patch_source patch = {&reach, 0, read_reach};
	uint32_t length = flag->download.file_size;
	uint8_t head[GYW_ENVELOPE_SIZE];

	if (flag->status != OTA_STATUS_SUCCESS || length > size_of(OTA_IMG_DOWNLOAD) ||
		!read_reach(&reach, 0, head, sizeof head) || !read_head(package, head, length))
		return;
	reach.offset = package->head_size;
	patch.size = length - package->head_size;
	if (open_patch(package, &patch, false))
		(void) note(flag, flag->download.version, package->new_size);
}

static void
add_tag(uint32_t *n, uint8_t tag, const void *value, uint32_t size)
{
	liteos.tags[*n].tag = tag;
	liteos.tags[*n].size = (uint8_t) size;
	liteos.tags[(*n)++].value = value;
}

/* Without a record of what runs nobody can say where it ends. */
static void
describe_running(const ota_img_info_t *running)
{
	static const char backend[] = "\3liteos";
	uint32_t length = 0;
	uint32_t n = 0;

	liteos.running = *running;
	while (length < OTA_VERSION_SIZE && running->version[length] != 0)
		length++;
	add_tag(&n, GYW_INFO_BACKEND, backend, sizeof backend - 1);
	add_tag(&n, GYW_INFO_RESULT, &liteos.last, sizeof liteos.last);
	if (running->file_size != 0 && running->file_size <= size_of(OTA_IMG_RUNNING) &&
		hash_image(OTA_IMG_RUNNING, running->file_size, liteos.running_sha256))
		add_tag(&n, GYW_INFO_DIGEST, liteos.running_sha256, DIGEST_SIZE);
	if (length > 0)
		add_tag(&n, GYW_INFO_VERSION, liteos.running.version, length);
}

static const struct gya_info_tag *
init(struct gya_verdict *verdict)
{
	ota_flag_t flag;

	liteos.verdict = verdict;
	if (!went(ota_init(), GYW_CAUSE_PREPARE, OTA_RET_UNKNOWN))
		return NULL;
	if (ota_flag_get(OTA_FOTA, &flag) != 0)
		memset(&flag, 0, sizeof flag);
	note_upgrade(&flag);
	liteos.last.result = flag.status;
	liteos.last.status = flag.step;
	describe_running(&flag.running);
	/* what was found on the way is no answer to anybody */
	memset(verdict, 0, sizeof *verdict);
	return liteos.tags;
}

static uint32_t
storage_size(void)
{
	return size_of(OTA_IMG_DOWNLOAD);
}

static bool
prepare(const struct gyw_begin *begin)
{
	liteos.length = begin->length;
	liteos.written = 0;
	return save(OTA_STATUS_DOWNLOADING, OTA_STEP_INIT, 0, GYW_CAUSE_PREPARE) &&
	       went(ota_img_erase(OTA_FOTA, OTA_IMG_DOWNLOAD), GYW_CAUSE_PREPARE, OTA_RET_DOWNLOAD_ERASE);
}

/* The last piece brings the tail out that a driver keeps: it is read back. */
static bool
write(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	liteos.setup->watchdog();
	liteos.written = offset;
	if (!went(ota_img_write(OTA_FOTA, OTA_IMG_DOWNLOAD, (int) offset, bytes, (int) size), GYW_CAUSE_STORE,
		    OTA_RET_DOWNLOAD_WRITE))
		return false;
	return offset + size < liteos.length ||
	       went(ota_img_flush(OTA_FOTA, OTA_IMG_DOWNLOAD), GYW_CAUSE_STORE, OTA_RET_DOWNLOAD_FLUSH);
}

static bool
read(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	liteos.setup->watchdog();
	return went(ota_img_read(OTA_FOTA, OTA_IMG_DOWNLOAD, (int) offset, bytes, (int) size), GYW_CAUSE_READ,
		OTA_RET_DOWNLOAD_READ);
}

static bool
arm(void)
{
	return save(OTA_STATUS_DOWNLOADED, OTA_STEP_START, liteos.length, GYW_CAUSE_VERIFY);
}

static bool
disarm(void)
{
	return save(OTA_STATUS_IDLE, OTA_STEP_INIT, 0, GYW_CAUSE_DISARM);
}

/* A record of a download under way is as good as none to the loader. */
static void
stop(void)
{
}

static bool
read_area(uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const struct gya_partition *place = gya_board_partition(liteos.setup->board, area);

	/* the board opens Running alone: the others come and go */
	if (!place || !place->readable || area != liteos.setup->board->application)
		return refuse(GYW_CAUSE_TARGET, area);
	if (size > place->size || offset > place->size - size)
		return refuse(GYW_CAUSE_RANGE, place->size);
	return went(ota_img_read(OTA_FOTA, OTA_IMG_RUNNING, (int) offset, bytes, (int) size), GYW_CAUSE_READ,
		OTA_RET_RUNNING_READ);
}

const struct gya_backend *
gya_backend_liteos(const struct gya_liteos_setup *setup)
{
	static struct gya_backend backend = {
		.id = 3,
		.mode = GYW_MODE_PACKAGE,
		.can = GYW_CAN_READ_BACK | GYW_CAN_DISARM,
		.piece = PIECE,
		.manifest_most = MANIFEST_MOST,
		.init = init,
		.storage_size = storage_size,
		.judge = judge,
		.prepare = prepare,
		.write = write,
		.read = read,
		.stop = stop,
		.arm = arm,
		.disarm = disarm,
		.read_area = read_area,
	};

	memset(&liteos, 0, sizeof liteos);
	liteos.setup = setup;
	backend.reset = setup->reset;
	return &backend;
}

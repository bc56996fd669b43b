/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/backend-hota.h"

#include <hal_hota_board.h>
#include <hota_updater.h>
#include <stddef.h>

#include "device-agent/include/outline.h"
#include "protocol/wire/mem.h"
#include "protocol/wire/message.h"

/* Package layout; offsets of 16-bit fields unless said otherwise. */
#define TYPE            0u
#define LENGTH          2u
#define HEAD_SIZE       4u /* 32 bits: bytes of the head */
#define TIME_TAG        140u
#define TIME_LENGTH     142u
#define TABLE_TAG       176u
#define TABLE_SIZE      178u
#define TABLE           180u
#define PACKAGE_ID_SIZE 16u
#define RECORD_SIZE     71u
#define NAME_SIZE       16u
#define RECORD_KIND     20u /* 8 bits */
#define RECORD_LENGTH   31u /* 32 bits */
#define AREA_SIZE       640u
#define SLOT_2048       0u
#define SLOT_2048_SIZE  256u
#define SLOT_3072       SLOT_2048_SIZE
#define SLOT_3072_SIZE  384u
#define TYPE_RSA2048    0x0001u
#define TYPE_RSA3072    0x0011u
#define MAX_COMPONENTS                                                                                       \
	9u /* the component has a buffer of 1500 bytes for the head and what stands behind it */
#define MANIFEST_MOST (TABLE + MAX_COMPONENTS * RECORD_SIZE + PACKAGE_ID_SIZE + AREA_SIZE)

#define PIECE         1024u       /* the component takes 4096 bytes at most */
#define NO_CODE       0xFFFFFFFFu /* what the calls return where no reason is told */

/* The backend's state; the rest is the component's. */
static struct {
	const struct gya_hota_setup *setup;
	struct gya_verdict *verdict; /* the agent's */
	struct gya_backend backend;  /* `can` is the session's */
	struct gyw_info_result last;
	uint32_t status; /* told last: a HotaStatus */
	uint32_t error;  /* told last: a HotaErrorCode; NO_CODE: none was */
	bool is_open;    /* HotaInit went through and HotaCancel has not come */
	bool is_own;     /* a package of the board's own kind */
	uint8_t key[32]; /* SHA-256 of the board's public key */
} hota;

static GYA_OUTLINE bool
refuse(uint32_t cause, uint32_t detail)
{
	hota.verdict->cause = cause;
	hota.verdict->detail = detail;
	return false;
}

/* A call's result, with the reason that was told meanwhile. */
static GYA_OUTLINE bool
went(int result, uint32_t cause)
{
	if (result == 0)
		return true;
	hota.verdict->code = hota.error;
	hota.verdict->cause = cause;
	return false;
}

static void
on_error(HotaErrorCode code)
{
	/* 0 says no more than the call's own -1 */
	if (code != HOTA_DATA_COMMON_ERR)
		hota.error = (uint32_t) code;
}

static void
on_status(HotaStatus status)
{
	hota.status = (uint32_t) status;
}

/* Lets go of what was begun; what is stored counts no more. */
static void
stop(void)
{
	if (hota.is_open)
		(void) HotaCancel();
	hota.is_open = false;
}

static bool
open(void)
{
	stop();
	hota.error = NO_CODE;
	hota.status = HOTA_NOT_INIT;
	hota.is_open = went(HotaInit(on_error, on_status), GYW_CAUSE_PREPARE);
	return hota.is_open;
}

/* The component asks for bytes that it could change, and does not change them. */
static int
give(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	return HotaWrite((unsigned char *) (uintptr_t) bytes, offset, size);
}

static uint32_t
get_u16(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t) bytes[1] << 8;
}

/* ---- the head, as far as the component does not look at it, or says nothing where it fails ---- */

static bool
judge_fields(const uint8_t *head, uint32_t size)
{
	static const struct {
		uint8_t at;
		uint8_t value;
	} fields[] = {{LENGTH, 136}, {TIME_TAG, 2}, {TIME_LENGTH, 32}, {TABLE_TAG, 5}};
	uint32_t table = size - TABLE - PACKAGE_ID_SIZE - AREA_SIZE;
	uint32_t i;

	for (i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (get_u16(head + fields[i].at) != fields[i].value)
			return refuse(GYW_CAUSE_PACKAGE, fields[i].at);
	if (gyw_get_u32le(head + HEAD_SIZE) != size - AREA_SIZE)
		return refuse(GYW_CAUSE_LAYOUT, HEAD_SIZE);
	if (get_u16(head + TABLE_SIZE) != table || table % RECORD_SIZE != 0)
		return refuse(GYW_CAUSE_LAYOUT, TABLE_SIZE);
	return true;
}

/* The slot that the key's size leaves free is zero: nothing signs it, and the component does not look. */
static bool
judge_area(const uint8_t *head, uint32_t size)
{
	bool is_short = get_u16(head + TYPE) == TYPE_RSA2048;
	uint32_t at = size - AREA_SIZE + (is_short ? SLOT_3072 : SLOT_2048);
	uint32_t end = at + (is_short ? SLOT_3072_SIZE : SLOT_2048_SIZE);

	if (!is_short && get_u16(head + TYPE) != TYPE_RSA3072)
		return refuse(GYW_CAUSE_LAYOUT, TYPE);
	for (; at < end; at++)
		if (head[at] != 0)
			return refuse(GYW_CAUSE_LAYOUT, at);
	return true;
}

/* Whether the board has a place for it; over NAME_SIZE bytes at most, filled with zeros. */
static bool
is_known(const uint8_t *name)
{
	const ComponentTableInfo *row;

	for (row = HotaHalGetPartitionInfo(); row && row->imgPath; row++) {
		const uint8_t *own = (const uint8_t *) row->componentName;
		uint32_t i = 0;

		while (i < NAME_SIZE && own[i] == name[i] && name[i])
			i++;
		if (i == NAME_SIZE || (i > 0 && own[i] == name[i]))
			return true;
	}
	return false;
}

static bool
is_repeated(const uint8_t *table, const uint8_t *record)
{
	for (; table != record; table += RECORD_SIZE)
		if (memcmp(table, record, NAME_SIZE) == 0)
			return true;
	return false;
}

/* The components fill the package to its last byte, and the last one has some: the component counts bytes, not ends. */
static bool
judge_components(const uint8_t *head, uint32_t size, uint32_t length)
{
	const uint8_t *record = head + TABLE;
	uint32_t n = get_u16(head + TABLE_SIZE) / RECORD_SIZE;
	uint32_t left = length - size;
	uint32_t part = 0;
	uint32_t i;

	for (i = 0; i < n; i++, record += RECORD_SIZE) {
		part = gyw_get_u32le(record + RECORD_LENGTH);
		if (!is_known(record))
			return refuse(GYW_CAUSE_UNKNOWN_IMAGE, i);
		if (is_repeated(head + TABLE, record))
			return refuse(GYW_CAUSE_DUPLICATE_IMAGE, i);
		if (record[RECORD_KIND] != 0)
			return refuse(GYW_CAUSE_FLAGS, i);
		if (part > left)
			return refuse(GYW_CAUSE_LAYOUT, TABLE + i * RECORD_SIZE + RECORD_LENGTH);
		left -= part;
	}
	return (left == 0 && part > 0) || refuse(GYW_CAUSE_LAYOUT, length - left);
}

static uint32_t
cause_of_error(void)
{
	switch (hota.error) {
	case HOTA_DATA_WRITE_ERR: return GYW_CAUSE_PREPARE;
	case HOTA_VERSION_INVALID: return GYW_CAUSE_ROLLBACK;
	case HOTA_DATA_SIGN_CHECK_ERR: return GYW_CAUSE_SIGNATURE;
	default: return GYW_CAUSE_PACKAGE;
	}
}

/*
 * The component itself says what it thinks of version and signature: it is given the head and nothing more, so that no
 * component's place is touched, and then told to forget it.
 */
static bool
ask(const uint8_t *head, uint32_t size)
{
	bool ok;

	if (!open())
		return false;
	ok = give(0, head, size) == 0 && hota.status == HOTA_TRANSPORT_INFO_DONE;
	stop();
	return went(ok ? 0 : -1, cause_of_error());
}

static bool
judge_manifest(const uint8_t *head, uint32_t size, uint32_t length)
{
	if (size < TABLE + PACKAGE_ID_SIZE + AREA_SIZE || size > length)
		return refuse(GYW_CAUSE_LAYOUT, size);
	return judge_fields(head, size) && judge_area(head, size) && judge_components(head, size, length) &&
	       ask(head, size);
}

/* USE_DEFAULT_PKG unless BEGIN says otherwise. */
static uint32_t
package_type(const struct gyw_begin *begin)
{
	struct gyw_reader tlvs, value;
	uint32_t type = USE_DEFAULT_PKG;
	uint8_t tag;

	gyw_reader_init(&tlvs, begin->tlvs, begin->tlvs_size);
	while (gyw_read_tlv(&tlvs, &tag, &value))
		if (tag == GYW_BEGIN_HOTA_TYPE)
			type = gyw_read_u8(&value);
	return type;
}

static bool
judge(const struct gyw_begin *begin, uint8_t *bytes, uint32_t size, bool is_stored)
{
	/* the component has verified all of it, or there was no last byte; what is read back has been compared */
	if (is_stored)
		return hota.is_own || went(hota.status == HOTA_TRANSPORT_ALL_DONE ? 0 : -1, GYW_CAUSE_VERIFY);
	hota.is_own = package_type(begin) == NOT_USE_DEFAULT_PKG;
	if (begin->target != hota.is_own * GYW_TARGET_CUSTOM)
		return refuse(GYW_CAUSE_TARGET, begin->target);
	hota.backend.can &= ~GYW_CAN_READ_BACK;
	if (!hota.is_own)
		return judge_manifest(bytes, size, begin->length);
	if (!hota.setup->takes_own)
		return refuse(GYW_CAUSE_NOT_OFFERED, 0);
	hota.backend.can |= GYW_CAN_READ_BACK;
	return true;
}

/* ---- the rest of the session ---- */

static void
note_last(void)
{
	UpdateMetaData data;

	if (HotaHalGetMetaData(&data) != 0)
		return;
	hota.last.result = data.updateStatus;
	hota.last.status = data.otaStatus;
}

static const struct gya_info_tag *
init(struct gya_verdict *verdict)
{
	static const struct gya_info_tag tags[] = {
		GYA_INFO_TEXT(GYW_INFO_BACKEND, "\2openharmony"),
		GYA_INFO_VALUE(GYW_INFO_RESULT, hota.last),
		GYA_INFO_VALUE(GYW_INFO_ROOT_KEY, hota.key),
		{0, 0, NULL},
	};
	const struct gya_crypto *crypto = hota.setup->crypto;
	struct gya_sha256 hash;
	unsigned int size;
	const unsigned char *key = HotaHalGetPubKey(&size);

	hota.verdict = verdict;
	hota.error = NO_CODE;
	/* without a key the component takes no package */
	if (!went(key ? 0 : -1, GYW_CAUSE_PREPARE))
		return NULL;
	crypto->sha256_init(&hash);
	crypto->sha256_update(&hash, key, size);
	crypto->sha256_final(&hash, hota.key);
	note_last();
	return tags;
}

static uint32_t
storage_size(void)
{
	return hota.setup->storage_size;
}

static bool
prepare(const struct gyw_begin *begin)
{
	(void) begin;
	return open() && went(HotaSetPackageType(hota.is_own ? NOT_USE_DEFAULT_PKG : USE_DEFAULT_PKG),
				 GYW_CAUSE_PREPARE);
}

static bool
write(uint32_t offset, const uint8_t *bytes, uint32_t size)
{
	return went(give(offset, bytes, size), GYW_CAUSE_STORE);
}

static bool
read(uint32_t offset, uint8_t *bytes, uint32_t size)
{
	return went(HotaRead(offset, size, bytes), GYW_CAUSE_READ);
}

static bool
arm(void)
{
	const struct gya_hota_setup *setup = hota.setup;

	return went(setup->finish ? setup->finish() : HotaSetBootSettings(), GYW_CAUSE_VERIFY);
}

static bool
disarm(void)
{
	hota.is_open = false;
	return went(HotaCancel(), GYW_CAUSE_DISARM);
}

/* Where the metadata are stubs, HotaRestart would wait for a status that is never stored. */
static void
reset(void)
{
	(void) (hota.setup->finish ? HotaHalRestart() : HotaRestart());
}

static bool
read_area(uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	const struct gya_partition *place = gya_board_partition(hota.setup->board, area);

	if (!place || !place->readable || !hota.setup->read_flash)
		return refuse(GYW_CAUSE_TARGET, area);
	if (size > place->size || offset > place->size - size)
		return refuse(GYW_CAUSE_RANGE, place->size);
	return hota.setup->read_flash(place->address + offset, bytes, size) || refuse(GYW_CAUSE_READ, offset);
}

const struct gya_backend *
gya_backend_hota(const struct gya_hota_setup *setup)
{
	static const struct gya_backend backend = {
		.id = 2,
		.mode = GYW_MODE_PACKAGE,
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
		.reset = reset,
		.read_area = read_area,
	};

	memset(&hota, 0, sizeof hota);
	hota.setup = setup;
	hota.backend = backend;
	if (setup->cancel_disarms) {
		hota.backend.can = GYW_CAN_DISARM;
		hota.backend.disarm = disarm;
	}
	return &hota.backend;
}

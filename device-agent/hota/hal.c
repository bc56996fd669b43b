/* SPDX-License-Identifier: Apache-2.0 */
#include <hal_hota_board.h>

#include "device-agent/hota/board-private.h"
#include "device-agent/hota/module-private.h"
#include "protocol/wire/mem.h"

/* Abilities: packages are looked for and fetched by an application. */
#define ABILITIES 0x0C

static const struct gya_hota_component *
row_by_id(int id)
{
	const struct gya_hota_board *board = hota_module.port->board;
	uint32_t i;

	for (i = 0; i < board->n_components; i++)
		if (board->components[i].id == id)
			return &board->components[i];
	return NULL;
}

const struct gya_hota_component *
hota_row_of(const uint8_t *name)
{
	const struct gya_hota_board *board = hota_module.port->board;
	uint32_t i;

	for (i = 0; i < board->n_components; i++) {
		const struct gya_hota_component *row = &board->components[i];
		uint32_t n = 0;

		while (n < HOTA_NAME_SIZE && row->name[n] && (uint8_t) row->name[n] == name[n])
			n++;
		if (n > 0 && (n == HOTA_NAME_SIZE || (uint8_t) row->name[n] == name[n]))
			return row;
	}
	return NULL;
}

uint32_t
hota_staging_of(const struct gya_hota_component *row, uint32_t region)
{
	return hota_module.port->board->has_two && region != 0 ? row->partition : row->staging;
}

/* ---- what runs ---- */

bool
gya_hota_running(struct gya_hota_image *image, uint32_t *partition)
{
	struct hota_record record;

	*partition = hota_module.port->board->board->application;
	if (!hota_record_read(&record))
		return false;
	*image = record.running;
	if (hota_module.port->board->has_two && record.region != 0)
		*partition = row_by_id(0)->staging;
	return true;
}

uint32_t
gya_hota_next_partition(void)
{
	struct hota_record record;

	(void) hota_record_read(&record);
	return hota_module.port->board->has_two ? hota_staging_of(row_by_id(0), record.region)
						: hota_module.port->board->board->application;
}

static void
set_version(struct gya_hota_image *image, const char *version)
{
	uint32_t n;

	memset(image->version, 0, sizeof image->version);
	for (n = 0; n + 1 < sizeof image->version && version[n]; n++)
		image->version[n] = version[n];
}

bool
gya_hota_provision(uint32_t size, const char *version)
{
	struct hota_record record;

	memset(&record, 0, sizeof record);
	record.data.otaStatus = HOTA_NOT_INIT;
	record.running.size = size;
	set_version(&record.running, version);
	return hota_flash_hash(hota_module.port->board->board->application, size, record.running.sha256) &&
	       hota_record_write(&record);
}

/* ---- the component's calls ---- */

/* What was committed and not restarted is not to come any more: its bytes are about to go. */
static bool
withdraw(void)
{
	struct hota_record record;

	hota_module.has_own = false;
	hota_module.own_size = 0;
	if (!hota_record_read(&record) || record.commit == HOTA_COMMIT_NONE)
		return true;
	record.commit = HOTA_COMMIT_NONE;
	record.data.rebootStatus = 0;
	return hota_record_write(&record);
}

int
HotaHalInit(void)
{
	return withdraw() ? 0 : -1;
}

int
HotaHalDeInit(void)
{
	return withdraw() ? 0 : -1;
}

int
HotaHalGetUpdateIndex(unsigned int *index)
{
	struct hota_record record;

	if (!index || !hota_module.port->board->has_two || !hota_record_read(&record))
		return -1;
	*index = record.region == 0 ? 2 : 1;
	return 0;
}

/* The kernel that waits, or the other region's, is not what the record says any more. */
static bool
forget_next(void)
{
	struct hota_record record;

	if (!hota_record_read(&record))
		return false;
	if (record.next.size == 0)
		return true;
	memset(&record.next, 0, sizeof record.next);
	return hota_record_write(&record);
}

int
HotaHalWrite(int partition, unsigned char *buffer, unsigned int offset, unsigned int bufLen)
{
	const struct gya_hota_component *row = row_by_id(partition);
	struct hota_record record;

	if (partition == PARTITION_INFO_COMP)
		return hota_flash_write(GYA_HOTA_INFO, offset, buffer, bufLen) ? 0 : -1;
	if (!row || (offset == 0 && !forget_next()))
		return -1;
	if (partition == 0) {
		hota_module.has_own = true;
		if (offset + bufLen > hota_module.own_size)
			hota_module.own_size = offset + bufLen;
	}
	(void) hota_record_read(&record);
	return hota_flash_write(hota_staging_of(row, record.region), offset, buffer, bufLen) ? 0 : -1;
}

int
HotaHalRead(int partition, unsigned int offset, unsigned int bufLen, unsigned char *buffer)
{
	const struct gya_hota_component *row = row_by_id(partition);
	struct hota_record record;

	(void) hota_record_read(&record);
	return row && hota_flash_read(hota_staging_of(row, record.region), offset, buffer, bufLen) ? 0 : -1;
}

/* Of a package: its version, and its kernel if it brings one. */
static bool
fill_next_from_package(struct hota_record *record)
{
	uint8_t info[HOTA_INFO_MOST];
	const char *version;
	uint32_t n;

	if (!hota_flash_read(GYA_HOTA_INFO, 0, info, sizeof info))
		return false;
	version = hota_package_version(info);
	if (!version)
		return false;
	memset(&record->next, 0, sizeof record->next);
	set_version(&record->next, version);
	for (n = hota_package_count(info); n > 0; n--) {
		struct hota_component component;
		const struct gya_hota_component *row;

		hota_package_component(info, n - 1, &component);
		row = hota_row_of(component.name);
		if (!row || row->partition != hota_module.port->board->board->application)
			continue;
		record->next.size = component.size;
		memcpy(record->next.sha256, component.sha256, sizeof record->next.sha256);
	}
	return true;
}

/* Nobody says what version a package of one's own is. */
static bool
fill_next_from_own(struct hota_record *record)
{
	memset(&record->next, 0, sizeof record->next);
	record->next.size = hota_module.own_size;
	return hota_flash_hash(
		hota_staging_of(row_by_id(0), record->region), hota_module.own_size, record->next.sha256);
}

/* One record makes the new application come with the next boot. */
static int
commit(void)
{
	struct hota_record record;
	bool is_own = hota_module.has_own;

	if (!hota_record_read(&record))
		return -1;
	if (record.commit != HOTA_COMMIT_NONE)
		return 0;
	if (!is_own && record.data.otaStatus != HOTA_TRANSPORT_ALL_DONE)
		return -1;
	if (is_own ? !fill_next_from_own(&record) : !fill_next_from_package(&record))
		return -1;
	record.commit = is_own ? HOTA_COMMIT_OWN : HOTA_COMMIT_PACKAGE;
	record.data.rebootStatus = 1;
	return hota_record_write(&record) ? 0 : -1;
}

int
HotaHalSetBootSettings(void)
{
	return commit();
}

int
HotaHalRestart(void)
{
	if (commit() != 0)
		return -1;
	hota_module.port->reboot(hota_module.port->context);
	return 0;
}

int
HotaHalRollback(void)
{
	return withdraw() ? 0 : -1;
}

const ComponentTableInfo *
HotaHalGetPartitionInfo(void)
{
	const struct gya_hota_board *board = hota_module.port->board;
	uint32_t i;

	for (i = 0; i < board->n_components && i < HOTA_ROWS_MOST; i++) {
		ComponentTableInfo *row = &hota_module.table[i];

		row->id = board->components[i].id;
		row->componentName = board->components[i].name;
		row->imgPath = "";
		row->abFlag = board->has_two;
	}
	hota_module.table[i].imgPath = NULL;
	return hota_module.table;
}

unsigned char *
HotaHalGetPubKey(unsigned int *length)
{
	uint8_t *key = hota_module.key;

	/* DER says its own length: SEQUENCE, two bytes of it */
	if (!hota_flash_read(GYA_HOTA_KEY, 0, key, HOTA_KEY_MOST) || key[0] != 0x30 || key[1] != 0x82)
		return NULL;
	*length = 4u + ((uint32_t) key[2] << 8 | key[3]);
	return *length <= HOTA_KEY_MOST ? key : NULL;
}

int
HotaHalGetUpdateAbility(void)
{
	return ABILITIES;
}

int
HotaHalGetOtaPkgPath(char *path, int len)
{
	static const char place[] = "/sdcard";

	if (!path || len < (int) sizeof place)
		return -1;
	memcpy(path, place, sizeof place);
	return 0;
}

int
HotaHalIsDeviceCanReboot(void)
{
	return 1;
}

int
HotaHalIsDevelopMode(void)
{
	return 0;
}

int
HotaHalGetMetaData(UpdateMetaData *metaData)
{
	struct hota_record record;

	if (!metaData || !hota_record_read(&record))
		return -1;
	*metaData = record.data;
	return 0;
}

int
HotaHalSetMetaData(UpdateMetaData *metaData)
{
	struct hota_record record;

	if (!metaData || !hota_record_read(&record))
		return -1;
	if (memcmp(&record.data, metaData, sizeof *metaData) == 0)
		return 0;
	record.data = *metaData;
	return hota_record_write(&record) ? 0 : -1;
}

int
HotaHalRebootAndCleanUserData(void)
{
	return -1;
}

int
HotaHalRebootAndCleanCache(void)
{
	return -1;
}

int
HotaHalCheckVersionValid(const char *currentVersion, const char *pkgVersion, unsigned int pkgVersionLength)
{
	uint32_t i;

	if (!hota_module.port->board->takes_same)
		return 0;
	for (i = 0; i < pkgVersionLength && currentVersion[i] == pkgVersion[i]; i++)
		if (!currentVersion[i])
			return 1;
	return 0;
}

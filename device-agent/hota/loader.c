/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/hota/board-private.h"
#include "device-agent/hota/module-private.h"
#include "protocol/wire/mem.h"

static void
say(const char *text)
{
	const struct gya_hota_port *port = hota_module.port;

	for (; *text; text++)
		port->console_putc(port->context, *text);
}

/* ---- may what is staged be installed? 0, or why not, as a HotaErrorCode ---- */

static bool
holds(uint32_t partition, uint32_t size, const uint8_t *sha256)
{
	uint8_t digest[HOTA_DIGEST_SIZE];

	return hota_flash_hash(partition, size, digest) && memcmp(digest, sha256, sizeof digest) == 0;
}

static bool
is_component_staged(const struct hota_record *record, const struct hota_component *component)
{
	const struct gya_hota_component *row = hota_row_of(component->name);

	return row && holds(hota_staging_of(row, record->region), component->size, component->sha256);
}

static unsigned char
check_package(const struct hota_record *record, const uint8_t *info)
{
	const char *local = hota_module.port->local_version;
	const char *version = hota_package_version(info);
	uint32_t n = hota_package_count(info);
	uint32_t i;

	if (!hota_package_is_signed(info))
		return HOTA_DATA_SIGN_CHECK_ERR;
	if (!version || (hota_module.port->board->has_local_check && local &&
				!hota_version_may_follow(local, version)))
		return HOTA_VERSION_INVALID;
	for (i = 0; i < n; i++) {
		struct hota_component component;

		hota_package_component(info, i, &component);
		if (!is_component_staged(record, &component))
			return HOTA_DATA_VERIFY_HASH_ERR;
	}
	return 0;
}

static unsigned char
check_own(const struct hota_record *record)
{
	const struct gya_hota_component *row = &hota_module.port->board->components[0];

	return holds(hota_staging_of(row, record->region), record->next.size, record->next.sha256)
		       ? 0
		       : HOTA_DATA_VERIFY_HASH_ERR;
}

static unsigned char
check_committed(const struct hota_record *record, uint8_t info[HOTA_INFO_MOST])
{
	if (record->commit == HOTA_COMMIT_OWN)
		return check_own(record);
	return hota_flash_read(GYA_HOTA_INFO, 0, info, HOTA_INFO_MOST) ? check_package(record, info)
								       : HOTA_DATA_SIGN_CHECK_ERR;
}

/* ---- installing; repeated from the start after a cut ---- */

static bool
copy_component(const struct hota_component *component)
{
	const struct gya_hota_component *row = hota_row_of(component->name);

	return row && hota_flash_copy(row->staging, row->partition, component->size);
}

static bool
copy_all(const struct hota_record *record, const uint8_t *info)
{
	const struct gya_hota_component *own = &hota_module.port->board->components[0];
	uint32_t n = hota_package_count(info);
	uint32_t i;

	if (hota_module.port->board->has_two)
		return true;
	if (record->commit == HOTA_COMMIT_OWN)
		return hota_flash_copy(own->staging, own->partition, record->next.size);
	for (i = 0; i < n; i++) {
		struct hota_component component;

		hota_package_component(info, i, &component);
		if (!copy_component(&component))
			return false;
	}
	return true;
}

static void
take_over(struct hota_record *record)
{
	struct gya_hota_image old = record->running;

	/* a package without a kernel leaves the one that runs, under a new version */
	if (record->next.size == 0) {
		memcpy(record->running.version, record->next.version, sizeof record->running.version);
		return;
	}
	record->running = record->next;
	memset(&record->next, 0, sizeof record->next);
	if (hota_module.port->board->has_two) {
		record->next = old;
		record->region = !record->region;
	}
}

static bool
install(struct hota_record *record)
{
	uint8_t info[HOTA_INFO_MOST] = {0};
	unsigned char result;

	say("need upgrade\r\n");
	result = check_committed(record, info);
	if (result == 0 && !copy_all(record, info))
		result = HOTA_DATA_WRITE_ERR;
	if (result == 0)
		take_over(record);
	else
		memset(&record->next, 0, sizeof record->next);
	record->commit = HOTA_COMMIT_NONE;
	record->data.rebootStatus = 0;
	record->data.otaStatus = HOTA_NOT_INIT;
	record->data.updateStatus = result;
	say(result == 0 ? "upgrade success\r\n" : "upgrade failed\r\n");
	return hota_record_write(record) && result == 0;
}

/* ---- one boot ---- */

static bool
is_startable(const struct hota_record *record)
{
	const struct gya_hota_board *board = hota_module.port->board;
	uint32_t partition = board->board->application;

	if (board->has_two && record->region != 0)
		partition = board->components[0].staging;
	return record->running.size > 0 && holds(partition, record->running.size, record->running.sha256);
}

/* The region that was left, if it still is what it was. */
static bool
go_back(struct hota_record *record)
{
	if (!hota_module.port->board->has_two || record->next.size == 0)
		return false;
	take_over(record);
	return is_startable(record) && hota_record_write(record);
}

struct gya_hota_booted
gya_hota_boot(void)
{
	struct gya_hota_booted booted = {GYA_HOTA_BOOT_DEAD, false};
	struct hota_record record;

	if (!hota_record_read(&record))
		return booted;
	if (record.commit != HOTA_COMMIT_NONE) {
		booted.has_installed = install(&record);
		booted.outcome = GYA_HOTA_BOOT_RESET;
		say("reset now\r\n");
		return booted;
	}
	if (is_startable(&record) || go_back(&record))
		booted.outcome = GYA_HOTA_BOOT_START;
	return booted;
}

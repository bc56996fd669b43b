/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/alios/install-private.h"
#include "device-agent/alios/menu.h"
#include "protocol/wire/mem.h"

void
alios_say(const char *text)
{
	for (; *text != '\0'; text++)
		alios_port->console_putc(alios_port->context, *text);
}

/* ---- what runs ---- */

/* An application is whatever is there; nothing but erased flash is none. */
static bool
is_startable(uint32_t partition)
{
	uint8_t first[4];

	return alios_flash_read(partition, 0, first, sizeof first) &&
	       (first[0] & first[1] & first[2] & first[3]) != 0xFF;
}

static enum gya_alios_boot
start(struct gya_alios_booted *booted)
{
	booted->partition = alios_running_partition();
	return is_startable(booted->partition) ? GYA_ALIOS_BOOT_START : GYA_ALIOS_BOOT_DEAD;
}

/* ---- going back ---- */

/* What was left is gone back to while it still is what it was; an application may have begun a download over it. */
static bool
is_kept(const struct alios_record *record, uint32_t partition)
{
	uint16_t crc;

	return record->len != 0 && record->len <= alios_flash_size(partition) &&
	       alios_flash_crc16(partition, record->len, &crc) && crc == record->crc &&
	       is_startable(partition);
}

/* The record names the bank before the chip is told, as in whole.c. */
static enum gya_alios_boot
go_back(struct alios_record *record, struct gya_alios_booted *booted)
{
	if (alios_port->board->recovery != GYA_ALIOS_ABBOOT || !is_kept(record, record->dst_adr)) {
		alios_say("nothing to go back to\r\n");
		return alios_end(record) ? start(booted) : GYA_ALIOS_BOOT_RESET;
	}
	if (!alios_bank_select(record->dst_adr == GYA_ALIOS_APPLICATION ? 0 : 1) || !alios_end(record))
		return GYA_ALIOS_BOOT_RESET;
	alios_say("went back to the other bank\r\n");
	booted->has_gone_back = true;
	return GYA_ALIOS_BOOT_RESET;
}

static enum gya_alios_boot
begin_going_back(struct alios_record *record, struct gya_alios_booted *booted)
{
	record->upg_flag = ALIOS_FLAG_ROLLBACK;
	record->boot_count = 0;
	record->dst_adr = alios_download_partition();
	return alios_record_write(record) ? go_back(record, booted) : GYA_ALIOS_BOOT_RESET;
}

/* Four unconfirmed starts; the fifth goes back (spec alios-ota: 4.1). */
static enum gya_alios_boot
probe(struct alios_record *record, struct gya_alios_booted *booted)
{
	if (record->boot_count > ALIOS_BOOTS_MOST)
		return begin_going_back(record, booted);
	record->boot_count++;
	if (!alios_record_write(record))
		return GYA_ALIOS_BOOT_RESET;
	return start(booted);
}

/* ---- installing ---- */

/* With two banks, and while the new image is made aside, what runs is only read. */
static bool
may_be_torn(const struct alios_record *record)
{
	bool is_difference =
		record->upg_flag == ALIOS_FLAG_RECOVERY || record->upg_flag == ALIOS_FLAG_DIFF_3_X;

	return alios_port->board->recovery != GYA_ALIOS_ABBOOT &&
	       !(is_difference && alios_phase(record) != ALIOS_PHASE_PATCH);
}

static enum gya_alios_boot
try_again(struct alios_record *record, struct gya_alios_booted *booted)
{
	if (record->boot_count > ALIOS_BOOTS_MOST) {
		/* what may be neither old nor new is not started: the menu can still write to the board */
		if (may_be_torn(record))
			return GYA_ALIOS_BOOT_DEAD;
		return alios_end(record) ? start(booted) : GYA_ALIOS_BOOT_RESET;
	}
	record->boot_count++;
	(void) alios_record_write(record);
	return GYA_ALIOS_BOOT_RESET;
}

static enum gya_alios_boot
install(struct alios_record *record, struct gya_alios_booted *booted,
	enum alios_install (*step)(struct alios_record *record))
{
	uint32_t flag = record->upg_flag;

	alios_say("need upgrade\r\n");
	switch (step(record)) {
	case ALIOS_INSTALL_DONE:
		/* of two steps the second one is the next boot's */
		booted->has_installed =
			flag != record->upg_flag &&
			(record->upg_flag == ALIOS_FLAG_VERIFY || record->upg_flag == ALIOS_FLAG_NORMAL);
		alios_say(booted->has_installed ? "upgrade success, reset now\r\n"
						: "new image made, reset now\r\n");
		return GYA_ALIOS_BOOT_RESET;
	case ALIOS_INSTALL_REFUSED:
		alios_say("upgrade refused\r\n");
		return alios_end(record) ? start(booted) : GYA_ALIOS_BOOT_RESET;
	case ALIOS_INSTALL_FAILED: break;
	}
	alios_say("upgrade failed\r\n");
	return try_again(record, booted);
}

static enum gya_alios_boot
decide(struct alios_record *record, struct gya_alios_booted *booted)
{
	switch (record->upg_flag) {
	case ALIOS_FLAG_RECOVERY:
	case ALIOS_FLAG_DIFF_3_X: return install(record, booted, alios_patch);
	case ALIOS_FLAG_SWAP:
	case ALIOS_FLAG_DUAL:
	case ALIOS_FLAG_UPGRADE:
	case ALIOS_FLAG_RAW_3_X: return install(record, booted, alios_install_whole);
	case ALIOS_FLAG_XZ_3_X: return install(record, booted, alios_unpack);
	case ALIOS_FLAG_VERIFY: return probe(record, booted);
	case ALIOS_FLAG_ROLLBACK: return go_back(record, booted);
	default: return start(booted);
	}
}

struct gya_alios_booted
gya_alios_boot(void)
{
	struct gya_alios_booted booted = {GYA_ALIOS_BOOT_RESET, GYA_ALIOS_APPLICATION, false, false};
	struct alios_record record;

	if (alios_port->console_getc && alios_menu_run() == ALIOS_MENU_RESET)
		return booted;
	/* without a record that is whole nothing waits */
	(void) alios_record_read(&record);
	booted.outcome = decide(&record, &booted);
	return booted;
}

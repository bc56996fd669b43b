// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/second-boot/target.h"

#include <glib/gi18n-lib.h>

static gboolean G_GNUC_PRINTF(2, 3) refuse(GError **error, const char *message, ...)
{
	va_list arguments;

	va_start(arguments, message);
	g_propagate_error(
		error, g_error_new_valist(GY_LINK_ERROR, GY_LINK_ERROR_BOOT_MENU, message, arguments));
	va_end(arguments);
	return FALSE;
}

/* What is known of a partition from either side. */
static gboolean
agree(const GySecondBootRange *known, const GySecondBootRange *shown, GySecondBootRange *range,
	GError **error)
{
	if (known->size != 0 && shown->size != 0 &&
		(known->address != shown->address || known->size != shown->size))
		return refuse(error,
			_("the loader has its partition at 0x%X with 0x%X bytes, expected 0x%X with 0x%X: it "
			  "is another board"),
			shown->address, shown->size, known->address, known->size);
	*range = shown->size != 0 ? *shown : *known;
	return TRUE;
}

static gboolean
contains(const GySecondBootRange *range, guint32 address)
{
	return address >= range->address && address - range->address < range->size;
}

static gboolean
check_address(const GySecondBootRange *partition, guint32 address, GySecondBootGeneration generation,
	GError **error)
{
	if (address != partition->address && generation != GY_SECOND_BOOT_1_0)
		return refuse(error, _("this loader writes to the start of a partition only: 0x%X, not 0x%X"),
			partition->address, address);
	if ((address - partition->address) % GY_SECOND_BOOT_SECTOR != 0)
		return refuse(error,
			_("the loader erases sectors of %u bytes: 0x%X does not begin one of the partition "
			  "at "
			  "0x%X"),
			GY_SECOND_BOOT_SECTOR, address, partition->address);
	return TRUE;
}

/* The partition that an address lies in. */
static gboolean
find_partition(const GySecondBootMap *map, guint32 address, gboolean *is_ota, GError **error)
{
	*is_ota = contains(&map->ota, address);
	if (*is_ota || contains(&map->application, address))
		return TRUE;
	return refuse(error,
		_("0x%X lies in none of the board's partitions (0x%X with 0x%X bytes, 0x%X with 0x%X)"),
		address, map->application.address, map->application.size, map->ota.address, map->ota.size);
}

static gboolean
check_size(const GySecondBootRange *target, gsize size, GError **error)
{
	if (size <= target->size)
		return TRUE;
	return refuse(error, _("the image has %zu bytes, the partition at 0x%X has room for %u"), size,
		target->address, target->size);
}

gboolean
gy_second_boot_choose_target(const GySecondBootOptions *options, GySecondBootGeneration generation,
	const GySecondBootMap *shown, GySecondBootRange *target, gboolean *is_ota, GError **error)
{
	GySecondBootMap map = *shown;
	GySecondBootRange found;
	gboolean to_ota = options->to_ota;
	guint32 skipped = 0;

	if (!agree(&options->map.application, &shown->application, &map.application, error) ||
		!agree(&options->map.ota, &shown->ota, &map.ota, error))
		return FALSE;
	if (options->address != 0 && (map.application.size != 0 || map.ota.size != 0) &&
		!find_partition(&map, options->address, &to_ota, error))
		return FALSE;
	found = to_ota ? map.ota : map.application;
	if (found.size == 0)
		return refuse(error, _("this loader writes to any address, and does not say where its "
				       "partitions are: name the board"));
	if (options->address != 0) {
		if (!check_address(&found, options->address, generation, error))
			return FALSE;
		skipped = options->address - found.address;
	}
	found = (GySecondBootRange){found.address + skipped, found.size - skipped};
	if (!check_size(&found, g_bytes_get_size(options->image), error))
		return FALSE;
	*target = found;
	*is_ota = to_ota;
	return TRUE;
}

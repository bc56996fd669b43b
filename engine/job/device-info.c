// SPDX-License-Identifier: Apache-2.0
#include "engine/job/device-info.h"

#include <string.h>

#include "engine/job/selftest-private.h"
#include "engine/packages/format.h"

static char *
hex(const guint8 *bytes, gsize size)
{
	GString *text = g_string_sized_new(2 * size);

	for (gsize i = 0; i < size; i++)
		g_string_append_printf(text, "%02x", bytes[i]);
	return g_string_free(text, FALSE);
}

static GArray *
images_from_wire(const struct gyw_info *wire)
{
	GArray *images = g_array_new(FALSE, TRUE, sizeof(GyTargetImage));

	for (guint i = 0; i < wire->n_images; i++) {
		GyTargetImage image = {
			.image_id = wire->images[i].id,
			.partition_size = wire->images[i].size,
			.minimum_version = wire->images[i].lowest_version,
		};

		g_array_append_val(images, image);
	}
	return images;
}

static GArray *
speeds_from_wire(const struct gyw_info *wire)
{
	GArray *speeds = g_array_new(FALSE, TRUE, sizeof(guint32));

	if (wire->capabilities & GYW_CAN_SPEED)
		g_array_append_vals(speeds, wire->speeds, wire->n_speeds);
	return speeds;
}

GyDeviceInfo *
gy_device_info_from_wire(const struct gyw_info *wire)
{
	GyDeviceInfo *info = g_new0(GyDeviceInfo, 1);

	info->chip = g_utf8_make_valid(wire->chip, -1);
	info->board = g_utf8_make_valid(wire->board, -1);
	info->device_id = hex(wire->device_id, wire->device_id_size);
	info->version = g_utf8_make_valid(wire->version, -1);
	info->backend = g_utf8_make_valid(wire->backend, -1);
	info->digest = wire->has_digest ? hex(wire->digest, sizeof wire->digest) : g_strdup("");
	info->root_key_sha256 =
		wire->has_root_key ? hex(wire->root_key, sizeof wire->root_key) : g_strdup("");
	info->hardware_id = wire->hardware_id;
	info->version_ext = wire->version_ext;
	info->has_version_ext = wire->has_version_ext;
	info->storage_size = wire->storage_size;
	info->window = wire->window;
	info->mtu = wire->mtu;
	info->uptime_ms = wire->uptime_ms;
	info->boot_baud = wire->boot_baud;
	info->wants_auth = (wire->capabilities & GYW_NEEDS_AUTH) != 0;
	info->speeds = speeds_from_wire(wire);
	info->upgrade_result = wire->result;
	info->upgrade_status = wire->status;
	info->has_result = wire->has_result;
	info->images = images_from_wire(wire);
	info->n_regions = wire->n_regions == G_N_ELEMENTS(info->region_sizes) ? wire->n_regions : 0;
	info->run_region = MIN(wire->run_region, 1);
	for (guint i = 0; i < info->n_regions; i++)
		info->region_sizes[i] = wire->regions[i];
	info->has_selftest = wire->has_check;
	if (wire->has_check)
		gy_selftest_from_wire(&info->selftest, &wire->check);
	return info;
}

GyTarget *
gy_target_from_wire(const struct gyw_info *wire)
{
	GyTarget *target = gy_target_new();

	target->storage_size = wire->storage_size;
	g_clear_pointer(&target->images, g_array_unref);
	target->images = images_from_wire(wire);
	target->has_hardware_id = wire->has_hardware_id;
	target->hardware_id = wire->hardware_id;
	target->has_root_key = wire->has_root_key;
	memcpy(target->root_key_sha256, wire->root_key, sizeof target->root_key_sha256);
	target->has_digest = wire->has_digest;
	memcpy(target->digest, wire->digest, sizeof target->digest);
	target->has_version_ext = wire->has_version_ext;
	target->version_ext = wire->version_ext;
	target->version = *wire->version ? g_utf8_make_valid(wire->version, -1) : NULL;
	target->takes_envelopes = (wire->capabilities & GYW_CAN_ENVELOPES) != 0;
	return target;
}

char *
gy_device_info_image_name(const GyDeviceInfo *info, guint32 image_id)
{
	const GyFormat *format = gy_format_by_system(info->backend);

	return format && format->image_name ? format->image_name(image_id)
					    : g_strdup_printf("0x%08x", image_id);
}

const char *
gy_device_info_result_name(const GyDeviceInfo *info)
{
	const GyFormat *format = gy_format_by_system(info->backend);

	return info->has_result && format && format->result_name ? format->result_name(info->upgrade_result)
								 : NULL;
}

GyDeviceInfo *
gy_device_info_copy(const GyDeviceInfo *info)
{
	GyDeviceInfo *copy = g_new0(GyDeviceInfo, 1);

	*copy = *info;
	copy->chip = g_strdup(info->chip);
	copy->board = g_strdup(info->board);
	copy->device_id = g_strdup(info->device_id);
	copy->version = g_strdup(info->version);
	copy->backend = g_strdup(info->backend);
	copy->digest = g_strdup(info->digest);
	copy->root_key_sha256 = g_strdup(info->root_key_sha256);
	copy->images = g_array_ref(info->images);
	copy->speeds = g_array_ref(info->speeds);
	return copy;
}

void
gy_device_info_free(GyDeviceInfo *info)
{
	g_free(info->chip);
	g_free(info->board);
	g_free(info->device_id);
	g_free(info->version);
	g_free(info->backend);
	g_free(info->digest);
	g_free(info->root_key_sha256);
	g_array_unref(info->images);
	g_array_unref(info->speeds);
	g_free(info);
}

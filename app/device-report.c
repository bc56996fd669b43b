// SPDX-License-Identifier: Apache-2.0
#include "app/device-report.h"

#include "app/text.h"

static JsonArray *
images_array(const GyDeviceInfo *info)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; info->images && i < info->images->len; i++) {
		const GyTargetImage *image = &g_array_index(info->images, GyTargetImage, i);
		JsonObject *object = json_object_new();

		g_autofree char *name = gy_device_info_image_name(info, image->image_id);

		gy_json_text(object, "name", name);
		gy_json_number(object, "image_id", image->image_id);
		gy_json_number(object, "partition_size", image->partition_size);
		gy_json_number(object, "minimum_version", image->minimum_version);
		json_array_add_object_element(array, object);
	}
	return array;
}

static JsonArray *
speeds_array(const GyDeviceInfo *info)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < info->speeds->len; i++)
		json_array_add_int_element(array, g_array_index(info->speeds, guint32, i));
	return array;
}

static JsonArray *
regions_array(const GyDeviceInfo *info)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < info->n_regions; i++)
		json_array_add_int_element(array, info->region_sizes[i]);
	return array;
}

static void
set_optional(JsonObject *object, const char *member, gboolean has, guint32 number)
{
	if (has)
		gy_json_number(object, member, number);
	else
		json_object_set_null_member(object, member);
}

void
gy_report_device_object(const GyOutput *output, const GyDeviceInfo *info, const char *when)
{
	JsonObject *object = gy_json_new("device");
	g_autofree char *selftest = info->has_selftest ? gy_selftest_sentence(&info->selftest) : NULL;

	gy_json_text(object, "when", when);
	gy_json_text(object, "chip", info->chip);
	gy_json_text(object, "board", info->board);
	gy_json_text(object, "device_id", info->device_id);
	gy_json_text(object, "version", info->version);
	set_optional(object, "version_ext", info->has_version_ext, info->version_ext);
	gy_json_text(object, "backend", info->backend);
	gy_json_text(object, "digest", info->digest);
	gy_json_text(object, "root_key_sha256", info->root_key_sha256);
	gy_json_number(object, "hardware_id", info->hardware_id);
	gy_json_number(object, "storage_size", info->storage_size);
	gy_json_number(object, "window", info->window);
	gy_json_number(object, "mtu", info->mtu);
	gy_json_number(object, "uptime_ms", info->uptime_ms);
	gy_json_number(object, "boot_baud", info->boot_baud);
	json_object_set_array_member(object, "speeds", speeds_array(info));
	json_object_set_boolean_member(object, "wants_auth", info->wants_auth);
	set_optional(object, "upgrade_result", info->has_result, info->upgrade_result);
	set_optional(object, "upgrade_status", info->has_result, info->upgrade_status);
	json_object_set_array_member(object, "images", images_array(info));
	json_object_set_array_member(object, "region_sizes", regions_array(info));
	set_optional(object, "run_region", info->n_regions > 0, info->run_region);
	gy_json_text(object, "selftest", selftest);
	gy_output_object(output, object);
}

static void
print_text(const GyOutput *output, const char *label, const char *value)
{
	g_autofree char *safe = gy_text_safe(value);

	if (*safe)
		gy_output_print(output, "%-13s %s\n", label, safe);
}

static void
print_images(const GyOutput *output, const GyDeviceInfo *info)
{
	for (guint i = 0; info->images && i < info->images->len; i++) {
		const GyTargetImage *image = &g_array_index(info->images, GyTargetImage, i);
		g_autofree char *size = gy_text_size(image->partition_size);
		g_autofree char *name = gy_device_info_image_name(info, image->image_id);

		gy_output_print(output, "%-13s %-11s %s", i == 0 ? "takes" : "", name,
			image->partition_size ? size : "size not known");
		if (image->minimum_version > 0)
			gy_output_print(output, ", lowest version %u", image->minimum_version);
		gy_output_print(output, "\n");
	}
}

static void
print_regions(const GyOutput *output, const GyDeviceInfo *info)
{
	for (guint i = 0; i < info->n_regions; i++) {
		g_autofree char *size = gy_text_size(info->region_sizes[i]);

		gy_output_print(output, "%-13s %c %s%s\n", i == 0 ? "regions" : "", 'a' + (int) i, size,
			i == info->run_region ? ", runs" : "");
	}
}

static void
print_speeds(const GyOutput *output, const GyDeviceInfo *info)
{
	if (info->speeds->len == 0)
		return;
	gy_output_print(output, "%-13s ", "speeds");
	for (guint i = 0; i < info->speeds->len; i++)
		gy_output_print(output, "%s%u", i == 0 ? "" : ", ", g_array_index(info->speeds, guint32, i));
	gy_output_print(output, " baud\n");
}

void
gy_report_device(const GyOutput *output, const GyDeviceInfo *info, const char *when)
{
	g_autofree char *storage = gy_text_size(info->storage_size);
	g_autofree char *window = gy_text_size(info->window);
	g_autofree char *uptime = gy_text_duration(info->uptime_ms);
	g_autofree char *selftest = info->has_selftest ? gy_selftest_sentence(&info->selftest) : NULL;

	if (output->json) {
		gy_report_device_object(output, info, when);
		return;
	}
	print_text(output, "board", info->board);
	print_text(output, "chip", info->chip);
	print_text(output, "device id", info->device_id);
	print_text(output, "version", *info->version ? info->version : "not known");
	if (info->has_version_ext)
		gy_output_print(output, "%-13s %u\n", "version no.", info->version_ext);
	print_text(output, "upgrades by", info->backend);
	gy_output_print(output, "%-13s %u\n", "hardware id", info->hardware_id);
	print_text(output, "root key", info->root_key_sha256);
	print_text(output, "runs digest", info->digest);
	gy_output_print(output, "%-13s %s\n", "storage", info->storage_size ? storage : "size not known");
	print_images(output, info);
	print_regions(output, info);
	gy_output_print(output, "%-13s window %s, frames up to %u bytes\n", "link", window, info->mtu);
	print_speeds(output, info);
	if (info->wants_auth)
		gy_output_print(output, "%-13s only with its key (--agent-key)\n", "open");
	if (info->has_result && gy_device_info_result_name(info))
		gy_output_print(output, "%-13s %s\n", "last upgrade", gy_device_info_result_name(info));
	else if (info->has_result)
		gy_output_print(output, "%-13s result %u\n", "last upgrade", info->upgrade_result);
	if (info->has_selftest)
		gy_output_print(output, "%-13s %s\n", "self-test", selftest);
	gy_output_print(output, "%-13s %s\n", "up for", uptime);
}

void
gy_report_regions(const GyOutput *output, const GyDeviceInfo *info)
{
	if (output->json)
		gy_report_device_object(output, info, "now");
	else
		print_regions(output, info);
}

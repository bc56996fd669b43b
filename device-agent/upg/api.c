/* SPDX-License-Identifier: Apache-2.0 */
#include <upg.h>

#include "device-agent/upg/flags-private.h"
#include "device-agent/upg/storage-private.h"
#include "device-agent/upg/verify-private.h"

errcode_t
uapi_partition_init(void)
{
	if (upg_module.port->board->n_partitions == 0)
		return ERRCODE_PARTITION_CONFIG_NOT_FOUND;
	upg_module.partitions_ready = true;
	return ERRCODE_SUCC;
}

/* A finished upgrade is told once: the query uses ver_change_flag up. */
static upg_status_t
query_status(void)
{
	struct upg_flags flags;

	if (upg_flags_read(&flags) != ERRCODE_SUCC || !upg_flags_have_magics(&flags))
		return UPG_STATUS_NONE;
	if (flags.complete != UPG_COMPLETE_DONE)
		return UPG_STATUS_UPDATING;
	if (flags.status_told == 0)
		return UPG_STATUS_NONE;
	/* a mark that fails, or is cut, lets it be told again: better twice than never */
	(void) upg_flags_mark_status_told();
	return flags.result == UPG_RESULT_UPDATE_SUCCESS ? UPG_STATUS_SUCC : UPG_STATUS_FAIL;
}

errcode_t
uapi_upg_init(const upg_func_t *func_list)
{
	errcode_t result = upg_open(func_list);

	if (result == ERRCODE_SUCC)
		upg_module.status = query_status();
	return result;
}

errcode_t
uapi_upg_request_upgrade(bool reset)
{
	const struct gya_partition *storage;
	struct upg_head head;
	upg_result_t failed;
	uint32_t firmware_num;
	errcode_t result;

	if (!upg_module.ready)
		return ERRCODE_UPG_NOT_INIT;
	result = upg_storage(&storage);
	if (result == ERRCODE_SUCC)
		result = upg_verify_package(storage, &head, &failed);
	if (result != ERRCODE_SUCC)
		return result;
	if (head.image_num > UPG_IMAGES_MAX)
		return ERRCODE_UPG_WRONG_IMAGE_NUM;
	result = upg_head_count_firmware(storage, &head, &firmware_num);
	if (result == ERRCODE_SUCC)
		result = upg_flags_arm(firmware_num);
	if (result == ERRCODE_SUCC && reset)
		upg_reboot();
	return result;
}

errcode_t
uapi_upg_reset_upgrade_flag(void)
{
	struct upg_flags flags;
	errcode_t result;

	if (!upg_module.ready)
		return ERRCODE_UPG_NOT_INIT;
	result = upg_flags_read(&flags);
	if (result == ERRCODE_SUCC)
		result = upg_flags_disarm();
	/* a partition that was never prepared gets its blank length again: nothing reads it */
	return result == ERRCODE_SUCC ? upg_flags_begin(flags.package_length) : result;
}

errcode_t
uapi_upg_register_progress_callback(uapi_upg_progress_cb func)
{
	if (!upg_module.ready)
		return ERRCODE_UPG_NOT_INIT;
	if (func == NULL)
		return ERRCODE_UPG_NULL_POINTER;
	upg_module.progress = func;
	return ERRCODE_SUCC;
}

errcode_t
uapi_upg_get_result(upg_result_t *result, uint32_t *last_image_index)
{
	struct upg_flags flags;
	errcode_t read;

	if (!upg_module.ready)
		return ERRCODE_UPG_NOT_INIT;
	if (result == NULL || last_image_index == NULL)
		return ERRCODE_UPG_NULL_POINTER;
	read = upg_flags_read(&flags);
	if (read != ERRCODE_SUCC)
		return read;
	*result = (upg_result_t) flags.result;
	*last_image_index = UPG_NEVER_WRITTEN; /* as the vendor's: it keeps no index */
	return ERRCODE_SUCC;
}

upg_status_t
uapi_upg_get_status(void)
{
	return upg_module.status;
}

void
uapi_upg_register_user_defined_verify_func(uapi_upg_user_defined_check func, uintptr_t param)
{
	upg_module.check = func;
	upg_module.check_param = param;
}

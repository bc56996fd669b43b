/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/flashboot.h"

#include <upg.h>

#include "device-agent/upg/ab-private.h"
#include "device-agent/upg/flags-private.h"
#include "device-agent/upg/flash-private.h"
#include "device-agent/upg/image-private.h"
#include "device-agent/upg/nv.h"
#include "device-agent/upg/storage-private.h"
#include "device-agent/upg/verify-private.h"

/* The retry register: failed checks in a row in the low byte, rounds of self-repair above. */
#define CHECKS_PER_ROUND 3u
#define ROUNDS_MAX       3u
#define ROUND            0x100u

static void
print(const char *text)
{
	for (; *text != '\0'; text++)
		upg_module.port->console_putc(upg_module.port->context, *text);
}

static void
print_percent(uint32_t percent)
{
	char digits[4] = "100";

	if (percent < 100) {
		uint32_t i = 0;

		if (percent >= 10)
			digits[i++] = (char) ('0' + percent / 10);
		digits[i++] = (char) ('0' + percent % 10);
		digits[i] = '\0';
	}
	print("[UPG] upg percent : ");
	print(digits);
	print(percent < 100 ? " %\r" : " %\n");
}

static errcode_t
open_module(void)
{
	static const upg_func_t functions = {0};
	errcode_t result = uapi_partition_init();

	return result == ERRCODE_SUCC ? upg_open(&functions) : result;
}

/* The reset follows whatever came out: the next pass sees from the flags whether there is more to do. */
static enum gya_boot
upgrade(void)
{
	errcode_t result;

	print("need upgrade\r\n");
	upg_module.progress = print_percent;
	result = uapi_upg_start();
	if (result == ERRCODE_SUCC || result == ERRCODE_UPG_NOT_NEED_TO_UPDATE)
		print("upgrade success, reset now\r\n");
	else
		print("upgrade failed, reset now\r\n");
	return GYA_BOOT_RESET;
}

static bool
has_stored_package(void)
{
	const struct gya_partition *storage;
	struct upg_head head;
	upg_result_t failed;

	return upg_storage(&storage) == ERRCODE_SUCC &&
	       upg_verify_package(storage, &head, &failed) == ERRCODE_SUCC;
}

/*
 * The package that was installed last is still stored: install it again. Nothing is lost by a cut in here, as
 * the application is unusable anyway and the package is not touched.
 */
static enum gya_boot
repair(void)
{
	uint32_t *retries = upg_module.port->retry_register;

	if (*retries / ROUND >= ROUNDS_MAX || !has_stored_package())
		return GYA_BOOT_DEAD;
	*retries = (*retries / ROUND + 1) * ROUND;
	/* resetting the flags erases the page buffer, which may be all that there is of a page of NV data; one that cannot be
	 * finished now could not be later */
	(void) gya_upg_nv_apply();
	if (uapi_upg_reset_upgrade_flag() != ERRCODE_SUCC || uapi_upg_request_upgrade(false) != ERRCODE_SUCC)
		return GYA_BOOT_DEAD;
	return GYA_BOOT_RESET;
}

/* With regions there is no package to repair from, but another application. */
static enum gya_boot
switch_region(upg_region_index running)
{
	uint32_t *retries = upg_module.port->retry_register;

	/* the chip goes on for ever; this one has seen each region fail twice */
	if (*retries / ROUND >= ROUNDS_MAX)
		return GYA_BOOT_DEAD;
	*retries = (*retries / ROUND + 1) * ROUND;
	if (upg_set_run_region(running == UPG_REGION_A ? UPG_REGION_B : UPG_REGION_A) != ERRCODE_SUCC)
		return GYA_BOOT_DEAD;
	return GYA_BOOT_RESET;
}

/* Maps the region that is to run; the application's place then is that region's. */
static bool
find_application(struct gya_partition *application)
{
	const struct gya_upg_port *port = upg_module.port;
	const struct gya_partition *partition;
	upg_region_index running;

	if (port->board->has_regions) {
		running = upg_get_run_region();
		*port->region_register = running == UPG_REGION_B;
		return upg_region_place(running, application);
	}
	if (upg_partition(port->board->application, &partition) != ERRCODE_SUCC)
		return false;
	*application = *partition;
	return true;
}

static enum gya_boot
start_application(void)
{
	struct gya_partition application;
	uint32_t *retries = upg_module.port->retry_register;

	if (!find_application(&application))
		return GYA_BOOT_DEAD;
	if (upg_image_is_startable(&application)) {
		*retries = 0;
		return GYA_BOOT_START;
	}
	print("verify app fail\r\n");
	*retries += 1;
	if (*retries % ROUND < CHECKS_PER_ROUND)
		return GYA_BOOT_RESET;
	return upg_module.port->board->has_regions ? switch_region(upg_mapped_region()) : repair();
}

enum gya_boot
gya_flashboot_run(void)
{
	struct upg_flags flags;
	enum gya_boot boot = GYA_BOOT_DEAD;

	upg_module_reset();
	if (open_module() == ERRCODE_SUCC) {
		if (upg_flags_read(&flags) == ERRCODE_SUCC && upg_flags_are_pending(&flags))
			boot = upgrade();
		else
			boot = start_application();
	}
	upg_module_reset();
	return boot;
}

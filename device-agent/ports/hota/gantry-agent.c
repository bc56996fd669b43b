/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/hota/gantry-agent.h"

#include <cmsis_os2.h>
#include <hal_hota_board.h>
#include <iot_watchdog.h>
#include <parameter.h>
#include <stddef.h>

#include "device-agent/core/agent-private.h"
#include "device-agent/core/sha256.h"
#include "device-agent/include/backend-hota.h"
#include "device-agent/include/info.h"
#include "device-agent/ports/hota/config.h"
#include "device-agent/ports/hota/uart-link.h"
#include "protocol/wire/crc32c.h"

#define STACK_SIZE      0x1000u
#define LONGEST_WAIT_MS 1000u
#define POLL_MS         2u /* the UART has no call that says when bytes have come */
#define DEVICE_ID_SIZE  16u
#define MS_PER_S        1000u

/* Worst times: a sector of 4 KiB takes 400 ms to erase. */
static const struct gya_board board = {
	.chip = CONFIG_GANTRY_CHIP,
	.name = CONFIG_GANTRY_BOARD,
	.boot_baud = CONFIG_GANTRY_BOOT_BAUD,
	.prepare_ms = 10000,
	.store_ms = 2000,
	.finish_ms = 10000,
	.install_ms = CONFIG_GANTRY_INSTALL_MS,
};

static const struct gya_crypto crypto = {
	.sha256_init = gya_sha256_init,
	.sha256_update = gya_sha256_update,
	.sha256_final = gya_sha256_final,
};

static struct {
	struct gya_agent agent;
	struct gya_port port;
	struct gya_info info;
	struct gya_hota_setup setup;
	uint8_t device_id[32]; /* the first bytes of it */
	osSemaphoreId_t store_wanted;
} self;

__attribute__((weak)) void
gantry_agent_console_byte(uint8_t byte)
{
	(void) byte;
}

__attribute__((weak)) int
gantry_agent_finish(void)
{
	return -1;
}

/* Ticks and their rate stay far below where the product would not fit: a tick is a millisecond or ten. */
static uint32_t
now_ms(void)
{
	return osKernelGetTickCount() * (MS_PER_S / osKernelGetTickFreq());
}

static uint32_t
ticks(uint32_t ms)
{
	uint32_t tick_ms = MS_PER_S / osKernelGetTickFreq();

	return (ms + tick_ms - 1) / tick_ms;
}

/* ---- the agent's port ---- */

static uint32_t
link_read(void *context, uint8_t *bytes, uint32_t size)
{
	(void) context;
	return uart_link_read(bytes, size);
}

static uint32_t
link_write(void *context, const uint8_t *bytes, uint32_t size)
{
	(void) context;
	return uart_link_write(bytes, size, now_ms());
}

static bool
link_idle(void *context)
{
	(void) context;
	return uart_link_is_idle(now_ms());
}

static void
console(void *context, uint8_t byte)
{
	(void) context;
	gantry_agent_console_byte(byte);
}

static void
watchdog(void *context)
{
	(void) context;
	IoTWatchDogKick();
}

static void
wake_store(void *context)
{
	(void) context;
	(void) osSemaphoreRelease(self.store_wanted);
}

static void
make_port(void)
{
	self.port = (struct gya_port){
		.link_read = link_read,
		.link_write = link_write,
		.link_idle = link_idle,
		.console = console,
		.watchdog = watchdog,
		.wake_store = wake_store,
		.reset_cause = GYW_RESET_UNKNOWN,
		.tags = self.info.tags,
		.start_baud = CONFIG_GANTRY_BAUD,
	};
}

/* ---- what the device says of itself ---- */

static uint32_t
length_of(const char *text)
{
	uint32_t n = 0;

	while (text[n])
		n++;
	return n;
}

/* The serial number may be a text of any length; its digest is not. */
static void
add_device_id(struct gya_info *info)
{
	const char *serial = GetSerial();
	struct gya_sha256 hash;

	if (!serial)
		return;
	gya_sha256_init(&hash);
	gya_sha256_update(&hash, (const uint8_t *) serial, length_of(serial));
	gya_sha256_final(&hash, self.device_id);
	gya_info_add(info, GYW_INFO_DEVICE_ID, self.device_id, DEVICE_ID_SIZE);
}

/* What packages may bring, by the CRC-32C of its name: so that a host refuses the rest before it is sent. */
static void
add_components(struct gya_info *info)
{
	const ComponentTableInfo *row = HotaHalGetPartitionInfo();
	uint32_t n = 0;

	for (; row && row->imgPath && n < GYW_MAX_IMAGES; row++) {
		struct gyw_info_image *image = &info->images[n];
		uint32_t size = row->componentName ? length_of(row->componentName) : 0;

		if (size == 0)
			continue;
		image->id = gyw_crc32c((const uint8_t *) row->componentName, size);
		image->partition = (uint32_t) row->id;
		gya_info_add(info, GYW_INFO_IMAGE, image, sizeof *image);
		n++;
	}
}

static void
make_info(void)
{
	struct gya_info *info = &self.info;
	const char *version = GetIncrementalVersion();

	add_device_id(info);
	gya_info_add_board(info, &board);
	add_components(info);
	if (version)
		gya_info_add_text(info, GYW_INFO_VERSION, version, GYW_MAX_VERSION);
}

static const struct gya_backend *
make_backend(void)
{
	self.setup = (struct gya_hota_setup){
		.board = &board,
		.crypto = &crypto,
		.storage_size = CONFIG_GANTRY_STORAGE_SIZE,
		.takes_own = CONFIG_GANTRY_TAKE_CUSTOM,
		.cancel_disarms = CONFIG_GANTRY_CANCEL_DISARMS,
		.finish = CONFIG_GANTRY_NO_METADATA ? gantry_agent_finish : NULL,
	};
	return gya_backend_hota(&self.setup);
}

/* ---- tasks ---- */

static void
run_link(void *unused)
{
	(void) unused;
	for (;;) {
		uint32_t again_ms = gya_link_step(&self.agent, now_ms());

		if (again_ms > 0)
			(void) osDelay(ticks(again_ms < POLL_MS ? again_ms : POLL_MS));
	}
}

static void
run_store(void *unused)
{
	(void) unused;
	for (;;)
		if (!gya_store_step(&self.agent))
			(void) osSemaphoreAcquire(self.store_wanted, ticks(LONGEST_WAIT_MS));
}

static bool
start_task(osThreadFunc_t run, const char *name, osPriority_t priority)
{
	osThreadAttr_t attributes = {.name = name, .stack_size = STACK_SIZE, .priority = priority};

	return osThreadNew(run, NULL, &attributes) != NULL;
}

bool
gantry_agent_start(void)
{
	self.store_wanted = osSemaphoreNew(1, 0, NULL);
	if (!self.store_wanted || !uart_link_open(CONFIG_GANTRY_UART, CONFIG_GANTRY_BAUD))
		return false;
	make_info();
	make_port();
	/* the store side's calls begin here: nobody else uses the OTA component from now on */
	gya_agent_init(&self.agent, &self.port, make_backend(), &crypto, &board, now_ms());
	return start_task(run_store, "gantry_store", osPriorityBelowNormal) &&
	       start_task(run_link, "gantry_link", osPriorityAboveNormal);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/ws63/gantry-agent.h"

#include <efuse.h>
#include <soc_osal.h>
#include <stddef.h>
#include <tcxo.h>
#include <upg.h>

#include "device-agent/boards/ws63.h"
#include "device-agent/core/agent-private.h"
#include "device-agent/core/sha256.h"
#include "device-agent/include/backend-ab.h"
#include "device-agent/include/backend-expand.h"
#include "device-agent/include/info.h"
#include "device-agent/ports/crypto/ecdsa-bp256.h"
#include "device-agent/ports/ws63/config.h"
#include "device-agent/ports/ws63/running-image.h"
#include "device-agent/ports/ws63/uart-link.h"

#define STACK_SIZE      0x1000u
#define LONGEST_WAIT_MS 1000u
#define DEVICE_ID_SIZE  16u

#if CONFIG_GANTRY_LAYOUT_AB
#define BOARD gya_board_ws63_ab
#elif CONFIG_GANTRY_LAYOUT_HILINK
#define BOARD gya_board_ws63_hilink
#else
#define BOARD gya_board_ws63
#endif

static const struct gya_crypto crypto = {
	.sha256_init = gya_sha256_init,
	.sha256_update = gya_sha256_update,
	.sha256_final = gya_sha256_final,
	.ecdsa_verify = gya_ecdsa_bp256_verify,
};

/* Only what was measured to be sustained belongs here; the first is the one that everything starts with. */
static const uint32_t speeds[] = {CONFIG_GANTRY_BAUD, 460800, 921600, 2000000};

static struct {
	struct gya_agent agent;
	struct gya_port port;
	struct gya_info info;
	struct gya_ws63_ab_setup setup;
	struct gya_expand_setup expand;
	struct running_image image;
	uint32_t hardware_id;
	uint8_t device_id[DEVICE_ID_SIZE];
	osal_semaphore link_wanted;
	osal_semaphore store_wanted;
} self;

__attribute__((weak)) void
gantry_agent_console_byte(uint8_t byte)
{
	(void) byte;
}

__attribute__((weak)) bool
gantry_agent_decrypts(const uint8_t *header, bool is_stored)
{
	(void) header;
	(void) is_stored;
	return false;
}

static uint32_t
now_ms(void)
{
	return (uint32_t) uapi_tcxo_get_ms();
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
	return uart_link_write(bytes, size);
}

static bool
link_idle(void *context)
{
	(void) context;
	return uart_link_is_idle();
}

static void
link_set_speed(void *context, uint32_t baud)
{
	(void) context;
	uart_link_set_speed(baud);
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
	upg_watchdog_kick();
}

static void
wake_store(void *context)
{
	(void) context;
	osal_sem_up(&self.store_wanted);
}

static void
wake_link(void)
{
	osal_sem_up(&self.link_wanted);
}

static void
make_port(void)
{
	self.port = (struct gya_port){
		.link_read = link_read,
		.link_write = link_write,
		.link_idle = link_idle,
		.link_set_speed = link_set_speed,
		.console = console,
		.watchdog = watchdog,
		.wake_store = wake_store,
		.can = GYW_CAN_SPEED,
		.reset_cause = GYW_RESET_UNKNOWN,
		.tags = self.info.tags,
		.start_baud = CONFIG_GANTRY_BAUD,
		.speeds = speeds,
		.n_speeds = sizeof speeds / sizeof speeds[0],
	};
#if CONFIG_GANTRY_LAYOUT_AB
	self.port.extend = gya_serve_region;
#endif
#if CONFIG_GANTRY_TAKE_COMPRESSED
	self.port.can |= GYA_EXPAND_CAN;
#endif
}

static void
make_info(void)
{
	struct gya_info *info = &self.info;

	if (uapi_efuse_get_die_id(self.device_id, sizeof self.device_id) == ERRCODE_SUCC)
		gya_info_add(info, GYW_INFO_DEVICE_ID, self.device_id, sizeof self.device_id);
	gya_info_add_board(info, &BOARD);
	self.hardware_id = CONFIG_GANTRY_HARDWARE_ID;
	gya_info_add(info, GYW_INFO_HARDWARE_ID, &self.hardware_id, sizeof self.hardware_id);
	if (running_image_identify(&BOARD, &crypto, &self.image)) {
		gya_info_add(info, GYW_INFO_DIGEST, self.image.sha256, sizeof self.image.sha256);
		gya_info_add(
			info, GYW_INFO_VERSION_EXT, &self.image.version_ext, sizeof self.image.version_ext);
	}
	gya_info_add(info, GYW_INFO_SPEEDS, speeds, sizeof speeds);
	gya_info_add_text(info, GYW_INFO_VERSION, CONFIG_GANTRY_VERSION, GYW_MAX_VERSION);
}

static const struct gya_backend *
make_backend(void)
{
	self.setup.chip = (struct gya_ws63_setup){
		.board = &BOARD,
		.crypto = &crypto,
		.read_flash = running_image_read_flash,
		.root_key_offset = 0,
		.hardware_id = CONFIG_GANTRY_HARDWARE_ID,
		.watchdog = upg_watchdog_kick,
		.decrypts = gantry_agent_decrypts,
	};
#if CONFIG_GANTRY_LAYOUT_AB
	self.setup.takes_unsigned = CONFIG_GANTRY_TAKE_UNSIGNED;
#if CONFIG_GANTRY_TAKE_COMPRESSED
	self.expand.store = gya_backend_ws63_ab(&self.setup);
	self.expand.crypto = &crypto;
	self.expand.watchdog = upg_watchdog_kick;
	return gya_backend_expand(&self.expand);
#else
	return gya_backend_ws63_ab(&self.setup);
#endif
#else
	return gya_backend_ws63(&self.setup.chip);
#endif
}

/* ---- tasks ---- */

static int
run_link(void *unused)
{
	(void) unused;
	for (;;) {
		uint32_t again_ms = gya_link_step(&self.agent, now_ms());

		if (again_ms > 0)
			(void) osal_sem_down_timeout(
				&self.link_wanted, again_ms < LONGEST_WAIT_MS ? again_ms : LONGEST_WAIT_MS);
	}
	return 0;
}

static int
run_store(void *unused)
{
	(void) unused;
	for (;;) {
		bool more = gya_store_step(&self.agent);

		wake_link();
		if (!more)
			(void) osal_sem_down_timeout(&self.store_wanted, LONGEST_WAIT_MS);
	}
	return 0;
}

static bool
start_task(int (*run)(void *), const char *name, uint32_t priority)
{
	osal_task *task;
	bool ok;

	osal_kthread_lock();
	task = osal_kthread_create(run, NULL, name, STACK_SIZE);
	ok = task != NULL && osal_kthread_set_priority(task, priority) == OSAL_SUCCESS;
	osal_kthread_unlock();
	return ok;
}

bool
gantry_agent_start(void)
{
	if (osal_sem_binary_sem_init(&self.link_wanted, 0) != OSAL_SUCCESS ||
		osal_sem_binary_sem_init(&self.store_wanted, 0) != OSAL_SUCCESS)
		return false;
	make_info();
	make_port();
	/* the store side's backend calls begin here: nothing else uses the upgrade module from now on */
	gya_agent_init(&self.agent, &self.port, make_backend(), &crypto, &BOARD, now_ms());
	if (!uart_link_open(CONFIG_GANTRY_BAUD, wake_link))
		return false;
	return start_task(run_store, "gantry_store", CONFIG_GANTRY_STORE_PRIORITY) &&
	       start_task(run_link, "gantry_link", CONFIG_GANTRY_LINK_PRIORITY);
}

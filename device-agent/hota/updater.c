/* SPDX-License-Identifier: Apache-2.0 */
#include <hal_hota_board.h>

#include "device-agent/hota/module-private.h"
#include "protocol/wire/mem.h"

#define WRITE_MOST 4096u

struct hota_module hota_module;

void
gya_hota_power_on(const struct gya_hota_port *port)
{
	/* the memory of a chip is gone; what a port holds for a running hash is not */
	hota_stream_end();
	memset(&hota_module, 0, sizeof hota_module);
	hota_module.port = port;
	hota_module.status = HOTA_NOT_INIT;
}

const struct gya_hota_counters *
gya_hota_counters(void)
{
	return &hota_module.counters;
}

void
hota_kick(void)
{
	hota_module.port->watchdog_kick(hota_module.port->context);
}

static void
store_status(HotaStatus status)
{
	UpdateMetaData data;

	hota_module.status = status;
	if (HotaHalGetMetaData(&data) != 0)
		return;
	data.otaStatus = (unsigned char) status;
	(void) HotaHalSetMetaData(&data);
}

void
hota_set_status(HotaStatus status)
{
	store_status(status);
	if (hota_module.status_callback)
		hota_module.status_callback(status);
}

bool
hota_tell_error(HotaErrorCode code)
{
	if (hota_module.error_callback)
		hota_module.error_callback(code);
	return false;
}

/* What a package leaves behind when it is over, but for the stored status. */
static void
forget(void)
{
	hota_stream_end();
	hota_module.error_callback = NULL;
	hota_module.status_callback = NULL;
	hota_module.is_own_kind = false;
	hota_module.status = HOTA_NOT_INIT;
}

static bool
is_open(void)
{
	return hota_module.status == HOTA_INITED || hota_module.status == HOTA_TRANSPORT_INFO_DONE;
}

static bool
is_all_done(void)
{
	UpdateMetaData data;

	return HotaHalGetMetaData(&data) == 0 && data.otaStatus == HOTA_TRANSPORT_ALL_DONE;
}

int
HotaInit(ErrorCallBackFunc errorCallback, StatusCallBackFunc statusCallback)
{
	forget();
	if (HotaHalInit() != 0)
		return -1;
	hota_module.error_callback = errorCallback;
	hota_module.status_callback = statusCallback;
	hota_module.next_offset = 0;
	hota_set_status(HOTA_INITED);
	return 0;
}

int
HotaSetPackageType(unsigned int flag)
{
	if (flag != NOT_USE_DEFAULT_PKG && flag != USE_DEFAULT_PKG)
		return -1;
	hota_module.is_own_kind = flag == NOT_USE_DEFAULT_PKG;
	return 0;
}

static void
count(uint32_t offset, uint32_t size)
{
	if (offset > hota_module.next_offset)
		hota_module.counters.gaps++;
	if (offset < hota_module.next_offset)
		hota_module.counters.repeats++;
	hota_module.next_offset = offset + size;
}

/* The offset is not looked at: what comes is taken for what was to come. */
static int
write_default(const uint8_t *buffer, uint32_t size)
{
	uint32_t taken = is_open() ? hota_stream_take(buffer, size) : 0;

	if (hota_module.status == HOTA_TRANSPORT_ALL_DONE)
		forget();
	if (taken == size)
		return 0;
	/* a byte behind the end, or after a failure, spoils the stored status */
	store_status(HOTA_FAILED);
	return -1;
}

int
HotaWrite(unsigned char *buffer, unsigned int offset, unsigned int buffSize)
{
	if (!buffer || buffSize == 0)
		return -1;
	if (hota_module.is_own_kind) {
		count(offset, buffSize);
		return is_open() ? HotaHalWrite(0, buffer, offset, buffSize) : -1;
	}
	if (buffSize > WRITE_MOST)
		return -1;
	count(offset, buffSize);
	return write_default(buffer, buffSize);
}

int
HotaRead(unsigned int offset, unsigned int bufLen, unsigned char *buf)
{
	if (!buf || !hota_module.is_own_kind || !is_open())
		return -1;
	return HotaHalRead(0, offset, bufLen, buf);
}

int
HotaCancel(void)
{
	hota_set_status(HOTA_CANCELED);
	forget();
	return HotaHalDeInit();
}

int
HotaSetBootSettings(void)
{
	if (!hota_module.is_own_kind && !is_all_done())
		return -1;
	return HotaHalSetBootSettings();
}

int
HotaRestart(void)
{
	if (!hota_module.is_own_kind && !is_all_done())
		return -1;
	return HotaHalRestart();
}

int
HotaGetUpdateIndex(unsigned int *index)
{
	return HotaHalGetUpdateIndex(index);
}

int
HotaGetUpdateAbility(void)
{
	return HotaHalGetUpdateAbility();
}

int
HotaGetOtaPkgPath(char *path, int len)
{
	return HotaHalGetOtaPkgPath(path, len);
}

int
HotaIsDeviceCanReboot(void)
{
	return HotaHalIsDeviceCanReboot();
}

int
HotaIsDevelopMode(void)
{
	return HotaHalIsDevelopMode();
}

int
HotaGetUpdateStatus(void)
{
	UpdateMetaData data;

	return HotaHalGetMetaData(&data) == 0 && data.updateStatus != 0;
}

int
HotaRebootAndCleanUserData(void)
{
	return HotaHalRebootAndCleanUserData();
}

int
HotaRebootAndCleanCache(void)
{
	return HotaHalRebootAndCleanCache();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/module-private.h"

#include "protocol/wire/mem.h"

struct upg_module upg_module;

void
upg_module_reset(void)
{
	const struct gya_upg_port *port = upg_module.port;

	memset(&upg_module, 0, sizeof upg_module);
	upg_module.port = port;
	upg_module.status = UPG_STATUS_NONE;
}

void
gya_upg_port_power_on(const struct gya_upg_port *port)
{
	upg_module.port = port;
	upg_module_reset();
}

const struct gya_upg_counters *
gya_upg_counters(void)
{
	return &upg_module.counters;
}

void
upg_kick(void)
{
	upg_module.port->watchdog_kick(upg_module.port->context);
}

errcode_t
upg_open(const upg_func_t *func_list)
{
	if (upg_module.ready)
		return ERRCODE_UPG_ALREADY_INIT;
	/* the SDK's module allocates and prints through this list; this one only insists on having it */
	if (func_list == NULL)
		return ERRCODE_UPG_NULL_POINTER;
	upg_module.ready = true;
	return ERRCODE_SUCC;
}

void
upg_watchdog_kick(void)
{
	upg_kick();
}

void
upg_reboot(void)
{
	upg_module.port->reboot(upg_module.port->context);
}

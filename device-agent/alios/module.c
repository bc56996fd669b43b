/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/alios/module-private.h"
#include "protocol/wire/mem.h"

const struct gya_alios_port *alios_port;
struct alios_module alios_module;

void
gya_alios_power_on(const struct gya_alios_port *port)
{
	memset(&alios_module, 0, sizeof alios_module);
	alios_port = port;
}

void
alios_kick(void)
{
	if (alios_port->watchdog_kick)
		alios_port->watchdog_kick(alios_port->context);
}

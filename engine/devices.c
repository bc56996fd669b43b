// SPDX-License-Identifier: Apache-2.0
#include "engine/devices.h"

GPtrArray *
gy_devices_list(void)
{
	return gy_ports_list();
}

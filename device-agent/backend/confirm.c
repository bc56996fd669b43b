/* SPDX-License-Identifier: Apache-2.0 */
#include <ota_hal_plat.h>
#include <stddef.h>

#include "device-agent/core/agent-private.h"
#include "device-agent/include/backend-alios.h"

static bool
confirm(struct gya_agent *a)
{
	int code = ota_hal_rollback(NULL);

	gya_presume(a, GYW_CAUSE_VERIFY, 0);
	a->verdict.code = (uint32_t) code;
	return code == 0;
}

bool
gya_serve_confirm(struct gya_agent *a, uint32_t type)
{
	/* a repeat gets its outcome again from the core */
	if (type != GYW_CONFIRM || a->to == a->asked)
		return false;
	if (!gya_can_send(a))
		a->is_held = true;
	else if (a->job)
		gya_reply_busy(a);
	else
		gya_start_extra(a, confirm);
	return true;
}

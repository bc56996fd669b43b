/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "protocol/wire/mem.h"

bool
gya_may_arm(struct gya_agent *a, uint32_t body_size)
{
	bool may = false;

	if (!gya_can_send(a))
		a->is_held = true;
	else if (gya_body_size(a) < body_size || a->to >> 16 == 0)
		gya_refuse(a, GYW_CAUSE_MALFORMED, 0);
	else if (a->job)
		gya_reply(a, GYW_BUSY);
	else if (a->state != GYW_STATE_IDLE)
		gya_refuse(a, GYW_CAUSE_STATE, a->state);
	else
		may = true;
	return may;
}

void
gya_start_arming(struct gya_agent *a)
{
	gya_end_session(a, 0);
	/* nothing was sent, so no BEGIN can take this session up */
	memset(&a->begin, 0, sizeof a->begin);
	a->session = a->to >> 16;
	a->state = GYW_STATE_ARMING;
	a->asked = a->to;
	a->total = 0;
	gya_post(a, GYA_JOB_ARM);
}

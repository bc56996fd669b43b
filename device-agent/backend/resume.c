/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "device-agent/include/backend-alios.h"

/*
 * PREPARE has left `stored` behind what the backend has already, and the store side waits for the link side to be there. If it is
 * noticed only after READY was sent, the host is told by the next DATA_ACK, and what it sent meanwhile was for nothing.
 */
bool
gya_serve_resume(struct gya_agent *a, uint32_t type)
{
	bool is_prepared = a->job == GYA_JOB_PREPARE && gya_load(&a->done) == a->order && !a->has_failed;
	uint32_t stored = gya_load(&a->stored);

	if (type == 0 && (is_prepared || a->state == GYW_STATE_RECEIVING) &&
		(int32_t) (stored - a->next) > 0) {
		gya_publish(&a->next, stored);
		a->limit = stored + GYA_WINDOW_SIZE;
		a->told_limit = a->limit;
	}
	return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"

/* Whether the store side waits for a deaf port to be told of. */
static bool
wants_quiet(const struct gya_agent *a)
{
	uint32_t left = a->next - a->known;
	bool is_last = a->next == a->begin.length;

	if (a->job)
		return true;
	if (!a->storing || left == 0 || (left < a->backend->piece && !is_last))
		return false;
	/* not while the host is sending: what comes now would be lost */
	return a->quiet != GYA_QUIET_NO || is_last || a->next == a->limit ||
	       a->now_ms - a->receiver.last_ms >= GYA_DEAF_PAUSE_MS;
}

void
gya_serve_deaf(struct gya_agent *a)
{
	uint32_t grant = 0;

	if (!wants_quiet(a)) {
		/* what was stored meanwhile raises the limit now */
		if (a->quiet != GYA_QUIET_NO && a->storing && a->known != a->limit - GYA_WINDOW_SIZE)
			a->ack_due = true;
		a->quiet = GYA_QUIET_NO;
	} else if (a->quiet != GYA_QUIET_NO) {
		/* after every frame it waits again for the last bit to be out */
		grant = gya_is_line_idle(a);
		a->quiet = grant ? GYA_QUIET_YES : GYA_QUIET_SAID;
	} else if (gya_can_send(a)) {
		a->to = a->asked;
		if (!a->job)
			gya_address_data(a);
		gya_reply(a, GYW_BUSY);
		a->quiet = GYA_QUIET_SAID;
	}
	gya_set(&a->grant, grant);
	if (grant)
		gya_wake(a);
}

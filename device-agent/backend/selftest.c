/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "device-agent/include/backend-liteos.h"

bool
gya_serve_selftest(struct gya_agent *a, uint32_t type)
{
	struct gyw_selftest asked;

	/* a repeat gets its outcome again from the core */
	if (type != GYW_SELFTEST || a->to == a->asked)
		return false;
	if (!gya_may_arm(a, sizeof asked))
		return true;
	gyw_get_words(&asked, gya_body(a), GYW_ALL_WORDS(gyw_selftest));
	if (!(asked.flags & GYW_SELFTEST_ERASE)) {
		gya_refuse(a, GYW_CAUSE_ERASE, 0);
		return true;
	}
	gya_backend_liteos_want_check(asked.seed);
	gya_start_arming(a);
	return true;
}

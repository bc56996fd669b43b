/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "device-agent/include/backend-alios.h"

/*
 * The store side believes that there is something to store as soon as `next` and `stored` differ, whichever of them moves first. So
 * it stops receiving before they are moved, each by its own side, and goes on behind them.
 */

static uint32_t resumed;

/* Store side. */
static bool
hold(struct gya_agent *a)
{
	a->receiving = false;
	gya_set(&a->stored, resumed);
	return true;
}

static bool
release(struct gya_agent *a)
{
	a->receiving = true;
	return true;
}

static void
run(struct gya_agent *a, bool (*extra)(struct gya_agent *a))
{
	a->extra = extra;
	gya_post(a, GYA_JOB_EXTRA);
}

/* All before the breakpoint is received. */
static void
move(struct gya_agent *a)
{
	gya_publish(&a->next, resumed);
	a->limit = resumed + GYA_WINDOW_SIZE;
	a->told_limit = a->limit;
}

bool
gya_serve_resume(struct gya_agent *a, uint32_t type, uint32_t (*resumes)(void))
{
	if (type != 0 || a->state != GYW_STATE_PREPARING || a->job == GYA_JOB_NONE ||
		gya_load(&a->done) != a->order || a->has_failed)
		return false;
	if (a->job == GYA_JOB_PREPARE) {
		resumed = resumes();
		if (resumed > 0)
			run(a, hold);
	} else if (a->job == GYA_JOB_EXTRA && a->extra == hold) {
		move(a);
		run(a, release);
	} else if (a->job == GYA_JOB_EXTRA && a->extra == release) {
		/* its outcome is the one that was kept waiting */
		a->job = GYA_JOB_PREPARE;
	}
	return false;
}

// SPDX-License-Identifier: Apache-2.0
#include "engine/gang/slot-state.h"

#include <glib/gi18n-lib.h>

static const struct {
	GySlotState now;
	GySlotEvent event;
	GySlotState next;
} edges[] = {
	{GY_SLOT_EMPTY, GY_SLOT_INSERTED, GY_SLOT_SCAN}, {GY_SLOT_SCAN, GY_SLOT_NUMBERED, GY_SLOT_READY},
	{GY_SLOT_SCAN, GY_SLOT_REMOVED, GY_SLOT_EMPTY},
	{GY_SLOT_READY, GY_SLOT_NUMBERED, GY_SLOT_READY}, /* scanned again */
	{GY_SLOT_READY, GY_SLOT_STARTED, GY_SLOT_BUSY}, {GY_SLOT_READY, GY_SLOT_REMOVED, GY_SLOT_EMPTY},
	/* a cable that is pulled is for the turn to notice: a board that restarts leaves and comes back too */
	{GY_SLOT_BUSY, GY_SLOT_PASSED, GY_SLOT_PASS}, {GY_SLOT_BUSY, GY_SLOT_FAILED, GY_SLOT_FAIL},
	{GY_SLOT_PASS, GY_SLOT_REMOVED, GY_SLOT_EMPTY},
	{GY_SLOT_PASS, GY_SLOT_INSERTED, GY_SLOT_SCAN}, /* it left while its turn ran */
	{GY_SLOT_PASS, GY_SLOT_AGAIN, GY_SLOT_SCAN}, {GY_SLOT_FAIL, GY_SLOT_REMOVED, GY_SLOT_EMPTY},
	{GY_SLOT_FAIL, GY_SLOT_INSERTED, GY_SLOT_SCAN},
	{GY_SLOT_FAIL, GY_SLOT_AGAIN, GY_SLOT_READY}, /* with the number that it had */
};

gboolean
gy_slot_edge(GySlotState now, GySlotEvent event, GySlotState *next)
{
	for (guint i = 0; i < G_N_ELEMENTS(edges); i++) {
		if (edges[i].now != now || edges[i].event != event)
			continue;
		*next = edges[i].next;
		return TRUE;
	}
	return FALSE;
}

const char *
gy_slot_state_word(GySlotState state)
{
	static const char *const words[GY_SLOT_N_STATES] = {
		N_("empty"), N_("scan"), N_("ready"), N_("busy"), N_("pass"), N_("fail")};

	g_return_val_if_fail((guint) state < GY_SLOT_N_STATES, NULL);
	return words[state];
}

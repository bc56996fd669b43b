// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "device-agent/core/agent-private.h"
#include "device-agent/include/backend-alios.h"
#include "device-agent/include/info.h"
#include "protocol/host/session/session.h"
#include "tests/alios-dev/device.h"

// A host's session and the agent of a device, on a line without faults, in virtual time.
typedef struct {
	Device *device;
	struct gya_alios_setup setup;
	struct gya_port port;
	struct gya_info info;
	struct gya_agent agent;
	GySession *session;
	GByteArray *to_device;
	GByteArray *to_host;
	gint64 now_ms;
	guint n_power_cuts;
	guint32 stored_at_cut; // when the power went
	guint32 resumed_at;    // where the agent went on after it
	gboolean is_waiting;   // for that
} Rig;

Rig *rig_new(Device *device);
void rig_free(Rig *rig);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rig, rig_free)

// The device starts anew: its agent knows nothing.
void rig_reset_device(Rig *rig);
// Another program at the other end.
void rig_restart_host(Rig *rig);

// The next event that is an end; a flash that dies on the way is powered on again with the device.
void rig_wait(Rig *rig, GySessionEvent *event);
// Lets both ends act once.
void rig_turn(Rig *rig);
// HELLO, then BEGIN with these tags; ends as `event`.
void rig_begin(Rig *rig, GBytes *file, gboolean is_diff, GByteArray *tags, GySessionEvent *event);
// Fails the test if it does not end in DONE.
void rig_done(Rig *rig);
// BEGIN's tags for a file of that type.
GByteArray *rig_tags(guint8 type, guint32 slice_size);
void rig_tag(GByteArray *tags, guint8 tag, gconstpointer value, gsize size);

/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/include/guard.h"

#include "device-agent/core/agent-private.h"
#include "device-agent/core/sha256.h"
#include "protocol/wire/mem.h"

#define GYA_GUARD_SILENCE_MS 60000u

static void
lock(struct gya_agent *a)
{
	a->is_locked = true;
	a->port->guard->has_nonce = false;
	a->port->guard->is_late = true;
}

/* What the host has signed. By our own code: the store side may hold the port's. */
static void
sum_up(struct gya_guard *g)
{
	static const uint8_t text[] = GYW_AUTH_TEXT;
	struct gya_sha256 hash;

	gya_sha256_init(&hash);
	gya_sha256_update(&hash, text, sizeof text - 1);
	gya_sha256_update(&hash, g->device_id, g->device_id_size);
	gya_sha256_update(&hash, g->host_nonce, sizeof g->host_nonce);
	gya_sha256_update(&hash, g->nonce, sizeof g->nonce);
	gya_sha256_final(&hash, g->digest);
}

/* On the store side, since it may take a second. */
static bool
verify(struct gya_agent *a)
{
	struct gya_guard *g = a->port->guard;

	gya_presume(a, GYW_CAUSE_LOCKED, 0);
	g->is_right = a->crypto->ecdsa_verify(g->key, g->digest, g->signature);
	return g->is_right;
}

/* Lets the host in whose signature was right, unless another has said HELLO meanwhile. */
static void
open_up(struct gya_agent *a)
{
	struct gya_guard *g = a->port->guard;

	if (a->job || !g->is_right)
		return;
	g->is_right = false;
	a->is_locked = g->is_late;
}

static void
challenge(struct gya_agent *a)
{
	struct gya_guard *g = a->port->guard;

	/* one that is asked for again stays: an answer to the first may be on its way */
	if (!g->has_nonce)
		g->entropy(g->nonce, sizeof g->nonce);
	g->has_nonce = true;
	a->about.said.bytes = g->nonce;
	a->about.said.size = sizeof g->nonce;
	gya_reply(a, GYW_CHALLENGE);
}

static void
take_auth(struct gya_agent *a)
{
	struct gya_guard *g = a->port->guard;

	if (a->job) {
		gya_reply_busy(a);
	} else if (gya_body_size(a) == 0) {
		challenge(a);
	} else if (gya_body_size(a) < GYW_SIGNATURE_SIZE) {
		gya_refuse(a, GYW_CAUSE_MALFORMED, 0);
	} else if (!g->has_nonce) {
		gya_refuse(a, GYW_CAUSE_LOCKED, 0);
	} else {
		/* a nonce is good for one try */
		g->has_nonce = false;
		g->is_late = false;
		sum_up(g);
		memcpy(g->signature, gya_body(a), sizeof g->signature);
		gya_start_extra(a, verify);
	}
}

bool
gya_guard(struct gya_agent *a, uint32_t type)
{
	/* before any request: one may be heard in the step that says ACK */
	open_up(a);
	if (type == 0) {
		if (a->now_ms - a->heard_ms >= GYA_GUARD_SILENCE_MS)
			lock(a);
		return false;
	}
	if (type == GYW_HELLO) {
		/* it may be another host's */
		if (gya_body_size(a) >= GYW_HELLO_SIZE)
			memcpy(a->port->guard->host_nonce, gya_body(a) + GYW_HELLO_NONCE_AT, GYW_NONCE_SIZE);
		lock(a);
		return false;
	}
	if (type != GYW_AUTH && !a->is_locked)
		return false;
	if (!gya_can_send(a)) {
		a->is_held = true;
		return true;
	}
	/* the core repeats what became of it */
	if (type == GYW_AUTH && a->to == a->asked)
		return false;
	if (type == GYW_AUTH)
		take_auth(a);
	else
		gya_refuse(a, GYW_CAUSE_LOCKED, 0);
	return true;
}

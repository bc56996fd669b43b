/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_GUARD_H
#define GYA_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/wire/message.h"

struct gya_agent;

/*
 * Keeps unknown hosts out (protocol point 11): nothing but HELLO and AUTH is answered, and the shell is closed, until a host
 * has signed with the private half of `key`. That is valid until the device resets, somebody says HELLO, or nothing is heard
 * for 60 s. A port that wants it sets `guard` to one of these and has `extend` call gya_guard, and says GYW_NEEDS_AUTH.
 * One without a source of entropy cannot: a nonce that can be foreseen lets an old signature in.
 */
struct gya_guard {
	/* the port's, for good */
	const uint8_t *key; /* brainpoolP256r1, X then Y, 64 bytes, big endian */
	const uint8_t *device_id;
	uint32_t device_id_size; /* as in INFO */
	void (*entropy)(uint8_t *bytes, uint32_t size);

	/* the agent's, zero at first; the link side's while no signature is being verified */
	uint8_t host_nonce[GYW_NONCE_SIZE];
	uint8_t nonce[GYW_CHALLENGE_SIZE];
	uint8_t digest[32];
	uint8_t signature[GYW_SIGNATURE_SIZE];
	bool has_nonce; /* that was not used yet */
	bool is_late;   /* HELLO came while a signature was being verified */
	bool is_right;  /* the store side's: it is right */
};

bool gya_guard(struct gya_agent *agent, uint32_t type);

#endif

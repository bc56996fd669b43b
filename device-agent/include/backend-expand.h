/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BACKEND_EXPAND_H
#define GYA_BACKEND_EXPAND_H

#include "device-agent/include/backend.h"

/* The largest piece of a store behind it; what it holds in RAM beside some words. May be set by the port's build. */
#ifndef GYA_EXPAND_PIECE
#define GYA_EXPAND_PIECE 1024u
#endif

/* What a port adds to its `can` for it; READ_BACK too, since the backend's own says no while a compressed image comes. */
#define GYA_EXPAND_CAN (GYW_CAN_RAW_COMPRESS | GYW_CAN_READ_BACK)

/*
 * A backend before another one, for images that travel compressed (backend/expand.c; PROTOCOL.md, "Compressed images"): what is
 * written to it is one LZ4 block, what the store behind it gets is the image. A match is read back from the store, so
 * that no dictionary is kept. A session without the tag EXPANDED passes through.
 *
 * A piece of a compressed session has 64 bytes, which expand to 16 KiB at most: the board's worst time of storing a piece has
 * to cover as much. Its judge reads the whole image once more than that of the store.
 */
struct gya_expand_setup {
	const struct gya_backend *store; /* reads back, and has pieces of GYA_EXPAND_PIECE at most */
	const struct gya_crypto
		*crypto; /* the agent's running hash is another: one that can do two at a time */
	void (*watchdog)(void);
};

/* NULL for a store that it cannot be put before. The setup stays in use. */
const struct gya_backend *gya_backend_expand(const struct gya_expand_setup *setup);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/wire/message.h"

__extension__ _Static_assert(
	offsetof(struct gyw_info, nonce) == sizeof(struct gyw_info_head), "INFO's words");

void
gyw_ready_encode(struct gyw_writer *w, const struct gyw_ready *ready)
{
	gyw_write_words(w, ready, GYW_ALL_WORDS(gyw_ready));
}

void
gyw_data_ack_encode(struct gyw_writer *w, const struct gyw_data_ack *ack)
{
	gyw_write_words(w, ack, GYW_WORDS(gyw_data_ack, missing) + 2 * ack->n_missing);
}

void
gyw_verified_encode(struct gyw_writer *w, const struct gyw_verified *verified)
{
	gyw_write_words(w, verified, GYW_WORDS(gyw_verified, sha256));
	gyw_write_bytes(w, verified->sha256, sizeof verified->sha256);
}

void
gyw_status_encode(struct gyw_writer *w, const struct gyw_status *status)
{
	gyw_write_words(w, status, GYW_ALL_WORDS(gyw_status));
}

void
gyw_refusal_encode(struct gyw_writer *w, const struct gyw_refusal *refusal)
{
	gyw_write_words(w, refusal, GYW_ALL_WORDS(gyw_refusal));
}

void
gyw_busy_encode(struct gyw_writer *w, const struct gyw_busy *busy)
{
	gyw_write_words(w, busy, GYW_ALL_WORDS(gyw_busy));
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "protocol/wire/mem.h"

/* Keeps the backend's verdict, or gives the one that it forgot. Returns `ok`. */
static bool
judged(struct gya_agent *a, bool ok, uint16_t cause)
{
	if (ok)
		a->verdict.cause = GYW_CAUSE_NONE;
	else if (a->verdict.cause == GYW_CAUSE_NONE)
		a->verdict.cause = cause;
	return ok;
}

static void
start_hash(struct gya_agent *a)
{
	a->crypto->sha256_init(&a->sum.hash);
	a->is_hashing = true;
}

/* Every init is followed by one final, whatever became of the hash. */
static void
end_hash(struct gya_agent *a, uint8_t digest[32])
{
	if (a->is_hashing)
		a->crypto->sha256_final(&a->sum.hash, digest);
	a->is_hashing = false;
}

static void
stop(struct gya_agent *a)
{
	uint8_t digest[32];

	a->receiving = false;
	end_hash(a, digest);
}

static uint32_t
piece_ready(struct gya_agent *a)
{
	uint32_t left = gya_load(&a->next) - a->stored;

	if (!a->receiving)
		return 0;
	if (left >= a->backend->piece)
		return a->backend->piece;
	return a->stored + left == a->begin.length ? left : 0;
}

static void
store_piece(struct gya_agent *a, uint32_t size)
{
	/* pieces are aligned and divide the window, so that none goes around its end */
	const uint8_t *bytes = a->window + a->stored % GYA_WINDOW_SIZE;

	memset(&a->verdict, 0, sizeof a->verdict);
	a->verdict.detail = a->stored;
	if (!judged(a, a->backend->write(a->stored, bytes, size, &a->verdict), GYW_CAUSE_STORE)) {
		stop(a);
		gya_publish(&a->failed, 1);
		return;
	}
	if (a->is_hashing)
		a->crypto->sha256_update(&a->sum.hash, bytes, size);
	gya_publish(&a->stored, a->stored + size);
}

/* The steps of a job return whether it is done; `phase` counts them. */
static bool
prepare(struct gya_agent *a)
{
	const uint8_t *manifest = a->backend->manifest_most > 0 ? a->window : NULL;

	if (a->phase++ == 0) {
		gya_publish(&a->failed, 0);
		return !judged(a, a->backend->judge(&a->begin, manifest, a->manifest_total, &a->verdict),
			GYW_CAUSE_PACKAGE);
	}
	a->tried = true;
	if (judged(a, a->backend->prepare(&a->begin, &a->verdict), GYW_CAUSE_PREPARE)) {
		gya_publish(&a->stored, 0);
		a->receiving = true;
		if (!a->backend->reads_back)
			start_hash(a);
	}
	return true;
}

static bool
compare(struct gya_agent *a)
{
	uint8_t digest[32];

	end_hash(a, digest);
	return judged(a, memcmp(digest, a->begin.sha256, sizeof digest) == 0, GYW_CAUSE_HASH);
}

static bool
finish(struct gya_agent *a)
{
	uint32_t left = a->begin.length - a->progress;

	a->tried = true;
	a->receiving = false;
	if (a->verdict.cause != GYW_CAUSE_NONE)
		return true; /* the last pieces could not be stored */
	if (a->phase == 1) {
		judged(a, a->backend->recheck(&a->begin, a->window, GYA_WINDOW_SIZE, &a->verdict),
			GYW_CAUSE_PACKAGE);
		return true;
	}
	if (!a->backend->reads_back)
		left = 0;
	else if (!a->is_hashing)
		start_hash(a);
	if (left == 0) {
		a->phase = 1;
		return !compare(a);
	}
	if (left > GYA_READ_BACK_CHUNK)
		left = GYA_READ_BACK_CHUNK;
	a->verdict.detail = a->progress;
	if (!judged(a, a->backend->read(a->progress, a->window, left, &a->verdict), GYW_CAUSE_READ)) {
		stop(a);
		return true;
	}
	a->crypto->sha256_update(&a->sum.hash, a->window, left);
	gya_publish(&a->progress, a->progress + left);
	return false;
}

static bool
read_area(struct gya_agent *a, uint32_t done, uint8_t *bytes, uint32_t size)
{
	bool ok = judged(a,
		a->backend->read_area(a->area.area, a->area.offset + done, bytes, size, &a->verdict),
		GYW_CAUSE_READ);

	a->tried = a->verdict.cause == GYW_CAUSE_READ;
	return ok;
}

static bool
hash_area(struct gya_agent *a)
{
	uint8_t chunk[GYA_HASH_CHUNK];
	uint8_t digest[32];
	uint32_t left = a->area.length - a->progress;

	if (!a->is_hashing)
		start_hash(a);
	if (left > sizeof chunk)
		left = sizeof chunk;
	if (!read_area(a, a->progress, chunk, left)) {
		stop(a);
		return true;
	}
	a->crypto->sha256_update(&a->sum.hash, chunk, left);
	gya_publish(&a->progress, a->progress + left);
	if (a->progress < a->area.length)
		return false;
	end_hash(a, digest);
	memcpy(a->sum.digest, digest, sizeof digest);
	return true;
}

static bool
step(struct gya_agent *a, enum gya_job job)
{
	struct gyw_writer body;

	switch (job) {
	case GYA_JOB_STOP: stop(a); break;
	case GYA_JOB_PREPARE: return prepare(a);
	case GYA_JOB_FINISH: return finish(a);
	case GYA_JOB_ARM:
		a->tried = true;
		judged(a, a->backend->arm(&a->verdict), GYW_CAUSE_VERIFY);
		break;
	case GYA_JOB_DISARM:
		a->tried = true;
		judged(a, a->backend->disarm(&a->verdict), GYW_CAUSE_DISARM);
		break;
	case GYA_JOB_HASH: return hash_area(a);
	case GYA_JOB_READ:
		gyw_frame_open(&body, a->tx, GYW_MTU_MIN);
		/* behind the frame's head and the offset, so that it is sent from where it is */
		read_area(a, 0, body.at + 4, a->area.length);
		break;
	case GYA_JOB_RESET: a->backend->reset(); break;
	}
	return true;
}

bool
gya_store_step(struct gya_agent *a)
{
	uint32_t order = gya_load(&a->order);
	enum gya_job job = (enum gya_job)(order & GYA_JOB_MASK);
	bool has_job = order != a->done;
	bool is_harmless = has_job && (job == GYA_JOB_STOP || job == GYA_JOB_RESET);
	uint32_t size;

	if (a->port->deaf_while_stores && !is_harmless && !gya_load(&a->grant))
		return false;
	a->port->watchdog(a->port->context);
	size = is_harmless ? 0 : piece_ready(a);
	if (size > 0) {
		store_piece(a, size);
		return has_job || piece_ready(a) > 0;
	}
	if (!has_job)
		return false;
	if (a->started != order) {
		a->started = order;
		a->tried = false;
		/* FINISH ends as the store error that came before it */
		if (job != GYA_JOB_FINISH || !a->failed)
			memset(&a->verdict, 0, sizeof a->verdict);
	}
	if (!step(a, job))
		return true;
	a->phase = 0;
	gya_publish(&a->progress, 0);
	gya_publish(&a->done, order);
	return piece_ready(a) > 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/core/agent-private.h"
#include "device-agent/include/outline.h"
#include "protocol/wire/mem.h"

/* Every init is followed by one final, whatever became of the hash. */
static GYA_OUTLINE void
end_hash(struct gya_agent *a)
{
	uint8_t digest[32];

	if (!a->is_hashing)
		return;
	a->is_hashing = false;
	a->crypto->sha256_final(&a->sum.hash, digest);
	memcpy(a->sum.digest, digest, sizeof digest);
}

static void
start_hash(struct gya_agent *a)
{
	if (!a->is_hashing)
		a->crypto->sha256_init(&a->sum.hash);
	a->is_hashing = true;
}

static void
stop(struct gya_agent *a)
{
	a->receiving = false;
	end_hash(a);
	a->backend->stop();
}

/* The verdict on a call that fails without giving one. */
void
gya_presume(struct gya_agent *a, uint32_t cause, uint32_t detail)
{
	a->verdict.cause = cause;
	a->verdict.code = 0;
	a->verdict.detail = detail;
}

static uint32_t
piece_ready(struct gya_agent *a)
{
	uint32_t piece = a->backend->piece;
	uint32_t next = gya_load(&a->next);
	/* negative: the link side has not been told yet where it goes on */
	int32_t left = (int32_t) (next - a->stored);

	if (!a->receiving)
		return 0;
	if (left >= (int32_t) piece)
		return piece;
	return next == a->begin.length ? (uint32_t) left : 0;
}

static void
store_piece(struct gya_agent *a, uint32_t size)
{
	uint32_t stored = a->stored;
	/* pieces are aligned and divide the window, so that none goes around its end */
	const uint8_t *bytes = a->window + stored % GYA_WINDOW_SIZE;

	gya_presume(a, GYW_CAUSE_STORE, stored);
	if (!a->backend->write(stored, bytes, size)) {
		stop(a);
		gya_publish(&a->failed, 1);
		return;
	}
	if (a->is_hashing)
		a->crypto->sha256_update(&a->sum.hash, bytes, size);
	gya_publish(&a->stored, stored + size);
}

/* The steps of a job return whether they went through; one that wants another sets `more`. */
static bool
prepare(struct gya_agent *a)
{
	const struct gya_backend *backend = a->backend;
	const struct gyw_begin *begin = &a->begin;

	if (!a->is_judged) {
		a->tried = false;
		a->more = true;
		a->is_judged = true;
		gya_set(&a->failed, 0);
		gya_presume(a, GYW_CAUSE_PACKAGE, 0);
		return backend->judge(begin, a->window, a->manifest_total, false);
	}
	gya_presume(a, GYW_CAUSE_PREPARE, 0);
	if (!backend->prepare(begin))
		return false;
	/* 0, or what the backend has of it from before a reset */
	gya_set(&a->stored, a->verdict.detail);
	a->receiving = true;
	if (!(backend->can & GYW_CAN_READ_BACK))
		start_hash(a);
	return true;
}

static GYA_OUTLINE bool
read_area(struct gya_agent *a, uint8_t *bytes, uint32_t size)
{
	bool ok = a->backend->read_area(a->about.area.area, a->about.area.offset + a->progress, bytes, size);

	a->tried = a->verdict.cause == GYW_CAUSE_READ;
	return ok;
}

/* The next bytes of what FINISH or HASH is about, through `bytes`. Leaves the digest when there are no more. */
static bool
hash_on(struct gya_agent *a, uint8_t *bytes, uint32_t most)
{
	uint32_t progress = a->progress;
	uint32_t size = a->total - progress;
	bool ok;

	if (size > most)
		size = most;
	start_hash(a);
	gya_presume(a, GYW_CAUSE_READ, progress);
	if (a->job == GYA_JOB_HASH)
		ok = read_area(a, bytes, size);
	else
		ok = size == 0 || a->backend->read(progress, bytes, size);
	if (ok)
		a->crypto->sha256_update(&a->sum.hash, bytes, size);
	gya_set(&a->progress, progress + size);
	a->more = a->progress != a->total;
	if (!ok || !a->more)
		end_hash(a);
	return ok;
}

static bool
hash_area(struct gya_agent *a)
{
	uint8_t chunk[GYA_HASH_CHUNK];

	return hash_on(a, chunk, sizeof chunk);
}

static bool
finish(struct gya_agent *a)
{
	a->receiving = false;
	if (a->is_judged) {
		gya_presume(a, GYW_CAUSE_PACKAGE, 0);
		return a->backend->judge(&a->begin, a->window, GYA_WINDOW_SIZE, true);
	}
	if (!hash_on(a, a->window, GYA_READ_BACK_CHUNK))
		return false;
	if (a->more)
		return true;
	a->more = true;
	a->is_judged = true;
	gya_presume(a, GYW_CAUSE_HASH, 0);
	return memcmp(a->sum.digest, a->begin.sha256, sizeof a->begin.sha256) == 0;
}

static GYA_OUTLINE bool
step(struct gya_agent *a)
{
	a->tried = true;
	a->more = false;
	switch (a->job) {
	case GYA_JOB_PREPARE: return prepare(a);
	/* ends as the store error that came before it */
	case GYA_JOB_FINISH: return !a->failed && finish(a);
	case GYA_JOB_ARM: gya_presume(a, GYW_CAUSE_VERIFY, 0); return a->backend->arm();
	case GYA_JOB_DISARM: gya_presume(a, GYW_CAUSE_DISARM, 0); return a->backend->disarm();
	case GYA_JOB_HASH: return hash_area(a);
	case GYA_JOB_READ:
		gya_presume(a, GYW_CAUSE_READ, 0);
		return read_area(a, gya_lent_bytes(a), a->about.area.length);
	case GYA_JOB_RESET: a->backend->reset(); return true;
	case GYA_JOB_EXTRA: a->tried = false; return a->extra(a);
	default: stop(a); return true;
	}
}

bool
gya_store_step(struct gya_agent *a)
{
	uint32_t order = gya_load(&a->order);
	bool has_job = order != a->done;
	bool is_harmless = has_job && a->job <= GYA_JOB_RESET;
	uint32_t size;

	if (!is_harmless && !gya_load(&a->grant))
		return false;
	a->port->watchdog(a->port->context);
	if (!is_harmless) {
		size = piece_ready(a);
		if (size > 0) {
			store_piece(a, size);
			return true;
		}
	}
	if (!has_job)
		return false;
	a->has_failed = !step(a);
	if (a->more && !a->has_failed)
		return true;
	a->is_judged = false;
	gya_set(&a->progress, 0);
	gya_publish(&a->done, order);
	return piece_ready(a) > 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/qemu-rv32/patching.h"

#include <string.h>

#include "device-agent/ports/qemu-rv32/clock.h"
#include "device-agent/ports/qemu-rv32/machine.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/envelope.h"

#define MAGIC     0x48435450u
#define BANK_SIZE (32u << 20)

/* Words of the head. */
struct head {
	uint32_t magic;
	uint32_t kind; /* enum gyw_envelope_kind */
	uint32_t old_size;
	uint32_t patch_size;
};

/* What is made goes nowhere: it is counted and hashed. */
struct made {
	const struct gya_crypto *crypto;
	struct gya_sha256 hash;
	uint32_t size;
};

static union {
	struct gya_hdiff13 hdiff13;
	struct gya_hpatchlite hpatchlite;
} work;

/* The bank is memory as long as nobody programs it. `context` is where the bytes stand. */
static bool
read_bank(void *context, uint32_t offset, uint8_t *bytes, uint32_t size)
{
	memcpy(bytes, (const uint8_t *) context + offset, size);
	return true;
}

static bool
take(void *context, const uint8_t *bytes, uint32_t size)
{
	struct made *made = context;

	made->crypto->sha256_update(&made->hash, bytes, size);
	made->size += size;
	return true;
}

static enum gya_patch_result
apply(const struct head *head, uint8_t *images, const struct gya_lzma *const lzma[], struct made *made)
{
	const struct gya_patch_source old = {images, head->old_size, read_bank};
	const struct gya_patch_source patch = {images + head->old_size, head->patch_size, read_bank};
	const struct gya_patch_sink sink = {made, take, NULL};
	bool is_hi = head->kind == GYW_ENVELOPE_HPATCHLITE;
	enum gya_patch_result result = is_hi ? gya_hpatchlite_open(&work.hpatchlite, &patch, lzma[0])
					     : gya_hdiff13_open(&work.hdiff13, &patch, lzma);

	if (result != GYA_PATCH_OK)
		return result;
	return is_hi ? gya_hpatchlite_apply(&work.hpatchlite, &old, &sink)
		     : gya_hdiff13_apply(&work.hdiff13, &old, &sink);
}

static void
tell(struct text *text, const struct made *made, uint32_t ms, bool is_expected)
{
	text_add_decimal(text, made->size);
	text_add(text, " bytes in ");
	text_add_decimal(text, ms);
	text_add(text, is_expected ? " ms, as expected" : " ms, not as expected");
}

void
patching_tell(struct text *text, const struct gya_crypto *crypto,
	const struct gya_lzma *const lzma[GYA_HDIFF13_PARTS])
{
	uint8_t *at = (uint8_t *) (uintptr_t) (MACHINE_FLASH + PATCHING_AT); /* read only */
	uint32_t room = BANK_SIZE - PATCHING_AT - PATCHING_HEAD;
	uint32_t began_ms = clock_ms();
	struct made made = {.crypto = crypto};
	enum gya_patch_result result;
	uint8_t digest[32];
	struct head head;

	text_add(text, "patch: ");
	gyw_get_words(&head, at, sizeof head / 4u);
	if (head.magic != MAGIC || head.old_size > room || head.patch_size > room - head.old_size) {
		text_add(text, "there is none");
		return;
	}
	crypto->sha256_init(&made.hash);
	result = apply(&head, at + PATCHING_HEAD, lzma, &made);
	crypto->sha256_final(&made.hash, digest);
	if (result == GYA_PATCH_OK) {
		tell(text, &made, clock_ms() - began_ms,
			memcmp(digest, at + sizeof head, sizeof digest) == 0);
		return;
	}
	text_add(text, "result -");
	text_add_decimal(text, (uint32_t) - (int32_t) result);
}

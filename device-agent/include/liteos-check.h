/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_LITEOS_CHECK_H
#define GYA_LITEOS_CHECK_H

#include <ota_flag.h>

#include "protocol/wire/mem.h"
#include "protocol/wire/message.h"

/*
 * The self-test in the flag record: who asks for it and who carries it out are programs apart. The documented flow starts the
 * program at any status but "downloaded", so a loader that does not know these does nothing. `step` is the seed; the infos hold
 * anything while the test is asked for, and then what it found, in the words of `download`.
 */
#define GYA_LITEOS_CHECK_ASKED  0x10u
#define GYA_LITEOS_CHECK_PASSED 0x11u
#define GYA_LITEOS_CHECK_FAILED 0x12u

#define GYA_LITEOS_CHECK_WORDS  6u

__extension__ _Static_assert(
	sizeof(ota_img_info_t) - offsetof(ota_img_info_t, version_code) == GYA_LITEOS_CHECK_WORDS * 4u &&
		sizeof(struct gyw_info_check) == (1u + GYA_LITEOS_CHECK_WORDS) * 4u,
	"an info holds what a check has found");

/* Whether the test has been carried out; then `check` is filled. */
static inline bool
gya_liteos_check_read(const ota_flag_t *flag, struct gyw_info_check *check)
{
	if (flag->status != GYA_LITEOS_CHECK_PASSED && flag->status != GYA_LITEOS_CHECK_FAILED)
		return false;
	check->seed = flag->step;
	memcpy(&check->step, &flag->download.version_code, GYA_LITEOS_CHECK_WORDS * 4u);
	return true;
}

/* The record once it has been: nothing is left of what ran. */
static inline void
gya_liteos_check_write(ota_flag_t *flag, const struct gyw_info_check *check)
{
	memset(flag, 0, sizeof *flag);
	flag->status = check->step == GYW_CHECK_PASSED ? GYA_LITEOS_CHECK_PASSED : GYA_LITEOS_CHECK_FAILED;
	flag->step = check->seed;
	memcpy(&flag->download.version_code, &check->step, GYA_LITEOS_CHECK_WORDS * 4u);
}

/* The record that asks for it. */
static inline void
gya_liteos_check_ask(ota_flag_t *flag, uint32_t seed)
{
	flag->status = GYA_LITEOS_CHECK_ASKED;
	flag->step = seed;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BACKEND_LITEOS_H
#define GYA_BACKEND_LITEOS_H

#include <stdbool.h>
#include <stdint.h>

#include "device-agent/include/backend.h"
#include "device-agent/include/patch.h"

struct gya_agent;

/*
 * The backend for LiteOS_Lab's OTA of the third generation (backend/liteos.c): ota_img_* and ota_flag_*. Backup, patching and
 * recovery erase the running program, so they are the loader's, after the reset. Static state of its own, below 5.5 KiB, most of
 * it the patch that is tried.
 *
 * A difference is taken if it is made against what runs: that is what its envelope says, or what BEGIN says of one without. With
 * decoders it is also tried, to nothing but a digest, before it is armed; one decoder serves "hI", HDIFF13 takes one for each
 * packed part.
 */
struct gya_liteos_setup {
	const struct gya_board *board; /* its `application` is Running, its `storage` Download */
	const struct gya_crypto *crypto;
	const struct gya_lzma
		*lzma[GYA_HDIFF13_PARTS]; /* NULL where there is none; without any nothing is tried */
	bool takes_envelopes;             /* the loader knows them */
	void (*watchdog)(void);
	void (*reset)(void);
	/* In a loader: what the self-test of this boot found; NULL: what the record says of the last one. */
	const struct gyw_info_check *check;
};
const struct gya_backend *gya_backend_liteos(const struct gya_liteos_setup *setup);

/*
 * What runs, in the flag record's words for it, which INFO and the check of differences go by. An upgrade through this backend is
 * noted by itself at the next start; a factory, and an application that knows its own size and version, say it. After
 * ota_init(); writes only what is new. False if the record could not be written.
 */
bool gya_backend_liteos_note(const char *version, uint32_t image_size);

/*
 * A port's `extend` that serves SELFTEST (backend/selftest.c), when no session is under way and the host allows the erasing: the
 * record asks the loader for the self-test, and RESET starts it. The loader has to know it (device-agent/liteos, check.c), and
 * to answer on the line afterwards: there is no program any more.
 */
bool gya_serve_selftest(struct gya_agent *agent, uint32_t type);

/* What the next `arm` asks for, in place of the package. */
void gya_backend_liteos_want_check(uint32_t seed);

#endif

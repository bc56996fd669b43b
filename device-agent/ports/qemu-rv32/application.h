/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_QEMU_APPLICATION_H
#define GYA_QEMU_APPLICATION_H

#include "device-agent/include/board.h"
#include "device-agent/include/crypto.h"
#include "device-agent/include/lzma.h"
#include "device-agent/include/nor.h"
#include "device-agent/include/patch.h"

struct application_setup {
	const struct gya_board *board;
	const struct gya_nor *nor;
	const struct gya_crypto *crypto;
	const struct gya_lzma *lzma[GYA_HDIFF13_PARTS]; /* packages take the first */
	uint8_t reset_cause;                            /* enum gyw_reset_cause */
};

/*
 * The application that the boot loader started: whatever image is in its partition, standing for a program that runs
 * the agent and has a small shell. It ends with a reset.
 */
void application_run(const struct application_setup *setup) __attribute__((noreturn));

#endif

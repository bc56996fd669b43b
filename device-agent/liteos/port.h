/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_LITEOS_PORT_H
#define GYA_LITEOS_PORT_H

#include <stdint.h>

#include <ota_flow.h>

#include "device-agent/include/board.h"
#include "device-agent/include/crypto.h"
#include "device-agent/include/lzma.h"
#include "device-agent/include/nor.h"
#include "device-agent/include/patch.h"
#include "protocol/wire/message.h"

/* What the reference module takes from outside. The port owns it and all it points to. */
struct gya_liteos_port {
	const struct gya_board *board;
	const struct gya_nor *nor;
	const struct gya_crypto *crypto;
	/* As many decoders as the chip has memory for; differences in an envelope need one, HDIFF13 one for each packed part. */
	const struct gya_lzma *lzma[GYA_HDIFF13_PARTS];
	void (*watchdog)(void);
	void (*check_step)(
		uint32_t step); /* optional: the self-test is about to begin a step, enum gyw_check_step */
};

/* At power-on, before anything else. */
void gya_liteos_power_on(const struct gya_liteos_port *port);

/* What the self-test of this boot found; NULL: there was none. */
const struct gyw_info_check *gya_liteos_check_result(void);

#endif

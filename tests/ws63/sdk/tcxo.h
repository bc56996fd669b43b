/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TCXO_H
#define TCXO_H

#include <stdint.h>

uint64_t uapi_tcxo_get_ms(void);

#endif

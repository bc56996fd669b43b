/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PINCTRL_H
#define PINCTRL_H

#include <errcode.h>

typedef uint32_t pin_t;
typedef uint32_t pin_mode_t;
#define PIN_NONE ((pin_t) 0xFF)

errcode_t uapi_pin_set_mode(pin_t pin, pin_mode_t mode);

#endif

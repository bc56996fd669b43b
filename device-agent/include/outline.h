/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_OUTLINE_H
#define GYA_OUTLINE_H

/* For short functions with many callers: at -Os gcc takes a call for larger than it is, and copies their bodies. */
#define GYA_OUTLINE __attribute__((noinline))

#endif

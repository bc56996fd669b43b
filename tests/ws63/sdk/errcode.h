/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ERRCODE_H
#define ERRCODE_H

/* The documented names that the port uses; the SDK's own headers declare the same. */
#include <upg.h>

#endif

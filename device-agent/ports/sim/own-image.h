// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "device-agent/include/board.h"

// A board with images of the user's own: each has a partition, taken off the end of the application's.
struct gya_own_images;

// `words` are NAME=ID,SIZE (numbers as in C); NULL with `error` set (GYA_SIM_USAGE_ERROR) if one of them cannot be.
struct gya_own_images *gya_own_images_new(const struct gya_board *base, char **words, GError **error);
const struct gya_board *gya_own_images_board(const struct gya_own_images *own);
void gya_own_images_free(struct gya_own_images *own);

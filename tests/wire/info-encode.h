// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/wire/message.h"

/* INFO as a device would say it, for tests that play one. The tags that do not fit any more are left out, last ones first. */
void gyw_info_encode(struct gyw_writer *w, const struct gyw_info *info);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glib.h>

#include "protocol/host/error.h"

#define GY_OVERHEARD_KEPT 1024

/**
 * GyOverheard:
 *
 * What comes from the line while an agent is called and none answers: tells a console from a wrong speed from silence.
 */
typedef struct {
	guint64 n_bytes;
	guint64 n_text;    /* bytes that are printable, blanks or UTF-8 */
	guint64 n_legible; /* those of them that stand together like words */
	guint run;         /* text at the end of what came */
	guint n_following; /* bytes that the UTF-8 character at the end still needs */
	guint n_begun;     /* and those it has */
	guint n_carets;    /* zeros as a terminal echoes them, "^@" */
	guint n_echoes;    /* our own frames */
	guint n_damaged;   /* answers that did not arrive whole */
	guint8 last;
	guint8 kept[GY_OVERHEARD_KEPT]; /* the newest bytes, a ring */
} GyOverheard;

void gy_overheard_clear(GyOverheard *heard);
void gy_overheard_add(GyOverheard *heard, const guint8 *bytes, gsize size);

/**
 * gy_overheard_judge:
 * @waited_ms: how long nobody has answered
 * @message: (out) (transfer full): one sentence without a full stop
 *
 * Returns: %GY_LINK_ERROR_NOT_TRANSPARENT if answers came, but none whole, %GY_LINK_ERROR_NO_AGENT if text came,
 *   %GY_LINK_ERROR_WRONG_SPEED if what came is neither text nor frames, else %GY_LINK_ERROR_NO_ANSWER
 */
GyLinkError gy_overheard_judge(const GyOverheard *heard, guint waited_ms, char **message);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/devices/devices.h"

/**
 * GyPortMatch:
 *
 * Which port is meant, by what is known of it without opening it: words `FIELD=PATTERN` with commas between them, such as
 * `vid=1a86,usb=1-4.*`. A port fits if it fits all of them. Case does not count; `*` and `?` stand for what may be there.
 */
typedef struct _GyPortMatch GyPortMatch;

/** gy_port_match_parse: Returns: (transfer full): %NULL with %GY_LINK_ERROR_BAD_PORT, which names the word. */
GyPortMatch *gy_port_match_parse(const char *spec, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void gy_port_match_free(GyPortMatch *match);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyPortMatch, gy_port_match_free)

gboolean gy_port_match_fits(const GyPortMatch *match, GyDevice *device);

/**
 * gy_port_match_find:
 * @devices: (element-type GyDevice): see gy_devices_list()
 *
 * Returns: (transfer full): the path of the one port that fits, or %NULL with %GY_LINK_ERROR_NO_PORT or
 *   %GY_LINK_ERROR_SEVERAL_PORTS; both list the candidates
 */
char *gy_port_match_find(
	const GyPortMatch *match, GPtrArray *devices, GError **error) G_GNUC_WARN_UNUSED_RESULT;

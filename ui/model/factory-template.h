// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/**
 * gy_factory_template:
 * @path: where the station file will lie
 * @boards: a list of GyBoard: each becomes a slot, at the place on the USB where it is plugged in if it has one
 * @package: (nullable): path of what is flashed
 *
 * Returns: (transfer full): the text of a station file, to be edited
 */
char *gy_factory_template(const char *path, GListModel *boards, const char *package);

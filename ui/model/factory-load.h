// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/station/station.h"

/**
 * GyFactoryLoaded: a station file with its package in memory.
 * @station: (nullable): taken by who uses it
 * @package: (nullable): none is flashed, or the station has an error
 */
typedef struct {
	GyStation *station;
	GyPackage *package;
} GyFactoryLoaded;

void gy_factory_loaded_free(GyFactoryLoaded *loaded);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyFactoryLoaded, gy_factory_loaded_free)

/** gy_factory_load_async: reads and checks all of it on a thread of its own: a recipe may take seconds to build. */
void gy_factory_load_async(
	const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/** gy_factory_load_finish: (transfer full): %NULL with an error if the file is no station or its package is gone. */
GyFactoryLoaded *gy_factory_load_finish(GAsyncResult *result, GError **error);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/package.h"
#include "ui/model/package-question.h"
#include "ui/model/package-recipe.h"

/**
 * GyPackageBuilt: what a build gave.
 * @bytes: the whole package
 * @package: the same, verified
 * @notes: (element-type GyFinding): what the build had to say
 */
typedef struct {
	GBytes *bytes;
	GyPackage *package;
	GPtrArray *notes;
} GyPackageBuilt;

void gy_package_built_free(GyPackageBuilt *built);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyPackageBuilt, gy_package_built_free)

/**
 * gy_package_build_async:
 * @recipe: what is built; it may change meanwhile
 * @ask: (nullable): asks for passphrases
 * @ask_data: for @ask, which is not called any more once @cancellable was cancelled
 * @cancellable: (nullable): its end is told at once; the thread goes on, and its work is thrown away
 *
 * Builds in a thread. Nothing is written.
 */
void gy_package_build_async(GyPackageRecipe *recipe, GyPackageAsk ask, gpointer ask_data,
	GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);

/**
 * gy_package_build_preview_async: the same without keys: what a build with keys would give but for its signatures, so that
 * nobody is asked anything and no key is used only to look.
 */
void gy_package_build_preview_async(
	GyPackageRecipe *recipe, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);

/** gy_package_build_finish: (transfer full): of both; %NULL with the error of the build, or %G_IO_ERROR_CANCELLED. */
GyPackageBuilt *gy_package_build_finish(GAsyncResult *result, GError **error);

/**
 * gy_package_save_async: a build, which is then written to @path, the whole file or nothing; @path may not be one of the
 * files that it is made from.
 */
void gy_package_save_async(GyPackageRecipe *recipe, const char *path, GyPackageAsk ask, gpointer ask_data,
	GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);

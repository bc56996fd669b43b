// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/command.h"
#include "app/package-report.h"
#include "engine/draft.h"

/**
 * GyPackageWork: what a command does with a package that was loaded and verified.
 *
 * Returns: %TRUE, or %FALSE with @error for the command's failure
 */
typedef gboolean (*GyPackageWork)(
	const GyOutput *output, GyPackage *package, GyVerdict verdict, gboolean has_key, GError **error);

/** gy_package_command_run: the `run` of a command whose arguments are `FILE [--root-key PUBLIC | --key PUBLIC]`. */
int gy_package_command_run(const GyCommand *command, GyOutput *output, char **arguments, GyPackageWork work);

/** gy_package_command_keep: (transfer full): a package that was made, if it can be read, goes to @path, and the last line says so. */
GyPackage *gy_package_command_keep(const GyOutput *output, GyDraft *draft, const char *path, GError **error);

/** gy_package_command_result: the command's "result" object: the package's file and the verdict. */
void gy_package_command_result(const GyOutput *output, GyPackage *package, GyVerdict verdict);

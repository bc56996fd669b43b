// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/format.h"

/**
 * GyBuildArguments: the options of all systems, as the command line takes them. Those of the group "keys" are not among
 * them: every command that signs has these, see signing-options.h.
 */
typedef struct _GyBuildArguments GyBuildArguments;

/**
 * gy_build_arguments_new:
 * @words: the command line. The system that it names has its options in the help, in its own words; without one, none has
 */
GyBuildArguments *gy_build_arguments_new(const char *const *words);
void gy_build_arguments_free(GyBuildArguments *arguments);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyBuildArguments, gy_build_arguments_free)

/** gy_build_arguments_entries: (transfer full) (element-type GOptionEntry): these and @more, ended by an empty one. */
GArray *gy_build_arguments_entries(GyBuildArguments *arguments, const GOptionEntry *more);

/** gy_build_arguments_translate: words of the systems' own tools become the options of ours, up to a "--". */
void gy_build_arguments_translate(char **words);

/**
 * gy_build_arguments_apply:
 * @arguments: after the command line was parsed
 * @format: the system that is built for
 * @options: gets what was given; what was in it before stays where nothing was given
 * @error: return location
 *
 * Returns: %FALSE with %GY_USAGE_ERROR for an option that the system does not have, or a value that is none
 */
gboolean gy_build_arguments_apply(
	const GyBuildArguments *arguments, const GyFormat *format, GyBuildOptions *options, GError **error);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/passphrase.h"
#include "engine/store/auto-delta.h"

/**
 * GyDeltaArguments: the options of gantry flash that send a difference.
 * @word: (nullable): "auto"
 * @store: (nullable): folder of the images, if not the usual one
 * @no_store: whether the new image is not kept
 * @key: (nullable): signs a difference to a signed package
 * @source: where its passphrase comes from
 * @keys: (nullable): the key as options of building
 */
typedef struct {
	char *word;
	char *store;
	gboolean no_store;
	char *key;
	GyPassphraseSource source;
	GyBuildOptions *keys;
} GyDeltaArguments;

#define GY_DELTA_OPTIONS(arguments)                                                                          \
	{"delta", 0, 0, G_OPTION_ARG_STRING, &(arguments)->word,                                             \
		"auto: send only the difference to what the device runs, if that image is stored; FILE may " \
		"then be a plain image",                                                                     \
		"WORD"},                                                                                     \
		{"store", 0, 0, G_OPTION_ARG_FILENAME, &(arguments)->store,                                  \
			"With --delta: where images are kept, if not in the usual store", "DIR"},            \
		{"no-store", 0, 0, G_OPTION_ARG_NONE, &(arguments)->no_store,                                \
			"With --delta: do not keep the new image", NULL},                                    \
	{                                                                                                    \
		"key", 0, 0, G_OPTION_ARG_FILENAME, &(arguments)->key,                                       \
			"With --delta: private key that signs the difference to a signed package", "URI"     \
	}

/** gy_delta_arguments_check: @old: what --old names. %FALSE with %GY_USAGE_ERROR. */
gboolean gy_delta_arguments_check(const GyDeltaArguments *arguments, const char *old, GError **error);

/** gy_delta_arguments_load: (transfer full): a package, or one that is made of a plain image. */
GyPackage *gy_delta_arguments_load(const char *path, GError **error);

/** gy_delta_arguments_make: (transfer full) (nullable): for the jobs, which @arguments have to outlive; %NULL without --delta. */
GyAutoDelta *gy_delta_arguments_make(
	GyDeltaArguments *arguments, char **passphrase_files, GyPackage *package);

void gy_delta_arguments_clear(GyDeltaArguments *arguments);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GyDeltaArguments, gy_delta_arguments_clear)

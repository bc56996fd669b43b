// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/keys/key.h"

/**
 * GyPassphraseSource:
 * @files: (nullable): what --passphrase-file gave: FILE for every key, root=FILE or sub=FILE for one
 * @twice: asked again on the terminal, for a key that is new
 *
 * Where the command line takes passphrases from: the files first, the terminal if none fits.
 */
typedef struct {
	char **files;
	gboolean twice;
	GyPassphrase passphrase;
} GyPassphraseSource;

/** gy_passphrase_source_init: @source has to stay where it is while its passphrase is used. */
GyPassphrase *gy_passphrase_source_init(GyPassphraseSource *source, char **files, gboolean twice);

/** GY_PASSPHRASE_OPTION: the option that fills @files (`char **`). */
#define GY_PASSPHRASE_OPTION(files)                                                                          \
	{                                                                                                    \
		"passphrase-file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, files,                                 \
			"Its first line is the passphrase of an encrypted key", "[root=|sub=]FILE"           \
	}

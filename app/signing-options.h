// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/passphrase.h"
#include "engine/packages/format.h"

/**
 * GySigningArguments: the options of every command that signs. Strings are owned; clear with
 * gy_signing_arguments_clear(). @key is of systems with one key, @root_key and @sub_key are of those with two,
 * @certificate is of those whose packages carry one.
 */
typedef struct {
	char *root_key;
	char *sub_key;
	char *key;
	char *signer;
	char *certificate;
	gboolean unsigned_;
	gboolean hash_only;
	char **passphrase_files;
	GyPassphraseSource source;
} GySigningArguments;

#define GY_ROOT_KEY_OPTION(signing)                                                                          \
	{                                                                                                    \
		"root-key", 0, 0, G_OPTION_ARG_FILENAME, &(signing)->root_key,                               \
			"Private key at the root of the chain", "URI"                                        \
	}
#define GY_SUB_KEY_OPTION(signing)                                                                           \
	{                                                                                                    \
		"sub-key", 0, 0, G_OPTION_ARG_FILENAME, &(signing)->sub_key,                                 \
			"Private key that the root key vouches for", "URI"                                   \
	}
/* The second word is what the original tool of a system calls it. */
#define GY_KEY_OPTION(signing)                                                                               \
	{"key", 0, 0, G_OPTION_ARG_FILENAME, &(signing)->key,                                                \
		"Private key, where a system has one key only", "URI"},                                      \
	{                                                                                                    \
		"private-key", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &(signing)->key, "As --key",  \
			"URI"                                                                                \
	}
#define GY_HASH_ONLY_OPTION(signing)                                                                         \
	{                                                                                                    \
		"hash-only", 0, 0, G_OPTION_ARG_NONE, &(signing)->hash_only,                                 \
			"Digests instead of signatures: integrity only, not authentic", NULL                 \
	}

#define GY_SIGNER_OPTION(signing)                                                                            \
	{                                                                                                    \
		"signer", 0, 0, G_OPTION_ARG_STRING, &(signing)->signer,                                     \
			"A command that signs instead; the keys that are given are then public ones", "CMD"  \
	}
#define GY_CERTIFICATE_OPTION(signing)                                                                       \
	{                                                                                                    \
		"certificate", 0, 0, G_OPTION_ARG_FILENAME, &(signing)->certificate,                         \
			"The key's certificate, where a system's packages carry it", "FILE"                  \
	}

/** GY_SIGNING_OPTIONS: what a command takes that makes packages; they are the options of the group "keys". */
#define GY_SIGNING_OPTIONS(signing)                                                                          \
	GY_ROOT_KEY_OPTION(signing), GY_SUB_KEY_OPTION(signing), GY_KEY_OPTION(signing),                     \
		{"unsigned", 0, 0, G_OPTION_ARG_NONE, &(signing)->unsigned_,                                 \
			"Leave it unsigned, to be signed later", NULL},                                      \
		GY_HASH_ONLY_OPTION(signing), GY_SIGNER_OPTION(signing), GY_CERTIFICATE_OPTION(signing),     \
		GY_PASSPHRASE_OPTION(&(signing)->passphrase_files)

void gy_signing_arguments_clear(GySigningArguments *signing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GySigningArguments, gy_signing_arguments_clear)

/** gy_signing_arguments_check: %FALSE with %GY_USAGE_ERROR if they contradict each other. */
gboolean gy_signing_arguments_check(const GySigningArguments *signing, GError **error);

/** gy_signing_arguments_check_system: %FALSE with %GY_USAGE_ERROR if a key was given that the system does not have. */
gboolean gy_signing_arguments_check_system(
	const GySigningArguments *signing, const GyFormat *format, GError **error);

/** gy_signing_arguments_apply: into the engine's options; @signing has to outlive them. */
void gy_signing_arguments_apply(GySigningArguments *signing, GyBuildOptions *options);

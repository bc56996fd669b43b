// SPDX-License-Identifier: Apache-2.0
#include "app/signing-options.h"

#include "app/command.h"

void
gy_signing_arguments_clear(GySigningArguments *signing)
{
	g_clear_pointer(&signing->root_key, g_free);
	g_clear_pointer(&signing->sub_key, g_free);
	g_clear_pointer(&signing->key, g_free);
	g_clear_pointer(&signing->signer, g_free);
	g_clear_pointer(&signing->certificate, g_free);
	g_clear_pointer(&signing->passphrase_files, g_strfreev);
}

gboolean
gy_signing_arguments_check(const GySigningArguments *signing, GError **error)
{
	gboolean has_key = signing->root_key || signing->sub_key || signing->key || signing->signer ||
			   signing->certificate;

	if (signing->unsigned_ && signing->hash_only) {
		gy_usage(error, "--unsigned and --hash-only exclude each other");
		return FALSE;
	}
	if (has_key && (signing->unsigned_ || signing->hash_only)) {
		gy_usage(error, "%s takes no keys", signing->unsigned_ ? "--unsigned" : "--hash-only");
		return FALSE;
	}
	return TRUE;
}

gboolean
gy_signing_arguments_check_system(const GySigningArguments *signing, const GyFormat *format, GError **error)
{
	const struct {
		const char *word;
		const char *value;
	} given[] = {
		{"root-key", signing->root_key},
		{"sub-key", signing->sub_key},
		{"key", signing->key},
		{"signer", signing->signer},
		{"certificate", signing->certificate},
	};

	for (guint i = 0; i < G_N_ELEMENTS(given); i++) {
		if (!given[i].value || (format->options && gy_option_find(format->options, given[i].word)))
			continue;
		gy_usage(error, "%s has no --%s", format->system, given[i].word);
		return FALSE;
	}
	return TRUE;
}

void
gy_signing_arguments_apply(GySigningArguments *signing, GyBuildOptions *options)
{
	if (signing->unsigned_ || signing->hash_only)
		gy_build_options_set_signing(
			options, signing->unsigned_ ? GY_SIGNING_NONE : GY_SIGNING_HASH_ONLY);
	if (signing->root_key)
		gy_build_options_set(options, "root-key", signing->root_key);
	if (signing->key)
		gy_build_options_set(options, "key", signing->key);
	if (signing->signer)
		gy_build_options_set(options, "signer", signing->signer);
	if (signing->certificate)
		gy_build_options_set(options, "certificate", signing->certificate);
	if (signing->sub_key)
		gy_build_options_set(options, "sub-key", signing->sub_key);
	options->passphrase = gy_passphrase_source_init(&signing->source, signing->passphrase_files, FALSE);
}

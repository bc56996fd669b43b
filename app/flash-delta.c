// SPDX-License-Identifier: Apache-2.0
#include "app/flash-delta.h"

#include "app/command.h"
#include "engine/formats/liteos/plain.h"

gboolean
gy_delta_arguments_check(const GyDeltaArguments *arguments, const char *old, GError **error)
{
	if (arguments->word && !g_str_equal(arguments->word, "auto"))
		gy_usage(error, "--delta takes auto, not \"%s\"", arguments->word);
	else if (arguments->word && old)
		gy_usage(error,
			"--old is for a difference that was made before; --delta auto looks for the old "
			"image in the store: gantry store add puts it there");
	else if (!arguments->word && (arguments->store || arguments->no_store || arguments->key))
		gy_usage(error, "%s goes with --delta auto",
			arguments->store      ? "--store"
			: arguments->no_store ? "--no-store"
					      : "--key");
	else
		return TRUE;
	return FALSE;
}

GyPackage *
gy_delta_arguments_load(const char *path, GError **error)
{
	g_autoptr(GError) problem = NULL;
	GyPackage *package = gy_package_load(path, &problem);

	if (package)
		return package;
	if (g_error_matches(problem, GY_ERROR, GY_ERROR_PACKAGE_NOT_RECOGNISED))
		return gy_liteos_package_from_image(path, error);
	g_propagate_error(error, g_steal_pointer(&problem));
	return NULL;
}

GyAutoDelta *
gy_delta_arguments_make(GyDeltaArguments *arguments, char **passphrase_files, GyPackage *package)
{
	g_autofree char *usual = NULL;
	g_autoptr(GyStore) store = NULL;

	if (!arguments->word)
		return NULL;
	usual = gy_store_default_path();
	store = gy_store_new(arguments->store ? arguments->store : usual);
	if (arguments->key) {
		arguments->keys = gy_build_options_new();
		gy_build_options_set(arguments->keys, "key", arguments->key);
		arguments->keys->passphrase =
			gy_passphrase_source_init(&arguments->source, passphrase_files, FALSE);
	}
	return gy_auto_delta_new(store, package, arguments->keys, !arguments->no_store);
}

void
gy_delta_arguments_clear(GyDeltaArguments *arguments)
{
	g_free(arguments->word);
	g_free(arguments->store);
	g_free(arguments->key);
	g_clear_pointer(&arguments->keys, gy_build_options_free);
}

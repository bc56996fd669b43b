// SPDX-License-Identifier: Apache-2.0
#include "app/busy.h"
#include "app/command.h"
#include "app/detached-signatures.h"
#include "app/interrupt.h"
#include "app/package-command.h"
#include "app/signing-options.h"

typedef struct {
	GyPackage *package;
	GyBuildOptions *options;
	GyDraft *draft;
	GError *error;
} Sign;

static gpointer
sign(gpointer data)
{
	Sign *work = data;

	return GINT_TO_POINTER(gy_package_format(work->package)
				       ->sign(work->package, work->options, work->draft, &work->error));
}

typedef struct {
	GySigningArguments signing;
	char *path;
	char *export_folder;
	char *import_folder;
} Arguments;

static void
arguments_clear(Arguments *arguments)
{
	gy_signing_arguments_clear(&arguments->signing);
	g_free(arguments->path);
	g_free(arguments->export_folder);
	g_free(arguments->import_folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

static gboolean
make_signed(
	const GyOutput *output, GyPackage *package, GyBuildOptions *options, GyDraft *draft, GError **error)
{
	Sign work = {.package = package, .options = options, .draft = draft};

	if (gy_busy_run(output, "signing", draft, sign, &work))
		return TRUE;
	g_propagate_error(error, work.error);
	return FALSE;
}

/* Of a package that is signed from the inside out. */
static void
note_next_turn(const GyOutput *output, GyPackage *package)
{
	const GyFormat *format = gy_package_format(package);
	g_auto(GStrv) names = format->signed_names ? format->signed_names(package) : NULL;
	g_autofree char *all = names ? g_strjoinv(", ", names) : NULL;

	if (all && !format->verifies_none && gy_package_trust(package) == GY_TRUST_UNSIGNED)
		gy_output_note(output, "to be signed next: %s", all);
}

/* The signature alone: the package stays as it is. */
static gboolean
sign_beside(const GyOutput *output, GyPackage *package, GyBuildOptions *options, GyDraft *draft,
	const Arguments *given, GError **error)
{
	g_autoptr(GBytes) signature = NULL;
	gboolean done;

	if (given->import_folder) {
		gy_usage(error, "the signature that comes back lies beside the zip as it is: there is "
				"nothing to import");
		return FALSE;
	}
	if (!make_signed(output, package, options, draft, error) ||
		!(signature = gy_draft_read(draft, error)))
		return FALSE;
	gy_interrupt_hold();
	done = gy_draft_keep(draft, given->path, error);
	gy_interrupt_release();
	if (done)
		gy_command_print_written(
			output, given->path, signature, "signature over the whole zip, beside it");
	return done;
}

static gboolean
sign_and_write(const GyOutput *output, GyPackage *package, GyBuildOptions *options, const Arguments *given,
	GError **error)
{
	g_autoptr(GyDraft) draft = gy_draft_new(given->path, 0666, error);
	const char *folder = given->import_folder;
	g_autoptr(GyPackage) made = NULL;

	if (draft && gy_package_format(package)->signs_beside)
		return sign_beside(output, package, options, draft, given, error);
	if (!draft || !(folder ? gy_detached_import(package, options, folder, draft, error)
			       : make_signed(output, package, options, draft, error)))
		return FALSE;
	made = gy_package_command_keep(output, draft, given->path, error);
	if (made && folder)
		note_next_turn(output, made);
	return made != NULL;
}

/* The private keys, or the public ones where signatures are made elsewhere. */
static gboolean
check_two_keys(const Arguments *given, GError **error)
{
	const GySigningArguments *signing = &given->signing;

	if (given->export_folder)
		return gy_command_need_option(signing->sub_key, "--sub-key PUBLIC", error);
	if (given->import_folder || signing->hash_only)
		return TRUE;
	if (!signing->signer && !gy_command_need_option(signing->root_key, "--root-key URI", error))
		return FALSE;
	return gy_command_need_option(signing->sub_key, "--sub-key URI", error);
}

static gboolean
check_one_key(const Arguments *given, GError **error)
{
	const GySigningArguments *signing = &given->signing;
	const char *key = signing->key ? signing->key : signing->certificate;

	if (given->export_folder)
		return TRUE;
	if (given->import_folder || signing->signer)
		return gy_command_need_option(key, "--key PUBLIC", error);
	return gy_command_need_option(signing->key, "--key URI", error);
}

static gboolean
check_keys(const GyFormat *format, const Arguments *given, GError **error)
{
	if (!gy_signing_arguments_check_system(&given->signing, format, error))
		return FALSE;
	return (gy_option_find(format->options, "key") ? check_one_key : check_two_keys)(given, error);
}

static gboolean
run_on(const GyOutput *output, const char *input, GyBuildOptions *options, const Arguments *given,
	GError **error)
{
	g_autoptr(GyPackage) package = gy_package_load(input, error);
	const GyFormat *format = package ? gy_package_format(package) : NULL;

	if (!package)
		return FALSE;
	if (!format->sign) {
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			"%s packages are not signed by this program", format->title);
		return FALSE;
	}
	if (!check_keys(format, given, error))
		return FALSE;
	if (given->export_folder)
		return gy_detached_export(output, package, options, given->export_folder, error);
	return sign_and_write(output, package, options, given, error);
}

static gboolean
check(const char *input, const Arguments *given, GError **error)
{
	const GySigningArguments *signing = &given->signing;
	const char *const keys[] = {input, signing->root_key, NULL};
	const char *const more[] = {
		signing->sub_key ? signing->sub_key : signing->key, signing->certificate, NULL};

	if (!gy_signing_arguments_check(signing, error))
		return FALSE;
	if (given->export_folder && given->import_folder) {
		gy_usage(error, "--export-tbs and --import-signatures exclude each other");
		return FALSE;
	}
	if ((given->export_folder || given->import_folder) && (signing->hash_only || signing->signer)) {
		gy_usage(error, "signatures that are made elsewhere take neither --hash-only nor --signer");
		return FALSE;
	}
	if (given->export_folder) {
		if (given->path)
			gy_usage(error, "--export-tbs writes no package: -o has no use");
		return given->path == NULL;
	}
	/* whatever the package is of: a root key never signs alone */
	if (signing->root_key && !given->import_folder && !signing->hash_only &&
		!gy_command_need_option(signing->sub_key, "--sub-key URI", error))
		return FALSE;
	if (!gy_command_need_option(given->path, "-o OUT", error))
		return FALSE;
	return gy_command_check_output(given->path, keys, error) &&
	       gy_command_check_output(given->path, more, error);
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_auto(Arguments) given = {.path = NULL};
	g_autoptr(GyBuildOptions) options = gy_build_options_new();
	g_autoptr(GError) error = NULL;
	const char *input;
	const GOptionEntry entries[] = {
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &given.path, "The signed package", "OUT"},
		GY_ROOT_KEY_OPTION(&given.signing),
		GY_SUB_KEY_OPTION(&given.signing),
		GY_KEY_OPTION(&given.signing),
		GY_HASH_ONLY_OPTION(&given.signing),
		GY_SIGNER_OPTION(&given.signing),
		GY_CERTIFICATE_OPTION(&given.signing),
		{"export-tbs", 0, 0, G_OPTION_ARG_FILENAME, &given.export_folder,
			"Write what has to be signed to DIR/NAME.tbs; the keys that are given are public "
			"ones",
			"DIR"},
		{"import-signatures", 0, 0, G_OPTION_ARG_FILENAME, &given.import_folder,
			"Take the signatures from DIR/NAME.sig; the keys that are given check them", "DIR"},
		GY_PASSPHRASE_OPTION(&given.signing.passphrase_files),
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	input = gy_command_need_input(inputs, "FILE", &error);
	if (!input || !check(input, &given, &error))
		return gy_output_error(output, error, 0);
	gy_signing_arguments_apply(&given.signing, options);
	return run_on(output, input, options, &given, &error) ? GY_EXIT_DONE
							      : gy_output_error(output, error, 0);
}

const GyCommand gy_command_sign = {
	.name = "sign",
	.arguments = "FILE --root-key URI --sub-key URI | --key URI -o OUT",
	.summary = "Signs a package that was built before: with keys, by a command, or by signatures made "
		   "elsewhere",
	.example = "  gantry sign unsigned.fwpkg --root-key root.pem --sub-key sub.pem -o update.fwpkg\n"
		   "  gantry sign unsigned.fwpkg --sub-key sub-public.pem --export-tbs to-sign\n"
		   "  gantry sign unsigned.fwpkg --import-signatures to-sign -o update.fwpkg\n"
		   "  gantry sign update.zip --key platform.pem -o update.zip.sig\n"
		   "  gantry sign unsigned.zip --key key.pem --certificate signing_cert.crt -o updater.zip",
	.run = run,
};

// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/passphrase.h"
#include "engine/keys/certificate.h"
#include "engine/source-date.h"

#define DEFAULT_DAYS 7300
#define DAYS_MAX     36500

typedef struct {
	char *path;
	char *name;
	char **files;
	int days;
} Arguments;

static void
arguments_clear(Arguments *arguments)
{
	g_free(arguments->path);
	g_free(arguments->name);
	g_strfreev(arguments->files);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

static gboolean
check(const char *input, const Arguments *given, GError **error)
{
	const char *const inputs[] = {input, NULL};

	if (!gy_command_need_option(given->path, "-o FILE", error))
		return FALSE;
	if (given->days < 1 || given->days > DAYS_MAX) {
		gy_usage(error, "--days is %d, expected 1 to %d", given->days, DAYS_MAX);
		return FALSE;
	}
	return gy_command_check_output(given->path, inputs, error);
}

static gboolean
make(const GyOutput *output, const char *input, const Arguments *given, GError **error)
{
	GyPassphraseSource source;
	gint64 from = g_get_real_time() / G_USEC_PER_SEC;
	g_autoptr(GyPrivateKey) key = gy_private_key_load(
		input, GY_KEY_RSA, "signing", gy_passphrase_source_init(&source, given->files, FALSE), error);
	g_autoptr(GyCertificate) certificate = NULL;
	g_autoptr(GBytes) pem = NULL;

	gy_source_date(&from);
	certificate = key ? gy_certificate_make(
				    key, given->name ? given->name : "OTA", from, (guint) given->days, error)
			  : NULL;
	if (!certificate)
		return FALSE;
	pem = gy_certificate_pem(certificate);
	if (!gy_command_write(given->path, pem, error))
		return FALSE;
	gy_command_print_written(output, given->path, pem, "self-signed certificate");
	return TRUE;
}

static int
run(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_auto(Arguments) given = {.days = DEFAULT_DAYS};
	g_autoptr(GError) error = NULL;
	const char *input;
	const GOptionEntry entries[] = {
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &given.path, "The certificate, PEM", "FILE"},
		{"name", 0, 0, G_OPTION_ARG_STRING, &given.name, "Its common name (OTA)", "TEXT"},
		{"days", 0, 0, G_OPTION_ARG_INT, &given.days, "How long it holds (7300)", "NUMBER"},
		GY_PASSPHRASE_OPTION(&given.files),
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	input = gy_command_need_input(inputs, "the private key's FILE", &error);
	if (!input || !check(input, &given, &error) || !make(output, input, &given, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_key_cert = {
	.name = "key cert",
	.arguments = "KEY -o FILE",
	.summary = "Makes the certificate of an RSA key, which a standard OpenHarmony system and its "
		   "packages carry",
	.example = "  gantry key cert key.pem --name \"Example Ltd\" -o signing_cert.crt",
	.run = run,
};

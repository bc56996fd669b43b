// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "app/command.h"
#include "app/interrupt.h"
#include "app/passphrase.h"
#include "engine/formats/alios/key-forms.h"
#include "engine/formats/openharmony/key-forms.h"
#include "engine/formats/ws63/root-record.h"
#include "engine/keys/agent-key.h"
#include "engine/keys/key-rsa.h"

#define XY_SIZE     64
#define RECORD_SIZE 128
/* The pair by which a host is known to an agent. */
#define AGENT_WORD  "agent"
#define AGENT_ARRAY "gya_agent_key"
#define TYPES       "bp256r1|rsa2048|rsa3072|" AGENT_WORD

static char *
hex(const guint8 *data, gsize size)
{
	GString *text = g_string_new(NULL);

	for (gsize i = 0; i < size; i++)
		g_string_append_printf(text, "%02x", data[i]);
	return g_string_free(text, FALSE);
}

/* Members that a type of key does not have are null. */
static void
print_object(const GyOutput *output, const char *path, GyKeyType type, const char *x, const char *y,
	const char *record, const char *der)
{
	JsonObject *object = gy_json_new("key");

	gy_json_text(object, "path", path);
	gy_json_text(object, "key_type", gy_key_type_name(type));
	gy_json_text(object, "x", x);
	gy_json_text(object, "y", y);
	gy_json_text(object, "root_record_sha256", record);
	gy_json_text(object, "public_der_sha256", der);
	gy_output_object(output, object);
}

static void
print_rsa_key(const GyOutput *output, const char *path, const GyPublicKey *key)
{
	g_autoptr(GBytes) der = gy_rsa_public_der(key);
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, der);
	GyKeyType type = gy_public_key_type(key);

	gy_output_print(output,
		"type                %s\n"
		"public DER SHA-256  %s\n",
		gy_key_type_name(type), digest);
	print_object(output, path, type, NULL, NULL, NULL, digest);
}

static void
print_key(const GyOutput *output, const char *path, const GyPublicKey *key)
{
	guint8 xy[XY_SIZE], record[RECORD_SIZE];
	g_autofree char *x = NULL;
	g_autofree char *y = NULL;
	g_autofree char *digest = NULL;

	if (gy_public_key_type(key) != GY_KEY_BP256R1) {
		print_rsa_key(output, path, key);
		return;
	}
	gy_public_key_get_xy(key, xy);
	gy_ws63_root_record(key, record);
	x = hex(xy, XY_SIZE / 2);
	y = hex(xy + XY_SIZE / 2, XY_SIZE / 2);
	digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, record, sizeof record);
	gy_output_print(output,
		"type                %s\n"
		"X                   %s\n"
		"Y                   %s\n"
		"root record SHA-256 %s\n",
		gy_key_type_name(GY_KEY_BP256R1), x, y, digest);
	print_object(output, path, GY_KEY_BP256R1, x, y, digest, NULL);
}

/* ---- show ----------------------------------------------------------------------------------------------- */

static int
show(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_auto(GStrv) files = NULL;
	g_autoptr(GyPublicKey) key = NULL;
	g_autoptr(GError) error = NULL;
	GyPassphraseSource source;
	const char *input;
	const GOptionEntry entries[] = {GY_PASSPHRASE_OPTION(&files), {NULL}};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	input = gy_command_need_input(inputs, "FILE", &error);
	if (input)
		key = gy_public_key_load(
			input, GY_KEY_ANY, "given", gy_passphrase_source_init(&source, files, FALSE), &error);
	if (!key)
		return gy_output_error(output, error, 0);
	print_key(output, input, key);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_key_show = {
	.name = "key show",
	.arguments = "FILE",
	.summary = "Shows the public half of a key, and the digest by which a device knows it",
	.example = "  gantry key show root-public.pem",
	.run = show,
};

/* ---- new ------------------------------------------------------------------------------------------------ */

typedef struct {
	char *type;
	char *path;
	char *public_path;
	char **files;
	gboolean encrypt;
} NewKey;

/* NULL for a word that is no type. What an agent verifies is a signature on the same curve as a WS63's. */
static const GyKeyType *
find_type(const char *word)
{
	static const struct {
		const char *word;
		GyKeyType type;
	} types[] = {
		{"bp256r1", GY_KEY_BP256R1},
		{"rsa2048", GY_KEY_RSA2048},
		{"rsa3072", GY_KEY_RSA3072},
		{AGENT_WORD, GY_KEY_BP256R1},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
		if (g_str_equal(types[i].word, word))
			return &types[i].type;
	return NULL;
}

static gboolean
check_new_key(const NewKey *new_key, char **inputs, GError **error)
{
	if (inputs[0]) {
		gy_usage(error, "\"%s\" is one argument too many", inputs[0]);
		return FALSE;
	}
	if (!gy_command_need_option(new_key->type, "--type " TYPES, error) ||
		!gy_command_need_option(new_key->path, "-o FILE", error))
		return FALSE;
	if (!find_type(new_key->type)) {
		gy_usage(error, "there is no key type \"%s\" (" TYPES ")", new_key->type);
		return FALSE;
	}
	if (new_key->public_path) {
		const char *const paths[] = {new_key->path, NULL};

		return gy_command_check_output(new_key->public_path, paths, error);
	}
	return TRUE;
}

static gboolean
make_key(const GyOutput *output, const NewKey *new_key, GError **error)
{
	gboolean encrypted = new_key->encrypt || new_key->files;
	GyPassphraseSource source;
	GyPassphrase *passphrase = gy_passphrase_source_init(&source, new_key->files, TRUE);
	g_autoptr(GBytes) pem = NULL;
	g_autoptr(GyPublicKey) key = NULL;
	gboolean made;

	/* at a question the terminal has to come back, so nothing is held then: the key's file is written after it */
	if (!encrypted)
		gy_interrupt_hold();
	made = gy_key_generate(*find_type(new_key->type), new_key->path, new_key->public_path,
		encrypted ? passphrase : NULL, error);
	if (!encrypted)
		gy_interrupt_release();
	if (!made)
		return FALSE;
	source.twice = FALSE;
	key = gy_public_key_load(new_key->public_path ? new_key->public_path : new_key->path, GY_KEY_ANY,
		"new", passphrase, error);
	if (!key)
		return FALSE;
	print_key(output, new_key->path, key);
	return TRUE;
}

static int new (const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_autoptr(GError) error = NULL;
	NewKey new_key = {0};
	gboolean done;
	const GOptionEntry entries[] = {
		{"type", 0, 0, G_OPTION_ARG_STRING, &new_key.type,
			"bp256r1, rsa2048, rsa3072, or agent: what gantry flash --agent-key shows to a "
			"device",
			"TYPE"},
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &new_key.path,
			"The private key, readable by its owner only", "FILE"},
		{"public", 0, 0, G_OPTION_ARG_FILENAME, &new_key.public_path, "The public key", "FILE"},
		{"encrypt", 0, 0, G_OPTION_ARG_NONE, &new_key.encrypt, "Ask for a passphrase, twice", NULL},
		{"passphrase-file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &new_key.files,
			"Encrypt it; the first line is the passphrase", "FILE"},
		{NULL},
	};

	done = gy_command_parse(command, entries, &inputs, &error) &&
	       check_new_key(&new_key, inputs, &error) && make_key(output, &new_key, &error);
	g_free(new_key.type);
	g_free(new_key.path);
	g_free(new_key.public_path);
	g_strfreev(new_key.files);
	return done ? GY_EXIT_DONE : gy_output_error(output, error, 0);
}

const GyCommand gy_command_key_new = {
	.name = "key new",
	.arguments = "--type " TYPES " -o FILE [--public FILE]",
	.summary = "Makes a new key pair; a file that is there is never replaced",
	.example = "  gantry key new --type bp256r1 -o root.pem --public root-public.pem --encrypt",
	.run = new,
};

/* ---- export --------------------------------------------------------------------------------------------- */

/* A form in which a device keeps a public key. */
typedef struct {
	const char *word;
	const char *what; /* names the key when a passphrase is asked for */
	const char *description;
	GBytes *(*write)(const GyPublicKey *key);
	guint types;
} Form;

static GBytes *
write_root_record(const GyPublicKey *key)
{
	guint8 record[RECORD_SIZE];

	gy_ws63_root_record(key, record);
	return g_bytes_new(record, sizeof record);
}

static GBytes *
write_c_array(const GyPublicKey *key)
{
	char *header;

	if (gy_public_key_type(key) != GY_KEY_BP256R1)
		return gy_ohos_c_array(key);
	header = gy_agent_key_header(key, AGENT_ARRAY);

	return g_bytes_new_take(header, strlen(header));
}

static const Form forms[] = {
	{"root-record", "root", "WS63 root key record", write_root_record, GY_KEY_BP256R1},
	{"public-arr", "signing", "OpenHarmony public_arr.txt", gy_ohos_public_arr, GY_KEY_RSA},
	{"alios-header", "signing", "AliOS Things ota_public_key_config.h", gy_alios_key_header,
		GY_KEY_RSA2048},
	{"c-array", "agent", "C array for an agent or a boot loader", write_c_array, GY_KEY_ANY},
};

static const Form *
find_form(const char *word, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
		if (g_str_equal(forms[i].word, word))
			return &forms[i];
	gy_usage(error, "there is no format \"%s\" (root-record, public-arr, alios-header, c-array)", word);
	return NULL;
}

static gboolean
export_key(const GyOutput *output, const char *input, const Form *form, const char *path, char **files,
	GError **error)
{
	GyPassphraseSource source;
	g_autoptr(GyPublicKey) key = NULL;
	g_autoptr(GBytes) bytes = NULL;
	const char *const inputs[] = {input, NULL};

	if (!gy_command_check_output(path, inputs, error))
		return FALSE;
	key = gy_public_key_load(
		input, form->types, form->what, gy_passphrase_source_init(&source, files, FALSE), error);
	if (!key)
		return FALSE;
	bytes = form->write(key);
	if (!gy_command_write(path, bytes, error))
		return FALSE;
	gy_command_print_written(output, path, bytes, form->description);
	return TRUE;
}

static int export(const GyCommand *command, GyOutput *output, char **arguments)
{
	g_auto(GStrv) inputs = arguments;
	g_auto(GStrv) files = NULL;
	g_autofree char *format = NULL;
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	const Form *form;
	const char *input;
	const GOptionEntry entries[] = {
		{"format", 0, 0, G_OPTION_ARG_STRING, &format,
			"root-record: the 128 bytes at the start of a WS63's flash; public-arr: "
			"public_arr.txt of "
			"an RSA key; alios-header: ota_public_key_config.h of an RSA-2048 key; c-array: what "
			"an agent, or with an RSA key a boot loader, is built with",
			"WORD"},
		GY_PASSPHRASE_OPTION(&files),
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &path, "The file", "FILE"},
		{NULL},
	};

	if (!gy_command_parse(command, entries, &inputs, &error))
		return gy_output_error(output, error, 0);
	input = gy_command_need_input(inputs, "the key's FILE", &error);
	if (!input ||
		!gy_command_need_option(
			format, "--format root-record|public-arr|alios-header|c-array", &error) ||
		!gy_command_need_option(path, "-o FILE", &error))
		return gy_output_error(output, error, 0);
	form = find_form(format, &error);
	if (!form || !export_key(output, input, form, path, files, &error))
		return gy_output_error(output, error, 0);
	return GY_EXIT_DONE;
}

const GyCommand gy_command_key_export = {
	.name = "key export",
	.arguments = "FILE --format root-record|public-arr|alios-header|c-array -o OUT",
	.summary = "Writes the public half of a key the way a device keeps it",
	.example = "  gantry key export root-public.pem --format root-record -o root-record.bin\n"
		   "  gantry key export agent.pem --format c-array -o agent-key.h\n"
		   "  gantry key export key.pem --format public-arr -o public_arr.txt\n"
		   "  gantry key export key.pem --format alios-header -o ota_public_key_config.h",
	.run = export,
};

// SPDX-License-Identifier: Apache-2.0
#include "app/passphrase.h"

#include <string.h>

#include "app/terminal.h"
#include "app/text.h"
#include "engine/file.h"

#define FILE_LIMIT 4096

/* A file named for one key goes before a file for all. */
static const char *
file_for(char **files, const char *what)
{
	g_autofree char *prefix = g_strdup_printf("%s=", what);
	const char *common = NULL;

	for (char **at = files; at && *at; at++) {
		if (g_str_has_prefix(*at, prefix))
			return *at + strlen(prefix);
		if (!g_str_has_prefix(*at, "root=") && !g_str_has_prefix(*at, "sub="))
			common = *at;
	}
	return common;
}

/* The first line without its end. */
static char *
read_first_line(const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = gy_file_read(path, FILE_LIMIT, error);
	const char *text;
	const char *end;
	char *line;
	gsize size;

	if (!bytes) {
		g_prefix_error(error, "passphrase file: ");
		return NULL;
	}
	text = g_bytes_get_data(bytes, &size);
	end = memchr(text, '\n', size);
	line = g_strndup(text, end ? (gsize) (end - text) : size);
	if (*line && line[strlen(line) - 1] == '\r')
		line[strlen(line) - 1] = '\0';
	explicit_bzero((void *) text, size);
	return line;
}

static void
clear_secret(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	g_free(secret);
}

static char *
ask_twice(const char *prompt, GError **error)
{
	char *first = gy_terminal_ask_secret(prompt, error);
	char *second = first && *first ? gy_terminal_ask_secret("the same again", error) : NULL;
	gboolean same = first && second && g_str_equal(first, second);

	if (first && !*first)
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE, "an empty passphrase protects nothing");
	else if (first && second && !same)
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_PASSPHRASE, "the two passphrases differ");
	clear_secret(second);
	if (same)
		return first;
	clear_secret(first);
	return NULL;
}

static char *
ask(const char *what, const char *uri, gpointer data, GError **error)
{
	const GyPassphraseSource *source = data;
	const char *file = file_for(source->files, what);
	g_autofree char *name = gy_text_safe(uri);
	g_autofree char *prompt = g_strdup_printf("passphrase of the %s key %s", what, name);

	if (file)
		return read_first_line(file, error);
	return source->twice ? ask_twice(prompt, error) : gy_terminal_ask_secret(prompt, error);
}

GyPassphrase *
gy_passphrase_source_init(GyPassphraseSource *source, char **files, gboolean twice)
{
	source->files = files;
	source->twice = twice;
	source->passphrase.ask = ask;
	source->passphrase.data = source;
	return &source->passphrase;
}

// SPDX-License-Identifier: Apache-2.0
#include "engine/keys/signer-command.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/draft.h"
#include "engine/keys/key.h"

/* Far more than any signature. */
#define OUTPUT_MAX 4096

static char **
words_of(const char *command, const char *which, GError **error)
{
	g_auto(GStrv) words = NULL;
	g_autoptr(GStrvBuilder) all = g_strv_builder_new();
	g_autoptr(GError) cause = NULL;

	if (!g_shell_parse_argv(command, NULL, &words, &cause)) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_SIGNER,
			_("the signer's command cannot be read: %s"), cause->message);
		return NULL;
	}
	g_strv_builder_addv(all, (const char **) words);
	g_strv_builder_add(all, which);
	return g_strv_builder_end(all);
}

/* A file without a name: a command that does not read its input breaks no pipe of ours. */
static int
input_of(GBytes *data, GError **error)
{
	g_autoptr(GyDraft) draft = gy_draft_new(NULL, 0600, error);

	return draft && gy_draft_append_bytes(draft, data, error) ? gy_draft_open(draft) : -1;
}

/* Everything that it writes, up to more than can be right. */
static GBytes *
read_output(GSubprocess *process, GError **error)
{
	g_autofree guint8 *buffer = g_malloc(OUTPUT_MAX);
	gsize size = 0;

	if (!g_input_stream_read_all(
		    g_subprocess_get_stdout_pipe(process), buffer, OUTPUT_MAX, &size, NULL, error))
		return NULL;
	if (size == OUTPUT_MAX) {
		g_subprocess_force_exit(process);
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_SIGNER, _("it writes more than any signature has"));
		return NULL;
	}
	return g_bytes_new_take(g_steal_pointer(&buffer), size);
}

static GBytes *
run(char **words, int input, GError **error)
{
	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	g_autoptr(GSubprocess) process = NULL;
	g_autoptr(GBytes) output = NULL;

	g_subprocess_launcher_take_stdin_fd(launcher, input);
	process = g_subprocess_launcher_spawnv(launcher, (const char *const *) words, error);
	if (!process)
		return NULL;
	output = read_output(process, error);
	if (!output || !g_subprocess_wait_check(process, NULL, error))
		return NULL;
	return g_steal_pointer(&output);
}

GBytes *
gy_signer_command_run(const char *command, const char *which, GBytes *data, GError **error)
{
	g_auto(GStrv) words = words_of(command, which, error);
	g_autoptr(GError) cause = NULL;
	GBytes *output = NULL;
	int input;

	if (!words)
		return NULL;
	input = input_of(data, &cause);
	if (input >= 0)
		output = run(words, input, &cause);
	if (!output)
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_SIGNER,
			_("the signer gave no signature for \"%s\": %s"), which,
			cause ? cause->message : g_strerror(errno));
	return output;
}

gboolean
gy_signer_command_sign(const char *command, const char *which, const guint8 *data, gsize size,
	guint8 signature[64], GError **error)
{
	g_autoptr(GBytes) input = g_bytes_new(data, size);
	g_autoptr(GBytes) output = gy_signer_command_run(command, which, input, error);
	gsize n_bytes = 0;
	const guint8 *bytes = output ? g_bytes_get_data(output, &n_bytes) : NULL;

	if (!output)
		return FALSE;
	if (n_bytes == 64) {
		memcpy(signature, bytes, 64);
		return TRUE;
	}
	if (n_bytes > 0 && gy_signature_from_der(bytes, n_bytes, signature))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_KEY_SIGNER,
		_("the signer gave %zu bytes for the %s key, expected 64 (r then s) or DER"), n_bytes, which);
	return FALSE;
}

// SPDX-License-Identifier: Apache-2.0
#include "app/output.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "app/terminal.h"
#include "app/text.h"

G_DEFINE_QUARK(gy_usage_error_quark, gy_usage_error)

#define RESET "\033[0m"

static const char *const styles[] = {
	[GY_STYLE_PLAIN] = "",
	[GY_STYLE_BOLD] = "\033[1m",
	[GY_STYLE_DIM] = "\033[2m",
	[GY_STYLE_GOOD] = "\033[32m",
	[GY_STYLE_WARN] = "\033[33m",
	[GY_STYLE_BAD] = "\033[31m",
};

void
gy_output_init(GyOutput *output, gboolean json)
{
	output->json = json;
	output->terminal = gy_terminal_is(STDOUT_FILENO);
	output->colour = gy_terminal_has_colour(STDOUT_FILENO);
	output->command = "";
	output->identity = NULL;
}

void
gy_output_print(const GyOutput *output, const char *format, ...)
{
	va_list arguments;

	if (output->json)
		return;
	va_start(arguments, format);
	vfprintf(stdout, format, arguments);
	va_end(arguments);
}

void
gy_output_styled(const GyOutput *output, GyStyle style, const char *format, ...)
{
	va_list arguments;

	if (output->json)
		return;
	if (output->colour && style != GY_STYLE_PLAIN)
		fputs(styles[style], stdout);
	va_start(arguments, format);
	vfprintf(stdout, format, arguments);
	va_end(arguments);
	if (output->colour && style != GY_STYLE_PLAIN)
		fputs(RESET, stdout);
}

void
gy_output_object(const GyOutput *output, JsonObject *object)
{
	if (output->json) {
		g_autofree char *line = NULL;

		gy_json_set_identity(object, output->identity);
		line = gy_json_line(object);
		fprintf(stdout, "%s\n", line);
		fflush(stdout);
	}
	json_object_unref(object);
}

static void print_aside(const GyOutput *output, const char *kind, const char *format, va_list arguments)
	G_GNUC_PRINTF(3, 0);

static void
print_aside(const GyOutput *output, const char *kind, const char *format, va_list arguments)
{
	g_autofree char *sentence = NULL;

	if (output->json)
		return;
	sentence = g_strdup_vprintf(format, arguments);
	fflush(stdout);
	fprintf(stderr, "gantry: %s: %s\n", kind, sentence);
}

void
gy_output_note(const GyOutput *output, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_aside(output, "note", format, arguments);
	va_end(arguments);
}

void
gy_output_warn(const GyOutput *output, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_aside(output, "warning", format, arguments);
	va_end(arguments);
}

static gboolean
is_usage(const GError *error)
{
	return error->domain == GY_USAGE_ERROR || error->domain == G_OPTION_ERROR;
}

/* (transfer full) (nullable) */
static char *
next_step(const GyOutput *output, const GError *error)
{
	const char *next;

	if (is_usage(error))
		return g_strdup_printf("See gantry %s%s--help", output->command, *output->command ? " " : "");
	next = gy_error_next_step(error);
	return next && *next ? g_strdup_printf("%c%s", g_ascii_toupper(*next), next + 1) : NULL;
}

static void
print_error_object(const GyOutput *output, const GError *error, const char *code, const char *next,
	int status, guint32 device_code)
{
	JsonObject *object = gy_json_new("error");

	gy_json_text(object, "code", code);
	gy_json_text(object, "message", error->message);
	gy_json_text(object, "next", next);
	gy_json_number(object, "exit_status", (guint64) status);
	if (device_code)
		gy_json_number(object, "device_code", device_code);
	else
		json_object_set_null_member(object, "device_code");
	gy_output_object(output, object);
}

int
gy_output_error(const GyOutput *output, const GError *error, guint32 device_code)
{
	const char *code = is_usage(error) ? "usage/arguments" : gy_error_code(error);
	int status = is_usage(error) ? GY_EXIT_USAGE : gy_error_exit_status(error);
	g_autofree char *next = next_step(output, error);
	g_autofree char *sentence = gy_text_safe(error->message);

	if (output->json) {
		print_error_object(output, error, code, next, status, device_code);
		return status;
	}
	fflush(stdout);
	fprintf(stderr, "gantry: %s [%s]\n", sentence, code);
	if (device_code)
		fprintf(stderr, "  the device's own code: 0x%08x\n", device_code);
	if (next)
		fprintf(stderr, "  next: %s\n", next);
	return status;
}

gboolean
gy_output_finish(const GyOutput *output, GError **error)
{
	gboolean failed = ferror(stdout) != 0;
	int number = EIO;

	errno = 0;
	if (fflush(stdout) != 0) {
		failed = TRUE;
		number = errno;
	}
	if (!failed)
		return TRUE;
	/* what failed before the end has left no number behind, and one more byte fails for the same reason */
	if (number == EIO && write(STDOUT_FILENO, "\n", 1) < 0)
		number = errno;
	g_set_error(error, GY_ERROR, number == ENOSPC ? GY_ERROR_FILE_DISK_FULL : GY_ERROR_FILE_NOT_WRITABLE,
		"the answer could not be written: %s", g_strerror(number));
	return FALSE;
}

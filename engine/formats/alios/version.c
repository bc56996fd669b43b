// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/version.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/packages/package.h"

#define FIELD "data.version"

/* ---- the device's rule ---------------------------------------------------------------------------------- */

static gboolean
is_greater(const char *offered, const char *running)
{
	return strncmp(offered, running, strlen(offered)) > 0;
}

gboolean
gy_alios_version_is_taken(const char *offered, const char *running)
{
	const char *offered_app = strchr(offered, '_');
	const char *running_app = strchr(running, '_');
	g_autofree char *offered_kernel = NULL;
	g_autofree char *running_kernel = NULL;

	if (!offered_app || !running_app)
		return is_greater(offered, running);
	offered_kernel = g_strndup(offered, (gsize) (offered_app - offered));
	running_kernel = g_strndup(running, (gsize) (running_app - running));
	return is_greater(offered_kernel, running_kernel) || is_greater(offered_app + 1, running_app + 1);
}

/* ---- what people expect --------------------------------------------------------------------------------- */

static const char *
skip_digits(const char *text)
{
	while (g_ascii_isdigit(*text))
		text++;
	return text;
}

/* Of any length, so that no number is too large. */
static int
compare_digits(const char *one, const char *other)
{
	gsize one_size, other_size;

	while (*one == '0')
		one++;
	while (*other == '0')
		other++;
	one_size = (gsize) (skip_digits(one) - one);
	other_size = (gsize) (skip_digits(other) - other);
	if (one_size != other_size)
		return one_size < other_size ? -1 : 1;
	return strncmp(one, other, one_size);
}

/* Numbers as numbers, the rest letter by letter; @is_same_form: whether only numbers differ. */
static int
compare_as_people(const char *one, const char *other, gboolean *is_same_form)
{
	int result = 0;

	*is_same_form = TRUE;
	while (*one && *other) {
		if (g_ascii_isdigit(*one) && g_ascii_isdigit(*other)) {
			if (result == 0)
				result = compare_digits(one, other);
			one = skip_digits(one);
			other = skip_digits(other);
		} else if (*one == *other) {
			one++;
			other++;
		} else {
			*is_same_form = FALSE;
			return result ? result : (guchar) *one - (guchar) *other;
		}
	}
	if (*one || *other)
		*is_same_form = FALSE;
	return result ? result : (guchar) *one - (guchar) *other;
}

/* ---- both ----------------------------------------------------------------------------------------------- */

static void
warn(GPtrArray *notes, GyError code, const char *offered, const char *message)
{
	g_ptr_array_add(notes,
		gy_finding_new(GY_SEVERITY_WARNING, code, FIELD, GY_NO_OFFSET, offered, NULL, "%s", message));
}

static void
warn_of_surprise(
	const char *offered, const char *running, gboolean is_taken, gboolean is_newer, GPtrArray *notes)
{
	g_autofree char *message = NULL;

	if (is_taken == is_newer)
		return;
	message =
		is_taken ? g_strdup_printf(_("a device takes %s over %s, since it compares letter by letter, "
					     "although the numbers say it is older"),
				   offered, running)
			 : g_strdup_printf(
				   _("a device refuses %s over %s, since it compares letter by letter, "
				     "although the numbers say it is newer"),
				   offered, running);
	warn(notes, GY_ERROR_PACKAGE_ROLLBACK, offered, message);
}

gboolean
gy_alios_version_check(
	const char *offered, const char *running, gboolean is_forced, GPtrArray *notes, GError **error)
{
	gboolean is_taken = gy_alios_version_is_taken(offered, running);
	gboolean is_same_form;
	gboolean is_newer = compare_as_people(offered, running, &is_same_form) > 0;

	if (!is_same_form)
		warn(notes, GY_ERROR_PACKAGE_MALFORMED, offered,
			_("the two versions are not written in the same way, and a device compares them "
			  "letter "
			  "by letter"));
	warn_of_surprise(offered, running, is_taken, is_newer, notes);
	if (is_taken)
		return TRUE;
	if (is_forced) {
		if (!is_newer)
			warn(notes, GY_ERROR_PACKAGE_ROLLBACK, offered,
				_("a device refuses this version as not newer than the running one"));
		return TRUE;
	}
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_ROLLBACK,
		_("a device that runs %s refuses %s as not newer; --any-version goes on"), running, offered);
	return FALSE;
}

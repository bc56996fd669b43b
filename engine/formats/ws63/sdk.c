// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/sdk.h"

#include <glib/gi18n-lib.h>

#include "engine/packages/package.h"

/* FORMAT.md, "SDK versions": the last that cannot go directly to the first. */
static const guint last_old[3] = {1, 10, 101};
static const guint first_new[3] = {1, 10, 105};

static int
compare(const guint a[3], const guint b[3])
{
	for (guint i = 0; i < 3; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

static gboolean
parse(const char *text, guint version[3])
{
	g_auto(GStrv) parts = g_strsplit(text, ".", -1);

	if (g_strv_length(parts) != 3)
		return FALSE;
	for (guint i = 0; i < 3; i++) {
		guint64 number = 0;

		if (!g_ascii_string_to_unsigned(parts[i], 10, 0, G_MAXUINT16, &number, NULL))
			return FALSE;
		version[i] = (guint) number;
	}
	return TRUE;
}

static void
advise(GPtrArray *advice, const char *version, const char *message)
{
	if (advice)
		g_ptr_array_add(advice, gy_finding_new(GY_SEVERITY_NOTE, GY_ERROR_CFG_RULE, "for-sdk",
						GY_NO_OFFSET, version, NULL, "%s", message));
}

gboolean
gy_ws63_sdk_find(const char *version, GyWs63Sdk *sdk, GPtrArray *advice, GError **error)
{
	guint number[3];

	if (!parse(version, number)) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_VALUE,
			_("for-sdk is \"%s\", expected the version of an SDK such as 1.10.101"), version);
		return FALSE;
	}
	*sdk = (GyWs63Sdk){0};
	if (compare(number, last_old) <= 0) {
		sdk->needs_boot = TRUE;
		sdk->needs_old_keys = TRUE;
		advise(advice, version,
			_("a board with SDK 1.10.101 or older goes to 1.10.105 or newer by a package with "
			  "KeyAlg 0x2A13C812, the "
			  "two keys of the old SDK, and flashboot beside the application; this one is built "
			  "so"));
		advise(advice, version,
			_("the other way is two upgrades: first to 1.10.102 or 1.10.103, then to 1.10.106 or "
			  "newer"));
	} else if (compare(number, first_new) < 0) {
		advise(advice, version,
			_("a board with SDK 1.10.102 to 1.10.104 takes newer packages directly: KeyAlg "
			  "0x2A13C812, signed under "
			  "the root key that the board keeps"));
	} else {
		advise(advice, version,
			_("a board with SDK 1.10.105 or newer takes only KeyAlg 0x2A13C812, signed under the "
			  "root key that the "
			  "board keeps"));
	}
	return TRUE;
}

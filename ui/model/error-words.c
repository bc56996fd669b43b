// SPDX-License-Identifier: Apache-2.0
#include "ui/model/error-words.h"

#include <glib/gi18n-lib.h>

#include "engine/error.h"

/* What a bench meets, in the words of this screen. Everything else keeps the engine's own sentence. */
static const struct {
	const char *code;
	const char *headline;
	const char *advice;
} words[] = {
	{"job/cancelled", N_("Flashing was cancelled"), NULL},
	{"link/no-answer", N_("The board does not answer"),
		N_("Check that the board runs, that it is this port, and the speed.")},
	{"link/lost", N_("The board stopped answering"),
		N_("Check the cable and the board's power, then try again: what arrived is kept.")},
	{"link/gone", N_("The cable was unplugged and did not come back"),
		N_("Plug the board in again and try again: the transfer goes on where it was.")},
	{"link/no-port", N_("The port is not there any more"), N_("Plug the board in and switch it on.")},
	{"link/forbidden", N_("No permission to use this port"),
		N_("Your account is not in the group that owns the port. Add it, then log in again.")},
	{"link/busy", N_("The port is open in another program"),
		N_("Close the other program, then try again.")},
	{"link/wrong-speed", N_("What the board sends is neither frames nor text"),
		N_("Choose the speed of the board's port, and check that the cable's ground is connected.")},
	{"link/no-agent", N_("The board prints text, but no agent answers"),
		N_("Check that the agent is built into this firmware, and that it listens on this port.")},
	{"link/modem-manager", N_("ModemManager is trying this port"),
		N_("Wait half a minute, or install Gantry's udev rules.")},
	{"package/not-recognised", N_("This is not an upgrade package"),
		N_("Choose a file that was built as an upgrade package.")},
	{"package/truncated", N_("The package is cut off"), N_("Copy or build it again.")},
	{"package/hash", N_("The package changed after it was built"), N_("Copy or build it again.")},
	{"package/unsigned", N_("The package is not signed"), N_("Sign it with the board's keys.")},
	{"package/signature", N_("A signature in the package is wrong"), N_("Sign the package again.")},
	{"package/untrusted-key",
		N_("The board will refuse this package: it is signed under another root key"),
		N_("Choose a package that was signed for this board.")},
	{"device/untrusted-key", N_("The board refuses this package: it is signed under another root key"),
		N_("Choose a package that was signed for this board.")},
	{"package/other-hardware", N_("The package is for another board"),
		N_("Choose the package that was built for this board.")},
	{"device/other-hardware", N_("The package is for another board"),
		N_("Choose the package that was built for this board.")},
	{"package/rollback", N_("The package is older than this board accepts"),
		N_("Choose a newer package.")},
	{"device/rollback", N_("The package is older than this board accepts"),
		N_("Choose a newer package.")},
	{"package/burn", N_("This file is for burning an empty board, not for upgrading one"),
		N_("Build an upgrade package from its images.")},
	{"device/store", N_("The board could not write its storage"),
		N_("Try again; if it happens again, check the flash.")},
	{"upgrade/not-confirmed", N_("The new firmware has not answered"),
		N_("Look at the console, then identify the board again.")},
	{"upgrade/rolled-back", N_("The board went back to its old firmware"),
		N_("Look at the result that the board reports.")},
	{"image/header", N_("This is not a signed image"),
		N_("Choose the signed image (*-sign.bin), or make its header with gantry image sign.")},
	{"key/passphrase", N_("The key does not open with this passphrase"), N_("Type it again.")},
	{"key/unusable", N_("This file is not a key that can be used"),
		N_("Choose a file that holds a key.")},
	{"file/not-found", N_("The file is not there"), N_("Choose another file.")},
	{"file/empty", N_("The file is empty"), N_("Check the step that should have written it.")},
	{"file/not-regular", N_("This is a folder or a device, not a file"), N_("Choose a file.")},
};

static gssize
find(const GError *error)
{
	const char *code = gy_error_code(error);

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_str_equal(words[i].code, code))
			return (gssize) i;
	return -1;
}

/* The engine begins its sentences as a part of a line: small, without a full stop. */
static char *
begin_sentence(const char *text)
{
	g_autofree char *first = NULL;

	if (!text || !*text)
		return g_strdup("");
	first = g_utf8_strup(text, (gssize) (g_utf8_next_char(text) - text));
	return g_strconcat(first, g_utf8_next_char(text), NULL);
}

char *
gy_error_headline(const GError *error)
{
	gssize i = find(error);

	return i >= 0 ? g_strdup(_(words[i].headline)) : begin_sentence(error->message);
}

char *
gy_error_advice(const GError *error)
{
	gssize i = find(error);

	if (i < 0) {
		g_autofree char *step = begin_sentence(gy_error_next_step(error));

		/* Translators: a sentence without its full stop */
		return *step ? g_strdup_printf(_("%s."), step) : g_strdup("");
	}
	return g_strdup(words[i].advice ? _(words[i].advice) : "");
}

// SPDX-License-Identifier: Apache-2.0
#include "ui/model/factory-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ui/model/stages.h"

#define FLASH "flash "
#define RUN   "run "

/* ---- steps ---------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *title;
} steps[] = {
	{"pre", N_("Preparing")},
	{"identify", N_("Identify")},
	{"flash", N_("Connect")},
	{"confirm", N_("Confirm")},
	{"label", N_("Print label")},
	{"post", N_("Finishing")},
};

static const char *
stage_title(const char *name)
{
	for (guint i = 0; i <= GY_STAGE_CONFIRM; i++)
		if (g_str_equal(name, gy_stage_name((GyStage) i)))
			return gy_step_title(gy_step_of_stage((GyStage) i));
	return name;
}

char *
gy_factory_step_title(const char *step)
{
	if (g_str_has_prefix(step, FLASH))
		return g_strdup(stage_title(step + strlen(FLASH)));
	/* the name is the station's own */
	if (g_str_has_prefix(step, RUN))
		return g_strdup(step + strlen(RUN));
	for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
		if (g_str_equal(step, steps[i].name))
			return g_strdup(_(steps[i].title));
	return g_strdup(step);
}

/* ---- causes --------------------------------------------------------------------------------------------- */

/* A code that ends with a slash stands for all below it; what is more exact comes first. */
static const struct {
	const char *code;
	const char *words;
} causes[] = {
	{"job/cancelled", N_("Stopped")},
	{"link/no-answer", N_("No answer")},
	{"link/no-agent", N_("No agent answers")},
	{"link/gone", N_("Cable unplugged")},
	{"link/lost", N_("Stopped answering")},
	{"link/no-port", N_("Port is gone")},
	{"link/forbidden", N_("No permission")},
	{"link/busy", N_("Port in use")},
	{"link/wrong-speed", N_("Wrong speed")},
	{"link/", N_("Connection failed")},
	{"board/other", N_("Wrong board")},
	{"board/not-as-wanted", N_("Not as expected")},
	{"package/rollback", N_("Version too old")},
	{"device/rollback", N_("Version too old")},
	{"package/other-hardware", N_("Wrong board")},
	{"device/other-hardware", N_("Wrong board")},
	{"package/untrusted-key", N_("Wrong signing key")},
	{"device/untrusted-key", N_("Wrong signing key")},
	{"package/", N_("Package refused")},
	{"device/store", N_("Flash write failed")},
	{"device/hash", N_("Data was damaged")},
	{"device/", N_("Board refused it")},
	{"upgrade/not-confirmed", N_("New firmware silent")},
	{"upgrade/rolled-back", N_("Went back")},
	{"upgrade/", N_("Upgrade failed")},
	{"serial/", N_("Serial number refused")},
	{"records/", N_("Not recorded")},
	{"check/timeout", N_("Check took too long")},
	{"check/", N_("Check failed")},
	{"hook/", N_("Hook failed")},
};

const char *
gy_factory_cause(const char *code)
{
	for (guint i = 0; i < G_N_ELEMENTS(causes); i++) {
		gboolean is_family = g_str_has_suffix(causes[i].code, "/");

		if (is_family ? g_str_has_prefix(code, causes[i].code) : g_str_equal(code, causes[i].code))
			return _(causes[i].words);
	}
	return _("Failed");
}

/* ---- scans ---------------------------------------------------------------------------------------------- */

static const struct {
	const char *code;
	const char *sentence;
} refusals[] = {
	{"serial/pattern", N_("This does not look like a serial number of this station")},
	{"serial/check-digit", N_("The check digit is wrong: scan it again")},
	{"serial/used", N_("This number was used before: take another one")},
	{"serial/taken", N_("Another board has this number, or it waits already")},
	{"serial/in-doubt", N_("It is not known whether a board bears this number: ask the supervisor")},
	{"slot/busy", N_("This slot takes no number now")},
	{"slot/unknown", N_("There is no such slot")},
};

const char *
gy_factory_scan_reason(const char *code, const char *message)
{
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++)
		if (g_str_equal(code, refusals[i].code))
			return _(refusals[i].sentence);
	return message ? message : code;
}

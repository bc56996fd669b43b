// SPDX-License-Identifier: Apache-2.0
#include "engine/job/refusal.h"

#include <glib/gi18n-lib.h>

#include "engine/packages/format.h"

typedef struct {
	enum gyw_cause cause;
	GyError error;
	const char *sentence; /* takes the detail */
} Cause;

static const Cause causes[] = {
	{GYW_CAUSE_MALFORMED, GY_ERROR_DEVICE_REFUSED, N_("it could not read the request")},
	{GYW_CAUSE_STATE, GY_ERROR_DEVICE_REFUSED, N_("not in its present state (%u)")},
	{GYW_CAUSE_BUSY, GY_ERROR_DEVICE_BUSY, N_("another host uses it, idle for %u s")},
	{GYW_CAUSE_MODE, GY_ERROR_DEVICE_NOT_SUPPORTED, N_("it does not take this kind of transfer")},
	{GYW_CAUSE_TARGET, GY_ERROR_DEVICE_NOT_SUPPORTED, N_("it has no such area, or does not open it")},
	{GYW_CAUSE_RANGE, GY_ERROR_DEVICE_REFUSED, N_("an offset or length is beyond %u")},
	{GYW_CAUSE_LOCKED, GY_ERROR_DEVICE_REFUSED, N_("it wants the host to authenticate first")},
	{GYW_CAUSE_PREPARE, GY_ERROR_DEVICE_STORE, N_("it could not prepare its storage")},
	{GYW_CAUSE_STORE, GY_ERROR_DEVICE_STORE, N_("it could not store the bytes at offset %u")},
	{GYW_CAUSE_READ, GY_ERROR_DEVICE_STORE, N_("it could not read back the bytes at offset %u")},
	{GYW_CAUSE_HASH, GY_ERROR_DEVICE_HASH, N_("what it stored is not what was sent")},
	{GYW_CAUSE_VERIFY, GY_ERROR_DEVICE_VERIFY, N_("its own verification of the package failed")},
	{GYW_CAUSE_DISARM, GY_ERROR_DEVICE_ARM, N_("it could not undo the arming")},
	{GYW_CAUSE_RESET, GY_ERROR_UPGRADE_NO_RESET, N_("it did not reset")},
	{GYW_CAUSE_NOT_OFFERED, GY_ERROR_DEVICE_NOT_SUPPORTED, N_("it does not offer this operation")},
	{GYW_CAUSE_PACKAGE, GY_ERROR_DEVICE_MALFORMED, N_("this is no package of its system")},
	{GYW_CAUSE_BURN, GY_ERROR_DEVICE_BURN,
		N_("this is a burn container, which goes through the boot ROM")},
	{GYW_CAUSE_LAYOUT, GY_ERROR_DEVICE_MALFORMED, N_("the field at offset %u of the package is wrong")},
	{GYW_CAUSE_UNSIGNED, GY_ERROR_DEVICE_UNSIGNED, N_("the package is not signed")},
	{GYW_CAUSE_NOT_AUTHENTIC, GY_ERROR_DEVICE_UNSIGNED,
		N_("the package has digests in place of signatures")},
	{GYW_CAUSE_ERASE, GY_ERROR_DEVICE_REFUSED, N_("it would erase what runs, which was not allowed")},
	{GYW_CAUSE_UNTRUSTED_KEY, GY_ERROR_DEVICE_UNTRUSTED_KEY,
		N_("the package is signed under a root key that is not this board's")},
	{GYW_CAUSE_SIGNATURE, GY_ERROR_DEVICE_SIGNATURE, N_("the signature of the info area is wrong")},
	{GYW_CAUSE_TABLE_HASH, GY_ERROR_DEVICE_HASH, N_("the image table does not match its hash")},
	{GYW_CAUSE_HEADER_HASH, GY_ERROR_DEVICE_HASH,
		N_("the header of image 0x%08X does not match its hash")},
	{GYW_CAUSE_DATA_HASH, GY_ERROR_DEVICE_HASH, N_("the data of image 0x%08X do not match their hash")},
	{GYW_CAUSE_UNKNOWN_IMAGE, GY_ERROR_DEVICE_UNKNOWN_IMAGE,
		N_("it does not know image 0x%08X and would reset for ever")},
	{GYW_CAUSE_DUPLICATE_IMAGE, GY_ERROR_DEVICE_MALFORMED, N_("image 0x%08X is there twice")},
	{GYW_CAUSE_TOO_LARGE, GY_ERROR_DEVICE_TOO_LARGE, N_("its storage takes %u bytes")},
	{GYW_CAUSE_TOO_LARGE_PARTITION, GY_ERROR_DEVICE_TOO_LARGE,
		N_("image 0x%08X does not fit into its partition")},
	{GYW_CAUSE_HARDWARE, GY_ERROR_DEVICE_OTHER_HARDWARE, N_("its hardware id is %u")},
	{GYW_CAUSE_ROLLBACK, GY_ERROR_DEVICE_ROLLBACK, N_("it takes no version below %u")},
	{GYW_CAUSE_OLD_IMAGE, GY_ERROR_DEVICE_OTHER_IMAGE,
		N_("the difference was made against another image than the board runs")},
	{GYW_CAUSE_DECODER, GY_ERROR_DEVICE_NOT_SUPPORTED,
		N_("it has no decoder for it: it is packed in another way, or with a larger dictionary")},
	{GYW_CAUSE_FLAGS, GY_ERROR_DEVICE_NOT_SUPPORTED,
		N_("image 0x%08X is packed in a way that it cannot undo: as a difference, or encrypted and "
		   "not "
		   "for this board, or without its Iv")},
	{GYW_CAUSE_COMPRESSION, GY_ERROR_DEVICE_MALFORMED,
		N_("what came does not expand to the image, from byte %u of it on; --no-compress sends it as "
		   "it "
		   "is")},
};

/* The lite OTA component says less, and knows components by their place in the package. */
#define HOTA 2
static const Cause hota_causes[] = {
	{GYW_CAUSE_PREPARE, GY_ERROR_DEVICE_STORE, N_("its OTA component could not begin")},
	{GYW_CAUSE_VERIFY, GY_ERROR_DEVICE_VERIFY,
		N_("its OTA component does not hold the package for complete")},
	{GYW_CAUSE_SIGNATURE, GY_ERROR_DEVICE_UNTRUSTED_KEY,
		N_("the signature is not one of the key that this board keeps")},
	{GYW_CAUSE_ROLLBACK, GY_ERROR_DEVICE_ROLLBACK,
		N_("the package's version may not follow the one that runs")},
	{GYW_CAUSE_UNKNOWN_IMAGE, GY_ERROR_DEVICE_UNKNOWN_IMAGE,
		N_("it has no place for component %u of the package")},
	{GYW_CAUSE_DUPLICATE_IMAGE, GY_ERROR_DEVICE_MALFORMED,
		N_("component %u of the package is there twice")},
	{GYW_CAUSE_FLAGS, GY_ERROR_DEVICE_NOT_SUPPORTED,
		N_("component %u of the package is a difference, which it cannot apply")},
	{GYW_CAUSE_NOT_OFFERED, GY_ERROR_DEVICE_NOT_SUPPORTED,
		N_("it was not built to take custom packages, which nobody verifies")},
};

/* AliOS Things knows one image, and signs messages. */
#define LITEOS 3
#define ALIOS  4
static const Cause alios_causes[] = {
	{GYW_CAUSE_PACKAGE, GY_ERROR_DEVICE_MALFORMED,
		N_("it is neither an image with a trailer that the board knows nor a difference")},
	{GYW_CAUSE_LAYOUT, GY_ERROR_DEVICE_MALFORMED,
		N_("a trailer or slice says another size than there is, or than the board takes (%u)")},
	{GYW_CAUSE_DATA_HASH, GY_ERROR_DEVICE_HASH,
		N_("the image is not the one that its trailer or the announced digest is about")},
	{GYW_CAUSE_SIGNATURE, GY_ERROR_DEVICE_SIGNATURE,
		N_("the announced digest was not signed with the key that the board knows")},
	{GYW_CAUSE_TOO_LARGE_PARTITION, GY_ERROR_DEVICE_TOO_LARGE,
		N_("the new image does not fit where the program runs")},
	{GYW_CAUSE_ROLLBACK, GY_ERROR_DEVICE_ROLLBACK,
		N_("it holds the version for not newer than the one that runs: it compares letter by "
		   "letter")},
};

static const struct {
	enum gyw_type type;
	const char *words;
} operations[] = {
	{GYW_HELLO, N_("to answer")},
	{GYW_BEGIN, N_("the package")},
	{GYW_MANIFEST, N_("the package")},
	{GYW_DATA, N_("to store the package")},
	{GYW_FINISH, N_("to verify the package")},
	{GYW_ARM, N_("to arm the upgrade")},
	{GYW_DISARM, N_("to disarm the upgrade")},
	{GYW_RESET, N_("to reset")},
	{GYW_HASH, N_("to hash an area")},
	{GYW_READ, N_("to read an area")},
	{GYW_SELFTEST, N_("to test its flash")},
	{GYW_CONFIRM, N_("to keep the new firmware")},
};

static const char *
operation_words(guint32 type)
{
	for (gsize i = 0; i < G_N_ELEMENTS(operations); i++)
		if (operations[i].type == type)
			return _(operations[i].words);
	return _("a request");
}

/* The sentences of the table take one %u or %X at most, all of the same type. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *
format_detail(const char *sentence, guint32 detail)
{
	return g_strdup_printf(sentence, detail);
}
#pragma GCC diagnostic pop

/* The systems of PROTOCOL.md's backends. */
static const char *const systems[] = {
	NULL, "ws63", [HOTA] = "openharmony", [LITEOS] = "liteos", [ALIOS] = "alios"};

/* The device's own code, and what it means, for the end of a sentence. */
static char *
own_word(const struct gyw_refusal *refusal)
{
	const char *system = refusal->backend < G_N_ELEMENTS(systems) ? systems[refusal->backend] : NULL;
	const GyFormat *format = system ? gy_format_by_system(system) : NULL;
	const char *name = format && format->code_name ? format->code_name(refusal->code) : NULL;

	if (refusal->code == 0)
		return g_strdup("");
	return g_strdup_printf(
		_(" (the device's own code 0x%08X%s%s)"), refusal->code, name ? ": " : "", name ? name : "");
}

static const Cause *
find_cause(const Cause *all, gsize n, guint32 cause)
{
	for (gsize i = 0; i < n; i++)
		if (all[i].cause == cause)
			return &all[i];
	return NULL;
}

static const Cause *
cause_of(const struct gyw_refusal *refusal)
{
	const Cause *cause = NULL;

	if (refusal->backend == HOTA)
		cause = find_cause(hota_causes, G_N_ELEMENTS(hota_causes), refusal->cause);
	else if (refusal->backend == ALIOS)
		cause = find_cause(alios_causes, G_N_ELEMENTS(alios_causes), refusal->cause);
	return cause ? cause : find_cause(causes, G_N_ELEMENTS(causes), refusal->cause);
}

GError *
gy_refusal_to_error(const struct gyw_refusal *refusal, gboolean is_failure)
{
	const Cause *cause = cause_of(refusal);
	GyError code = cause ? cause->error : GY_ERROR_DEVICE_REFUSED;
	g_autofree char *own = own_word(refusal);
	g_autofree char *why = cause ? format_detail(_(cause->sentence), refusal->detail)
				     : g_strdup_printf(_("cause %u"), refusal->cause);

	return g_error_new(GY_ERROR, code, _("the device %s %s: %s%s"),
		is_failure ? _("failed") : _("refused"), operation_words(refusal->operation), why, own);
}

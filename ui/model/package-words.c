// SPDX-License-Identifier: Apache-2.0
#include "ui/model/package-words.h"

#include <glib/gi18n-lib.h>

#include "engine/packages/format.h"
#include "engine/safe-text.h"
#include "ui/model/error-words.h"
#include "ui/model/package-terms.h"
#include "ui/model/words.h"

/* ---- the whole package ---------------------------------------------------------------------------------- */

/* (transfer full): who signed it is known only if it was verified under that key. */
static char *
signer_words(GyPackage *package, const GyPackageSituation *situation)
{
	g_autofree char *name = NULL;

	if (gy_package_trust(package) != GY_TRUST_SIGNED || !situation->root_key)
		return g_strdup(gy_package_trust_words(gy_package_trust(package)));
	if (gy_package_refusal(package))
		return g_strdup(_("not verified"));
	name = g_filename_display_basename(situation->root_key);
	/* Translators: the name of a key's file */
	return g_strdup_printf(_("signed by %s"), name);
}

char *
gy_package_summary(GyPackage *package, const GyPackageSituation *situation)
{
	guint n = gy_package_images(package)->len;
	g_autofree char *count = g_strdup_printf(ngettext("%u image", "%u images", n), n);
	g_autofree char *size = gy_words_size(g_bytes_get_size(gy_package_bytes(package)));
	g_autofree char *signer = signer_words(package, situation);

	if (!situation->board)
		/* Translators: 3 images, 1.2 MiB, signed by lab.pem */
		return g_strdup_printf(_("%1$s, %2$s, %3$s"), count, size, signer);
	if (situation->fits)
		/* Translators: 3 images, 1.2 MiB, signed by lab.pem, fits WS63 board */
		return g_strdup_printf(
			_("%1$s, %2$s, %3$s, fits %4$s"), count, size, signer, situation->board);
	return g_strdup_printf(
		_("%1$s, %2$s, %3$s, does not fit %4$s"), count, size, signer, situation->board);
}

char *
gy_package_verdict(GyPackage *package, const GyPackageSituation *situation)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *headline = NULL;

	if (gy_package_refusal(package)) {
		error = gy_finding_to_error(gy_package_refusal(package));
		headline = gy_error_headline(error);
		/* Translators: a sentence without its full stop */
		return g_strdup_printf(_("%s."), headline);
	}
	if (gy_package_format(package)->verifies_none && gy_package_trust(package) != GY_TRUST_SIGNED)
		return g_strdup(_("Every check passed; boards of this system verify no signature."));
	switch (gy_package_trust(package)) {
	case GY_TRUST_UNSIGNED: return g_strdup(_("Every digest is right; a board refuses it unsigned."));
	case GY_TRUST_INTEGRITY_ONLY:
		return g_strdup(
			_("Integrity only, not authentic: every digest is right, and anyone could have "
			  "made them."));
	case GY_TRUST_SIGNED: break;
	}
	return g_strdup(situation->root_key
				? _("Verified: signed under this key, and every digest is right.")
				: _("Every check passed but one: choose the key that it has to come from."));
}

/* ---- findings ------------------------------------------------------------------------------------------- */

char *
gy_package_finding_sentence(const GyFinding *finding)
{
	g_autofree char *safe = gy_text_safe(finding->message);
	g_autofree char *first = *safe ? g_utf8_strup(safe, (gssize) (g_utf8_next_char(safe) - safe)) : NULL;

	g_autofree char *sentence = first ? g_strconcat(first, g_utf8_next_char(safe), NULL) : NULL;

	/* Translators: a sentence without its full stop */
	return sentence ? g_strdup_printf(_("%s."), sentence) : g_strdup("");
}

char *
gy_package_finding_advice(const GyFinding *finding)
{
	g_autoptr(GError) error = gy_finding_to_error(finding);

	return finding->severity == GY_SEVERITY_NOTE ? g_strdup("") : gy_error_advice(error);
}

char *
gy_package_finding_place(const GyFinding *finding)
{
	gboolean has_field = finding->field && *finding->field;

	if (finding->offset == GY_NO_OFFSET)
		return g_strdup(has_field ? finding->field : "");
	if (!has_field)
		return g_strdup_printf("0x%" G_GINT64_MODIFIER "x", finding->offset);
	return g_strdup_printf("%s · 0x%" G_GINT64_MODIFIER "x", finding->field, finding->offset);
}

/* The frame of a report stays English, like logs: it is made to be sent to somebody, who looks up the code. */
static void
append_finding(GString *text, const GyFinding *finding)
{
	static const char *const severities[] = {[GY_SEVERITY_NOTE] = "note",
		[GY_SEVERITY_WARNING] = "warning",
		[GY_SEVERITY_ERROR] = "error"};
	g_autofree char *message = gy_text_safe(finding->message);
	g_autofree char *place = gy_package_finding_place(finding);

	g_string_append_printf(text, "%s: %s [%s]\n", severities[finding->severity], message, finding->code);
	if (*place)
		g_string_append_printf(text, "  at %s\n", place);
	if (finding->found) {
		g_autofree char *found = gy_text_safe(finding->found);

		g_string_append_printf(text, "  found %s\n", found);
	}
	if (finding->expected) {
		g_autofree char *expected = gy_text_safe(finding->expected);

		g_string_append_printf(text, "  expected %s\n", expected);
	}
}

char *
gy_package_finding_report(const GyFinding *finding)
{
	GString *text = g_string_new(NULL);

	append_finding(text, finding);
	return g_string_free(text, FALSE);
}

/* ---- everything as text --------------------------------------------------------------------------------- */

char *
gy_package_digest_text(const guint8 sha256[32], gsize n_bytes)
{
	GString *text = g_string_sized_new(2 * n_bytes + 1);

	for (gsize i = 0; i < MIN(n_bytes, 32); i++)
		g_string_append_printf(text, "%02x", sha256[i]);
	return g_string_free(text, FALSE);
}

static void
append_image(GString *text, const GyImage *image)
{
	g_autofree char *name = gy_text_safe(image->name);
	g_autofree char *storage = gy_package_storage_words(image->storage);
	g_autofree char *digest = gy_package_digest_text(image->sha256, sizeof image->sha256);

	g_string_append_printf(text,
		"image %s: version %u, %s, %" G_GUINT64_FORMAT " bytes, %" G_GUINT64_FORMAT
		" in the package at 0x%" G_GINT64_MODIFIER "x, SHA-256 %s\n",
		name, image->version, storage, image->size, image->stored_size, image->offset, digest);
}

char *
gy_package_report(GyPackage *package, const GyPackageSituation *situation)
{
	GString *text = g_string_new(NULL);
	g_autofree char *name = gy_text_safe(gy_package_name(package));
	g_autofree char *summary = gy_package_summary(package, situation);
	g_autofree char *verdict = gy_package_verdict(package, situation);

	g_string_append_printf(
		text, "%s: %s, %s\n%s\n\n", name, gy_package_format(package)->title, summary, verdict);
	for (guint i = 0; i < gy_package_images(package)->len; i++)
		append_image(text, g_ptr_array_index(gy_package_images(package), i));
	for (guint i = 0; i < gy_package_fields(package)->len; i++) {
		const GyField *field = g_ptr_array_index(gy_package_fields(package), i);
		g_autofree char *value = gy_text_safe(field->value);

		g_string_append_printf(text, "%s: %s\n", field->label, value);
	}
	for (guint i = 0; i < gy_package_chain(package)->len; i++) {
		const GyLink *link = g_ptr_array_index(gy_package_chain(package), i);

		g_string_append_printf(
			text, "%s: %s, %s\n", link->label, gy_package_link_word(link->state), link->detail);
	}
	for (guint i = 0; i < gy_package_findings(package)->len; i++)
		append_finding(text, g_ptr_array_index(gy_package_findings(package), i));
	return g_string_free(text, FALSE);
}

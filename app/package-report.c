// SPDX-License-Identifier: Apache-2.0
#include "app/package-report.h"

#include <string.h>

#include "app/text.h"
#include "engine/packages/format.h"

static const char *const trust_words[] = {
	[GY_TRUST_UNSIGNED] = "unsigned",
	[GY_TRUST_INTEGRITY_ONLY] = "integrity-only",
	[GY_TRUST_SIGNED] = "signed",
};

static const char *const trust_sentences[] = {
	[GY_TRUST_UNSIGNED] = "unsigned",
	[GY_TRUST_INTEGRITY_ONLY] = "integrity only, not authentic",
	[GY_TRUST_SIGNED] = "signed",
};

static const char *const severities[] = {
	[GY_SEVERITY_NOTE] = "note",
	[GY_SEVERITY_WARNING] = "warning",
	[GY_SEVERITY_ERROR] = "error",
};

static const GyStyle severity_styles[] = {
	[GY_SEVERITY_NOTE] = GY_STYLE_DIM,
	[GY_SEVERITY_WARNING] = GY_STYLE_WARN,
	[GY_SEVERITY_ERROR] = GY_STYLE_BAD,
};

static const struct {
	const char *word;
	const char *sentence;
	const char *one_key_sentence; /* (nullable): where a system has no chain of keys */
} verdicts[] = {
	[GY_VERDICT_VERIFIED] = {"verified",
		"verified: signed under this root key, and every digest is right",
		"verified: signed by this key, and every digest is right"},
	[GY_VERDICT_CHAIN_ONLY] = {"chain-only",
		"verified except for its root key: name the key it has to come from with --root-key",
		"verified except for its key: name the key it has to come from with --key"},
	[GY_VERDICT_INTEGRITY_ONLY] = {"integrity-only",
		"integrity only, not authentic: every digest is right, and anyone could have made them"},
	[GY_VERDICT_UNSIGNED] = {"unsigned",
		"unsigned: every digest is right, and a device will refuse the package"},
	[GY_VERDICT_REFUSED] = {"refused", "not verified"},
};

char *
gy_report_summary(GyPackage *package)
{
	g_autofree char *count = gy_text_count(gy_package_images(package)->len, "image");

	return g_strdup_printf("%s %s package, %s, %s", gy_package_format(package)->title,
		gy_package_kind(package), count, trust_sentences[gy_package_trust(package)]);
}

static JsonObject *
fields_object(GyPackage *package)
{
	GPtrArray *fields = gy_package_fields(package);
	JsonObject *object = json_object_new();

	for (guint i = 0; i < fields->len; i++) {
		const GyField *field = g_ptr_array_index(fields, i);

		gy_json_text(object, field->name, field->value);
	}
	return object;
}

static void
print_package_object(const GyOutput *output, GyPackage *package)
{
	JsonObject *object = gy_json_new("package");
	GBytes *bytes = gy_package_bytes(package);
	g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);

	gy_json_text(object, "name", gy_package_name(package));
	gy_json_text(object, "system", gy_package_format(package)->system);
	gy_json_text(object, "kind", gy_package_kind(package));
	gy_json_text(object, "trust", trust_words[gy_package_trust(package)]);
	gy_json_text(object, "version", gy_package_version(package));
	gy_json_number(object, "hardware_id", gy_package_hardware_id(package));
	gy_json_number(object, "size", g_bytes_get_size(bytes));
	gy_json_text(object, "sha256", digest);
	gy_json_number(object, "images", gy_package_images(package)->len);
	json_object_set_object_member(object, "fields", fields_object(package));
	gy_output_object(output, object);
}

void
gy_report_package(const GyOutput *output, GyPackage *package)
{
	g_autofree char *name = gy_text_safe(gy_package_name(package));
	g_autofree char *summary = gy_report_summary(package);
	g_autofree char *size = gy_text_size(g_bytes_get_size(gy_package_bytes(package)));

	if (output->json) {
		print_package_object(output, package);
		return;
	}
	gy_output_styled(output, GY_STYLE_BOLD, "%s", name);
	gy_output_print(output, "  %s, %s\n", summary, size);
}

/* (transfer full): "lzma, encrypted", or "plain" */
static char *
storage_text(GyStorage storage)
{
	GString *text = g_string_new(NULL);

	if (storage & GY_STORAGE_LZMA)
		g_string_append(text, "lzma");
	if (storage & GY_STORAGE_DIFF)
		g_string_append(text, text->len ? ", diff" : "diff");
	if (storage & GY_STORAGE_ENCRYPTED)
		g_string_append(text, text->len ? ", encrypted" : "encrypted");
	if (!text->len)
		g_string_append(text, "plain");
	return g_string_free(text, FALSE);
}

static char *
digest_text(const guint8 digest[32], gsize n_bytes)
{
	GString *text = g_string_new(NULL);

	for (gsize i = 0; i < n_bytes; i++)
		g_string_append_printf(text, "%02x", digest[i]);
	return g_string_free(text, FALSE);
}

static void
print_image_object(const GyOutput *output, const GyImage *image)
{
	JsonObject *object = gy_json_new("image");
	JsonArray *storage = json_array_new();
	g_autofree char *digest = digest_text(image->sha256, sizeof image->sha256);

	if (image->storage & GY_STORAGE_LZMA)
		json_array_add_string_element(storage, "lzma");
	if (image->storage & GY_STORAGE_DIFF)
		json_array_add_string_element(storage, "diff");
	if (image->storage & GY_STORAGE_ENCRYPTED)
		json_array_add_string_element(storage, "encrypted");
	gy_json_text(object, "name", image->name);
	gy_json_number(object, "id", image->id);
	gy_json_number(object, "offset", image->offset);
	gy_json_number(object, "stored_size", image->stored_size);
	gy_json_number(object, "size", image->size);
	json_object_set_array_member(object, "storage", storage);
	gy_json_number(object, "version", image->version);
	gy_json_text(object, "version_text", image->version_text);
	gy_json_text(object, "sha256", digest);
	gy_output_object(output, object);
}

static void
print_image_row(const GyOutput *output, const GyImage *image, int name_width)
{
	g_autofree char *name = gy_text_safe(image->name);
	g_autofree char *storage = storage_text(image->storage);
	g_autofree char *size = gy_text_size(image->size);
	g_autofree char *stored = gy_text_size(image->stored_size);
	g_autofree char *digest = digest_text(image->sha256, 8);
	g_autofree char *version = image->version_text ? gy_text_safe(image->version_text)
						       : g_strdup_printf("%u", image->version);

	gy_output_print(output, "  %-*s  %-15s %11s %11s  0x%06" G_GINT64_MODIFIER "x  %7s  %s\n", name_width,
		name, storage, size, stored, image->offset, version, digest);
}

void
gy_report_images(const GyOutput *output, GyPackage *package)
{
	GPtrArray *images = gy_package_images(package);
	int name_width = 5;

	for (guint i = 0; i < images->len; i++) {
		const GyImage *image = g_ptr_array_index(images, i);

		name_width = MAX(name_width, (int) MIN(strlen(image->name), 24));
	}
	if (images->len > 0)
		gy_output_styled(output, GY_STYLE_BOLD, "  %-*s  %-15s %11s %11s  %-8s  %7s  %s\n",
			name_width, "Image", "Stored as", "Size", "In package", "Offset", "Version",
			"SHA-256");
	for (guint i = 0; i < images->len; i++) {
		if (output->json)
			print_image_object(output, g_ptr_array_index(images, i));
		else
			print_image_row(output, g_ptr_array_index(images, i), name_width);
	}
}

void
gy_report_fields(const GyOutput *output, GyPackage *package)
{
	GPtrArray *fields = gy_package_fields(package);
	int width = 0;

	for (guint i = 0; i < fields->len; i++)
		width = MAX(width,
			(int) g_utf8_strlen(((const GyField *) g_ptr_array_index(fields, i))->label, -1));
	for (guint i = 0; i < fields->len; i++) {
		const GyField *field = g_ptr_array_index(fields, i);
		g_autofree char *value = gy_text_safe(field->value);

		gy_output_print(output, "  %-*s  %s\n", width, field->label, value);
	}
}

static const struct {
	const char *word;
	const char *mark;
	GyStyle style;
} link_states[] = {
	[GY_LINK_GOOD] = {"good", "good", GY_STYLE_GOOD},
	[GY_LINK_BAD] = {"bad", "bad", GY_STYLE_BAD},
	[GY_LINK_UNCHECKED] = {"unchecked", "unchecked", GY_STYLE_WARN},
};

static void
print_link(const GyOutput *output, const GyLink *link)
{
	g_autofree char *detail = gy_text_safe(link->detail);

	gy_output_print(output, "  %-13s  ", link->label);
	gy_output_styled(output, link_states[link->state].style, "%-9s", link_states[link->state].mark);
	gy_output_print(output, "  %s\n", detail);
}

static void
print_link_object(const GyOutput *output, const GyLink *link)
{
	JsonObject *object = gy_json_new("link");

	gy_json_text(object, "name", link->name);
	gy_json_text(object, "state", link_states[link->state].word);
	gy_json_text(object, "detail", link->detail);
	gy_output_object(output, object);
}

void
gy_report_chain(const GyOutput *output, GyPackage *package)
{
	GPtrArray *chain = gy_package_chain(package);

	for (guint i = 0; i < chain->len; i++) {
		if (output->json)
			print_link_object(output, g_ptr_array_index(chain, i));
		else
			print_link(output, g_ptr_array_index(chain, i));
	}
}

static void
print_finding_object(const GyOutput *output, const GyFinding *finding)
{
	JsonObject *object = gy_json_new("finding");

	gy_json_text(object, "severity", severities[finding->severity]);
	gy_json_text(object, "code", finding->code);
	gy_json_text(object, "field", finding->field);
	if (finding->offset == GY_NO_OFFSET)
		json_object_set_null_member(object, "offset");
	else
		gy_json_number(object, "offset", finding->offset);
	gy_json_text(object, "found", finding->found);
	gy_json_text(object, "expected", finding->expected);
	gy_json_text(object, "message", finding->message);
	gy_output_object(output, object);
}

static void
print_finding_part(const GyOutput *output, const char *label, const char *value)
{
	g_autofree char *safe = value ? gy_text_safe(value) : NULL;

	if (safe)
		gy_output_print(output, "           %-8s  %s\n", label, safe);
}

static void
print_finding(const GyOutput *output, const GyFinding *finding)
{
	g_autofree char *message = gy_text_safe(finding->message);

	gy_output_print(output, "  ");
	gy_output_styled(output, severity_styles[finding->severity], "%-7s", severities[finding->severity]);
	gy_output_print(output, "  %s [%s]\n", message, finding->code);
	print_finding_part(output, "field", finding->field);
	if (finding->offset != GY_NO_OFFSET)
		gy_output_print(
			output, "           %-8s  0x%" G_GINT64_MODIFIER "x\n", "offset", finding->offset);
	print_finding_part(output, "found", finding->found);
	print_finding_part(output, "expected", finding->expected);
}

void
gy_report_finding_list(const GyOutput *output, GPtrArray *findings)
{
	for (guint i = 0; i < findings->len; i++) {
		if (output->json)
			print_finding_object(output, g_ptr_array_index(findings, i));
		else
			print_finding(output, g_ptr_array_index(findings, i));
	}
}

void
gy_report_findings(const GyOutput *output, GyPackage *package)
{
	gy_report_finding_list(output, gy_package_findings(package));
}

void
gy_report_notes(const GyOutput *output, GPtrArray *notes)
{
	for (guint i = 0; i < notes->len; i++) {
		const GyFinding *note = g_ptr_array_index(notes, i);
		g_autofree char *message = gy_text_safe(note->message);

		if (output->json)
			print_finding_object(output, note);
		else if (note->severity == GY_SEVERITY_NOTE)
			gy_output_note(output, "%s", message);
		else
			gy_output_warn(output, "%s [%s]", message, note->code);
	}
}

GyVerdict
gy_report_verdict(GyPackage *package, gboolean with_key)
{
	if (gy_package_refusal(package))
		return GY_VERDICT_REFUSED;
	switch (gy_package_trust(package)) {
	case GY_TRUST_UNSIGNED: return GY_VERDICT_UNSIGNED;
	case GY_TRUST_INTEGRITY_ONLY: return GY_VERDICT_INTEGRITY_ONLY;
	case GY_TRUST_SIGNED: break;
	}
	return with_key ? GY_VERDICT_VERIFIED : GY_VERDICT_CHAIN_ONLY;
}

const char *
gy_report_verdict_word(GyVerdict verdict)
{
	return verdicts[verdict].word;
}

const char *
gy_report_verdict_sentence(GyPackage *package, GyVerdict verdict)
{
	const GyOption *options = gy_package_format(package)->options;
	gboolean has_one_key = options && gy_option_find(options, "key");

	if (has_one_key && verdicts[verdict].one_key_sentence)
		return verdicts[verdict].one_key_sentence;
	return verdicts[verdict].sentence;
}

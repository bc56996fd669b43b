// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/file.h"
#include "engine/formats/alios/alios.h"
#include "engine/formats/alios/diff.h"
#include "engine/keys/digest.h"
#include "engine/keys/key-rsa.h"

/* FORMAT.md, "Message": what a device does with each member. */
typedef struct {
	GyPackage *package;
	const GyAliosMessage *message;
	const GyPublicKey *key;
} Check;

static void
report(const Check *check, GySeverity severity, GyError code, const char *field, const char *found,
	const char *expected, const char *message)
{
	gy_package_add_finding(check->package,
		gy_finding_new(severity, code, field, GY_NO_OFFSET, found, expected, "%s", message));
}

static void
refuse(const Check *check, const char *field, const char *found, const char *expected, const char *message)
{
	report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, field, found, expected, message);
}

/* ---- members -------------------------------------------------------------------------------------------- */

static void
check_text(const Check *check, const char *field, const char *text, gsize length_max)
{
	g_autofree char *found = NULL;
	g_autofree char *expected = NULL;

	if (!text || !*text) {
		refuse(check, field, NULL, NULL, _("a device needs this text, and it is not there"));
		return;
	}
	if (strlen(text) <= length_max)
		return;
	found = g_strdup_printf(_("%zu bytes"), strlen(text));
	expected = g_strdup_printf(_("at most %zu"), length_max);
	refuse(check, field, found, expected, _("a device has no room for this text"));
}

static void
check_digest(const Check *check)
{
	const GyAliosMessage *message = check->message;
	g_autoptr(GBytes) digest = gy_alios_message_digest(message);

	if (!message->is_old_form && !message->has_method)
		refuse(check, "data.signMethod", message->method_text, _("Md5 or Sha256"),
			_("a device does not know this digest"));
	else if (!digest)
		refuse(check, message->is_old_form ? "data.md5" : "data.sign", message->digest,
			message->method == GY_ALIOS_MD5 ? _("32 hexadecimal digits")
							: _("64 hexadecimal digits"),
			_("the digest of the file is missing, or is none"));
}

static void
check_difference(const Check *check)
{
	const GyAliosMessage *message = check->message;
	g_autofree char *found = g_strdup_printf("%u", message->slice_size);

	if (!message->is_difference)
		return;
	if (message->slice_size == 0)
		refuse(check, "data.splictSize", found, NULL,
			_("the file is a difference, and its slice size is missing"));
	else if (message->slice_size < GY_ALIOS_SLICE_MIN || message->slice_size > GY_ALIOS_SLICE_MAX)
		report(check, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED, "data.splictSize", found,
			_("4096 to 65536"), _("no device is known that takes such slices"));
}

static void
check_members(const Check *check)
{
	const GyAliosMessage *message = check->message;

	if (!message->message || !g_str_has_prefix(message->message, "success"))
		refuse(check, "message", message->message, "success", _("a device does nothing about it"));
	check_text(check, "data.url", message->url, ALIOS_URL_MAX);
	check_text(check, "data.version", message->version, ALIOS_VERSION_MAX);
	if (message->size == 0)
		refuse(check, "data.size", "0", NULL, _("the size of the file is missing"));
	check_digest(check);
	check_difference(check);
}

/* ---- signature ------------------------------------------------------------------------------------------ */

/* What is signed is the digest itself, which signing hashes again. */
static void
check_signature(const Check *check)
{
	g_autoptr(GBytes) signature = gy_alios_message_signature(check->message);
	g_autoptr(GBytes) digest = gy_alios_message_digest(check->message);
	guint8 twice[GY_SHA256_SIZE];

	if (!check->message->signature) {
		if (check->key)
			report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_NOT_AUTHENTIC, "data.digestsign",
				NULL, NULL,
				_("the message carries no signature, and a device will not ask for one"));
		return;
	}
	if (!signature) {
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE, "data.digestsign", NULL,
			_("256 bytes in Base64"), _("the signature is none"));
		return;
	}
	if (!digest || !check->key)
		return;
	gy_sha256(g_bytes_get_data(digest, NULL), g_bytes_get_size(digest), twice);
	if (!gy_rsa_verify(check->key, GY_RSA_PKCS1, twice, g_bytes_get_data(signature, NULL),
		    g_bytes_get_size(signature)))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNTRUSTED_KEY, "data.digestsign", NULL,
			NULL, _("the digest was not signed by this key, or changed since"));
}

/* ---- the file itself ------------------------------------------------------------------------------------ */

/* (transfer full) (nullable): the file's name as the URL ends with it. */
static char *
file_name(const char *url)
{
	const char *end = url + strcspn(url, "?#");
	const char *start = end;

	while (start > url && start[-1] != '/')
		start--;
	return start > url && end > start ? g_strndup(start, (gsize) (end - start)) : NULL;
}

GBytes *
gy_alios_message_file(GyPackage *package, char **name)
{
	const GyAliosMessage *message = gy_alios_message_of(package);
	g_autofree char *folder = g_path_get_dirname(gy_package_name(package));
	g_autofree char *path = NULL;

	*name = message->url ? file_name(message->url) : NULL;
	/* one that was just made has no folder yet */
	if (!*name || !g_file_test(gy_package_name(package), G_FILE_TEST_IS_REGULAR) ||
		g_str_equal(*name, "..") || g_str_equal(*name, "."))
		return NULL;
	path = g_build_filename(folder, *name, NULL);
	return g_file_test(path, G_FILE_TEST_IS_REGULAR) ? gy_file_read(path, GY_ALIOS_FILE_MAX, NULL) : NULL;
}

static gboolean
check_file(const Check *check, GBytes *file)
{
	g_autoptr(GBytes) expected = gy_alios_message_digest(check->message);
	g_autoptr(GBytes) found = gy_alios_file_digest(check->message->method, file);
	g_autofree char *size = g_strdup_printf("%" G_GSIZE_FORMAT, g_bytes_get_size(file));
	g_autofree char *stated = g_strdup_printf("%" G_GUINT64_FORMAT, check->message->size);
	gboolean is_difference = gy_alios_diff_probe(g_bytes_get_data(file, NULL), g_bytes_get_size(file));

	if (g_bytes_get_size(file) != check->message->size)
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_TRUNCATED, "data.size", stated, size,
			_("the file has another size than the message says"));
	else if (expected && !g_bytes_equal(expected, found))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_HASH, "data.sign", NULL, NULL,
			_("the file is not the one that the message is about"));
	else if (is_difference != check->message->is_difference)
		refuse(check, "data.isDiff", check->message->is_difference ? "1" : "0",
			is_difference ? "1" : "0",
			_("the message and the file disagree whether it is a difference"));
	else
		return TRUE;
	return FALSE;
}

/* ---- all of it ------------------------------------------------------------------------------------------ */

static void
add_signature_link(const Check *check, gboolean is_sound)
{
	gboolean is_signed = check->message->signature != NULL;

	gy_package_add_link(check->package, "signature", "Signature",
		!is_sound                 ? GY_LINK_BAD
		: is_signed && check->key ? GY_LINK_GOOD
					  : GY_LINK_UNCHECKED,
		"%s",
		!is_sound     ? _("not what is vouched for")
		: !is_signed  ? _("none")
		: !check->key ? _("signed, by which key is not checked")
			      : _("the file's digest, signed by the key"));
}

void
gy_alios_verify_message(GyPackage *package, const GyPublicKey *key)
{
	Check check = {.package = package, .message = gy_alios_message_of(package), .key = key};
	g_autofree char *name = NULL;
	g_autoptr(GBytes) file = gy_alios_message_file(package, &name);
	gboolean is_file_good;

	check_members(&check);
	check_signature(&check);
	add_signature_link(&check, gy_package_refusal(package) == NULL);
	if (!file) {
		gy_package_add_link(package, "file", "File", GY_LINK_UNCHECKED,
			_("%s is not beside the message"), name ? name : _("the file"));
		return;
	}
	is_file_good = check_file(&check, file);
	gy_package_add_link(package, "file", "File", is_file_good ? GY_LINK_GOOD : GY_LINK_BAD,
		is_file_good ? _("%s: size and digest as the message says")
			     : _("%s is not what the message is about"),
		name);
}

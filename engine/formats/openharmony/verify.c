// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/formats/openharmony/openharmony.h"
#include "engine/formats/openharmony/signature.h"
#include "engine/formats/openharmony/update-verify.h"

/* Fields of findings about what is made from old images begin with this. */
#define DIFFERENCE_FIELD "difference."

typedef struct {
	GyPackage *package;
	GyOhosPackage *own;
	const GyPublicKey *key; /* that was given, or the certificate's of the zip */
	gboolean was_given;
} Check;

static void
report(const Check *check, GySeverity severity, GyError code, const char *field, const char *message)
{
	gy_package_add_finding(check->package,
		gy_finding_new(severity, code, field, GY_NO_OFFSET, NULL, NULL, "%s", message));
}

/* ---- the zip's own signature ---------------------------------------------------------------------------- */

static void
check_legacy_seal(const Check *check)
{
	const GyOhosContainer *container = check->own->container;
	const guint8 *area = (const guint8 *) g_bytes_get_data(container->bytes, NULL) + container->signature;
	guint8 digest[GY_SHA256_SIZE];
	gboolean is_clean = TRUE;

	for (guint i = OHOS_SLOT_2048_SIZE; i < OHOS_AREA_SIZE; i++)
		is_clean &= area[i] == 0;
	gy_ohos_container_digest(container, digest);
	if (!is_clean)
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, "zip.area",
			_("something stands in the signature slot of the zip that is not used"));
	if (!gy_ohos_container_is_signed(container))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNSIGNED, "zip.signature",
			_("the zip is not signed"));
	else if (check->key && !gy_rsa_verify(check->key, GY_RSA_PKCS1, digest, area, OHOS_SLOT_2048_SIZE))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE, "zip.signature",
			_("the key that was given did not sign this zip"));
}

static void
check_certificate(const Check *check, const GyCertificate *certificate)
{
	if (check->was_given && !gy_certificate_is_of(certificate, check->key))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNTRUSTED_KEY, "zip.certificate",
			_("the certificate in the zip belongs to another key"));
	if (gy_certificate_is_damaged(certificate))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE, "zip.certificate",
			_("the certificate in the zip was changed after it was signed with its own key"));
	if (!gy_certificate_is_rsa_sha256(certificate))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE, "zip.certificate",
			_("the certificate in the zip is not signed with sha256WithRSAEncryption"));
	if (!gy_certificate_has_key_identifier(certificate))
		report(check, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_SIGNATURE, "zip.certificate",
			_("the certificate in the zip has no subject key identifier"));
}

static void
check_pkcs7(const Check *check, const GyOhosPkcs7 *pkcs7)
{
	g_autoptr(GyPublicKey) signer = gy_certificate_public(pkcs7->certificate);
	guint8 digest[GY_SHA256_SIZE];
	guint8 twice[GY_SHA256_SIZE];
	gsize size = 0;
	const guint8 *signature = g_bytes_get_data(pkcs7->signature, &size);

	check_certificate(check, pkcs7->certificate);
	gy_ohos_container_digest(check->own->container, digest);
	if (memcmp(digest, pkcs7->digest, sizeof digest) != 0)
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_HASH, "zip.digest",
			_("the zip is not what its signature is about"));
	gy_sha256(pkcs7->digest, sizeof digest, twice);
	if (!signer || gy_public_key_type(signer) != GY_KEY_RSA2048 ||
		!gy_rsa_verify(signer, GY_RSA_PKCS1, twice, signature, size))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE, "zip.signature",
			_("the key of the certificate in the zip did not sign it"));
	if (!pkcs7->is_exact)
		report(check, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED, "zip.pkcs7",
			_("the zip's PKCS#7 is encoded in another way than the packager does"));
}

static void
check_seal(const Check *check, const GyOhosPkcs7 *pkcs7)
{
	switch (check->own->container->seal) {
	case GY_OHOS_SEAL_NONE:
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNSIGNED, "zip.signature",
			_("the zip is not signed"));
		return;
	case GY_OHOS_SEAL_LEGACY: check_legacy_seal(check); return;
	case GY_OHOS_SEAL_PKCS7:
		if (pkcs7)
			check_pkcs7(check, pkcs7);
		else
			report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE, "zip.pkcs7",
				_("the zip's signature is no PKCS#7 of one signer over a SHA-256"));
		return;
	}
}

/* ---- build_tools.zip ------------------------------------------------------------------------------------ */

/* (transfer full) (nullable): the signature for one member, as hash_signed_data has it. */
static guint8 *
listed_signature(const char *list, const char *member, gsize *size)
{
	g_autofree char *head = g_strdup_printf("Name: build_tools/%s\nsigned-data: ", member);
	const char *at = strstr(list, head);
	g_autofree char *base64 = NULL;

	if (!at)
		return NULL;
	at += strlen(head);
	base64 = g_strndup(at, strcspn(at, "\r\n"));
	return *base64 ? g_base64_decode(base64, size) : NULL;
}

static void
check_tool(const Check *check, const char *list, const char *member, GBytes *bytes)
{
	gsize size = 0, signature_size = 0;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	g_autofree guint8 *signature = listed_signature(list, member, &signature_size);
	g_autofree char *field = g_strdup_printf("build_tools/%s", member);
	guint8 digest[GY_SHA256_SIZE];

	gy_ohos_twice_digest(data, size, digest);
	if (!signature)
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNSIGNED, field,
			_("hash_signed_data has no signature for this member"));
	else if (check->key && !gy_rsa_verify(check->key, GY_RSA_PKCS1, digest, signature, signature_size))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_SIGNATURE, field,
			_("the member is not what its signature in hash_signed_data says"));
}

static void
check_tool_members(const Check *check, const char *list)
{
	GyZip *zip = check->own->tools->zip;

	for (guint i = 0; i < gy_zip_n_members(zip); i++) {
		const char *member = gy_zip_member(zip, i);
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) bytes = gy_zip_read(zip, i, &error);

		if (!bytes)
			report(check, GY_SEVERITY_ERROR, (GyError) error->code, "build_tools.zip",
				error->message);
		else if (list && !g_str_equal(member, OHOS_TOOL_SIGNATURES))
			check_tool(check, list, member, bytes);
	}
}

static void
check_tools(const Check *check)
{
	static const char *const needed[] = {OHOS_TOOL_SCRIPT, OHOS_TOOL_BINARY, OHOS_TOOL_LOADER};
	const GyOhosContainer *tools = check->own->tools;
	g_autoptr(GBytes) list = NULL;
	g_autofree char *text = NULL;

	if (!tools) {
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, "build_tools.zip",
			_("the package has no build_tools.zip that can be read"));
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(needed); i++)
		if (gy_zip_find(tools->zip, needed[i]) < 0) {
			g_autofree char *field = g_strdup_printf("build_tools/%s", needed[i]);

			report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, field,
				_("the updater needs this member, and it is not there"));
		}
	list = gy_ohos_container_read(tools, OHOS_TOOL_SIGNATURES, NULL);
	if (list)
		text = g_strndup(g_bytes_get_data(list, NULL), g_bytes_get_size(list));
	else if (check->own->update->generation == GY_OHOS_2025)
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_UNSIGNED, "build_tools/hash_signed_data",
			_("the members of build_tools.zip are not signed"));
	check_tool_members(check, text);
}

/* ---- lists and members ---------------------------------------------------------------------------------- */

static gboolean
has_line(GBytes *bytes, const char *wanted)
{
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; *line; line++)
		if (g_str_equal(g_strchomp(*line), wanted))
			return TRUE;
	return FALSE;
}

static GBytes *
component_bytes(const Check *check, const char *name)
{
	const GyOhosComponent *component = gy_ohos_update_find(check->own->update, name);

	return component ? gy_ohos_update_data(check->own->update, component, NULL) : NULL;
}

/* The same list stands in update.bin, and since 2022 beside it. */
static void
check_list(const Check *check, const char *component, const char *member)
{
	g_autoptr(GBytes) inside = component_bytes(check, component);
	g_autoptr(GBytes) beside =
		check->own->container ? gy_ohos_container_read(check->own->container, member, NULL) : NULL;

	if (!inside)
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, component,
			_("update.bin has no such list, which the device looks into"));
	else if (beside && !g_bytes_equal(inside, beside))
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, member,
			_("the list in the zip is another than that in update.bin"));
	else if (!beside && check->own->container && check->own->update->generation != GY_OHOS_LEGACY)
		report(check, GY_SEVERITY_ERROR, GY_ERROR_PACKAGE_MALFORMED, member,
			_("the zip has no such list beside update.bin"));
}

static void
check_lists(const Check *check)
{
	g_autoptr(GBytes) versions = component_bytes(check, "/version_list");

	check_list(check, "/version_list", OHOS_MEMBER_VERSIONS);
	check_list(check, "/board_list", OHOS_MEMBER_BOARDS);
	if (versions && !has_line(versions, check->own->update->software_version))
		report(check, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED, "head.softwareVersion",
			_("the version is in no line of the version list: a device refuses the package"));
}

/* Every member has to unpack, whatever the updater does with it. */
static void
check_members(const Check *check)
{
	GyZip *zip = check->own->container->zip;

	for (guint i = 0; i < gy_zip_n_members(zip); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) bytes = gy_zip_read(zip, i, &error);

		if (!bytes)
			report(check, GY_SEVERITY_ERROR, (GyError) error->code, "zip", error->message);
	}
}

/* ---- differences ---------------------------------------------------------------------------------------- */

static gboolean
is_named(const GPtrArray *differences, const char *member)
{
	for (guint i = 0; i < differences->len; i++)
		if (g_str_equal(((const GyOhosDifference *) differences->pdata[i])->patch, member))
			return TRUE;
	return FALSE;
}

/* What the script does not name, the updater does not apply. */
static void
check_unnamed(const Check *check)
{
	GyZip *zip = check->own->container->zip;

	for (guint i = 0; i < gy_zip_n_members(zip); i++) {
		const char *member = gy_zip_member(zip, i);

		if (g_str_has_suffix(member, OHOS_PATCH_SUFFIX) && !is_named(check->own->differences, member))
			report(check, GY_SEVERITY_WARNING, GY_ERROR_PACKAGE_MALFORMED, member,
				_("the updater's script has no command that applies this patch"));
	}
}

static void
check_differences(const Check *check)
{
	for (guint i = 0; i < check->own->differences->len; i++) {
		const GyOhosDifference *difference = check->own->differences->pdata[i];
		g_autofree char *field = g_strconcat(DIFFERENCE_FIELD, difference->name, NULL);
		g_autoptr(GError) error = NULL;

		if (!gy_ohos_difference_check(difference, check->own->container, &error))
			report(check, GY_SEVERITY_ERROR, (GyError) error->code, field, error->message);
	}
	check_unnamed(check);
}

/* ---- the chain ------------------------------------------------------------------------------------------ */

static gboolean
is_broken(const Check *check, const char *const *prefixes)
{
	GPtrArray *findings = gy_package_findings(check->package);

	for (guint i = 0; i < findings->len; i++) {
		const GyFinding *finding = findings->pdata[i];

		for (const char *const *prefix = prefixes; *prefix; prefix++)
			if (finding->severity == GY_SEVERITY_ERROR &&
				g_str_has_prefix(finding->field, *prefix))
				return TRUE;
	}
	return FALSE;
}

static void
add_key_link(const Check *check)
{
	g_autoptr(GBytes) der = check->was_given ? gy_rsa_public_der(check->key) : NULL;
	g_autofree char *digest = der ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, der) : NULL;

	if (digest)
		gy_package_add_link(check->package, "key", "Key", GY_LINK_GOOD, _("as given, %s, SHA-256 %s"),
			gy_key_type_name(gy_public_key_type(check->key)), digest);
	else
		gy_package_add_link(check->package, "key", "Key", GY_LINK_UNCHECKED,
			gy_package_trust(check->package) == GY_TRUST_SIGNED
				? _("not given")
				: _("none, the package is not signed"));
}

static void
add_link(const Check *check, const char *name, const char *label, const char *const *prefixes,
	gboolean is_checked, const char *good, const char *bad)
{
	gboolean broken = is_broken(check, prefixes);

	gy_package_add_link(check->package, name, label,
		broken       ? GY_LINK_BAD
		: is_checked ? GY_LINK_GOOD
			     : GY_LINK_UNCHECKED,
		"%s",
		broken       ? bad
		: is_checked ? good
			     : _("signed, by which key is not checked"));
}

static void
add_chain(const Check *check)
{
	static const char *const zip_fields[] = {"zip", NULL};
	static const char *const tool_fields[] = {"build_tools", NULL};
	static const char *const head_fields[] = {"signature", "area", "head", NULL};
	static const char *const data_fields[] = {
		"component", "hashes", "/", OHOS_MEMBER_VERSIONS, OHOS_MEMBER_BOARDS, NULL};
	static const char *const difference_fields[] = {DIFFERENCE_FIELD, NULL};

	add_key_link(check);
	if (check->own->container) {
		add_link(check, "zip", "Zip", zip_fields, check->was_given, _("signed by the key"),
			_("not what is vouched for"));
		add_link(check, "tools", "Build tools", tool_fields, check->key != NULL,
			check->own->container->seal == GY_OHOS_SEAL_LEGACY
				? _("vouched for by the zip's signature")
			: check->was_given ? _("signed by the key")
					   : _("signed by the key of the zip's own certificate"),
			_("not what is vouched for"));
	}
	add_link(check, "signature", "Head", head_fields, check->was_given, _("signed by the key"),
		_("not what is vouched for"));
	add_link(check, "data", "Data", data_fields, TRUE, _("every component as the head says"),
		_("not as the head says"));
	if (check->own->differences->len > 0)
		add_link(check, "differences", "Differences", difference_fields, TRUE,
			_("whole, and about what the script says"), _("not what the script says"));
}

/* ---- all of it ------------------------------------------------------------------------------------------ */

static void
check_container(const Check *check, const GyOhosPkcs7 *pkcs7)
{
	check_seal(check, pkcs7);
	check_members(check);
	check_tools(check);
	check_differences(check);
}

static GyOhosPkcs7 *
find_pkcs7(const GyOhosContainer *container)
{
	if (!container || container->seal != GY_OHOS_SEAL_PKCS7)
		return NULL;
	return gy_ohos_pkcs7_parse(
		(const guint8 *) g_bytes_get_data(container->bytes, NULL) + container->signature,
		container->signature_size);
}

gboolean
gy_ohos_verify(GyPackage *package, const GyPublicKey *key, GError **error)
{
	GyOhosPackage *own = gy_ohos_package_of(package);
	g_autoptr(GyOhosPkcs7) pkcs7 = find_pkcs7(own->container);
	g_autoptr(GyPublicKey) signer = pkcs7 ? gy_certificate_public(pkcs7->certificate) : NULL;
	Check check = {.package = package, .own = own, .key = key, .was_given = key != NULL};

	/* without a key, whether all was signed by one and the same can still be told */
	if (!key && signer && gy_public_key_type(signer) == GY_KEY_RSA2048)
		check.key = signer;
	if (own->container)
		check_container(&check, pkcs7);
	gy_ohos_update_verify(own->update, package, check.key);
	if (own->update->is_standard)
		check_lists(&check);
	add_chain(&check);
	return TRUE;
}

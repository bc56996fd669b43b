// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/seal.h"

#include <glib/gi18n-lib.h>

#include "engine/formats/openharmony/signature.h"
#include "engine/formats/openharmony/tools.h"
#include "engine/formats/openharmony/update-write.h"

/* ---- looking at it once more ---------------------------------------------------------------------------- */

static gboolean
is_wanted(const GyFinding *finding, const GyPublicKey *public, gboolean is_part)
{
	return finding->severity != GY_SEVERITY_ERROR ||
	       ((!public || is_part) && g_str_equal(finding->code, gy_error_word(GY_ERROR_PACKAGE_UNSIGNED)));
}

gboolean
gy_ohos_check_own(GBytes *bytes, const GyPublicKey *public, gboolean is_part, GError **error)
{
	g_autoptr(GyPackage) package = gy_ohos_load(bytes, _("the new package"), error);

	if (!package || !gy_ohos_verify(package, public, error))
		return FALSE;
	for (guint i = 0; i < gy_package_findings(package)->len; i++) {
		const GyFinding *finding = gy_package_findings(package)->pdata[i];

		if (is_wanted(finding, public, is_part))
			continue;
		g_propagate_error(error, gy_finding_to_error(finding));
		return FALSE;
	}
	return TRUE;
}

/* ---- what is to be signed ------------------------------------------------------------------------------- */

/* Whether all that is in a zip was signed, so that it is the zip's turn. */
static gboolean
has_signed_content(const GyOhosPackage *own)
{
	if (!gy_ohos_is_signed(own->update))
		return FALSE;
	return own->update->generation == GY_OHOS_LEGACY ||
	       (own->tools && gy_zip_find(own->tools->zip, OHOS_TOOL_SIGNATURES) >= 0);
}

static gboolean
is_zips_turn(const GyOhosPackage *own)
{
	return own->container && !gy_ohos_container_is_signed(own->container) && has_signed_content(own);
}

static gboolean
require_known(GyPackage *package, GError **error)
{
	const GyOhosPackage *own = gy_ohos_package_of(package);
	const char *problem = NULL;

	if (own->update->generation == GY_OHOS_2022)
		problem = _("a package of the 2022 layout is read only: build it again");
	else if (own->container && !own->tools)
		problem = _("it has no build_tools.zip that can be read");
	if (problem)
		g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED, "%s: %s",
			gy_package_name(package), problem);
	return problem == NULL;
}

/* (element-type GyZipMember): of build_tools.zip, without its signatures. */
static GPtrArray *
read_tools(const GyOhosPackage *own, GError **error)
{
	g_autoptr(GPtrArray) members = gy_zip_members_new();
	GyZip *zip = own->tools->zip;

	for (guint i = 0; i < gy_zip_n_members(zip); i++) {
		const char *name = gy_zip_member(zip, i);
		g_autoptr(GBytes) bytes = NULL;

		if (g_str_equal(name, OHOS_TOOL_SIGNATURES))
			continue;
		bytes = gy_zip_read(zip, i, error);
		if (!bytes)
			return NULL;
		gy_zip_members_add(members, name, bytes);
	}
	return g_steal_pointer(&members);
}

static GPtrArray *
content_ranges(const GyOhosPackage *own, GError **error)
{
	g_autoptr(GPtrArray) ranges = g_ptr_array_new_with_free_func((GDestroyNotify) gy_signed_range_free);
	g_autoptr(GPtrArray) tools = NULL;

	g_ptr_array_add(ranges, gy_ohos_update_range(own->update));
	if (!own->container || own->update->generation == GY_OHOS_LEGACY)
		return g_steal_pointer(&ranges);
	tools = read_tools(own, error);
	for (guint i = 0; tools && i < tools->len; i++) {
		const GyZipMember *member = tools->pdata[i];

		g_ptr_array_add(ranges, gy_ohos_tool_range(member->name, member->bytes));
	}
	return tools ? g_steal_pointer(&ranges) : NULL;
}

static GyOhosSeal
seal_of(const GyOhosPackage *own)
{
	return own->update->generation == GY_OHOS_LEGACY ? GY_OHOS_SEAL_LEGACY : GY_OHOS_SEAL_PKCS7;
}

static GPtrArray *
zip_ranges(const GyOhosPackage *own)
{
	GPtrArray *ranges = g_ptr_array_new_with_free_func((GDestroyNotify) gy_signed_range_free);
	g_autoptr(GBytes) message = gy_ohos_container_message(own->container->bytes, seal_of(own));

	g_ptr_array_add(ranges, gy_signed_range_new(OHOS_SIGNED_ZIP, gy_ohos_how(GY_RSA_PKCS1), message));
	return ranges;
}

/* What is signed already cannot be signed elsewhere once more: an old signature would be part of what is signed. */
static gboolean
require_unsigned(GyPackage *package, GError **error)
{
	if (gy_package_trust(package) != GY_TRUST_SIGNED || is_zips_turn(gy_ohos_package_of(package)))
		return TRUE;
	g_set_error(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
		_("%s is signed already: build it with --unsigned"), gy_package_name(package));
	return FALSE;
}

GPtrArray *
gy_ohos_to_be_signed(GyPackage *package, const GyBuildOptions *options, GError **error)
{
	const GyOhosPackage *own = gy_ohos_package_of(package);

	if (!require_known(package, error) || !require_unsigned(package, error))
		return NULL;
	return is_zips_turn(own) ? zip_ranges(own) : content_ranges(own, error);
}

GStrv
gy_ohos_signed_names(GyPackage *package)
{
	g_autoptr(GPtrArray) ranges = gy_ohos_to_be_signed(package, NULL, NULL);
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();

	for (guint i = 0; ranges && i < ranges->len; i++)
		g_strv_builder_add(names, ((const GySignedRange *) ranges->pdata[i])->name);
	return g_strv_builder_end(names);
}

/* ---- signing it ----------------------------------------------------------------------------------------- */

static gboolean
sign_update(const GyOhosUpdate *update, const GyOhosSigner *signer, GyDraft *draft, GError **error)
{
	static const guint8 zeros[GY_RSA_SIGNATURE_MAX] = {0};

	return gy_draft_append_bytes(draft, update->bytes, error) &&
	       gy_draft_put(draft, update->signature, zeros, (gsize) update->signature_size, error) &&
	       gy_ohos_update_sign(draft, signer, error);
}

static GBytes *
signed_update(const GyOhosUpdate *update, const GyOhosSigner *signer, const GyDraft *beside, GError **error)
{
	g_autoptr(GyDraft) draft = gy_draft_new_beside(beside, error);

	return draft && sign_update(update, signer, draft, error) ? gy_draft_read(draft, error) : NULL;
}

static GBytes *
signed_tools(const GyOhosPackage *own, const GyOhosSigner *signer, GError **error)
{
	g_autoptr(GPtrArray) members = read_tools(own, error);

	return members ? gy_ohos_tools_write(
				 members, own->update->generation == GY_OHOS_LEGACY, signer, error)
		       : NULL;
}

/* Everything else in the zip stays as it is. */
static GPtrArray *
signed_members(const GyOhosPackage *own, const GyOhosSigner *signer, const GyDraft *beside, GError **error)
{
	g_autoptr(GPtrArray) members = gy_zip_members_new();
	GyZip *zip = own->container->zip;

	for (guint i = 0; i < gy_zip_n_members(zip); i++) {
		const char *name = gy_zip_member(zip, i);
		g_autoptr(GBytes) bytes = g_str_equal(name, OHOS_MEMBER_UPDATE)
						  ? signed_update(own->update, signer, beside, error)
					  : g_str_equal(name, OHOS_MEMBER_TOOLS)
						  ? signed_tools(own, signer, error)
						  : gy_zip_read(zip, i, error);

		if (!bytes)
			return NULL;
		gy_zip_members_add(members, name, bytes);
	}
	return g_steal_pointer(&members);
}

/* The archive without what signs it. */
static gboolean
copy_archive(const GyOhosContainer *container, GyDraft *draft, GError **error)
{
	gsize size = container->seal == GY_OHOS_SEAL_LEGACY ? container->signature
							    : g_bytes_get_size(container->bytes);
	g_autoptr(GBytes) archive = g_bytes_new_from_bytes(container->bytes, 0, size);

	return gy_draft_append_bytes(draft, archive, error);
}

static gboolean
sign_zip(const GyOhosPackage *own, const GyOhosSigner *signer, GyDraft *draft, GError **error)
{
	gboolean ends_here = gy_ohos_signer_signs(signer, OHOS_SIGNED_ZIP);
	g_autoptr(GPtrArray) members = NULL;

	if (gy_ohos_signer_signs(signer, OHOS_SIGNED_UPDATE)) {
		members = signed_members(own, signer, draft, error);
		if (!members || !gy_zip_write(members, draft, error))
			return FALSE;
	} else if (!copy_archive(own->container, draft, error)) {
		return FALSE;
	}
	return gy_ohos_container_seal(draft,
		ends_here || own->update->generation == GY_OHOS_LEGACY ? seal_of(own) : GY_OHOS_SEAL_NONE,
		signer, error);
}

static gboolean
sign_with(GyPackage *package, const GyOhosSigner *signer, GyDraft *draft, GError **error)
{
	const GyOhosPackage *own = gy_ohos_package_of(package);
	gboolean is_part = own->container && !gy_ohos_signer_signs(signer, OHOS_SIGNED_ZIP);
	g_autoptr(GBytes) bytes = NULL;

	if (!signer->public) {
		g_set_error(error, GY_ERROR, GY_ERROR_KEY_NEEDED, _("no key was given"));
		return FALSE;
	}
	if (!(own->container ? sign_zip(own, signer, draft, error)
			     : sign_update(own->update, signer, draft, error)))
		return FALSE;
	bytes = gy_draft_read(draft, error);
	return bytes && gy_ohos_check_own(bytes, signer->public, is_part, error);
}

static guint
key_types(const GyOhosPackage *own)
{
	return own->update->is_standard ? GY_KEY_RSA2048 : GY_KEY_RSA;
}

gboolean
gy_ohos_sign(GyPackage *package, const GyBuildOptions *options, GyDraft *draft, GError **error)
{
	const GyOhosPackage *own = gy_ohos_package_of(package);
	g_auto(GyOhosSigner) signer = {NULL};
	gboolean needs_certificate = own->container && seal_of(own) == GY_OHOS_SEAL_PKCS7;

	return require_known(package, error) &&
	       gy_ohos_signer_load(&signer, options, key_types(own), needs_certificate, error) &&
	       sign_with(package, &signer, draft, error);
}

gboolean
gy_ohos_take_signatures(
	GyPackage *package, const GyBuildOptions *options, GPtrArray *ranges, GyDraft *draft, GError **error)
{
	const GyOhosPackage *own = gy_ohos_package_of(package);
	g_auto(GyOhosSigner) signer = {.ranges = ranges};
	gboolean needs_certificate = is_zips_turn(own) && seal_of(own) == GY_OHOS_SEAL_PKCS7;

	return require_known(package, error) && require_unsigned(package, error) &&
	       gy_ohos_signer_load(&signer, options, key_types(own), needs_certificate, error) &&
	       sign_with(package, &signer, draft, error);
}

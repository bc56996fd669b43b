// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/tools.h"

#include <string.h>

#include "engine/compression/zip-archive.h"
#include "engine/formats/openharmony/container.h"

#define LOADER "LoadScript(\"Verse-script.us\", 1);"

GySignedRange *
gy_ohos_tool_range(const char *member, GBytes *bytes)
{
	guint8 digest[GY_SHA256_SIZE];
	g_autofree char *name = g_strconcat(OHOS_SIGNED_TOOL, member, NULL);
	g_autoptr(GBytes) message = NULL;

	gy_sha256(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), digest);
	message = g_bytes_new(digest, sizeof digest);
	return gy_signed_range_new(
		g_strdelimit(name, G_DIR_SEPARATOR_S, '_'), gy_ohos_how(GY_RSA_PKCS1), message);
}

static gboolean
add_signature(GString *list, const GyZipMember *member, const GyOhosSigner *signer, GError **error)
{
	g_autoptr(GySignedRange) range = gy_ohos_tool_range(member->name, member->bytes);
	guint8 signature[GY_RSA_SIGNATURE_MAX];
	g_autofree char *base64 = NULL;

	if (!gy_ohos_signer_sign(signer, range->name, GY_RSA_PKCS1, range->bytes, signature, error))
		return FALSE;
	base64 = g_base64_encode(signature, gy_rsa_signature_size(gy_public_key_type(signer->public)));
	g_string_append_printf(list, "%sName: build_tools/%s\nsigned-data: %s\n", list->len ? "\n" : "",
		member->name, base64);
	return TRUE;
}

static gboolean
add_signatures(GPtrArray *members, const GyOhosSigner *signer, GError **error)
{
	g_autoptr(GString) list = g_string_new(NULL);
	g_autoptr(GBytes) bytes = NULL;

	for (guint i = 0; i < members->len; i++)
		if (!add_signature(list, members->pdata[i], signer, error))
			return FALSE;
	bytes = g_string_free_to_bytes(g_steal_pointer(&list));
	gy_zip_members_add(members, OHOS_TOOL_SIGNATURES, bytes);
	return TRUE;
}

GBytes *
gy_ohos_tools_write(GPtrArray *members, gboolean is_legacy, const GyOhosSigner *signer, GError **error)
{
	/* the legacy packager left an area behind it, and never signed it */
	const GyOhosSigner none = {NULL};
	g_autoptr(GyDraft) draft = gy_draft_new(NULL, 0600, error);

	if (!draft || (signer->public && !is_legacy && !add_signatures(members, signer, error)) ||
		!gy_zip_write(members, draft, error) ||
		!gy_ohos_container_seal(
			draft, is_legacy ? GY_OHOS_SEAL_LEGACY : GY_OHOS_SEAL_NONE, &none, error))
		return NULL;
	return gy_draft_read(draft, error);
}

GBytes *
gy_ohos_tools_build(const char *script, GBytes *binary, const GyOhosSystem *system,
	const GyOhosSigner *signer, GError **error)
{
	g_autoptr(GPtrArray) members = gy_zip_members_new();
	g_autoptr(GBytes) script_bytes = g_bytes_new(script, strlen(script));
	g_autoptr(GBytes) loader = g_bytes_new_static(LOADER, strlen(LOADER));

	gy_zip_members_add(members, OHOS_TOOL_SCRIPT, script_bytes);
	gy_zip_members_add(members, OHOS_TOOL_BINARY, binary);
	gy_zip_members_add(members, OHOS_TOOL_LOADER, loader);
	return gy_ohos_tools_write(members, system->is_legacy, signer, error);
}

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/compression/zip-archive.h"
#include "engine/formats/openharmony/pkcs7.h"
#include "engine/formats/openharmony/signer.h"

#define OHOS_MEMBER_UPDATE   "update.bin"
#define OHOS_MEMBER_TOOLS    "build_tools.zip"
#define OHOS_MEMBER_BOARDS   "board_list"
#define OHOS_MEMBER_VERSIONS "version_list"
#define OHOS_MEMBER_STASH    "all_max_stash"
/** OHOS_SIGNED_ZIP, OHOS_SIGNED_UPDATE, OHOS_SIGNED_TOOL: what signatures are called; behind the last a member. */
#define OHOS_SIGNED_ZIP      "zip"
#define OHOS_SIGNED_UPDATE   "update"
#define OHOS_SIGNED_TOOL     "tools-"

#define OHOS_TOOL_SCRIPT     "Verse-script.us"
#define OHOS_TOOL_BINARY     "updater_binary"
#define OHOS_TOOL_LOADER     "loadScript.us"
#define OHOS_TOOL_SIGNATURES "hash_signed_data"

/**
 * GyOhosSeal: how a standard system's zip is signed.
 * @GY_OHOS_SEAL_NONE: not at all
 * @GY_OHOS_SEAL_LEGACY: a signature area behind the archive
 * @GY_OHOS_SEAL_PKCS7: PKCS#7 in the archive's comment
 */
typedef enum {
	GY_OHOS_SEAL_NONE,
	GY_OHOS_SEAL_LEGACY,
	GY_OHOS_SEAL_PKCS7,
} GyOhosSeal;

/**
 * GyOhosContainer:
 * @bytes: the whole file
 * @zip: what is in it
 * @seal: how it is signed
 * @signature: offset of the signature area, or of the PKCS#7
 * @signature_size: its bytes
 */
typedef struct {
	GBytes *bytes;
	GyZip *zip;
	GyOhosSeal seal;
	gsize signature;
	gsize signature_size;
} GyOhosContainer;

/** gy_ohos_container_parse: (transfer full): %NULL as gy_zip_open(), or %GY_ERROR_PACKAGE_MALFORMED. */
GyOhosContainer *gy_ohos_container_parse(
	GBytes *bytes, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void gy_ohos_container_free(GyOhosContainer *container);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyOhosContainer, gy_ohos_container_free)

/** gy_ohos_container_read: (transfer full): a member; %GY_ERROR_PACKAGE_MALFORMED if it is not there. */
GBytes *gy_ohos_container_read(
	const GyOhosContainer *container, const char *member, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_container_is_signed: whether there is something in the place of its signature. */
gboolean gy_ohos_container_is_signed(const GyOhosContainer *container);

/** gy_ohos_container_digest: SHA-256 of what the seal signs, which it has. */
void gy_ohos_container_digest(const GyOhosContainer *container, guint8 digest[GY_SHA256_SIZE]);

/**
 * gy_ohos_container_seal:
 * @draft: holds an archive without comment, and nothing else
 * @seal: how
 * @signer: a legacy area stays all zeros if it does not sign a "zip"; for PKCS#7 it has to
 * @error: return location
 */
gboolean gy_ohos_container_seal(GyDraft *draft, GyOhosSeal seal, const GyOhosSigner *signer,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_container_message: (transfer full): what is signed as "zip" of a file that is not signed yet, which hashes it. */
GBytes *gy_ohos_container_message(GBytes *bytes, GyOhosSeal seal);

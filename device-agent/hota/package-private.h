/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_HOTA_PACKAGE_PRIVATE_H
#define GYA_HOTA_PACKAGE_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

/* The head of a package and what stands behind it. HOTA.md, "Packages". */
#define HOTA_INFO_MOST       1500u /* bytes of head and signature area that the component has room for */
#define HOTA_AREA_SIZE       640u
#define HOTA_FIRST_PART      140u /* up to the version's end */
#define HOTA_VERSION_AT      76u
#define HOTA_NAME_SIZE       16u
#define HOTA_COMPONENTS_MOST 10u
#define HOTA_DIGEST_SIZE     32u

struct hota_component {
	const uint8_t *name; /* HOTA_NAME_SIZE bytes, filled with zeros */
	uint32_t size;
	const uint8_t *sha256;
};

/* What the first HOTA_FIRST_PART bytes say of the rest: bytes of the head, 0 if it cannot be. */
uint32_t hota_package_head_size(const uint8_t *info);
/* NULL without a zero at its end. */
const char *hota_package_version(const uint8_t *info);
/* Of a whole head, whose size was found right: its number of components, and one of them. */
uint32_t hota_package_count(const uint8_t *info);
void hota_package_component(const uint8_t *info, uint32_t i, struct hota_component *component);
/* Whether its type says where the signature is. */
bool hota_package_has_slot(const uint8_t *info);
/* Whether the board's key made the signature. `info` is whole. */
bool hota_package_is_signed(const uint8_t *info);

#endif

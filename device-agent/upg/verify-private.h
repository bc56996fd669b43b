/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_VERIFY_PRIVATE_H
#define GYA_UPG_VERIFY_PRIVATE_H

#include "device-agent/upg/package-private.h"

/*
 * The whole stored package, in the vendor's order: areas and signatures, the user's check, hash table,
 * images. On failure `failed` says which step. What the vendor does not compare is not compared here either,
 * but nothing outside the storage partition is ever read.
 */
errcode_t upg_verify_package(
	const struct gya_partition *storage, struct upg_head *head, upg_result_t *failed);

/* One image: header magic, header hash, hash of the data rounded up to 16 bytes. Fills `image`. */
errcode_t upg_verify_image(
	const struct gya_partition *storage, const struct upg_entry *entry, struct upg_image *image);

/* X||Y of the root public key, which lies behind the record at the start of the root key partition. */
errcode_t upg_root_key_read(uint8_t key[64]);

#endif

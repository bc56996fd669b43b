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

/* The two areas that stand in the module's head: ids, signatures or digests, the user's check. */
errcode_t upg_verify_head(const struct upg_head *head);
/* Hash table, and every image of it. */
errcode_t upg_verify_contents(
	const struct gya_partition *storage, const struct upg_head *head, upg_result_t *failed);

/*
 * One image: header magic, header hash, hash of the data rounded up to 16 bytes, version against the fuse. Fills
 * `image`; on failure `failed` says which of the two kinds it was.
 */
errcode_t upg_verify_image(const struct gya_partition *storage, const struct upg_entry *entry,
	struct upg_image *image, upg_result_t *failed);
/* Of an image whose header is known to be right: the data's hash. */
errcode_t upg_verify_data(const struct gya_partition *storage, const struct upg_image *image);

/* X||Y of the root public key, which lies behind the record at the start of the root key partition. */
errcode_t upg_root_key_read(uint8_t key[64]);

#endif

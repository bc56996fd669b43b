/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BACKEND_LITEOS_PRIVATE_H
#define GYA_BACKEND_LITEOS_PRIVATE_H

#include <ota_flag.h>
#include <ota_flow.h>

#include "device-agent/include/backend-liteos.h"
#include "protocol/wire/envelope.h"
#include "protocol/wire/message.h"

#define LITEOS_INFO_SIZE     32u
#define LITEOS_MANIFEST_MOST 256u /* either head, and that of the patch behind it */
#define LITEOS_DIGEST_SIZE   32u
#define LITEOS_HASHED_PIECE  512u

/* What a package says of itself. */
struct liteos_package {
	bool has_envelope;
	uint32_t kind;      /* enum gyw_envelope_kind */
	uint32_t head_size; /* before the patch */
	uint32_t old_size;  /* 0: the whole new image */
	uint32_t new_size;
	bool has_old; /* `old` is known */
	bool has_new;
	uint8_t old[LITEOS_DIGEST_SIZE];
	uint8_t new[LITEOS_DIGEST_SIZE];
	uint8_t version[OTA_VERSION_SIZE];
};

/* What BEGIN says of a package without an envelope. */
struct liteos_told {
	bool has_old;
	uint8_t old[LITEOS_DIGEST_SIZE];
	uint8_t version[OTA_VERSION_SIZE];
};

extern struct liteos_backend {
	const struct gya_liteos_setup *setup;
	struct gya_verdict *verdict; /* the agent's */
	struct gyw_info_result last;
	struct gyw_info_check check;
	struct liteos_package package;
	struct liteos_told told; /* kept: BEGIN's tags are gone once the package has come */
	struct gya_info_tag tags[6];
	ota_img_info_t running; /* what the record says of it */
	uint8_t running_sha256[LITEOS_DIGEST_SIZE];
	uint32_t length; /* of the package that is being stored */
	uint32_t written;
	bool wants_check; /* arming asks for the self-test, with this seed */
	uint32_t seed;
	union {
		struct gya_hdiff13 hdiff13;
		struct gya_hpatchlite hpatchlite;
		uint8_t piece[LITEOS_HASHED_PIECE];
	} work;
} liteos_backend;

/* liteos.c: false, with the verdict. */
bool liteos_refuse(uint32_t cause, uint32_t detail);
/* A call's result; -1 is all that they say. */
bool liteos_went(int result, uint32_t cause, ota_ret_t code);
uint32_t liteos_size_of(ota_img_t image);

/* liteos-package.c: the backend's `judge`. */
bool liteos_judge(const struct gyw_begin *begin, uint8_t *bytes, uint32_t size, bool is_stored);
/* What stands in Download after an upgrade says how large the image is that it made. False if it does not. */
bool liteos_read_installed(uint32_t length, uint32_t *image_size);
/* Through the memory that patches are tried in. */
bool liteos_hash_image(ota_img_t image, uint32_t size, uint8_t digest[LITEOS_DIGEST_SIZE]);

/* liteos-record.c: the flag record, as the backend leaves and finds it. */
bool liteos_save(ota_status_t status, ota_step_t step, uint32_t size, uint32_t cause);
bool liteos_save_check(uint32_t seed);
/* Puts together what INFO says. */
void liteos_read_record(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_INSTALL_PRIVATE_H
#define GYA_ALIOS_INSTALL_PRIVATE_H

#include "device-agent/alios/board-private.h"

/* Flags of 3.x, which has 16 bits for them (spec alios-ota: 2.3). */
#define ALIOS_FLAG_RAW_3_X  0x9669u
#define ALIOS_FLAG_XZ_3_X   0xA55Au
#define ALIOS_FLAG_DIFF_3_X 0xB44Bu

/* How a step of the second boot ended. */
enum alios_install {
	ALIOS_INSTALL_DONE,    /* and the record says what comes next */
	ALIOS_INSTALL_REFUSED, /* it cannot be installed; the application is what it was */
	ALIOS_INSTALL_FAILED /* the flash refuses, or what was begun cannot be ended; it may be neither old nor new */
};

/*
 * Where an installation is: recovery_phase, and beside the system's numbers one of ours. 3.x has no place for it but in
 * patch_status, above what that has.
 */
#define ALIOS_PHASE_ASIDE 6u /* the new image is made at the start of the download partition */
uint32_t alios_phase(const struct alios_record *record);
void alios_set_phase(struct alios_record *record, uint32_t phase);
enum alios_status alios_status(const struct alios_record *record);
void alios_set_status(struct alios_record *record, enum alios_status status);

/* patch.c: the difference that `record` tells of, as far as it takes: a cut goes on from what the record says. */
enum alios_install alios_patch(struct alios_record *record);

/* unpack.c: the .xz that waits becomes the application. */
enum alios_install alios_unpack(struct alios_record *record);

/* whole.c: the image in the download partition is installed: copied, or of a board with two banks chosen. */
enum alios_install alios_install_whole(struct alios_record *record);

/*
 * What was downloaded, as far as the record and the flash say: `size` bytes with the right CRC-16, or with a trailer that is
 * right; whichever of the two there is has to be right. `trailer` gets the bytes of it, 0 for none.
 */
bool alios_find_whole(const struct alios_record *record, uint32_t *size, uint32_t *trailer);

/* A new image was installed and runs on probation; of 3.x, which knows none, for good. Writes the record. */
bool alios_begin_probation(struct alios_record *record);
/* Nothing is to be done any more. Writes the record. */
bool alios_end(struct alios_record *record);

/* The record asks for what was made aside to be installed. */
void alios_hand_over(struct alios_record *record, uint32_t size, uint16_t crc);

/* Erases all sectors behind the one that the first `size` bytes end in, so that an image's end can be seen. */
bool alios_clear_behind(uint32_t partition, uint32_t size);

void alios_say(const char *text);

#endif

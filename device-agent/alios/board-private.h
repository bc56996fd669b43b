/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_ALIOS_BOARD_PRIVATE_H
#define GYA_ALIOS_BOARD_PRIVATE_H

#include "device-agent/alios/port.h"
#include "device-agent/alios/record.h"

/* What both halves, the application's module and the second boot, stand on. NULL before gya_alios_power_on(). */
extern const struct gya_alios_port *alios_port;

void alios_kick(void);

/*
 * flash.c: all by partition id; false past a partition's end, or if the flash refuses. Programming and writing compare what
 * stands there then.
 */
uint32_t alios_flash_size(uint32_t partition); /* 0 for one that the board does not have */
bool alios_flash_read(uint32_t partition, uint32_t offset, uint8_t *bytes, uint32_t size);
/* Whole sectors. */
bool alios_flash_erase(uint32_t partition, uint32_t offset, uint32_t size);
/* Of flash that was erased before. */
bool alios_flash_program(uint32_t partition, uint32_t offset, const uint8_t *bytes, uint32_t size);
/* Erases each sector whose first byte is written, so in order. */
bool alios_flash_write(uint32_t partition, uint32_t offset, const uint8_t *bytes, uint32_t size);
/*
 * Copies `size` bytes between places that begin with sectors; a sector that is right already is left alone. What stood behind
 * them in the last sector is gone.
 */
bool alios_flash_copy(uint32_t from, uint32_t from_offset, uint32_t to, uint32_t to_offset, uint32_t size);
bool alios_flash_is_same(uint32_t a, uint32_t a_offset, uint32_t b, uint32_t b_offset, uint32_t size);
/* Whether it is erased. */
bool alios_flash_is_blank(uint32_t partition, uint32_t offset, uint32_t size);
/* CRC-16 of the first `size` bytes. */
bool alios_flash_crc16(uint32_t partition, uint32_t size, uint16_t *crc);

/* The trailer of an image (spec: 1.2). */
#define ALIOS_TRAILER_SIZE 28u
#define ALIOS_MD5_SIZE     16u

/*
 * trailer.c: whether the first `size` bytes of a partition are an image and its trailer: a magic of the board's generation,
 * an image that is `size` less the trailer (which the original does not compare), and its MD5. A code of <ota_service.h>.
 */
int alios_trailer_check(uint32_t partition, uint32_t size);

/*
 * The bytes of image and trailer that stand at the start of a partition in which nothing but erased flash follows; a record
 * with SWAP does not name them. 0 if there is no trailer at the end of what stands there. The MD5 is not looked at.
 */
uint32_t alios_trailer_find(uint32_t partition);

/*
 * bank.c: of a board with two banks: which one the chip starts (0: APPLICATION, 1: OTA_TEMP), and that another is to start
 * from the next reset on; atomic. Other boards: always 0; false.
 */
uint32_t alios_bank(void);
bool alios_bank_select(uint32_t bank);

/* The partition that runs, and where what is downloaded goes. */
uint32_t alios_running_partition(void);
uint32_t alios_download_partition(void);

#endif

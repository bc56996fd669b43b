// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/fuses.h"

#include "protocol/wire/bytes.h"

// "GSE1", then a word each for application and flashboot, inverted
#define FUSES_AT 0x001000u
#define MAGIC    0x31455347u

static uint32_t
word_at(enum gya_upg_word word)
{
	return FUSES_AT + (word == GYA_UPG_WORD_APPLICATION ? 4u : 8u);
}

static bool
write_word(const struct gya_nor *nor, uint32_t at, uint32_t value)
{
	uint8_t raw[4];

	gyw_put_u32le(raw, value);
	return nor->program(nor->context, at, raw, sizeof raw) == GYA_NOR_OK;
}

bool
gya_fuses_provision(const struct gya_nor *nor, uint32_t application, uint32_t flashboot)
{
	return write_word(nor, FUSES_AT, MAGIC) &&
	       write_word(nor, word_at(GYA_UPG_WORD_APPLICATION), ~application) &&
	       write_word(nor, word_at(GYA_UPG_WORD_FLASHBOOT), ~flashboot);
}

bool
gya_fuses_have_rollback(const struct gya_nor *nor)
{
	uint8_t raw[4];

	return nor->read(nor->context, FUSES_AT, raw, sizeof raw) == GYA_NOR_OK &&
	       gyw_get_u32le(raw) == MAGIC;
}

bool
gya_fuses_read(const struct gya_nor *nor, enum gya_upg_word word, uint32_t *value)
{
	uint8_t raw[4];

	if (nor->read(nor->context, word_at(word), raw, sizeof raw) != GYA_NOR_OK)
		return false;
	*value = ~gyw_get_u32le(raw);
	return true;
}

bool
gya_fuses_burn(const struct gya_nor *nor, enum gya_upg_word word, uint32_t value)
{
	uint32_t burned;

	if (!gya_fuses_read(nor, word, &burned))
		return false;
	return (value & ~burned) == 0 || write_word(nor, word_at(word), ~(burned | value));
}

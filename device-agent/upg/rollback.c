/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/rollback-private.h"

#include "device-agent/boards/ws63.h"
#include "device-agent/upg/image.h"
#include "device-agent/upg/package-private.h"

static bool
find_word(uint32_t image_id, enum gya_upg_word *word)
{
	switch (image_id) {
	case GYA_WS63_IMAGE_APPLICATION: *word = GYA_UPG_WORD_APPLICATION; return true;
	case GYA_WS63_IMAGE_FLASHBOOT: *word = GYA_UPG_WORD_FLASHBOOT; return true;
	default: return false;
	}
}

/* False if nothing of this id may be taken. */
static bool
find_lowest(uint32_t image_id, uint32_t *lowest)
{
	const struct gya_upg_rollback *rollback = upg_module.port->rollback;
	enum gya_upg_word word;

	*lowest = 0;
	if (rollback == NULL || upg_id_is_nv(image_id))
		return true;
	return find_word(image_id, &word) && rollback->read(upg_module.port->context, word, lowest);
}

errcode_t
upg_rollback_check(uint32_t image_id, uint32_t version_ext)
{
	uint32_t lowest;

	/* as numbers, without the masks of the header; they are unary, so that bits can be added only */
	return find_lowest(image_id, &lowest) && version_ext >= lowest ? ERRCODE_SUCC
								       : ERRCODE_UPG_VERSION_ERROR;
}

uint32_t
gya_upg_lowest_version(uint32_t image_id)
{
	uint32_t lowest;

	return find_lowest(image_id, &lowest) ? lowest : UINT32_MAX;
}

errcode_t
upg_rollback_burn(uint32_t image_id, uint32_t version_ext)
{
	const struct gya_upg_rollback *rollback = upg_module.port->rollback;
	enum gya_upg_word word;

	if (rollback == NULL || !find_word(image_id, &word))
		return ERRCODE_SUCC;
	return rollback->burn(upg_module.port->context, word, version_ext) ? ERRCODE_SUCC : ERRCODE_FAIL;
}

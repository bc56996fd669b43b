/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/ports/board/application-info.h"

/* The module's own check comes when the package is stored and the one before it is gone. */
static void
set_lowest_versions(struct gya_info *info)
{
	for (uint32_t i = 0; i < GYW_MAX_IMAGES && info->images[i].id != 0; i++)
		info->images[i].lowest_version = gya_upg_lowest_version(info->images[i].id);
}

void
gya_application_info(struct gya_info *info, const struct gya_about *about, const struct gya_port *port)
{
	const struct gya_upg_identity *identity = about->identity;

	if (about->has_factory)
		gya_info_add(info, GYW_INFO_DEVICE_ID, about->factory->device_id, GYA_DEVICE_ID_SIZE);
	gya_info_add_board(info, about->board);
	if (!about->board->has_regions)
		set_lowest_versions(info);
	gya_info_add(
		info, GYW_INFO_HARDWARE_ID, &about->factory->hardware_id, sizeof about->factory->hardware_id);
	gya_info_add(info, GYW_INFO_DIGEST, identity->sha256, sizeof identity->sha256);
	gya_info_add(info, GYW_INFO_VERSION_EXT, &identity->version_ext, sizeof identity->version_ext);
	if (port->n_speeds > 0)
		gya_info_add(info, GYW_INFO_SPEEDS, port->speeds, port->n_speeds * 4u);
	gya_info_add_text(info, GYW_INFO_VERSION, about->version->text, GYW_MAX_VERSION);
}

// SPDX-License-Identifier: Apache-2.0
#include "engine/packages/target.h"

GyTarget *
gy_target_new(void)
{
	GyTarget *target = g_new0(GyTarget, 1);

	target->images = g_array_new(FALSE, TRUE, sizeof(GyTargetImage));
	return target;
}

void
gy_target_free(GyTarget *target)
{
	if (!target)
		return;
	g_clear_pointer(&target->images, g_array_unref);
	g_free(target->version);
	g_free(target->old_version);
	g_free(target);
}

void
gy_target_add_image(GyTarget *target, guint32 image_id, guint32 partition_size, guint32 minimum_version)
{
	GyTargetImage image = {image_id, partition_size, minimum_version};

	if (!target->images)
		target->images = g_array_new(FALSE, TRUE, sizeof(GyTargetImage));
	g_array_append_val(target->images, image);
}

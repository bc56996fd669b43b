// SPDX-License-Identifier: Apache-2.0
#include "engine/store/auto-delta.h"

#include <glib/gi18n-lib.h>

static const char *const words[GY_DELTA_N_REASONS] = {
	[GY_DELTA_SENT] = "difference",
	[GY_DELTA_OTHER_SYSTEM] = "other-system",
	[GY_DELTA_NOT_WHOLE] = "not-whole",
	[GY_DELTA_DEVICE_SILENT] = "device-silent",
	[GY_DELTA_NOT_STORED] = "not-stored",
	[GY_DELTA_DAMAGED] = "damaged",
	[GY_DELTA_NO_KEY] = "no-key",
	[GY_DELTA_NOT_SMALLER] = "not-smaller",
	[GY_DELTA_NOT_MADE] = "not-made",
	[GY_DELTA_REFUSED] = "refused",
};

const char *
gy_delta_reason_word(GyDeltaReason reason)
{
	g_return_val_if_fail((guint) reason < GY_DELTA_N_REASONS, NULL);
	return words[reason];
}

GyDeltaChoice *
gy_delta_choice_copy(const GyDeltaChoice *choice)
{
	GyDeltaChoice *copy = g_memdup2(choice, sizeof *choice);

	copy->sentence = g_strdup(choice->sentence);
	copy->old_version = g_strdup(choice->old_version);
	if (choice->difference)
		g_object_ref(choice->difference);
	return copy;
}

void
gy_delta_choice_free(GyDeltaChoice *choice)
{
	if (!choice)
		return;
	g_free(choice->sentence);
	g_free(choice->old_version);
	g_clear_object(&choice->difference);
	g_free(choice);
}

void
gy_delta_choice_fall_back(GyDeltaChoice *choice, GyDeltaReason reason, const char *format, ...)
{
	g_autofree char *why = NULL;
	va_list arguments;

	va_start(arguments, format);
	why = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_free(choice->sentence);
	choice->sentence = g_strdup_printf(_("The whole package is sent: %s"), why);
	choice->reason = reason;
	choice->size = choice->whole_size;
	g_clear_object(&choice->difference);
	g_clear_pointer(&choice->old_version, g_free);
}

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/packages/build-options.h"

/** GyAliosForm: what is made; FORMAT.md. */
typedef enum {
	GY_ALIOS_FORM_IMAGE,
	GY_ALIOS_FORM_XZ,
	GY_ALIOS_FORM_HEAD,
	GY_ALIOS_FORM_BLOCK,
	GY_ALIOS_FORM_MAIN_AND_MCU,
	GY_ALIOS_FORM_KERNEL_AND_APP,
	GY_ALIOS_FORM_DIFFERENCE,
	GY_ALIOS_FORM_MESSAGE,
} GyAliosForm;

/** gy_alios_is_of_3: whether the options ask for generation 3.x. */
gboolean gy_alios_is_of_3(const GyBuildOptions *options);

/**
 * gy_alios_form_find:
 * @options: what is asked for
 * @form: (out): what that makes: the option "form", or what a second image or an old one imply
 * @error: return location
 *
 * Returns: %FALSE with %GY_ERROR_CFG_RULE for what does not go together: options and images of another form, which would be
 *   left out in silence, forms that the generation does not have, a key for a form without a signature
 */
gboolean gy_alios_form_find(
	const GyBuildOptions *options, GyAliosForm *form, GError **error) G_GNUC_WARN_UNUSED_RESULT;

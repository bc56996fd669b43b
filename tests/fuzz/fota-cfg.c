// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/ws63/fota-cfg.h"
#include "engine/ini.h"
#include "tests/fuzz/target.h"

/* A configuration file: the scanner below, all sections, and each section as an image's. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(GyIni) ini = gy_ini_parse(bytes, "fuzz", GY_INI_NONE, NULL);
	g_autoptr(GyFotaCfg) cfg = gy_fota_cfg_parse(bytes, "fuzz", NULL);
	g_auto(GStrv) sections = ini ? gy_ini_sections(ini) : NULL;

	for (guint i = 0; sections && sections[i]; i++) {
		g_auto(GStrv) keys = gy_ini_keys(ini, sections[i]);
		g_autoptr(GyFotaImage) image = cfg ? gy_fota_cfg_image(cfg, sections[i], NULL) : NULL;

		for (guint j = 0; keys[j]; j++) {
			g_autofree char *value = gy_ini_get(ini, sections[i], keys[j]);

			g_assert_nonnull(value);
			g_assert_cmpuint(gy_ini_line(ini, sections[i], keys[j]), >, 0);
		}
	}
	return 0;
}

// SPDX-License-Identifier: Apache-2.0
#include "engine/packages/format.h"

#include "engine/formats/alios/alios.h"
#include "engine/formats/liteos/liteos.h"
#include "engine/formats/liteos/zip.h"
#include "engine/formats/openharmony/openharmony.h"
#include "engine/formats/ws63/ws63.h"

/* A new system is one line here and a folder below formats/. */
static const GyFormat *const formats[] = {
	&gy_ws63_format,
	&gy_ws63_region_format,
	&gy_openharmony_format,
	&gy_liteos_format,
	&gy_liteos_zip_format,
	&gy_alios_format,
	NULL,
};

const GyFormat *const *
gy_format_list(void)
{
	return formats;
}

const GyFormat *
gy_format_by_system(const char *system)
{
	for (const GyFormat *const *at = formats; *at; at++)
		if (g_str_equal((*at)->system, system))
			return *at;
	return NULL;
}

const char *
gy_format_file_name(const GyFormat *format)
{
	return format->file_name ? format->file_name : "update.bin";
}

const GyFormat *
gy_format_by_content(GBytes *bytes)
{
	for (const GyFormat *const *at = formats; *at; at++)
		if ((*at)->probe(bytes))
			return *at;
	return NULL;
}

GBytes *
gy_format_build(const GyFormat *format, const GyBuildOptions *options, GPtrArray *notes, GError **error)
{
	g_autoptr(GyDraft) draft = gy_draft_new(NULL, 0600, error);

	return draft && format->build(options, draft, notes, error) ? gy_draft_read(draft, error) : NULL;
}

GBytes *
gy_format_sign(GyPackage *package, const GyBuildOptions *options, GError **error)
{
	g_autoptr(GyDraft) draft = gy_draft_new(NULL, 0600, error);

	return draft && gy_package_format(package)->sign(package, options, draft, error)
		       ? gy_draft_read(draft, error)
		       : NULL;
}

GySignedRange *
gy_signed_range_new(const char *name, const char *how, GBytes *bytes)
{
	GySignedRange *range = g_new0(GySignedRange, 1);

	range->name = g_strdup(name);
	range->how = how;
	range->bytes = g_bytes_ref(bytes);
	return range;
}

void
gy_signed_range_free(GySignedRange *range)
{
	if (!range)
		return;
	g_free(range->name);
	g_clear_pointer(&range->bytes, g_bytes_unref);
	g_clear_pointer(&range->signature, g_bytes_unref);
	g_free(range);
}

// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/job/device-info.h"
#include "engine/keys/digest.h"
#include "engine/transfer/running.h"
#include "tests/alios/data.h"

/* An answer of an agent. @digest_of: (nullable): what its digest is of. */
static GyDeviceInfo *
info_of(GBytes *digest_of, const char *version)
{
	struct gyw_info wire = {.has_digest = digest_of != NULL};

	if (digest_of)
		gy_sha256(g_bytes_get_data(digest_of, NULL), g_bytes_get_size(digest_of), wire.digest);
	g_strlcpy(wire.version, version, sizeof wire.version);
	return gy_device_info_from_wire(&wire);
}

static GyRunning
compare(GBytes *digest_of, const char *version, GBytes *image)
{
	g_autoptr(GyDeviceInfo) info = info_of(digest_of, version);

	return gy_running_compare(info, image);
}

static void
test_digests(void)
{
	g_autoptr(GBytes) raw = alios_bytes("md5/m3_5000.bin");
	g_autoptr(GBytes) image = alios_bytes("md5/m3_5000.md5.bin");
	g_autoptr(GBytes) other = alios_bytes("md5/m2_256.bin");
	g_autofree char *text = g_strndup(g_bytes_get_data(raw, NULL), 100);

	g_assert_cmpint(compare(image, "", image), ==, GY_RUNNING_SAME);
	g_assert_cmpint(compare(raw, "", image), ==, GY_RUNNING_SAME);
	g_assert_cmpint(compare(raw, "", raw), ==, GY_RUNNING_SAME);
	g_assert_cmpint(compare(other, "", image), ==, GY_RUNNING_OTHER);
	/* a text in the image is nothing against another digest */
	g_assert_cmpint(compare(other, text, image), ==, GY_RUNNING_OTHER);
}

static void
test_versions(void)
{
	static const char content[] = "\x01\x02 app-1.0.0-20260101.1200 \x03";
	g_autoptr(GBytes) image = g_bytes_new_static(content, sizeof content);

	g_assert_cmpint(compare(NULL, "app-1.0.0-20260101.1200", image), ==, GY_RUNNING_VERSION);
	g_assert_cmpint(compare(NULL, "app-1.0.0-20260101.1201", image), ==, GY_RUNNING_UNTOLD);
	g_assert_cmpint(compare(NULL, "1.0", image), ==, GY_RUNNING_UNTOLD);
	g_assert_cmpint(compare(NULL, "", image), ==, GY_RUNNING_UNTOLD);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/alios/running/digests-decide", test_digests);
	g_test_add_func("/alios/running/versions-hint", test_versions);
	return g_test_run();
}

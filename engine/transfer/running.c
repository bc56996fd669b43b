// SPDX-License-Identifier: Apache-2.0
#include "engine/transfer/running.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/keys/digest.h"
#include "engine/packages/format.h"

/* A shorter text stands in an image by chance. */
#define VERSION_MIN 4

static gboolean
is_digest(const char *hex, const guint8 digest[GY_SHA256_SIZE])
{
	g_autofree char *own = gy_hex(digest, GY_SHA256_SIZE);

	return g_ascii_strcasecmp(hex, own) == 0;
}

/* Of an image as it is stored, or as its system's devices hold it. */
static gboolean
is_digest_of_package(const char *hex, GyPackage *package)
{
	GPtrArray *images = gy_package_images(package);
	g_autoptr(GPtrArray) identities = gy_package_identities(package, NULL);

	for (guint i = 0; i < images->len; i++)
		if (is_digest(hex, ((const GyImage *) images->pdata[i])->sha256))
			return TRUE;
	for (guint i = 0; identities && i < identities->len; i++) {
		const GyImageIdentity *identity = identities->pdata[i];

		if (is_digest(hex, identity->sha256) ||
			(identity->has_code && is_digest(hex, identity->code_sha256)))
			return TRUE;
	}
	return FALSE;
}

static gboolean
is_digest_of(const char *hex, GBytes *image)
{
	g_autoptr(GyPackage) package = gy_package_load_bytes(image, "image", NULL);
	guint8 digest[GY_SHA256_SIZE];

	gy_sha256(g_bytes_get_data(image, NULL), g_bytes_get_size(image), digest);
	return is_digest(hex, digest) || (package && is_digest_of_package(hex, package));
}

GyRunning
gy_running_compare(const GyDeviceInfo *info, GBytes *image)
{
	gsize length = strlen(info->version);

	if (*info->digest)
		return is_digest_of(info->digest, image) ? GY_RUNNING_SAME : GY_RUNNING_OTHER;
	if (length >= VERSION_MIN &&
		memmem(g_bytes_get_data(image, NULL), g_bytes_get_size(image), info->version, length))
		return GY_RUNNING_VERSION;
	return GY_RUNNING_UNTOLD;
}

static void
keep_quiet(guint ms, GCancellable *cancellable)
{
	GPollFD cancelled;

	if (!g_cancellable_make_pollfd(cancellable, &cancelled)) {
		g_usleep((gulong) ms * 1000);
		return;
	}
	g_poll(&cancelled, 1, (int) ms);
	g_cancellable_release_fd(cancellable);
}

gboolean
gy_running_ask(const char *port, const guint *bauds, guint quiet_ms, guint answer_ms, GBytes *image,
	GyRunning *running, GyDeviceInfo **info, GCancellable *cancellable, GError **error)
{
	g_autoptr(GyDeviceInfo) answer = NULL;

	keep_quiet(quiet_ms, cancellable);
	for (; *bauds != 0 && !answer; bauds++) {
		answer = gy_device_query(port, *bauds, answer_ms, cancellable, NULL);
		if (!answer && g_cancellable_is_cancelled(cancellable)) {
			g_set_error_literal(
				error, GY_ERROR, GY_ERROR_CANCELLED, _("stopped while asking what runs"));
			return FALSE;
		}
	}
	*running = answer ? gy_running_compare(answer, image) : GY_RUNNING_SILENT;
	*info = g_steal_pointer(&answer);
	return TRUE;
}

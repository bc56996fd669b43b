// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "protocol/host/transport/bluez-private.h"

#define NAMES "org.bluez.Error."

gboolean
gy_bluez_is_error(const GError *cause, const char *name)
{
	g_autofree char *found = g_dbus_error_get_remote_error(cause);

	return found != NULL && g_str_has_prefix(found, NAMES) && g_str_equal(found + strlen(NAMES), name);
}

/*
 * BlueZ has one name, Failed, for most that goes wrong with a connection; which of them is only in the message: up to
 * 5.62 the C library's words for an errno, then words of its own. The first row that fits counts.
 */
static const struct {
	const char *name;
	const char *words; /* in the message; NULL: any */
	GyLinkError code;
	const char *sentence;
} rows[] = {
	{"NotReady", NULL, GY_LINK_ERROR_BLUETOOTH_OFF, N_("Bluetooth is switched off")},
	{"Failed", "not-powered", GY_LINK_ERROR_BLUETOOTH_OFF, N_("Bluetooth is switched off")},
	{"Failed", "page-timeout", GY_LINK_ERROR_NO_PORT, N_("the device does not answer")},
	{"Failed", "Page Timeout", GY_LINK_ERROR_NO_PORT, N_("the device does not answer")},
	{"Failed", "Host is down", GY_LINK_ERROR_NO_PORT, N_("the device does not answer")},
	{"Failed", "connection-timeout", GY_LINK_ERROR_NO_PORT, N_("the device does not answer")},
	{"Failed", "timed out", GY_LINK_ERROR_NO_PORT, N_("the device does not answer")},
	{"ConnectionAttemptFailed", NULL, GY_LINK_ERROR_NO_PORT, N_("the device does not answer")},
	{"DoesNotExist", NULL, GY_LINK_ERROR_NO_PORT, N_("the service has forgotten the device")},
	{"Failed", "profile-unavailable", GY_LINK_ERROR_REFUSED, N_("the device offers no serial port")},
	{"Failed", "Protocol not available", GY_LINK_ERROR_REFUSED, N_("the device offers no serial port")},
	{"NotAvailable", NULL, GY_LINK_ERROR_REFUSED, N_("the device offers no serial port")},
	{"ProfileUnavailable", NULL, GY_LINK_ERROR_REFUSED, N_("the device offers no serial port")},
	{"InvalidArguments", NULL, GY_LINK_ERROR_REFUSED, N_("the device offers no serial port")},
	{"NotSupported", NULL, GY_LINK_ERROR_REFUSED, N_("the device offers no serial port")},
	{"Failed", "key-missing", GY_LINK_ERROR_NOT_PAIRED,
		N_("the device has forgotten that it was paired")},
	{"Failed", "refused", GY_LINK_ERROR_REFUSED, N_("the device refuses the connection")},
	{"Failed", "aborted-by-remote", GY_LINK_ERROR_REFUSED, N_("the device hangs up at once")},
	{"Failed", "reset by peer", GY_LINK_ERROR_REFUSED, N_("the device hangs up at once")},
	{"AuthenticationFailed", NULL, GY_LINK_ERROR_NOT_PAIRED, N_("pairing failed: the keys differ")},
	{"AuthenticationRejected", NULL, GY_LINK_ERROR_NOT_PAIRED, N_("the device refuses to pair")},
	{"AuthenticationCanceled", NULL, GY_LINK_ERROR_NOT_PAIRED, N_("pairing was given up")},
	{"AuthenticationTimeout", NULL, GY_LINK_ERROR_NOT_PAIRED, N_("pairing took too long")},
	{"NotAuthorized", NULL, GY_LINK_ERROR_FORBIDDEN, N_("the service does not allow it")},
	{"InProgress", NULL, GY_LINK_ERROR_BUSY, N_("another program is connecting or pairing the device")},
	{"Failed", "busy", GY_LINK_ERROR_BUSY, N_("another program is connecting or pairing the device")},
	{"AlreadyConnected", NULL, GY_LINK_ERROR_BUSY, N_("the device's serial port is connected already")},
};

static const char *const no_service[] = {
	"org.freedesktop.DBus.Error.ServiceUnknown",
	"org.freedesktop.DBus.Error.NameHasNoOwner",
	"org.freedesktop.DBus.Error.Disconnected",
	"org.freedesktop.DBus.Error.NoReply",
	NULL,
};

gboolean
gy_bluez_is_passing(const GError *cause)
{
	return gy_bluez_is_error(cause, "InProgress") || gy_bluez_is_error(cause, "AlreadyConnected") ||
	       (gy_bluez_is_error(cause, "Failed") && strstr(cause->message, "busy") != NULL);
}

/* The caller's cancel and the timer look the same to GIO. */
static gboolean
explain_stop(GyBluez *bluez, GError **error)
{
	if (g_cancellable_is_cancelled(bluez->cancellable))
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("%s: it was cancelled"), bluez->what);
	else
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_OPEN,
			_("%s: Bluetooth did not get there within %g s"), bluez->what,
			bluez->time_ms / 1000.0);
	return FALSE;
}

static gboolean
is_no_service(const GError *cause, const char *name)
{
	if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CLOSED))
		return TRUE;
	if (name == NULL)
		return FALSE;
	return g_strv_contains(no_service, name) ||
	       g_str_has_prefix(name, "org.freedesktop.DBus.Error.Spawn.");
}

static gboolean
explain_row(GyBluez *bluez, const GError *cause, GError **error)
{
	guint i;

	for (i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (!gy_bluez_is_error(cause, rows[i].name) ||
			(rows[i].words != NULL && strstr(cause->message, rows[i].words) == NULL))
			continue;
		g_set_error(error, GY_LINK_ERROR, (gint) rows[i].code, "%s: %s", bluez->what,
			_(rows[i].sentence));
		return TRUE;
	}
	return FALSE;
}

gboolean
gy_bluez_explain(GyBluez *bluez, const GError *cause, GError **error)
{
	g_autofree char *name = g_dbus_error_get_remote_error(cause);
	g_autoptr(GError) plain = NULL;

	if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return explain_stop(bluez, error);
	g_debug("%s: %s", bluez->what, cause->message);
	if (explain_row(bluez, cause, error))
		return FALSE;
	if (is_no_service(cause, name)) {
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_BLUETOOTH,
			_("%s: the Bluetooth service does not run"), bluez->what);
		return FALSE;
	}
	if (g_strcmp0(name, "org.freedesktop.DBus.Error.AccessDenied") == 0) {
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_FORBIDDEN,
			_("%s: there is no permission, the system's bus does not let this user use "
			  "Bluetooth"),
			bluez->what);
		return FALSE;
	}
	if (g_strcmp0(name, "org.freedesktop.DBus.Error.UnknownObject") == 0) {
		g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_NO_PORT,
			_("%s: the Bluetooth service does not know the device any more"), bluez->what);
		return FALSE;
	}
	plain = g_error_copy(cause);
	g_dbus_error_strip_remote_error(plain);
	g_set_error(error, GY_LINK_ERROR, GY_LINK_ERROR_OPEN, "%s: %s", bluez->what, plain->message);
	return FALSE;
}

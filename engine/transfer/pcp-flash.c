// SPDX-License-Identifier: Apache-2.0
#include "engine/transfer/pcp-flash.h"

#include <glib/gi18n-lib.h>

#include "engine/devices/port-names.h"
#include "engine/formats/liteos/liteos.h"
#include "protocol/host/pcp/pcp.h"
#include "protocol/host/transport/exchange.h"

#define DEFAULT_BAUD 115200

typedef struct {
	const GyPcpFlash *flash;
	GyPcp *pcp;
	guint64 total;
} Run;

/* ---- the package ---------------------------------------------------------------------------------------- */

static GyPcpOptions
options_of(const GyPcpFlash *flash, GBytes *package)
{
	return (GyPcpOptions){
		.package = package, .version = flash->version, .fragment_size = flash->fragment_size};
}

gboolean
gy_pcp_flash_check(const GyPcpFlash *flash, GyPackage *package, GError **error)
{
	GyPcpOptions options = options_of(flash, gy_package_bytes(package));
	g_autofree char *reason = NULL;

	if (gy_package_format(package) != &gy_liteos_format ||
		gy_liteos_package_of(package)->generation != GY_LITEOS_G2 ||
		gy_package_trust(package) != GY_TRUST_SIGNED) {
		g_set_error_literal(error, GY_ERROR, GY_ERROR_PACKAGE_NOT_SUPPORTED,
			_("PCP is for devices of LiteOS_Lab's second generation: it takes a package with a "
			  "signature in "
			  "front, as gantry build liteos --key makes it"));
		return FALSE;
	}
	if (gy_pcp_check(&options, &reason))
		return TRUE;
	g_set_error_literal(error, GY_ERROR, GY_ERROR_CFG_VALUE, reason);
	return FALSE;
}

/* ---- the line ------------------------------------------------------------------------------------------- */

static void
receive(gpointer machine, const guint8 *bytes, gsize size, gint64 now_ms)
{
	gy_pcp_receive(((Run *) machine)->pcp, bytes, size, now_ms);
}

static gsize
send(gpointer machine, guint8 *bytes, gsize size, gint64 now_ms)
{
	return gy_pcp_send(((Run *) machine)->pcp, bytes, size, now_ms);
}

static gboolean
wants_to_send(gpointer machine)
{
	return gy_pcp_wants_to_send(((Run *) machine)->pcp);
}

static void
step(gpointer machine, gint64 now_ms)
{
	gy_pcp_step(((Run *) machine)->pcp, now_ms);
}

static gint64
deadline(gpointer machine)
{
	return gy_pcp_deadline(((Run *) machine)->pcp);
}

static gboolean
is_over(gpointer machine)
{
	return gy_pcp_stage(((Run *) machine)->pcp) >= GY_PCP_STAGE_DONE;
}

static const char *
stage_words(GyPcpStage stage)
{
	switch (stage) {
	case GY_PCP_STAGE_QUERY: return _("asking");
	case GY_PCP_STAGE_NOTIFY: return _("offering");
	case GY_PCP_STAGE_SERVE: return _("fetching");
	case GY_PCP_STAGE_EXECUTE: return _("ordering");
	default: return _("installing");
	}
}

static void
turned(gpointer machine)
{
	Run *run = machine;
	GyPcpStage stage = gy_pcp_stage(run->pcp);
	gboolean has_bytes = stage == GY_PCP_STAGE_SERVE;

	if (run->flash->progress)
		run->flash->progress(stage_words(stage), has_bytes ? gy_pcp_done(run->pcp) : 0,
			has_bytes ? run->total : 0, run->flash->data);
}

/* ---- the end -------------------------------------------------------------------------------------------- */

/* In the engine's words: what the device said itself is no fault of the line. */
static void
set_error(const GyPcp *pcp, GError **error)
{
	const GError *cause = gy_pcp_error(pcp);
	gboolean is_installing = gy_pcp_failed_at(pcp) >= GY_PCP_STAGE_EXECUTE;

	if (gy_pcp_result(pcp) == 0)
		g_propagate_error(error, g_error_copy(cause));
	else
		g_set_error_literal(error, GY_ERROR,
			is_installing                       ? GY_ERROR_UPGRADE_FAILED
			: gy_pcp_result(pcp) == GY_PCP_BUSY ? GY_ERROR_DEVICE_BUSY
							    : GY_ERROR_DEVICE_REFUSED,
			cause->message);
}

static void
set_cancelled(const GyPcp *pcp, GError **error)
{
	g_set_error_literal(error, GY_ERROR, GY_ERROR_CANCELLED,
		gy_pcp_stage(pcp) < GY_PCP_STAGE_SERVE
			? _("stopped: the device was sent nothing of the package")
		: gy_pcp_stage(pcp) >= GY_PCP_STAGE_EXECUTE
			? _("stopped watching: the device has the whole package, and may install it")
			: _("stopped: the device goes on asking for the rest, and gets it from the next "
			    "run"));
}

gboolean
gy_pcp_flash(const GyPcpFlash *flash, GBytes *package, char **ran, guint32 *device_code,
	GCancellable *cancellable, GError **error)
{
	g_autoptr(GyTransport) transport = gy_port_transport_new(flash->port, error);
	guint baud = flash->baud ? flash->baud : DEFAULT_BAUD;
	GyPcpOptions options = options_of(flash, package);
	g_autoptr(GyPcp) pcp = NULL;
	Run run = {.flash = flash, .total = g_bytes_get_size(package)};
	const GyExchangeEnd end = {&run, receive, send, wants_to_send, step, deadline, is_over, turned};

	*device_code = 0;
	if (!transport || !gy_transport_open(transport, baud, cancellable, error))
		return FALSE;
	run.pcp = pcp = gy_pcp_new(&options, gy_exchange_now());
	if (!gy_exchange_run(&end, transport, cancellable, error)) {
		if (g_cancellable_is_cancelled(cancellable)) {
			g_clear_error(error);
			set_cancelled(pcp, error);
		}
		return FALSE;
	}
	*device_code = gy_pcp_result(pcp);
	if (gy_pcp_stage(pcp) == GY_PCP_STAGE_DONE) {
		*ran = g_strdup(gy_pcp_running(pcp));
		return TRUE;
	}
	set_error(pcp, error);
	return FALSE;
}

// SPDX-License-Identifier: Apache-2.0
#include "protocol/host/pcp/pcp.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define REPEAT_MS       2000  /* of the host's own requests */
#define STALLED_MS      60000 /* without another fragment asked for: a device repeats every 2 s */
#define ASK_VERSION_MS  5000  /* of a device that installs */
#define ANSWER_DEFAULT  15000
#define INSTALL_DEFAULT 300000
#define FRAGMENTS_MOST  65535

struct _GyPcp {
	GBytes *package;
	guint8 version[GY_PCP_VERSION_SIZE];
	guint fragment_size;
	guint n_fragments;
	guint answer_ms;
	guint install_ms;

	GyPcpStage stage;
	GyPcpStage failed_at;
	GError *error;
	guint8 result;
	char running[GY_PCP_VERSION_SIZE + 1];
	guint n_fetched;
	guint asked_for;  /* the fragment that was asked for last */
	gint64 repeat_ms; /* when the own request is said again */
	gint64 end_ms;    /* when the stage has taken too long */
	GyPcpReader reader;
	GByteArray *out;
	guint out_at;
};

/* ---- what is said --------------------------------------------------------------------------------------- */

static void
say(GyPcp *pcp, guint8 code, const guint8 *data, gsize size)
{
	const GyPcpFrame frame = {code, data, size};

	gy_pcp_frame_append(pcp->out, &frame);
}

static void
say_result(GyPcp *pcp, guint8 code, guint8 result)
{
	say(pcp, code, &result, 1);
}

static void
say_new_version(GyPcp *pcp)
{
	guint8 data[GY_PCP_VERSION_SIZE + 6] = {0}; /* the check code stays 0 */

	memcpy(data, pcp->version, GY_PCP_VERSION_SIZE);
	data[GY_PCP_VERSION_SIZE] = (guint8) (pcp->fragment_size >> 8);
	data[GY_PCP_VERSION_SIZE + 1] = (guint8) pcp->fragment_size;
	data[GY_PCP_VERSION_SIZE + 2] = (guint8) (pcp->n_fragments >> 8);
	data[GY_PCP_VERSION_SIZE + 3] = (guint8) pcp->n_fragments;
	say(pcp, GY_PCP_NEW_VERSION, data, sizeof data);
}

static void
say_request(GyPcp *pcp, gint64 now_ms)
{
	pcp->repeat_ms = now_ms + REPEAT_MS;
	switch (pcp->stage) {
	case GY_PCP_STAGE_QUERY: say(pcp, GY_PCP_QUERY, NULL, 0); break;
	case GY_PCP_STAGE_NOTIFY: say_new_version(pcp); break;
	case GY_PCP_STAGE_EXECUTE: say(pcp, GY_PCP_EXECUTE, NULL, 0); break;
	case GY_PCP_STAGE_INSTALL:
		say(pcp, GY_PCP_QUERY, NULL, 0);
		pcp->repeat_ms = now_ms + ASK_VERSION_MS;
		break;
	case GY_PCP_STAGE_SERVE:
	case GY_PCP_STAGE_DONE:
	case GY_PCP_STAGE_FAILED: pcp->repeat_ms = G_MAXINT64; break;
	}
}

static gint64
time_of(const GyPcp *pcp)
{
	switch (pcp->stage) {
	case GY_PCP_STAGE_SERVE: return STALLED_MS;
	case GY_PCP_STAGE_INSTALL: return pcp->install_ms;
	default: return pcp->answer_ms;
	}
}

static void
enter(GyPcp *pcp, GyPcpStage stage, gint64 now_ms)
{
	pcp->stage = stage;
	pcp->end_ms = now_ms + time_of(pcp);
	/* a device that has just been told to reset has other things to do first */
	if (stage == GY_PCP_STAGE_INSTALL)
		pcp->repeat_ms = now_ms + ASK_VERSION_MS;
	else
		say_request(pcp, now_ms);
}

static void G_GNUC_PRINTF(3, 4) fail(GyPcp *pcp, GyLinkError code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	pcp->error = g_error_new_valist(GY_LINK_ERROR, (gint) code, format, arguments);
	va_end(arguments);
	pcp->failed_at = pcp->stage;
	pcp->stage = GY_PCP_STAGE_FAILED;
}

static void
fail_by_result(GyPcp *pcp, const char *what, guint8 result)
{
	const char *name = gy_pcp_result_name(result);

	pcp->result = result;
	fail(pcp, GY_LINK_ERROR_CANCELLED_THERE, _("%s: %s (result 0x%02X)"), what,
		name ? name : _("unknown"), result);
}

/* ---- what is heard -------------------------------------------------------------------------------------- */

static gboolean
is_our_version(const GyPcp *pcp, const guint8 *version)
{
	return memcmp(version, pcp->version, GY_PCP_VERSION_SIZE) == 0;
}

static void
take_running(GyPcp *pcp, const GyPcpFrame *frame, gint64 now_ms)
{
	if (frame->size < 1 + GY_PCP_VERSION_SIZE)
		return;
	memcpy(pcp->running, frame->data + 1, GY_PCP_VERSION_SIZE);
	for (char *c = pcp->running; *c; c++)
		if (!g_ascii_isprint(*c))
			*c = '?';
	if (pcp->stage == GY_PCP_STAGE_QUERY)
		enter(pcp, GY_PCP_STAGE_NOTIFY, now_ms);
	else if (pcp->stage == GY_PCP_STAGE_INSTALL && frame->data[0] == GY_PCP_OK &&
		 is_our_version(pcp, frame->data + 1))
		enter(pcp, GY_PCP_STAGE_DONE, now_ms);
}

static void
take_agreement(GyPcp *pcp, const GyPcpFrame *frame, gint64 now_ms)
{
	if (pcp->stage != GY_PCP_STAGE_NOTIFY || frame->size < 1)
		return;
	if (frame->data[0] == GY_PCP_OK)
		enter(pcp, GY_PCP_STAGE_SERVE, now_ms);
	else
		fail_by_result(pcp, _("the device does not take the new version"), frame->data[0]);
}

static void
answer_fragment(GyPcp *pcp, guint number)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(pcp->package, &size);
	gsize at = (gsize) number * pcp->fragment_size;
	gsize n = MIN(pcp->fragment_size, size - at);
	guint8 data[3 + GY_PCP_FRAGMENT_MOST] = {GY_PCP_OK, (guint8) (number >> 8), (guint8) number};

	memcpy(data + 3, bytes + at, n);
	say(pcp, GY_PCP_FRAGMENT, data, 3 + n);
	pcp->n_fetched = MAX(pcp->n_fetched, number + 1);
}

static void
refuse_fragment(GyPcp *pcp, guint8 result, const guint8 *number)
{
	const guint8 data[3] = {result, number[0], number[1]};

	say(pcp, GY_PCP_FRAGMENT, data, sizeof data);
}

/* Of another version, or before this one was agreed to: a download of before that the device goes on with. */
static void
take_fragment_request(GyPcp *pcp, const GyPcpFrame *frame, gint64 now_ms)
{
	const guint8 *number = frame->data + GY_PCP_VERSION_SIZE;
	guint n;

	if (frame->size < GY_PCP_VERSION_SIZE + 2)
		return;
	n = (guint) (number[0] << 8 | number[1]);
	if (!is_our_version(pcp, frame->data)) {
		refuse_fragment(pcp, GY_PCP_NO_TASK, number);
		return;
	}
	if (pcp->stage == GY_PCP_STAGE_QUERY)
		return;
	/* its agreement was lost, or the answer to its last report */
	if (pcp->stage == GY_PCP_STAGE_NOTIFY || pcp->stage == GY_PCP_STAGE_EXECUTE)
		enter(pcp, GY_PCP_STAGE_SERVE, now_ms);
	if (pcp->stage != GY_PCP_STAGE_SERVE)
		return;
	/* one that asks for the same again and again is as good as silent */
	if (n != pcp->asked_for)
		pcp->end_ms = now_ms + STALLED_MS;
	pcp->asked_for = n;
	if (n < pcp->n_fragments)
		answer_fragment(pcp, n);
	else
		refuse_fragment(pcp, GY_PCP_NO_FRAGMENT, number);
}

static void
take_downloaded(GyPcp *pcp, const GyPcpFrame *frame, gint64 now_ms)
{
	if (frame->size < 1 || pcp->stage < GY_PCP_STAGE_NOTIFY || pcp->stage > GY_PCP_STAGE_INSTALL)
		return;
	say_result(pcp, GY_PCP_DOWNLOADED, GY_PCP_OK);
	if (frame->data[0] != GY_PCP_OK)
		fail_by_result(pcp, _("the device could not store the package"), frame->data[0]);
	else if (pcp->stage == GY_PCP_STAGE_NOTIFY || pcp->stage == GY_PCP_STAGE_SERVE)
		enter(pcp, GY_PCP_STAGE_EXECUTE, now_ms);
}

static void
take_execution(GyPcp *pcp, const GyPcpFrame *frame, gint64 now_ms)
{
	if (pcp->stage != GY_PCP_STAGE_EXECUTE || frame->size < 1)
		return;
	if (frame->data[0] == GY_PCP_OK)
		enter(pcp, GY_PCP_STAGE_INSTALL, now_ms);
	else
		fail_by_result(pcp, _("the device does not install the package"), frame->data[0]);
}

/* The answer to 17 may have been lost. A report of before, which nobody had answered, says another version. */
static void
take_upgraded(GyPcp *pcp, const GyPcpFrame *frame, gint64 now_ms)
{
	gboolean is_ours;

	if (frame->size < 1 + GY_PCP_VERSION_SIZE)
		return;
	say_result(pcp, GY_PCP_UPGRADED, GY_PCP_OK);
	if (pcp->stage != GY_PCP_STAGE_EXECUTE && pcp->stage != GY_PCP_STAGE_INSTALL)
		return;
	is_ours = is_our_version(pcp, frame->data + 1);
	if (frame->data[0] != GY_PCP_OK)
		fail_by_result(pcp, _("the upgrade failed on the device"), frame->data[0]);
	else if (is_ours)
		enter(pcp, GY_PCP_STAGE_DONE, now_ms);
	else
		fail(pcp, GY_LINK_ERROR_NOT_STARTED,
			_("the device says that its upgrade went well, and names the version \"%.*s\""),
			GY_PCP_VERSION_SIZE, (const char *) frame->data + 1);
}

static void
take_frame(GyPcp *pcp, const GyPcpFrame *frame, gint64 now_ms)
{
	switch (frame->code) {
	case GY_PCP_QUERY: take_running(pcp, frame, now_ms); break;
	case GY_PCP_NEW_VERSION: take_agreement(pcp, frame, now_ms); break;
	case GY_PCP_FRAGMENT: take_fragment_request(pcp, frame, now_ms); break;
	case GY_PCP_DOWNLOADED: take_downloaded(pcp, frame, now_ms); break;
	case GY_PCP_EXECUTE: take_execution(pcp, frame, now_ms); break;
	case GY_PCP_UPGRADED: take_upgraded(pcp, frame, now_ms); break;
	default: break; /* reserved */
	}
}

static void
take_frames(GyPcp *pcp, gint64 now_ms)
{
	GyPcpFrame frame;

	while (gy_pcp_reader_next(&pcp->reader, now_ms, &frame))
		take_frame(pcp, &frame, now_ms);
}

void
gy_pcp_receive(GyPcp *pcp, const guint8 *bytes, gsize size, gint64 now_ms)
{
	while (size > 0) {
		gsize n = gy_pcp_reader_add(&pcp->reader, bytes, size, now_ms);

		bytes += n;
		size -= n;
		take_frames(pcp, now_ms);
	}
}

/* ---- time ----------------------------------------------------------------------------------------------- */

static void
give_up(GyPcp *pcp)
{
	switch (pcp->stage) {
	case GY_PCP_STAGE_QUERY:
		fail(pcp, GY_LINK_ERROR_NO_ANSWER, _("no device has said by PCP what it runs within %u s"),
			pcp->answer_ms / 1000);
		break;
	case GY_PCP_STAGE_INSTALL:
		fail(pcp, GY_LINK_ERROR_NOT_STARTED,
			_("the device has not said within %u s that it runs the new version"),
			pcp->install_ms / 1000);
		break;
	case GY_PCP_STAGE_SERVE:
		fail(pcp, GY_LINK_ERROR_LOST,
			_("the device asked for fragment %u last, %u of %u were fetched, and does not get "
			  "on"),
			pcp->asked_for, pcp->n_fetched, pcp->n_fragments);
		break;
	default: fail(pcp, GY_LINK_ERROR_LOST, _("the device does not answer any more")); break;
	}
}

void
gy_pcp_step(GyPcp *pcp, gint64 now_ms)
{
	take_frames(pcp, now_ms);
	if (pcp->stage >= GY_PCP_STAGE_DONE)
		return;
	if (now_ms >= pcp->end_ms)
		give_up(pcp);
	else if (now_ms >= pcp->repeat_ms)
		say_request(pcp, now_ms);
}

gint64
gy_pcp_deadline(const GyPcp *pcp)
{
	return pcp->stage >= GY_PCP_STAGE_DONE ? G_MAXINT64 : MIN(pcp->repeat_ms, pcp->end_ms);
}

/* ---- the line ------------------------------------------------------------------------------------------- */

gboolean
gy_pcp_wants_to_send(const GyPcp *pcp)
{
	return pcp->out_at < pcp->out->len;
}

gsize
gy_pcp_send(GyPcp *pcp, guint8 *bytes, gsize size, gint64 now_ms)
{
	gsize given = MIN(size, pcp->out->len - pcp->out_at);

	if (given > 0)
		memcpy(bytes, pcp->out->data + pcp->out_at, given);
	pcp->out_at += (guint) given;
	if (pcp->out_at == pcp->out->len)
		g_byte_array_set_size(pcp->out, pcp->out_at = 0);
	return given;
}

/* ---- beginning and end ---------------------------------------------------------------------------------- */

static guint64
count_fragments(const GyPcpOptions *options)
{
	guint64 size = options->fragment_size ? options->fragment_size : GY_PCP_FRAGMENT_MOST;

	return (g_bytes_get_size(options->package) + size - 1) / size;
}

gboolean
gy_pcp_check(const GyPcpOptions *options, char **reason)
{
	gsize length = strlen(options->version);

	*reason = NULL;
	if (options->fragment_size != 0 && (options->fragment_size < GY_PCP_FRAGMENT_LEAST ||
						   options->fragment_size > GY_PCP_FRAGMENT_MOST))
		*reason = g_strdup_printf(_("fragments have %d to %d bytes, not %u"), GY_PCP_FRAGMENT_LEAST,
			GY_PCP_FRAGMENT_MOST, options->fragment_size);
	else if (length == 0 || length > GY_PCP_VERSION_SIZE || !g_str_is_ascii(options->version))
		*reason = g_strdup_printf(_("the version has 1 to %d ASCII characters, not \"%s\""),
			GY_PCP_VERSION_SIZE, options->version);
	else if (count_fragments(options) == 0 || count_fragments(options) > FRAGMENTS_MOST)
		*reason = g_strdup_printf(_("%u fragments; 1 to %d can be counted"),
			(guint) MIN(count_fragments(options), G_MAXUINT), FRAGMENTS_MOST);
	return *reason == NULL;
}

GyPcp *
gy_pcp_new(const GyPcpOptions *options, gint64 now_ms)
{
	GyPcp *pcp = g_new0(GyPcp, 1);

	pcp->package = g_bytes_ref(options->package);
	memcpy(pcp->version, options->version, MIN(strlen(options->version), GY_PCP_VERSION_SIZE));
	pcp->fragment_size = options->fragment_size ? options->fragment_size : GY_PCP_FRAGMENT_MOST;
	pcp->n_fragments = (guint) count_fragments(options);
	pcp->answer_ms = options->answer_ms ? options->answer_ms : ANSWER_DEFAULT;
	pcp->install_ms = options->install_ms ? options->install_ms : INSTALL_DEFAULT;
	pcp->out = g_byte_array_new();
	enter(pcp, GY_PCP_STAGE_QUERY, now_ms);
	return pcp;
}

void
gy_pcp_free(GyPcp *pcp)
{
	if (!pcp)
		return;
	g_bytes_unref(pcp->package);
	g_byte_array_unref(pcp->out);
	g_clear_error(&pcp->error);
	g_free(pcp);
}

/* ---- what is known -------------------------------------------------------------------------------------- */

GyPcpStage
gy_pcp_stage(const GyPcp *pcp)
{
	return pcp->stage;
}

const GError *
gy_pcp_error(const GyPcp *pcp)
{
	return pcp->error;
}

guint8
gy_pcp_result(const GyPcp *pcp)
{
	return pcp->result;
}

GyPcpStage
gy_pcp_failed_at(const GyPcp *pcp)
{
	return pcp->failed_at;
}

guint64
gy_pcp_done(const GyPcp *pcp)
{
	return MIN((guint64) pcp->n_fetched * pcp->fragment_size, g_bytes_get_size(pcp->package));
}

const char *
gy_pcp_running(const GyPcp *pcp)
{
	return pcp->running;
}

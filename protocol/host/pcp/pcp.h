// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "protocol/host/error.h"
#include "protocol/host/pcp/frame.h"

/**
 * GyPcp:
 *
 * The host's end of an upgrade by PCP, without I/O and without a clock: bytes and the time go in, bytes and the next deadline come out.
 * PCP.md.
 */
typedef struct _GyPcp GyPcp;

/** GyPcpStage: what it is at. */
typedef enum {
	GY_PCP_STAGE_QUERY,   /* asks what runs */
	GY_PCP_STAGE_NOTIFY,  /* says that there is a new version */
	GY_PCP_STAGE_SERVE,   /* the device fetches fragments */
	GY_PCP_STAGE_EXECUTE, /* has it installed */
	GY_PCP_STAGE_INSTALL, /* waits for the device's report, or its new version */
	GY_PCP_STAGE_DONE,
	GY_PCP_STAGE_FAILED,
} GyPcpStage;

/**
 * GyPcpOptions:
 * @package: what the device fetches, at most 65535 fragments
 * @version: of what is in it, 1 to 16 ASCII characters
 * @fragment_size: %GY_PCP_FRAGMENT_LEAST to %GY_PCP_FRAGMENT_MOST; 0: the latter
 * @answer_ms: how long the device may take to answer first; 0: 15000
 * @install_ms: how long it may take from execution to its report; 0: 300000
 */
typedef struct {
	GBytes *package;
	const char *version;
	guint fragment_size;
	guint answer_ms;
	guint install_ms;
} GyPcpOptions;

/** gy_pcp_check: %FALSE with the reason if the options cannot be: version, fragment size, the number of fragments. */
gboolean gy_pcp_check(const GyPcpOptions *options, char **reason);

/** gy_pcp_new: @options is copied, and has passed gy_pcp_check(). */
GyPcp *gy_pcp_new(const GyPcpOptions *options, gint64 now_ms);
void gy_pcp_free(GyPcp *pcp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyPcp, gy_pcp_free)

/** gy_pcp_receive: @bytes came from the line. */
void gy_pcp_receive(GyPcp *pcp, const guint8 *bytes, gsize size, gint64 now_ms);
/** gy_pcp_send: gives what should be on the line next, at most @size bytes. Returns: how many. */
gsize gy_pcp_send(GyPcp *pcp, guint8 *bytes, gsize size, gint64 now_ms);
/** gy_pcp_wants_to_send: whether gy_pcp_send() would give a byte; also after the end, when a last answer is left. */
gboolean gy_pcp_wants_to_send(const GyPcp *pcp);
/** gy_pcp_step: lets time act. */
void gy_pcp_step(GyPcp *pcp, gint64 now_ms);
/** gy_pcp_deadline: when gy_pcp_step() wants to be called at the latest. */
gint64 gy_pcp_deadline(const GyPcp *pcp);

GyPcpStage gy_pcp_stage(const GyPcp *pcp);
/** gy_pcp_error: (transfer none) (nullable): why it failed, a %GY_LINK_ERROR. */
const GError *gy_pcp_error(const GyPcp *pcp);
/** gy_pcp_result: the device's own number for why it failed; 0 if it was not the device. */
guint8 gy_pcp_result(const GyPcp *pcp);
/** gy_pcp_failed_at: where it was when it failed. */
GyPcpStage gy_pcp_failed_at(const GyPcp *pcp);
/** gy_pcp_done: bytes that the device has asked for, up to the furthest fragment that it has got. */
guint64 gy_pcp_done(const GyPcp *pcp);
/** gy_pcp_running: what the device said that it runs; "" before it has. */
const char *gy_pcp_running(const GyPcp *pcp);

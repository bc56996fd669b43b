// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/pcp/frame.h"

/*
 * A stock device with LiteOS_Lab's PCP of the second generation, as the specification describes it: it pulls, repeats after two seconds,
 * saves what it has, and goes by the package's bytes whether the upgrade went well. Bytes and the time go in, bytes come out.
 */
typedef enum { STOCK_IDLE, STOCK_DOWNLOADING, STOCK_DOWNLOADED, STOCK_UPGRADING, STOCK_UPGRADED } StockState;

typedef struct {
	/* set before it is used */
	GBytes *good;      /* what its verification finds right */
	gboolean checks;   /* looks at mark and checksum; the public code does not */
	gboolean reports;  /* sends 24 at the end */
	guint refuses;     /* GyPcpResult for a notice; 0: none */
	guint no_space_at; /* fragment that it cannot store; 0: none */
	guint install_ms;

	StockState state;
	char running[GY_PCP_VERSION_SIZE + 1];
	guint8 next_version[GY_PCP_VERSION_SIZE];
	guint fragment_size;
	guint n_fragments;
	guint fragment;
	guint8 result;
	guint n_requests;
	GByteArray *stored;
	gint64 tick_ms;  /* when it says again what it said last */
	gint64 reset_ms; /* when it runs what it has installed */
	GyPcpReader reader;
	GByteArray *out;
} StockDevice;

StockDevice *stock_device_new(const char *running, GBytes *good);
void stock_device_free(StockDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StockDevice, stock_device_free)

void stock_device_receive(StockDevice *device, const guint8 *bytes, gsize size, gint64 now_ms);
/** stock_device_step: lets time act; what it says is at the end of `out`. */
void stock_device_step(StockDevice *device, gint64 now_ms);

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_HOTA_MODULE_PRIVATE_H
#define GYA_HOTA_MODULE_PRIVATE_H

#include <hota_partition.h>
#include <hota_updater.h>
#include <stddef.h>

#include "device-agent/hota/package-private.h"
#include "device-agent/hota/port.h"

#define HOTA_KEY_MOST  512u
#define HOTA_ROWS_MOST 12u

/* A package of the default kind while it comes. */
struct hota_stream {
	uint8_t info[HOTA_INFO_MOST];
	uint32_t fill;    /* bytes of it that have come */
	uint32_t size;    /* 0: not known yet */
	uint32_t n_left;  /* components that are not over */
	uint32_t current; /* the one that is coming */
	uint32_t done;    /* bytes of it */
	bool is_hashing;
	struct gya_sha256 hash;
};

/* All memory. It is as new after gya_hota_power_on. */
struct hota_module {
	const struct gya_hota_port *port;
	struct gya_hota_counters counters;

	/* the component: updater.c, stream.c */
	HotaStatus status;
	ErrorCallBackFunc error_callback;
	StatusCallBackFunc status_callback;
	bool is_own_kind; /* NOT_USE_DEFAULT_PKG */
	uint32_t next_offset;
	struct hota_stream stream;

	/* the board below it: hal.c */
	bool has_own; /* a package of one's own was begun */
	uint32_t own_size;
	ComponentTableInfo table[HOTA_ROWS_MOST + 1];
	uint8_t key[HOTA_KEY_MOST];
};

extern struct hota_module hota_module;

void hota_kick(void);
/* Stores the status, then tells it. */
void hota_set_status(HotaStatus status);
/* Tells an error; returns false. */
bool hota_tell_error(HotaErrorCode code);

/* stream.c: every hash that was begun is ended, whatever became of it; nothing of a package is left. */
void hota_stream_end(void);
/*
 * The next bytes of a package of the default kind. Returns how many were taken: fewer than all where the package has come
 * to its end, 0 where it has failed, and has said so.
 */
uint32_t hota_stream_take(const uint8_t *bytes, uint32_t size);

/* version.c: the component's rule; texts end with a zero. */
bool hota_version_may_follow(const char *running, const char *package);

#endif

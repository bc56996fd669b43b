// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/*
 * Stands in for bluetoothd on a bus of the test: adapters hci0 and hci1, devices, pairing with an agent, one
 * registration of the serial port profile, and lines that are socket pairs. As bluetoothd it keeps the descriptor that
 * it hands over open itself.
 */

#define MOCK_N_ADAPTERS 2
#define MOCK_N_DEVICES  2

/* What the device wants to know while it is paired. */
typedef enum {
	MOCK_JUST_WORKS,
	MOCK_PIN,
	MOCK_PASSKEY,
	MOCK_CONFIRM,
	MOCK_ALLOW,
	MOCK_SHOW_PIN,
	MOCK_SHOW_PASSKEY,
} MockPairing;

#define MOCK_CODE "001234"

typedef struct {
	const char *name; /* of the error without its prefix; NULL: none */
	const char *message;
	guint n_times; /* 0: always */
} MockError;

typedef struct {
	guint adapter;
	gboolean is_known;    /* without a search */
	gboolean is_findable; /* by a search */
	gboolean is_paired;
	MockPairing pairing;
	MockError pair_error;
	MockError connect_error;
	gboolean is_mute;         /* pairing and connecting have no answer */
	gboolean is_line_late;    /* the descriptor comes after the reply */
	gboolean is_line_lost;    /* the descriptor never comes */
	gboolean is_line_strange; /* a call without a descriptor comes first */
	const char *socket;       /* whose other end it is; NULL: the test's */
	gboolean is_blocking;     /* the descriptor's mode */
} MockDevice;

/* The test writes it while nothing is being opened. */
typedef struct {
	gboolean has_adapter[MOCK_N_ADAPTERS];
	gboolean is_powered[MOCK_N_ADAPTERS];
	MockDevice devices[MOCK_N_DEVICES];
	gboolean is_profile_taken;
	gboolean is_service_mute; /* no answer to what is known */
	GCancellable *cancel;     /* cancelled when there is no answer, or a search has begun; NULL: none */
} MockSetup;

/* What came of it; read while nothing is being opened. */
typedef struct {
	guint n_registered; /* registrations there were */
	gboolean is_registered;
	gboolean is_searching;
	gboolean had_filter;
	gboolean is_trusted[MOCK_N_DEVICES];
	guint n_pairings;
	gboolean was_pairing_cancelled;
	guint n_connects;
	gboolean was_disconnected;
	char *ability; /* of the last agent */
} MockSeen;

extern const char *const mock_addresses[MOCK_N_DEVICES];

typedef struct {
	MockSetup setup;
	MockSeen seen;
} MockBluez;

MockBluez *mock_bluez_start(void);
void mock_bluez_stop(MockBluez *mock);
/* One adapter that is on, and both devices known and paired. */
void mock_bluez_reset(MockBluez *mock);
/* The device's end of the newest line; waits for it. */
int mock_bluez_take_peer(MockBluez *mock);
/* Asks the profile to hang up, as the service does when somebody disconnects the device. */
void mock_bluez_request_disconnection(MockBluez *mock, guint device);
/* Answers once the service has done with everything that it was asked before. */
void mock_bluez_settle(MockBluez *mock);
/* The service goes and comes back: it knows no registration any more. */
void mock_bluez_restart(MockBluez *mock);

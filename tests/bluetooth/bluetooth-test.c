// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <unistd.h>

#include "protocol/host/transport/bluetooth.h"
#include "tests/bluetooth/bluetooth-bench.h"
#include "tests/transport/conformance.h"

#define SHORT_MS  60
#define ENOUGH_MS 250 /* for answers of the mock on a busy machine */
#define N_OPENS   5

static MockBluez *mock;

static GyTransport *
new_transport(const char *suffix, guint device)
{
	g_autofree char *port = g_strconcat("bt:", mock_addresses[device], suffix, NULL);
	g_autoptr(GError) error = NULL;
	GyTransport *transport = gy_transport_new(port, &error);

	g_assert_no_error(error);
	return transport;
}

static void
assert_opens(GyTransport *transport)
{
	g_autoptr(GError) error = NULL;
	gboolean is_open = gy_transport_open(transport, 115200, NULL, &error);

	g_assert_no_error(error);
	g_assert_true(is_open);
}

/* The sentence says what happened, and names the port. */
static void
assert_fails(GyTransport *transport, GyLinkError code, const char *words)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(gy_transport_open(transport, 115200, NULL, &error));
	g_assert_error(error, GY_LINK_ERROR, (gint) code);
	g_assert_false(gy_transport_is_open(transport));
	if (strstr(error->message, words) == NULL ||
		strstr(error->message, gy_transport_name(transport)) == NULL)
		g_error("'%s' lacks '%s' or the port", error->message, words);
}

/* The device hears what is sent, so it is this line. */
static void
assert_carries(GyTransport *transport, int peer)
{
	g_autoptr(GError) error = NULL;
	char found[5];

	g_assert_cmpint(gy_transport_write(transport, (const guint8 *) "hello", 5, &error), ==, 5);
	g_assert_no_error(error);
	g_assert_cmpint(read(peer, found, sizeof found), ==, 5);
	g_assert_cmpmem(found, 5, "hello", 5);
}

/* Reads 0 bytes: the line was hung up. */
static void
assert_hung_up(int peer)
{
	GPollFD polled = {.fd = peer, .events = G_IO_IN};
	char byte;

	g_assert_cmpint(g_poll(&polled, 1, 5000), ==, 1);
	g_assert_cmpint(read(peer, &byte, 1), ==, 0);
	close(peer);
}

static void
set_times(GyTransport *transport, guint time_ms)
{
	const GyBluetoothTimes times = {time_ms, time_ms, time_ms, time_ms};

	gy_bluetooth_transport_set_times(GY_BLUETOOTH_TRANSPORT(transport), &times);
}

/* ---- names ---------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *port;
} wrong_names[] = {
	{"empty", "bt:"},
	{"short", "bt:00:11:22:33:44:5"},
	{"long", "bt:00:11:22:33:44:556"},
	{"no-hex", "bt:00:11:22:33:44:5g"},
	{"dashes", "bt:00-11-22-33-44-55"},
	{"no-adapter", "bt:00:11:22:33:44:55@"},
	{"adapter-no-number", "bt:00:11:22:33:44:55@hci"},
	{"adapter-with-path", "bt:00:11:22:33:44:55@hci0/dev"},
	{"adapter-first", "bt:hci0@00:11:22:33:44:55"},
};

static void
refuses_a_wrong_name(gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_transport_new(wrong_names[GPOINTER_TO_UINT(data)].port, &error));
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_BAD_PORT);
}

static void
takes_an_address_in_small_letters(void)
{
	g_autofree char *small = g_ascii_strdown(mock_addresses[0], -1);
	g_autofree char *port = g_strconcat("bt:", small, "@hci0", NULL);
	g_autoptr(GyTransport) transport = gy_transport_new(port, NULL);

	mock_bluez_reset(mock);
	g_assert_nonnull(transport);
	assert_opens(transport);
}

/* ---- finding the device --------------------------------------------------------------------------------- */

static void
takes_the_adapter_that_knows_the_device(void)
{
	g_autoptr(GyTransport) transport = NULL;

	mock_bluez_reset(mock);
	mock->setup.has_adapter[1] = mock->setup.is_powered[1] = TRUE;
	mock->setup.devices[0].adapter = 1;
	transport = new_transport("", 0);
	assert_opens(transport);
	g_assert_cmpuint(mock->seen.n_pairings, ==, 0);
}

static void
takes_the_adapter_that_is_named(void)
{
	g_autoptr(GyTransport) here = NULL;
	g_autoptr(GyTransport) nowhere = NULL;

	mock_bluez_reset(mock);
	mock->setup.has_adapter[1] = TRUE;
	here = new_transport("@hci0", 0);
	assert_opens(here);
	nowhere = new_transport("@hci1", 0);
	assert_fails(nowhere, GY_LINK_ERROR_BLUETOOTH_OFF, "hci1 is switched off");
}

static void
says_when_there_is_no_adapter(void)
{
	g_autoptr(GyTransport) any = NULL;
	g_autoptr(GyTransport) named = NULL;

	mock_bluez_reset(mock);
	named = new_transport("@hci7", 0);
	assert_fails(named, GY_LINK_ERROR_NO_BLUETOOTH, "no Bluetooth adapter hci7");
	mock->setup.has_adapter[0] = FALSE;
	any = new_transport("", 0);
	assert_fails(any, GY_LINK_ERROR_NO_BLUETOOTH, "no Bluetooth adapter");
}

static void
says_when_it_is_switched_off(void)
{
	g_autoptr(GyTransport) transport = NULL;

	mock_bluez_reset(mock);
	mock->setup.is_powered[0] = FALSE;
	transport = new_transport("", 0);
	assert_fails(transport, GY_LINK_ERROR_BLUETOOTH_OFF, "switched off");
}

static void
says_when_there_is_no_bus(void)
{
	g_autofree char *address = g_strdup(g_getenv("DBUS_SYSTEM_BUS_ADDRESS"));
	g_autoptr(GyTransport) transport = new_transport("", 0);

	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
	assert_fails(transport, GY_LINK_ERROR_NO_BLUETOOTH, "message bus");
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", address, TRUE);
}

static void
searches_for_a_device_that_is_not_known(void)
{
	g_autoptr(GyTransport) transport = NULL;

	mock_bluez_reset(mock);
	mock->setup.devices[0].is_known = FALSE;
	mock->setup.devices[0].is_paired = FALSE;
	mock->setup.devices[0].is_findable = TRUE;
	mock->setup.devices[1].is_findable = TRUE;
	transport = new_transport("", 0);
	assert_opens(transport);
	g_assert_true(mock->seen.had_filter);
	g_assert_false(mock->seen.is_searching);
	g_assert_cmpuint(mock->seen.n_pairings, ==, 1);
}

static void
says_when_the_search_finds_nothing(void)
{
	g_autoptr(GyTransport) transport = NULL;

	mock_bluez_reset(mock);
	mock->setup.devices[0].is_known = FALSE;
	transport = new_transport("", 0);
	gy_bluetooth_transport_set_times(
		GY_BLUETOOTH_TRANSPORT(transport), &(GyBluetoothTimes){.search_ms = SHORT_MS});
	assert_fails(transport, GY_LINK_ERROR_NO_PORT, "found nearby");
}

/* ---- pairing -------------------------------------------------------------------------------------------- */

typedef struct {
	guint n_asked;
	GyBluetoothQuestion question;
	char *code;
	const char *answer; /* NULL: no */
	gboolean is_absent; /* answers only when nobody waits any more */
	gboolean was_told;  /* that nobody does */
} Person;

static void
wait_for_cancel(GCancellable *cancellable)
{
	GPollFD polled;

	g_assert_true(g_cancellable_make_pollfd(cancellable, &polled));
	g_assert_cmpint(g_poll(&polled, 1, 5000), ==, 1);
	g_cancellable_release_fd(cancellable);
	g_assert_true(g_cancellable_is_cancelled(cancellable));
}

static char *
ask_person(GyBluetoothQuestion question, const GyBluetoothDevice *device, const char *code,
	GCancellable *cancellable, gpointer data)
{
	Person *person = data;

	g_assert_cmpstr(device->address, ==, mock_addresses[0]);
	g_assert_cmpstr(device->name, ==, "Board 0");
	person->n_asked++;
	person->question = question;
	g_free(person->code);
	person->code = g_strdup(code);
	if (person->is_absent) {
		wait_for_cancel(cancellable);
		person->was_told = TRUE;
	}
	return g_strdup(person->answer);
}

static GyTransport *
unpaired(MockPairing pairing, Person *person)
{
	GyTransport *transport;

	mock_bluez_reset(mock);
	mock->setup.devices[0].is_paired = FALSE;
	mock->setup.devices[0].pairing = pairing;
	transport = new_transport("", 0);
	if (person != NULL)
		gy_bluetooth_transport_set_ask(GY_BLUETOOTH_TRANSPORT(transport), ask_person, person, NULL);
	return transport;
}

static void
pairs_what_needs_nobody(void)
{
	g_autoptr(GyTransport) transport = unpaired(MOCK_JUST_WORKS, NULL);

	assert_opens(transport);
	g_assert_cmpstr(mock->seen.ability, ==, "NoInputNoOutput");
	g_assert_true(mock->seen.is_trusted[0]);
	g_assert_false(mock->seen.is_trusted[1]);
	gy_transport_close(transport);
	assert_opens(transport);
	g_assert_cmpuint(mock->seen.n_pairings, ==, 1);
}

static const struct {
	const char *name;
	MockPairing pairing;
	GyBluetoothQuestion question;
	const char *answer;
	const char *code;  /* what the person sees */
	const char *alone; /* what is said where there is no person */
} pairings[] = {
	{"pin", MOCK_PIN, GY_BLUETOOTH_PIN, MOCK_CODE, NULL, "asks for a PIN"},
	{"passkey", MOCK_PASSKEY, GY_BLUETOOTH_PASSKEY, "1234", NULL, "number that it shows"},
	{"confirm", MOCK_CONFIRM, GY_BLUETOOTH_CONFIRM, "yes", MOCK_CODE, "the same number"},
	{"allow", MOCK_ALLOW, GY_BLUETOOTH_ALLOW, "", NULL, "leave to pair"},
	{"show-pin", MOCK_SHOW_PIN, GY_BLUETOOTH_SHOW, NULL, MOCK_CODE, "typed in"},
	{"show-passkey", MOCK_SHOW_PASSKEY, GY_BLUETOOTH_SHOW, NULL, MOCK_CODE, "typed in"},
};

static void
asks_a_person(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	Person person = {.answer = pairings[i].answer};
	g_autoptr(GyTransport) transport = unpaired(pairings[i].pairing, &person);

	assert_opens(transport);
	g_assert_cmpuint(person.n_asked, ==, 1);
	g_assert_cmpint(person.question, ==, pairings[i].question);
	g_assert_cmpstr(person.code, ==, pairings[i].code);
	g_assert_cmpstr(mock->seen.ability, ==, "KeyboardDisplay");
	g_assert_true(mock->setup.devices[0].is_paired);
	g_free(person.code);
}

static void
refuses_where_nobody_is(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(GyTransport) transport = unpaired(pairings[i].pairing, NULL);

	assert_fails(transport, GY_LINK_ERROR_NOT_PAIRED, pairings[i].alone);
	g_assert_false(mock->setup.devices[0].is_paired);
	g_assert_cmpuint(mock->seen.n_connects, ==, 0);
}

static const struct {
	const char *name;
	MockPairing pairing;
	const char *answer;
	const char *words;
} wrong_answers[] = {
	{"no", MOCK_CONFIRM, NULL, "the same number"},
	{"wrong-pin", MOCK_PIN, "9999", "the keys differ"},
	{"empty-pin", MOCK_PIN, "", "cannot be one"},
	{"long-pin", MOCK_PIN, "12345678901234567", "cannot be one"},
	{"wrong-passkey", MOCK_PASSKEY, "4321", "the keys differ"},
	{"long-passkey", MOCK_PASSKEY, "1000000", "cannot be one"},
	{"passkey-no-number", MOCK_PASSKEY, "12x", "cannot be one"},
};

static void
does_not_pair_after_a_wrong_answer(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	Person person = {.answer = wrong_answers[i].answer};
	g_autoptr(GyTransport) transport = unpaired(wrong_answers[i].pairing, &person);

	assert_fails(transport, GY_LINK_ERROR_NOT_PAIRED, wrong_answers[i].words);
	g_assert_cmpuint(person.n_asked, ==, 1);
	g_assert_false(mock->setup.devices[0].is_paired);
	g_free(person.code);
}

static void
tells_a_person_who_was_too_slow(void)
{
	Person person = {.answer = MOCK_CODE, .is_absent = TRUE};
	g_autoptr(GyTransport) transport = unpaired(MOCK_PIN, &person);

	gy_bluetooth_transport_set_times(
		GY_BLUETOOTH_TRANSPORT(transport), &(GyBluetoothTimes){.pair_ms = ENOUGH_MS});
	assert_fails(transport, GY_LINK_ERROR_OPEN, "within 0.25 s");
	g_assert_true(person.was_told);
	mock_bluez_settle(mock);
	g_assert_true(mock->seen.was_pairing_cancelled);
}

/* ---- errors of the service ------------------------------------------------------------------------------ */

static const struct {
	const char *name;
	const char *error;
	const char *message;
	GyLinkError code;
	const char *words;
} pair_errors[] =
	{
		{"rejected", "AuthenticationRejected", "", GY_LINK_ERROR_NOT_PAIRED, "refuses to pair"},
		{"timeout", "AuthenticationTimeout", "", GY_LINK_ERROR_NOT_PAIRED, "too long"},
		{"away", "ConnectionAttemptFailed", "Page Timeout", GY_LINK_ERROR_NO_PORT, "does not answer"},
		{"off", "NotReady", "Resource Not Ready", GY_LINK_ERROR_BLUETOOTH_OFF, "switched off"},
},
  connect_errors[] = {
	  {"away", "Failed", "br-connection-page-timeout", GY_LINK_ERROR_NO_PORT, "does not answer"},
	  {"away-old", "Failed", "Host is down", GY_LINK_ERROR_NO_PORT, "does not answer"},
	  {"refused", "Failed", "br-connection-refused", GY_LINK_ERROR_REFUSED, "refuses"},
	  {"refused-old", "Failed", "Connection refused", GY_LINK_ERROR_REFUSED, "refuses"},
	  {"no-serial-port", "NotAvailable", "br-connection-profile-unavailable", GY_LINK_ERROR_REFUSED,
		  "offers no serial port"},
	  {"no-profile", "InvalidArguments", "", GY_LINK_ERROR_REFUSED, "offers no serial port"},
	  {"key-missing", "Failed", "br-connection-key-missing", GY_LINK_ERROR_NOT_PAIRED, "forgotten"},
	  {"off", "Failed", "br-connection-adapter-not-powered", GY_LINK_ERROR_BLUETOOTH_OFF, "switched off"},
	  {"forgotten", "org.freedesktop.DBus.Error.UnknownObject", "", GY_LINK_ERROR_NO_PORT, "any more"},
	  {"forbidden", "org.freedesktop.DBus.Error.AccessDenied", "", GY_LINK_ERROR_FORBIDDEN, "permission"},
	  {"crashed", "org.freedesktop.DBus.Error.NoReply", "", GY_LINK_ERROR_NO_BLUETOOTH, "does not run"},
	  {"unknown", "Failed", "something else", GY_LINK_ERROR_OPEN, "something else"},
};

static void
explains_why_it_does_not_pair(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(GyTransport) transport = unpaired(MOCK_JUST_WORKS, NULL);

	mock->setup.devices[0].pair_error = (MockError){pair_errors[i].error, pair_errors[i].message, 0};
	assert_fails(transport, pair_errors[i].code, pair_errors[i].words);
}

static void
explains_why_it_does_not_connect(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(GyTransport) transport = NULL;

	mock_bluez_reset(mock);
	mock->setup.devices[0].connect_error =
		(MockError){connect_errors[i].error, connect_errors[i].message, 0};
	transport = new_transport("", 0);
	assert_fails(transport, connect_errors[i].code, connect_errors[i].words);
	/* nothing stays behind */
	g_assert_false(mock->seen.is_registered);
	mock->setup.devices[0].connect_error = (MockError){0};
	assert_opens(transport);
}

static void
takes_a_device_that_was_paired_meanwhile(void)
{
	g_autoptr(GyTransport) transport = unpaired(MOCK_JUST_WORKS, NULL);

	mock->setup.devices[0].pair_error = (MockError){"AlreadyExists", "", 1};
	assert_opens(transport);
}

/* ---- connecting ----------------------------------------------------------------------------------------- */

static void
tries_again_while_the_service_is_busy(void)
{
	g_autoptr(GyTransport) transport = NULL;

	mock_bluez_reset(mock);
	mock->setup.devices[0].connect_error = (MockError){"InProgress", "br-connection-busy", 1};
	transport = new_transport("", 0);
	assert_opens(transport);
	g_assert_cmpuint(mock->seen.n_connects, ==, 2);
	g_assert_false(mock->seen.was_disconnected);
}

static void
ends_a_connection_that_was_left_over(void)
{
	g_autoptr(GyTransport) transport = NULL;

	mock_bluez_reset(mock);
	mock->setup.devices[0].connect_error = (MockError){"AlreadyConnected", "Already Connected", 1};
	transport = new_transport("", 0);
	assert_opens(transport);
	g_assert_true(mock->seen.was_disconnected);
}

static void
says_when_the_service_stays_busy(void)
{
	g_autoptr(GyTransport) transport = NULL;

	mock_bluez_reset(mock);
	mock->setup.devices[0].connect_error = (MockError){"InProgress", "br-connection-busy", 0};
	transport = new_transport("", 0);
	gy_bluetooth_transport_set_times(
		GY_BLUETOOTH_TRANSPORT(transport), &(GyBluetoothTimes){.connect_ms = ENOUGH_MS});
	assert_fails(transport, GY_LINK_ERROR_BUSY, "another program");
}

static void
says_when_the_profile_is_taken(void)
{
	g_autoptr(GyTransport) transport = NULL;

	mock_bluez_reset(mock);
	mock->setup.is_profile_taken = TRUE;
	transport = new_transport("", 0);
	assert_fails(transport, GY_LINK_ERROR_BUSY, "another program has registered");
	mock->setup.is_profile_taken = FALSE;
	assert_opens(transport);
}

static void
keeps_to_its_times(void)
{
	g_autoptr(GyTransport) transport = NULL;
	gint64 begin_us;
	guint i;

	mock_bluez_reset(mock);
	transport = new_transport("", 0);
	set_times(transport, SHORT_MS);
	for (i = 0; i < 4; i++) {
		mock_bluez_reset(mock);
		mock->setup.is_service_mute = i == 0;
		mock->setup.devices[0].is_mute = i == 1 || i == 2;
		mock->setup.devices[0].is_paired = i != 1;
		mock->setup.devices[0].is_line_lost = i == 3;
		begin_us = g_get_monotonic_time();
		assert_fails(transport, GY_LINK_ERROR_OPEN, "within 0.06 s");
		g_assert_cmpint(g_get_monotonic_time() - begin_us, >=, SHORT_MS * 1000 / 2);
	}
}

static void
assert_cancelled(GyTransport *transport, GCancellable *cancellable)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(gy_transport_open(transport, 115200, cancellable, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
a_cancel_ends_opening(void)
{
	guint i;

	for (i = 0; i < 4; i++) {
		g_autoptr(GCancellable) cancellable = g_cancellable_new();
		g_autoptr(GyTransport) transport = new_transport("", 0);

		mock_bluez_reset(mock);
		mock->setup.cancel = cancellable;
		mock->setup.is_service_mute = i == 0;
		mock->setup.devices[0].is_mute = i == 1 || i == 2;
		mock->setup.devices[0].is_paired = i != 1;
		mock->setup.devices[0].is_known = i != 3;
		assert_cancelled(transport, cancellable);
		assert_cancelled(transport, cancellable);
		mock_bluez_settle(mock);
		mock->setup.cancel = NULL;
		g_assert_cmpint(mock->seen.was_pairing_cancelled, ==, i == 1);
		g_assert_cmpint(mock->seen.was_disconnected, ==, i == 2);
		g_assert_false(mock->seen.is_registered);
	}
}

static void
refuses_a_call_without_a_line(void)
{
	g_autoptr(GyTransport) transport = NULL;
	int peer;

	mock_bluez_reset(mock);
	mock->setup.devices[0].is_line_strange = TRUE;
	transport = new_transport("", 0);
	assert_opens(transport);
	peer = mock_bluez_take_peer(mock);
	assert_carries(transport, peer);
	close(peer);
}

/* ---- the line ------------------------------------------------------------------------------------------- */

static void
closing_hangs_up_and_leaves_nothing(void)
{
	g_autoptr(GyTransport) transport = NULL;
	guint i;

	mock_bluez_reset(mock);
	transport = new_transport("", 0);
	for (i = 0; i < N_OPENS; i++) {
		assert_opens(transport);
		g_assert_true(mock->seen.is_registered);
		gy_transport_close(transport);
		g_assert_false(mock->seen.is_registered);
		assert_hung_up(mock_bluez_take_peer(mock));
	}
	g_assert_cmpuint(mock->seen.n_registered, ==, N_OPENS);
}

static void
tells_what_waits_to_be_sent(void)
{
	g_autoptr(GyTransport) transport = NULL;
	int peer;

	mock_bluez_reset(mock);
	transport = new_transport("", 0);
	assert_opens(transport);
	peer = mock_bluez_take_peer(mock);
	g_assert_cmpuint(gy_transport_unsent(transport), ==, 0);
	g_assert_cmpint(gy_transport_write(transport, (const guint8 *) "hello", 5, NULL), ==, 5);
	g_assert_cmpuint(gy_transport_unsent(transport), ==, 5);
	g_assert_cmpint(read(peer, (char[5]){0}, 5), ==, 5);
	g_assert_cmpuint(gy_transport_unsent(transport), ==, 0);
	close(peer);
}

/* The device hangs up after so many bytes; whatever it took is there, and the next line carries the rest. */
static void
goes_on_after_a_drop(void)
{
	g_autoptr(GyTransport) transport = NULL;
	g_autoptr(GError) error = NULL;
	guint8 bytes[64];
	gsize cut;

	mock_bluez_reset(mock);
	transport = new_transport("", 0);
	for (cut = 1; cut <= sizeof bytes; cut *= 4) {
		int peer;

		assert_opens(transport);
		peer = mock_bluez_take_peer(mock);
		g_assert_cmpint(write(peer, "answer", 6), ==, 6);
		g_assert_cmpint(gy_transport_write(transport, bytes, sizeof bytes, NULL), ==, sizeof bytes);
		g_assert_cmpint(read(peer, bytes, cut), ==, (gssize) cut);
		close(peer);
		g_assert_cmpint(gy_transport_wait(transport, G_IO_IN, 5000, NULL) & G_IO_IN, ==, G_IO_IN);
		/* a unix socket that is closed with bytes unread resets; a cut at the end does not */
		while (gy_transport_read(transport, bytes, sizeof bytes, &error) > 0)
			;
		g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_GONE);
		g_assert_false(gy_transport_is_open(transport));
		g_clear_error(&error);
	}
	assert_opens(transport);
	g_assert_cmpuint(mock->seen.n_pairings, ==, 0);
}

static void
hangs_up_when_the_service_asks(void)
{
	g_autoptr(GyTransport) transport = NULL;
	g_autoptr(GError) error = NULL;
	guint8 byte;

	mock_bluez_reset(mock);
	transport = new_transport("", 0);
	assert_opens(transport);
	mock_bluez_request_disconnection(mock, 0);
	assert_hung_up(mock_bluez_take_peer(mock));
	g_assert_cmpint(gy_transport_read(transport, &byte, 1, &error), ==, -1);
	g_assert_error(error, GY_LINK_ERROR, GY_LINK_ERROR_GONE);
}

static void
two_devices_share_the_profile(void)
{
	g_autoptr(GyTransport) first = NULL;
	g_autoptr(GyTransport) second = NULL;
	g_autoptr(GyTransport) again = NULL;
	int peers[2];

	mock_bluez_reset(mock);
	first = new_transport("", 0);
	second = new_transport("", 1);
	again = new_transport("", 0);
	assert_opens(first);
	peers[0] = mock_bluez_take_peer(mock);
	assert_opens(second);
	peers[1] = mock_bluez_take_peer(mock);
	g_assert_cmpuint(mock->seen.n_registered, ==, 1);
	assert_fails(again, GY_LINK_ERROR_BUSY, "by this program");
	assert_carries(first, peers[0]);
	assert_carries(second, peers[1]);
	gy_transport_close(first);
	assert_hung_up(peers[0]);
	assert_carries(second, peers[1]);
	g_assert_true(mock->seen.is_registered);
	assert_opens(again);
	close(peers[1]);
}

static gpointer
open_and_close(gpointer data)
{
	guint i;

	for (i = 0; i < N_OPENS; i++) {
		assert_opens(data);
		gy_transport_close(data);
	}
	return NULL;
}

static void
threads_do_not_disturb_each_other(void)
{
	g_autoptr(GyTransport) first = NULL;
	g_autoptr(GyTransport) second = NULL;
	GThread *thread;

	mock_bluez_reset(mock);
	mock->setup.devices[0].is_line_late = TRUE;
	first = new_transport("", 0);
	second = new_transport("", 1);
	thread = g_thread_new("other", open_and_close, second);
	open_and_close(first);
	g_thread_join(thread);
	g_assert_false(mock->seen.is_registered);
}

static void
registers_anew_with_a_new_service(void)
{
	g_autoptr(GyTransport) first = NULL;
	g_autoptr(GyTransport) second = NULL;

	mock_bluez_reset(mock);
	first = new_transport("", 0);
	second = new_transport("", 1);
	assert_opens(first);
	mock_bluez_restart(mock);
	assert_opens(second);
	g_assert_cmpuint(mock->seen.n_registered, ==, 2);
}

/* ---- the list ------------------------------------------------------------------------------------------- */

static void
lists_what_the_service_knows(void)
{
	g_autoptr(GyTransport) transport = NULL;
	g_autoptr(GPtrArray) devices = NULL;
	g_autoptr(GError) error = NULL;
	const GyBluetoothDevice *device;

	mock_bluez_reset(mock);
	mock->setup.devices[0].is_paired = FALSE;
	transport = new_transport("", 1);
	assert_opens(transport);
	devices = gy_bluetooth_list(NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(devices->len, ==, MOCK_N_DEVICES);
	device = devices->pdata[0];
	g_assert_cmpstr(device->address, ==, mock_addresses[1]);
	g_assert_cmpstr(device->name, ==, "Board 1");
	g_assert_cmpstr(device->adapter, ==, "hci0");
	g_assert_cmpstr(device->port, ==, gy_transport_name(transport));
	g_assert_true(device->is_paired && device->is_connected && device->has_serial_port);
	g_assert_cmpint(device->rssi_dbm, ==, GY_BLUETOOTH_NO_RSSI);
	device = devices->pdata[1];
	g_assert_cmpstr(device->address, ==, mock_addresses[0]);
	g_assert_false(device->is_paired || device->is_connected || device->has_serial_port);
	g_assert_cmpint(device->rssi_dbm, ==, -42);
}

static void
the_list_can_be_cancelled(void)
{
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GError) error = NULL;

	mock_bluez_reset(mock);
	g_cancellable_cancel(cancellable);
	g_assert_null(gy_bluetooth_list(cancellable, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* --------------------------------------------------------------------------------------------------------- */

#define ADD_ROWS(folder, rows, run)                                                                          \
	for (guint row = 0; row < G_N_ELEMENTS(rows); row++) {                                               \
		g_autofree char *row_path = g_strconcat("/bluetooth/" folder "/", rows[row].name, NULL);     \
                                                                                                             \
		g_test_add_data_func(row_path, GUINT_TO_POINTER(row), run);                                  \
	}

static void
add_rows(void)
{
	ADD_ROWS("name/refuses", wrong_names, refuses_a_wrong_name)
	ADD_ROWS("pair/asks-a-person", pairings, asks_a_person)
	ADD_ROWS("pair/refuses-where-nobody-is", pairings, refuses_where_nobody_is)
	ADD_ROWS("pair/wrong-answer", wrong_answers, does_not_pair_after_a_wrong_answer)
	ADD_ROWS("pair/explains", pair_errors, explains_why_it_does_not_pair)
	ADD_ROWS("connect/explains", connect_errors, explains_why_it_does_not_connect)
}

static const struct {
	const char *path;
	GTestFunc run;
} tests[] = {
	{"name/takes-small-letters", takes_an_address_in_small_letters},
	{"find/takes-the-adapter-that-knows-the-device", takes_the_adapter_that_knows_the_device},
	{"find/takes-the-adapter-that-is-named", takes_the_adapter_that_is_named},
	{"find/says-when-there-is-no-adapter", says_when_there_is_no_adapter},
	{"find/says-when-it-is-switched-off", says_when_it_is_switched_off},
	{"find/says-when-there-is-no-bus", says_when_there_is_no_bus},
	{"find/searches-for-a-device-that-is-not-known", searches_for_a_device_that_is_not_known},
	{"find/says-when-the-search-finds-nothing", says_when_the_search_finds_nothing},
	{"pair/what-needs-nobody", pairs_what_needs_nobody},
	{"pair/tells-a-person-who-was-too-slow", tells_a_person_who_was_too_slow},
	{"pair/takes-a-device-that-was-paired-meanwhile", takes_a_device_that_was_paired_meanwhile},
	{"connect/tries-again-while-the-service-is-busy", tries_again_while_the_service_is_busy},
	{"connect/ends-a-connection-that-was-left-over", ends_a_connection_that_was_left_over},
	{"connect/says-when-the-service-stays-busy", says_when_the_service_stays_busy},
	{"connect/says-when-the-profile-is-taken", says_when_the_profile_is_taken},
	{"connect/keeps-to-its-times", keeps_to_its_times},
	{"connect/a-cancel-ends-it", a_cancel_ends_opening},
	{"connect/refuses-a-call-without-a-line", refuses_a_call_without_a_line},
	{"line/closing-hangs-up-and-leaves-nothing", closing_hangs_up_and_leaves_nothing},
	{"line/tells-what-waits-to-be-sent", tells_what_waits_to_be_sent},
	{"line/goes-on-after-a-drop", goes_on_after_a_drop},
	{"line/hangs-up-when-the-service-asks", hangs_up_when_the_service_asks},
	{"line/two-devices-share-the-profile", two_devices_share_the_profile},
	{"line/threads-do-not-disturb-each-other", threads_do_not_disturb_each_other},
	{"line/registers-anew-with-a-new-service", registers_anew_with_a_new_service},
	{"list/what-the-service-knows", lists_what_the_service_knows},
	{"list/can-be-cancelled", the_list_can_be_cancelled},
};

static void
add_tests(void)
{
	static const char *const kinds[] = {
		"bluetooth", "bluetooth-blocking", "bluetooth-late", "bluetooth-late-blocking"};
	guint i;

	for (i = 0; i < G_N_ELEMENTS(kinds); i++)
		conformance_add(kinds[i], BENCH_N_KINDS + i);
	for (i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/bluetooth/", tests[i].path, NULL);

		g_test_add_func(path, tests[i].run);
	}
	add_rows();
}

int
main(int argc, char **argv)
{
	g_autofree char *daemon = g_find_program_in_path("dbus-daemon");
	g_autoptr(GTestDBus) bus = NULL;
	int result;

	g_test_init(&argc, &argv, NULL);
	if (daemon == NULL) {
		g_print("1..0 # SKIP needs dbus-daemon\n");
		return 0;
	}
	bus = g_test_dbus_new(G_TEST_DBUS_NONE);
	g_test_dbus_up(bus);
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address(bus), TRUE);
	mock = bench_mock = mock_bluez_start();
	add_tests();
	result = g_test_run();
	mock_bluez_stop(mock);
	g_test_dbus_stop(bus);
	return result;
}

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/transport/bluetooth.h"

#define GY_BLUEZ_SERVICE "org.bluez"
#define GY_BLUEZ_SPP     "00001101-0000-1000-8000-00805f9b34fb"

/* ---- bluez.c: a way to the service for the time of one operation ---------------------------------------- */

/*
 * Has a context of its own that is the thread's default as long as it lives, so every call runs it until the answer is
 * there and answers the service's questions meanwhile. To be freed by the thread that made it.
 */
typedef struct {
	char *what; /* cannot be done, as sentences begin */
	GMainContext *context;
	GDBusConnection *bus; /* private: its end ends what the service holds for it */
	gboolean bus_is_closed;
	GCancellable *cancellable; /* the caller's, may be NULL */
	GCancellable *stop;        /* cancelled by the caller's or by the timer */
	gulong chain;
	GSource *timer;
	guint time_ms; /* what the timer was set to */
} GyBluez;

typedef gboolean (*GyBluezTest)(gpointer data);

GyBluez *gy_bluez_new(const char *what, GCancellable *cancellable);
void gy_bluez_free(GyBluez *bluez);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyBluez, gy_bluez_free)

/* How long what follows may take. */
void gy_bluez_give_ms(GyBluez *bluez, guint time_ms);
gboolean gy_bluez_connect(GyBluez *bluez, GError **error);
/* Another connection, for the context that is the thread's default. Only after one worked: the timer does not run. */
GDBusConnection *gy_bluez_new_bus_sync(GyBluez *bluez, GError **error);

/* One call of the service; @arguments are consumed. The error is D-Bus's own: gy_bluez_explain() makes it ours. */
GVariant *gy_bluez_call_on(GyBluez *bluez, GDBusConnection *bus, const char *path, const char *method,
	GVariant *arguments, GError **cause);
GVariant *gy_bluez_call(
	GyBluez *bluez, const char *path, const char *method, GVariant *arguments, GError **cause);
/* The unique name of the service. */
char *gy_bluez_owner(GyBluez *bluez, GDBusConnection *bus, GError **cause);
/* Does not wait for the answer. */
void gy_bluez_tell(GyBluez *bluez, const char *path, const char *method, GVariant *arguments);
/* Runs the context until @is_done; the error as of a call. */
gboolean gy_bluez_wait(GyBluez *bluez, GyBluezTest is_done, gpointer data, GError **cause);
gboolean gy_bluez_pause(GyBluez *bluez, guint time_ms, GError **cause);

/* ---- bluez-error.c -------------------------------------------------------------------------------------- */

/* Whether it is the error of the service with this name, such as "InProgress". */
gboolean gy_bluez_is_error(const GError *cause, const char *name);
/* Whether trying again in a moment may help. */
gboolean gy_bluez_is_passing(const GError *cause);
/* Sets @error to a sentence that ends with why. Always FALSE. */
gboolean gy_bluez_explain(GyBluez *bluez, const GError *cause, GError **error);

/* ---- bluez-objects.c: what the service knows ------------------------------------------------------------ */

typedef struct {
	char *path;
	char *name; /* such as "hci0" */
	gboolean is_powered;
} GyBluezAdapter;

typedef struct {
	GPtrArray *adapters; /* GyBluezAdapter */
	GPtrArray *devices;  /* GyBluetoothDevice */
} GyBluezObjects;

GyBluezObjects *gy_bluez_objects_get(GyBluez *bluez, GError **error);
void gy_bluez_objects_free(GyBluezObjects *objects);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyBluezObjects, gy_bluez_objects_free)

/* @name NULL: one that is on and knows the device with @address best. Borrowed. */
const GyBluezAdapter *gy_bluez_objects_choose_adapter(
	GyBluez *bluez, const GyBluezObjects *objects, const char *name, const char *address, GError **error);
/* NULL: the adapter does not know it. Taken out of @objects. */
GyBluetoothDevice *gy_bluez_objects_take_device(
	GyBluezObjects *objects, const GyBluezAdapter *adapter, const char *address);
/* Searches for a device that the service does not know, for as long as was given. */
GyBluetoothDevice *gy_bluez_search(
	GyBluez *bluez, const GyBluezAdapter *adapter, const char *address, GError **error);

/* ---- bluez-agent.c: answers the questions of pairing ---------------------------------------------------- */

typedef struct _GyBluezAgent GyBluezAgent;

/* @ask NULL: what needs a person is refused. */
GyBluezAgent *gy_bluez_agent_new(
	GyBluez *bluez, const GyBluetoothDevice *device, GyBluetoothAsk ask, gpointer data, GError **error);
void gy_bluez_agent_free(GyBluezAgent *agent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyBluezAgent, gy_bluez_agent_free)
/* Why it refused, as the end of a sentence that begins with the device; NULL if it did not. */
const char *gy_bluez_agent_refusal(const GyBluezAgent *agent);

/* ---- spp-profile.c: the lines --------------------------------------------------------------------------- */

/*
 * The line to one device. BlueZ registers the serial port profile once and no more, so all lines of the process share
 * one registration; the first makes it and the last ends it.
 */
typedef struct _GySppLine GySppLine;

GySppLine *gy_spp_line_new(GyBluez *bluez, const char *device_path, GError **error);
/* Hangs up. */
void gy_spp_line_free(GySppLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GySppLine, gy_spp_line_free)
/* The descriptor, which stays the line's; -1 as long as none has come. It wakes the context of @bluez. */
int gy_spp_line_fd(GySppLine *line);
/* No descriptor that comes later wakes a context: the opening is over. */
void gy_spp_line_settle(GySppLine *line);

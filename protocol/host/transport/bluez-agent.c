// SPDX-License-Identifier: Apache-2.0
#include <glib/gi18n-lib.h>
#include <string.h>

#include "protocol/host/transport/bluez-private.h"

#define AGENT_PATH   "/gantry/agent"
#define PASSKEY_LAST 999999
#define PIN_MAX      16

static const char agent_xml[] = "<node><interface name='org.bluez.Agent1'>"
				"<method name='Release'/>"
				"<method name='Cancel'/>"
				"<method name='RequestPinCode'><arg type='o' direction='in'/>"
				"<arg type='s' direction='out'/></method>"
				"<method name='RequestPasskey'><arg type='o' direction='in'/>"
				"<arg type='u' direction='out'/></method>"
				"<method name='DisplayPinCode'><arg type='o' direction='in'/>"
				"<arg type='s' direction='in'/></method>"
				"<method name='DisplayPasskey'><arg type='o' direction='in'/>"
				"<arg type='u' direction='in'/><arg type='q' direction='in'/></method>"
				"<method name='RequestConfirmation'><arg type='o' direction='in'/>"
				"<arg type='u' direction='in'/></method>"
				"<method name='RequestAuthorization'><arg type='o' direction='in'/></method>"
				"<method name='AuthorizeService'><arg type='o' direction='in'/>"
				"<arg type='s' direction='in'/></method>"
				"</interface></node>";

struct _GyBluezAgent {
	GyBluez *bluez;
	const GyBluetoothDevice *device;
	GyBluetoothAsk ask;
	gpointer data;
	guint registration;
	const char *refusal;
	GCancellable *patience; /* of the question that is being asked; NULL: none */
	guint n_asked;          /* questions whose threads have not come back */
};

/* One question on its way to a person and back. */
typedef struct {
	GyBluezAgent *agent;
	GyBluetoothQuestion question;
	char *code;
	GDBusMethodInvocation *invocation; /* NULL: nobody waits for the answer */
} Asked;

static void
refuse(GDBusMethodInvocation *invocation, const char *why)
{
	g_dbus_method_invocation_return_dbus_error(invocation, "org.bluez.Error.Rejected", why);
}

static const char *
why_refused(GyBluetoothQuestion question)
{
	switch (question) {
	case GY_BLUETOOTH_PIN: return _("asks for a PIN");
	case GY_BLUETOOTH_PASSKEY: return _("asks for the number that it shows");
	case GY_BLUETOOTH_CONFIRM: return _("asks whether both sides show the same number");
	case GY_BLUETOOTH_ALLOW: return _("asks for leave to pair");
	case GY_BLUETOOTH_SHOW: return _("wants a code typed in");
	}
	return _("asks for something");
}

/* ---- answers -------------------------------------------------------------------------------------------- */

/* NULL: not an answer to this question. */
static GVariant *
answer_variant(GyBluetoothQuestion question, const char *answer)
{
	guint64 passkey;
	gsize size = strlen(answer);

	switch (question) {
	case GY_BLUETOOTH_PIN:
		if (size == 0 || size > PIN_MAX || !g_utf8_validate(answer, -1, NULL))
			return NULL;
		return g_variant_new("(s)", answer);
	case GY_BLUETOOTH_PASSKEY:
		if (!g_ascii_string_to_unsigned(answer, 10, 0, PASSKEY_LAST, &passkey, NULL))
			return NULL;
		return g_variant_new("(u)", (guint32) passkey);
	case GY_BLUETOOTH_CONFIRM:
	case GY_BLUETOOTH_ALLOW:
	case GY_BLUETOOTH_SHOW: break;
	}
	return g_variant_new("()");
}

static void
give_answer(Asked *asked, const char *answer)
{
	GVariant *reply = answer != NULL ? answer_variant(asked->question, answer) : NULL;

	if (reply != NULL) {
		g_dbus_method_invocation_return_value(g_steal_pointer(&asked->invocation), reply);
		return;
	}
	asked->agent->refusal = answer == NULL ? why_refused(asked->question)
					       : _("asks for a code, and what was given cannot be one");
	refuse(g_steal_pointer(&asked->invocation), _("refused by the user"));
}

static void
free_asked(gpointer data)
{
	Asked *asked = data;

	g_free(asked->code);
	g_free(asked);
}

static void
ask_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const Asked *asked = data;
	const GyBluezAgent *agent = asked->agent;

	g_task_return_pointer(task,
		agent->ask(asked->question, agent->device, asked->code, cancellable, agent->data), g_free);
}

static void
answered(GObject *source, GAsyncResult *result, gpointer data)
{
	Asked *asked = g_task_get_task_data(G_TASK(result));
	GyBluezAgent *agent = asked->agent;
	/* a cancelled task has no result: the same as a refusal */
	g_autofree char *answer = g_task_propagate_pointer(G_TASK(result), NULL);

	if (asked->invocation != NULL)
		give_answer(asked, answer);
	agent->n_asked--;
	if (agent->patience == g_task_get_cancellable(G_TASK(result)))
		g_clear_object(&agent->patience);
}

static void
ask(GyBluezAgent *agent, GyBluetoothQuestion question, const char *code, GDBusMethodInvocation *invocation)
{
	Asked *asked = g_new0(Asked, 1);
	g_autoptr(GTask) task = NULL;

	g_clear_object(&agent->patience);
	agent->patience = g_cancellable_new();
	agent->n_asked++;
	asked->agent = agent;
	asked->question = question;
	asked->code = g_strdup(code);
	asked->invocation = invocation;
	task = g_task_new(NULL, agent->patience, answered, NULL);
	g_task_set_task_data(task, asked, free_asked);
	g_task_run_in_thread(task, ask_in_thread);
}

static void
stop_asking(GyBluezAgent *agent)
{
	if (agent->patience != NULL)
		g_cancellable_cancel(agent->patience);
}

/* ---- the service's calls -------------------------------------------------------------------------------- */

static void
put_to_person(GyBluezAgent *agent, GyBluetoothQuestion question, const char *code,
	GDBusMethodInvocation *invocation)
{
	if (agent->ask != NULL) {
		ask(agent, question, code, invocation);
		return;
	}
	agent->refusal = why_refused(question);
	refuse(invocation, _("nobody is there to ask"));
}

/* Shown as long as the pairing lasts; the service goes on at once. */
static void
show(GyBluezAgent *agent, const char *code, GDBusMethodInvocation *invocation)
{
	if (agent->ask == NULL) {
		put_to_person(agent, GY_BLUETOOTH_SHOW, code, invocation);
		return;
	}
	g_dbus_method_invocation_return_value(invocation, NULL);
	ask(agent, GY_BLUETOOTH_SHOW, code, NULL);
}

static void
show_passkey(GyBluezAgent *agent, GVariant *arguments, GDBusMethodInvocation *invocation)
{
	char code[16];
	guint32 passkey;
	guint16 n_typed;

	g_variant_get(arguments, "(ouq)", NULL, &passkey, &n_typed);
	g_snprintf(code, sizeof code, "%06u", passkey);
	/* it comes again for each key that is pressed on the device */
	if (n_typed == 0)
		show(agent, code, invocation);
	else
		g_dbus_method_invocation_return_value(invocation, NULL);
}

static void
confirm(GyBluezAgent *agent, GVariant *arguments, GDBusMethodInvocation *invocation)
{
	char code[16];
	guint32 passkey;

	g_variant_get(arguments, "(ou)", NULL, &passkey);
	g_snprintf(code, sizeof code, "%06u", passkey);
	put_to_person(agent, GY_BLUETOOTH_CONFIRM, code, invocation);
}

static void
authorize_service(GVariant *arguments, GDBusMethodInvocation *invocation)
{
	const char *uuid;

	g_variant_get(arguments, "(o&s)", NULL, &uuid);
	if (g_ascii_strcasecmp(uuid, GY_BLUEZ_SPP) == 0)
		g_dbus_method_invocation_return_value(invocation, NULL);
	else
		refuse(invocation, _("only the serial port is wanted"));
}

static gboolean
is_for_device(const GyBluezAgent *agent, GVariant *arguments)
{
	g_autoptr(GVariant) path = g_variant_get_child_value(arguments, 0);

	return g_str_equal(g_variant_get_string(path, NULL), agent->device->object_path);
}

static void
on_question(GyBluezAgent *agent, const char *method, GVariant *arguments, GDBusMethodInvocation *invocation)
{
	const char *code;

	if (g_str_equal(method, "RequestPinCode")) {
		put_to_person(agent, GY_BLUETOOTH_PIN, NULL, invocation);
	} else if (g_str_equal(method, "RequestPasskey")) {
		put_to_person(agent, GY_BLUETOOTH_PASSKEY, NULL, invocation);
	} else if (g_str_equal(method, "RequestConfirmation")) {
		confirm(agent, arguments, invocation);
	} else if (g_str_equal(method, "RequestAuthorization")) {
		put_to_person(agent, GY_BLUETOOTH_ALLOW, NULL, invocation);
	} else if (g_str_equal(method, "DisplayPasskey")) {
		show_passkey(agent, arguments, invocation);
	} else if (g_str_equal(method, "DisplayPinCode")) {
		g_variant_get(arguments, "(o&s)", NULL, &code);
		show(agent, code, invocation);
	} else {
		authorize_service(arguments, invocation);
	}
}

static void
on_call(GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *method,
	GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
	GyBluezAgent *agent = data;

	if (g_str_equal(method, "Cancel") || g_str_equal(method, "Release")) {
		stop_asking(agent);
		g_dbus_method_invocation_return_value(invocation, NULL);
	} else if (is_for_device(agent, arguments)) {
		on_question(agent, method, arguments, invocation);
	} else {
		refuse(invocation, _("another device is being paired"));
	}
}

static const GDBusInterfaceVTable vtable = {.method_call = on_call};

static gboolean
register_agent(GyBluezAgent *agent, GError **error)
{
	GyBluez *bluez = agent->bluez;
	const char *ability = agent->ask != NULL ? "KeyboardDisplay" : "NoInputNoOutput";
	g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(agent_xml, NULL);
	g_autoptr(GVariant) reply = NULL;
	g_autoptr(GError) cause = NULL;

	agent->registration = g_dbus_connection_register_object(
		bluez->bus, AGENT_PATH, node->interfaces[0], &vtable, agent, NULL, &cause);
	if (agent->registration != 0)
		reply = gy_bluez_call(bluez, "/org/bluez", "org.bluez.AgentManager1.RegisterAgent",
			g_variant_new("(os)", AGENT_PATH, ability), &cause);
	return reply != NULL || gy_bluez_explain(bluez, cause, error);
}

GyBluezAgent *
gy_bluez_agent_new(GyBluez *bluez, const GyBluetoothDevice *device, GyBluetoothAsk ask_person, gpointer data,
	GError **error)
{
	g_autoptr(GyBluezAgent) agent = g_new0(GyBluezAgent, 1);

	agent->bluez = bluez;
	agent->device = device;
	agent->ask = ask_person;
	agent->data = data;
	return register_agent(agent, error) ? g_steal_pointer(&agent) : NULL;
}

void
gy_bluez_agent_free(GyBluezAgent *agent)
{
	if (agent == NULL)
		return;
	stop_asking(agent);
	/* the threads of the questions use the agent, and what belongs to the caller */
	while (agent->n_asked > 0)
		g_main_context_iteration(agent->bluez->context, TRUE);
	g_clear_object(&agent->patience);
	if (agent->registration != 0)
		g_dbus_connection_unregister_object(agent->bluez->bus, agent->registration);
	g_free(agent);
}

const char *
gy_bluez_agent_refusal(const GyBluezAgent *agent)
{
	return agent->refusal;
}

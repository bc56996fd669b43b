// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/alios/message.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "engine/formats/alios/layout.h"

/* The parser goes into itself for each level. */
#define DEPTH_MAX 8
#define TWICE_KEY "gy-alios-twice"

static const struct {
	GyAliosMethod method;
	const char *word;   /* as the cloud writes it */
	const char *prefix; /* as the device looks for it, in upper case */
	GChecksumType type;
	gsize size;
} methods[] = {
	{GY_ALIOS_SHA256, "Sha256", "SHA256", G_CHECKSUM_SHA256, 32},
	{GY_ALIOS_MD5, "Md5", "MD5", G_CHECKSUM_MD5, 16},
};

void
gy_alios_message_free(GyAliosMessage *message)
{
	if (!message)
		return;
	g_free(message->message);
	g_free(message->url);
	g_free(message->version);
	g_free(message->method_text);
	g_free(message->digest);
	g_free(message->signature);
	g_free(message);
}

/* ---- reading -------------------------------------------------------------------------------------------- */

static gboolean
has_word(const guint8 *data, gsize size, const char *word)
{
	return memmem(data, size, word, strlen(word)) != NULL;
}

gboolean
gy_alios_message_probe(const guint8 *data, gsize size)
{
	gsize at = 0;

	while (at < size && g_ascii_isspace((char) data[at]))
		at++;
	return data && size <= GY_ALIOS_MESSAGE_MAX && at < size && data[at] == '{' &&
	       has_word(data, size, "\"data\"") && has_word(data, size, "\"message\"") &&
	       has_word(data, size, "\"url\"");
}

static gboolean G_GNUC_PRINTF(2, 3) fail(GError **error, const char *message, ...)
{
	va_list arguments;

	va_start(arguments, message);
	if (error)
		*error = g_error_new_valist(GY_ERROR, GY_ERROR_PACKAGE_MALFORMED, message, arguments);
	va_end(arguments);
	return FALSE;
}

static gboolean
check_depth(const guint8 *data, gsize size, GError **error)
{
	gboolean in_text = FALSE;
	guint depth = 0;

	for (gsize i = 0; i < size; i++) {
		if (in_text && data[i] == '\\')
			i++;
		else if (data[i] == '"')
			in_text = !in_text;
		else if (!in_text && (data[i] == '{' || data[i] == '['))
			depth++;
		else if (!in_text && (data[i] == '}' || data[i] == ']') && depth > 0)
			depth--;
		if (depth > DEPTH_MAX)
			return fail(error, _("the message has more than %d levels"), DEPTH_MAX);
	}
	return TRUE;
}

/* (nullable): a member that has to be a value of that type if it is there. */
static gboolean
get_value(JsonObject *object, const char *name, GType type, JsonNode **node, GError **error)
{
	*node = json_object_get_member(object, name);
	if (!*node || json_node_is_null(*node)) {
		*node = NULL;
		return TRUE;
	}
	if (JSON_NODE_HOLDS_VALUE(*node) && json_node_get_value_type(*node) == type)
		return TRUE;
	return fail(error, _("\"%s\" of the message is no %s"), name,
		type == G_TYPE_STRING ? "text" : _("whole number"));
}

static gboolean
get_text(JsonObject *object, const char *name, char **text, GError **error)
{
	JsonNode *node;

	if (!get_value(object, name, G_TYPE_STRING, &node, error))
		return FALSE;
	if (node)
		*text = g_strdup(json_node_get_string(node));
	return TRUE;
}

static gboolean
get_number(JsonObject *object, const char *name, gint64 *number, GError **error)
{
	JsonNode *node;

	if (!get_value(object, name, G_TYPE_INT64, &node, error))
		return FALSE;
	if (node)
		*number = json_node_get_int(node);
	return TRUE;
}

static gboolean
get_size(JsonObject *object, const char *name, guint32 *number, GError **error)
{
	gint64 value = 0;

	if (!get_number(object, name, &value, error))
		return FALSE;
	if (value < 0 || value > G_MAXUINT32)
		return fail(error, _("\"%s\" of the message is no number of 32 bits"), name);
	*number = (guint32) value;
	return TRUE;
}

/* As the device does: in upper case, and by its beginning. */
static void
find_method(GyAliosMessage *message)
{
	g_autofree char *upper = g_ascii_strup(message->method_text, -1);

	for (guint i = 0; i < G_N_ELEMENTS(methods) && !message->has_method; i++) {
		message->has_method = g_str_has_prefix(upper, methods[i].prefix);
		message->method = methods[i].method;
	}
}

static gboolean
read_data(GyAliosMessage *message, JsonObject *data, GError **error)
{
	guint32 size = 0, is_difference = 0;

	if (!get_text(data, "url", &message->url, error) ||
		!get_text(data, "version", &message->version, error) ||
		!get_size(data, "size", &size, error) ||
		!get_text(data, "signMethod", &message->method_text, error) ||
		!get_text(data, message->method_text ? "sign" : "md5", &message->digest, error) ||
		!get_size(data, "isDiff", &is_difference, error) ||
		!get_size(data, "splictSize", &message->slice_size, error) ||
		!get_text(data, "digestsign", &message->signature, error))
		return FALSE;
	message->size = size;
	message->is_difference = is_difference != 0;
	message->is_old_form = !message->method_text;
	message->method = GY_ALIOS_MD5;
	message->has_method = message->is_old_form;
	if (message->method_text)
		find_method(message);
	return TRUE;
}

static GyAliosMessage *
read_root(JsonNode *root, GError **error)
{
	g_autoptr(GyAliosMessage) message = g_new0(GyAliosMessage, 1);
	JsonObject *object = root && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
	JsonNode *data = object ? json_object_get_member(object, "data") : NULL;

	if (!data || !JSON_NODE_HOLDS_OBJECT(data)) {
		fail(error, _("the message has no \"data\""));
		return NULL;
	}
	if (!get_text(object, "message", &message->message, error) ||
		!get_number(object, "id", &message->id, error) ||
		!read_data(message, json_node_get_object(data), error))
		return NULL;
	return g_steal_pointer(&message);
}

/* A device takes the first of two members of one name, this parser the last. */
static void
on_member(JsonParser *parser, JsonObject *object, const char *name, gpointer data)
{
	GHashTable *names = data;

	if (!g_hash_table_add(names, g_strdup_printf("%p %s", (gpointer) object, name)))
		g_object_set_data(G_OBJECT(parser), TWICE_KEY, GINT_TO_POINTER(TRUE));
}

static JsonParser *
read_json(const guint8 *data, gsize size, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GError) cause = NULL;

	g_signal_connect(parser, "object-member", G_CALLBACK(on_member), names);
	if (!json_parser_load_from_data(parser, (const char *) data, (gssize) size, &cause))
		fail(error, _("the message is no JSON: %s"), cause->message);
	else if (g_object_get_data(G_OBJECT(parser), TWICE_KEY))
		fail(error, _("the message has a member twice"));
	else
		return g_steal_pointer(&parser);
	return NULL;
}

GyAliosMessage *
gy_alios_message_parse(const guint8 *data, gsize size, GError **error)
{
	g_autoptr(JsonParser) parser = NULL;

	/* what is published ends with one */
	if (size > 0 && data[size - 1] == '\0')
		size--;
	if (size > GY_ALIOS_MESSAGE_MAX || memchr(data, '\0', size)) {
		fail(error, _("the message is too long, or has a zero in it"));
		return NULL;
	}
	parser = check_depth(data, size, error) ? read_json(data, size, error) : NULL;
	return parser ? read_root(json_parser_get_root(parser), error) : NULL;
}

/* ---- writing -------------------------------------------------------------------------------------------- */

static JsonObject *
write_data(const GyAliosMessage *message)
{
	JsonObject *data = json_object_new();

	json_object_set_int_member(data, "size", (gint64) message->size);
	json_object_set_string_member(data, "version", message->version);
	json_object_set_string_member(data, "url", message->url);
	json_object_set_string_member(data, "signMethod",
		message->method_text ? message->method_text : methods[message->method].word);
	json_object_set_string_member(data, "sign", message->digest);
	if (message->is_difference) {
		json_object_set_int_member(data, "isDiff", 1);
		json_object_set_int_member(data, "splictSize", message->slice_size);
	}
	if (message->signature)
		json_object_set_string_member(data, "digestsign", message->signature);
	return data;
}

GBytes *
gy_alios_message_write(const GyAliosMessage *message)
{
	g_autoptr(JsonObject) object = json_object_new();
	g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
	g_autoptr(GString) text = NULL;
	char *json;

	json_object_set_string_member(object, "code", "1000");
	json_object_set_object_member(object, "data", write_data(message));
	json_object_set_int_member(object, "id", message->id);
	json_object_set_string_member(object, "message", message->message ? message->message : "success");
	json_node_set_object(root, object);
	json = json_to_string(root, TRUE);
	text = g_string_new(json);
	g_free(json);
	g_string_append_c(text, '\n');
	return g_string_free_to_bytes(g_steal_pointer(&text));
}

/* ---- digests and signatures ----------------------------------------------------------------------------- */

GBytes *
gy_alios_file_digest(GyAliosMethod method, GBytes *file)
{
	g_autoptr(GChecksum) sum = g_checksum_new(methods[method].type);
	gsize size = 0, digest_size = methods[method].size;
	const guint8 *data = g_bytes_get_data(file, &size);
	guint8 digest[32];

	if (size > 0)
		g_checksum_update(sum, data, (gssize) size);
	g_checksum_get_digest(sum, digest, &digest_size);
	return g_bytes_new(digest, digest_size);
}

GBytes *
gy_alios_message_digest(const GyAliosMessage *message)
{
	gsize size = methods[message->method].size;
	guint8 digest[32];

	if (!message->has_method || !message->digest || strlen(message->digest) != 2 * size)
		return NULL;
	for (gsize i = 0; i < size; i++) {
		int high = g_ascii_xdigit_value(message->digest[2 * i]);
		int low = g_ascii_xdigit_value(message->digest[2 * i + 1]);

		if (high < 0 || low < 0)
			return NULL;
		digest[i] = (guint8) (high << 4 | low);
	}
	return g_bytes_new(digest, size);
}

GBytes *
gy_alios_message_signature(const GyAliosMessage *message)
{
	gsize size = 0;
	g_autofree guint8 *bytes = message->signature ? g_base64_decode(message->signature, &size) : NULL;
	g_autofree char *again = bytes ? g_base64_encode(bytes, size) : NULL;

	/* the decoder leaves out what it does not know */
	if (size != ALIOS_SIGNATURE_SIZE || !g_str_equal(again, message->signature))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&bytes), size);
}

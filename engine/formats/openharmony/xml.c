// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/openharmony/xml.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

static guint
line_of(const char *data, const char *at)
{
	guint line = 1;

	for (; data < at; data++)
		line += *data == '\n';
	return line;
}

/* In another encoding than one of bytes, the words below would not be seen. */
static gboolean
check_bytes(const char *data, gsize size, const char *name, GError **error)
{
	static const char *const words[] = {"<!DOCTYPE", "<!ENTITY"};
	const char *zero = memchr(data, 0, size);

	if (size > GY_OHOS_XML_MAX || zero) {
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX, "%s %s", name,
			zero ? _("holds zero bytes, which no text does")
			     : _("is too large for a configuration"));
		return FALSE;
	}
	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		const char *at = memmem(data, size, words[i], strlen(words[i]));

		if (!at)
			continue;
		g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX,
			_("%s:%u: %s is not taken: a configuration has no document type and no entities"),
			name, line_of(data, at), words[i]);
		return FALSE;
	}
	return TRUE;
}

static void
set_parser_error(xmlParserCtxt *parser, const char *name, GError **error)
{
	const xmlError *cause = xmlCtxtGetLastError(parser);
	g_autofree char *message =
		g_strdup(cause && cause->message ? cause->message : _("it cannot be parsed"));

	g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX, "%s:%d: %s", name, cause ? cause->line : 1,
		g_strchomp(message));
}

GyOhosXml *
gy_ohos_xml_parse(GBytes *bytes, const char *name, const char *root, GError **error)
{
	gsize size = 0;
	const char *data = g_bytes_get_data(bytes, &size);
	g_autoptr(GyOhosXml) document = NULL;
	xmlParserCtxt *parser;
	xmlNode *first;

	if (!check_bytes(data, size, name, error))
		return NULL;
	parser = xmlNewParserCtxt();
	document = xmlCtxtReadMemory(parser, data, (int) size, NULL, NULL,
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
	if (!document)
		set_parser_error(parser, name, error);
	xmlFreeParserCtxt(parser);
	if (!document)
		return NULL;
	first = xmlDocGetRootElement(document);
	if (first && g_str_equal(first->name, root))
		return g_steal_pointer(&document);
	g_set_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX,
		_("%s:%ld: the first element is <%s>, expected <%s>"), name, first ? xmlGetLineNo(first) : 1,
		first ? (const char *) first->name : "", root);
	return NULL;
}

xmlNode *
gy_ohos_xml_child(xmlNode *parent, const char *name, xmlNode *after)
{
	for (xmlNode *at = after ? after->next : parent->children; at; at = at->next)
		if (at->type == XML_ELEMENT_NODE && g_str_equal(at->name, name))
			return at;
	return NULL;
}

static char *
take(xmlChar *text)
{
	char *copy = g_strdup((const char *) text);

	xmlFree(text);
	return copy;
}

char *
gy_ohos_xml_attribute(xmlNode *element, const char *name)
{
	xmlChar *text = xmlGetNoNsProp(element, (const xmlChar *) name);

	return text ? take(text) : NULL;
}

char *
gy_ohos_xml_text(xmlNode *element)
{
	xmlChar *text = xmlNodeGetContent(element);

	return text ? g_strstrip(take(text)) : g_strdup("");
}

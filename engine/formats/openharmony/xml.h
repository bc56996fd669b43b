// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>
#include <libxml/tree.h>

#include "engine/error.h"

/** GY_OHOS_XML_MAX: bytes of the largest configuration that is read. */
#define GY_OHOS_XML_MAX (1024 * 1024)

typedef xmlDoc GyOhosXml;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyOhosXml, xmlFreeDoc)

/**
 * gy_ohos_xml_parse:
 * @bytes: the file
 * @name: stands in messages
 * @root: name that its first element has to have
 * @error: return location
 *
 * Nothing outside the file is ever looked up, and a file with a document type, in which entities are declared, is
 * refused before the parser sees it.
 *
 * Returns: (transfer full): %NULL with %GY_ERROR_CFG_SYNTAX, and the line
 */
GyOhosXml *gy_ohos_xml_parse(
	GBytes *bytes, const char *name, const char *root, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** gy_ohos_xml_child: (nullable): the first element of that name below @parent, or after @after if it is given. */
xmlNode *gy_ohos_xml_child(xmlNode *parent, const char *name, xmlNode *after);

/** gy_ohos_xml_attribute: (transfer full) (nullable): an attribute's text. */
char *gy_ohos_xml_attribute(xmlNode *element, const char *name);

/** gy_ohos_xml_text: (transfer full): an element's text without white space around it, maybe empty. */
char *gy_ohos_xml_text(xmlNode *element);

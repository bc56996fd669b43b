// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "engine/ini.h"

typedef struct {
	const char *name;
	const char *text;
	GyIniFlags flags;
	const char *value; /* of key "k" in section "s"; NULL: an error */
	GyError code;
	const char *words;
} Row;

static const Row rows[] = {
	{"plain", "[s]\nk=v\n", 0, "v"},
	{"blanks-around", "  [ s ]  \n  k  =  v w  \n", 0, "v w"},
	{"colon", "[s]\nk : v\n", 0, "v"},
	{"first-separator-counts", "[s]\nk=a:b=c\n", 0, "a:b=c"},
	{"colon-before-equals", "[s]\nk:a=b\n", 0, "a=b"},
	{"empty-value", "[s]\nk=\n", 0, ""},
	{"no-line-feed-at-the-end", "[s]\nk=v", 0, "v"},
	{"carriage-returns", "[s]\r\nk=v\r\n", 0, "v"},
	{"byte-order-mark", "\xef\xbb\xbf[s]\nk=v\n", 0, "v"},
	{"hash-comment", "# c\n[s]\n  # d\nk=v\n", 0, "v"},
	{"semicolon-comment", "; c\n[s]\n; k=w\nk=v\n", 0, "v"},
	{"comment-sign-in-value", "[s]\nk=v # w ; x\n", 0, "v # w ; x"},
	{"case-counts", "[S]\nk=a\n[s]\nK=b\nk=v\n", 0, "v"},
	{"backslashes-stay", "[s]\nk=a\\nb\\\\c\n", 0, "a\\nb\\\\c"},
	{"percent-doubled", "[s]\nk=50%% of %%x\n", GY_INI_PERCENT, "50% of %x"},
	{"percent-left-alone", "[s]\nk=50%%\n", 0, "50%%"},
	{"umlauts", "[s]\nk=gr\xc3\xbc\xc3\x9f\n", 0, "gr\xc3\xbc\xc3\x9f"},
	{"percent-single", "[s]\nk=50%\n", GY_INI_PERCENT, NULL, GY_ERROR_CFG_SYNTAX, "f.ini:2: a percent"},
	{"percent-reference", "[s]\nk=%(x)s\n", GY_INI_PERCENT, NULL, GY_ERROR_CFG_SYNTAX, "f.ini:2"},
	{"key-twice", "[s]\nk=v\nj=1\nk=w\n", 0, NULL, GY_ERROR_CFG_DUPLICATE,
		"f.ini:4: k is in section [s] already, in line 2"},
	{"section-twice", "[s]\nk=v\n[t]\n[s]\n", 0, NULL, GY_ERROR_CFG_DUPLICATE, "f.ini:4: section [s]"},
	{"before-any-section", "\nk=v\n", 0, NULL, GY_ERROR_CFG_SYNTAX, "f.ini:2: there is no [section]"},
	{"no-separator", "[s]\nk\n", 0, NULL, GY_ERROR_CFG_SYNTAX, "f.ini:2: neither"},
	{"no-key", "[s]\n=v\n", 0, NULL, GY_ERROR_CFG_SYNTAX, "f.ini:2: this is no name for a key"},
	{"bracket-in-key", "[s]\nk[de]=v\n", 0, NULL, GY_ERROR_CFG_SYNTAX, "f.ini:2"},
	{"open-section", "[s\nk=v\n", 0, NULL, GY_ERROR_CFG_SYNTAX, "f.ini:1"},
	{"lone-bracket", "[\n", 0, NULL, GY_ERROR_CFG_SYNTAX, "f.ini:1"},
	{"empty-section", "[]\n", 0, NULL, GY_ERROR_CFG_SYNTAX, "f.ini:1"},
	{"not-utf8", "[s]\nk=\xff\n", 0, NULL, GY_ERROR_CFG_SYNTAX, "f.ini:2: this line is not UTF-8"},
	{"control-in-key", "[s]\nk\x01=v\n", 0, NULL, GY_ERROR_CFG_SYNTAX, "f.ini:2"},
};

static void
test_row(gconstpointer data)
{
	const Row *row = data;
	g_autoptr(GBytes) bytes = g_bytes_new_static(row->text, strlen(row->text));
	g_autoptr(GError) error = NULL;
	g_autoptr(GyIni) ini = gy_ini_parse(bytes, "f.ini", row->flags, &error);
	g_autofree char *value = NULL;

	if (!row->value) {
		g_assert_null(ini);
		g_assert_error(error, GY_ERROR, (int) row->code);
		if (!strstr(error->message, row->words))
			g_error("\"%s\" does not say \"%s\"", error->message, row->words);
		return;
	}
	g_assert_no_error(error);
	value = gy_ini_get(ini, "s", "k");
	g_assert_cmpstr(value, ==, row->value);
}

static void
test_nul(void)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static("[s]\nk=a\0b\n", 10);
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_ini_parse(bytes, "f.ini", 0, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_CFG_SYNTAX);
}

static void
test_order_and_lines(void)
{
	static const char text[] = "[b]\ny=1\nx=2\n\n[empty]\n[a]\nz=3\n";
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
	g_autoptr(GyIni) ini = gy_ini_parse(bytes, "f.ini", 0, NULL);
	g_auto(GStrv) sections = gy_ini_sections(ini);
	g_auto(GStrv) keys = gy_ini_keys(ini, "b");
	g_auto(GStrv) none = gy_ini_keys(ini, "empty");
	g_autofree char *all = g_strjoinv(",", sections);
	g_autofree char *all_keys = g_strjoinv(",", keys);

	g_assert_cmpstr(all, ==, "b,empty,a");
	g_assert_cmpstr(all_keys, ==, "y,x");
	g_assert_cmpuint(g_strv_length(none), ==, 0);
	g_assert_cmpuint(gy_ini_line(ini, "b", "x"), ==, 3);
	g_assert_cmpuint(gy_ini_line(ini, "a", NULL), ==, 6);
	g_assert_cmpuint(gy_ini_line(ini, "a", "x"), ==, 0);
	g_assert_true(gy_ini_has_section(ini, "empty"));
	g_assert_false(gy_ini_has_section(ini, "B"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path =
			g_strdup_printf("/ini/%s/%s", rows[i].value ? "takes" : "refuses", rows[i].name);

		g_test_add_data_func(path, &rows[i], test_row);
	}
	g_test_add_func("/ini/refuses/nul", test_nul);
	g_test_add_func("/ini/keeps-order-and-lines", test_order_and_lines);
	return g_test_run();
}

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check-translations.sh TOP: POTFILES names every file with a text for people, and every language has all texts.
set -eu
command -v xgettext >/dev/null && command -v msgmerge >/dev/null || exit 77
cd "$1"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

complain() {
	echo "$*" >&2
	failed=1
}

listed=resources/po/POTFILES
grep -rlE '(^|[^A-Za-z_])(_|N_|C_|NC_|ngettext|g_dngettext) ?\((GETTEXT_PACKAGE, *)?"|translatable="yes"' \
	engine protocol/host ui resources/ui --include=*.c --include=*.ui | LC_ALL=C sort >"$scratch/used"
while read -r file; do
	grep -qxF "$file" $listed || complain "POTFILES does not name $file"
done <"$scratch/used"
while read -r file; do
	[ -e "$file" ] || complain "POTFILES names $file, which is not there"
done <$listed
# xgettext ends such a text where the macro stands, and the program never finds its translation; PRIu64 it knows
! grep -rPzo --include=*.c '\n[^\n]*(?<![A-Za-z_])N?_\(\s*("(\\.|[^"\\])*"\s*)+(?!PRI[duxX]64)[A-Za-z_]+' engine protocol/host ui ||
	complain "a macro within a text to translate"

xgettext --from-code=UTF-8 -f $listed -k_ -kN_ -kC_:1c,2 -kNC_:1c,2 -kngettext:1,2 -kg_dngettext:2,3 -o "$scratch/texts.pot"
for language in $(grep -v '^#' resources/po/LINGUAS); do
	msgmerge -q --no-fuzzy-matching "resources/po/$language.po" "$scratch/texts.pot" -o "$scratch/$language.po"
	msgfmt --check-format -o /dev/null "$scratch/$language.po" || complain "$language has a wrong format"
	for kind in untranslated only-fuzzy; do
		msgattrib --$kind --no-obsolete --no-wrap "$scratch/$language.po" | sed '1,/^$/d' >"$scratch/open"
		[ ! -s "$scratch/open" ] || complain "$language, $kind: $(grep '^msgid' "$scratch/open")"
	done
done
[ "$(wc -l <"$scratch/used")" -gt 20 ] || complain "only few files have texts: the search is wrong"
exit "$failed"

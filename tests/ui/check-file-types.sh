#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check-file-types.sh MIME-XML DESKTOP-ENTRY METAINFO: a desktop that reads these knows our files by their names, and opens
# them with Gantry.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

complain() {
	echo "$*" >&2
	failed=1
}

knows() { # knows TYPE PATTERN: as the database says that desktops read
	grep -qE "^[0-9]+:$1:\\*\\.$2\$" "$scratch/mime/globs2" || complain "*.$2 is not $1"
}

mkdir -p "$scratch/mime/packages"
cp "$1" "$scratch/mime/packages/gantry.xml"
said=$(XDG_DATA_HOME=$scratch update-mime-database "$scratch/mime" 2>&1) || complain "it is refused"
[ -z "$said" ] || complain "$said"
knows application/x-gantry-fwpkg fwpkg
knows application/x-gantry-alios ota.md5.bin
knows application/x-gantry-station station
# any editor may open it too
grep -qx 'application/x-gantry-station text/plain' "$scratch/mime/subclasses" || complain "a station is no text"

types=$(sed -n 's/.*<mime-type type="\([^"]*\)".*/\1/p' "$1")
[ "$(echo "$types" | wc -l)" -ge 2 ] || complain "only one type in $1"
entry=$(sed -n 's/^MimeType=//p' "$2")
for type in $types; do
	case ";$entry" in *";$type;"*) ;; *) complain "the desktop entry does not open $type" ;; esac
	grep -qF "<mediatype>$type</mediatype>" "$3" || complain "the software's description does not name $type"
done
for type in $(echo "$entry" | tr ';' ' '); do
	echo "$types" | grep -qxF "$type" || complain "the desktop entry opens $type, which nobody describes"
done
exit "$failed"

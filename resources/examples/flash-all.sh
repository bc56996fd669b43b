#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# flash-all.sh PACKAGE PORT...: flashes all of them at once, then asks each what it runs.
# $GANTRY names the program, if it is not in the path.
set -eu
gantry=${GANTRY:-gantry}
package=$1
shift

# the ports become options: --port A --port B ...
for port; do
	set -- "$@" --port "$port"
	shift
done

status=0
"$gantry" flash "$package" "$@" || status=$?
case $status in
0) echo "all done" ;;
8) echo "some failed: see above" ;;
*) exit "$status" ;;
esac

while [ $# -gt 0 ]; do
	version=$("$gantry" wait --port "$2" --timeout 1 --json 2>&1 | sed -n 's/.*"version":"\([^"]*\)".*/\1/p')
	echo "$2 runs ${version:-nothing that answers}"
	shift 2
done
exit "$status"

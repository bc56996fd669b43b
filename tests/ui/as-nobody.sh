#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# as-nobody.sh COMMAND [ARGUMENT...]: runs it as somebody who may not do everything; 77 where that cannot be.
set -eu
[ "$(id -u)" -eq 0 ] || exec "$@"
drop='setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs'
for needed in "$GANTRY_GUI" "$UMOCKDEV_RUN" "$PYTHONPATH/a11y.py"; do
	$drop test -r "$needed" || {
		echo "nobody may not read $needed"
		exit 77
	}
done
cd /
exec $drop "$@"

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# verify-rules.sh RULES: what udev itself says of them. Skips where it is older than version 254, which learnt to.
set -eu
udevadm=$(command -v udevadm || true)
if [ -z "$udevadm" ] || ! "$udevadm" verify --help >/dev/null 2>&1; then
	echo "no udevadm verify here"
	exit 77
fi
exec "$udevadm" verify --resolve-names=never "$1"

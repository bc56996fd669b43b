#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Who may include whom: the arrows of the architecture. Run from anywhere; needs no build.
set -eu
cd "$(dirname -- "$0")/.."
fail=0

only() { # only PART 'allowed prefixes': every quoted include in PART starts with one of them
	[ -d "$1" ] || return 0
	if grep -rnE --include='*.[ch]' '^#[[:space:]]*include "' "$1" | grep -vE "include \"($2)"; then
		echo "$1 may include only: $2" >&2
		fail=1
	fi
}

never() { # never 'headers' PART...: none of these system headers is included
	headers=$1
	shift
	for part in "$@"; do
		[ -d "$part" ] || continue
		if grep -rnE --include='*.[ch]' "^#[[:space:]]*include <($headers)" "$part"; then
			echo "$part must not include <$headers>" >&2
			fail=1
		fi
	done
}

only protocol/wire 'protocol/wire/'
only protocol/host 'protocol/'
only device-agent/core 'protocol/wire/|device-agent/(core|include)/'
only device-agent/backend 'protocol/wire/|device-agent/(core|backend|include)/'
only device-agent/upg 'protocol/wire/|device-agent/(upg|boards|include)/'
only device-agent/hota 'protocol/wire/|device-agent/(hota|boards|include)/'
only device-agent/alios 'protocol/wire/|device-agent/(alios|boards|core|include)/'
only device-agent/boards 'protocol/wire/|device-agent/(boards|include)/'
only device-agent/include 'protocol/wire/|device-agent/include/'
only device-agent 'protocol/wire/|device-agent/'
only engine 'engine/|protocol/'
only ui 'ui/|engine/'
only app 'app/|ui/|engine/'
never 'gtk|adwaita' engine protocol device-agent app
never 'glib|gio|gobject|std(io|lib)|string|errno|time|unistd|sys/' \
	protocol/wire device-agent/core device-agent/backend device-agent/upg device-agent/hota device-agent/alios device-agent/patch device-agent/boards device-agent/include
exit $fail

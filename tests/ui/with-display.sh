#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# with-display.sh COMMAND [ARGUMENT...]: runs it with a home, a display, a window manager and buses of its own.
set -eu
home=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$home"' EXIT
mkdir -p "$home/config/gtk-4.0" "$home/run"
chmod 700 "$home/run"
cat >"$home/config/gtk-4.0/settings.ini" <<INI
[Settings]
gtk-font-name=${TEST_FONT:-Cantarell 11}
gtk-enable-animations=${TEST_ANIMATIONS:-0}
gtk-cursor-blink=0
INI

# the server takes a free number by itself: looking for one first is a race between tests that begin at once
mkfifo "$home/number"
Xvfb -displayfd 3 -screen 0 1280x900x24 -nolisten tcp >"$home/server.log" 2>&1 3>"$home/number" &
server=$!
read -r number <"$home/number" || {
	cat "$home/server.log" >&2
	exit 1
}

# the renderer in memory gives the same pixels everywhere; no test reads or writes real settings; file choosers are
# windows of this process, which the accessibility bus shows
env -u WAYLAND_DISPLAY -u DBUS_SESSION_BUS_ADDRESS -u AT_SPI_BUS_ADDRESS DISPLAY=":$number" \
	HOME="$home" XDG_CONFIG_HOME="$home/config" XDG_DATA_HOME="$home/data" \
	XDG_CACHE_HOME="$home/cache" XDG_STATE_HOME="$home/state" XDG_RUNTIME_DIR="$home/run" \
	GDK_BACKEND=x11 GSK_RENDERER=cairo GDK_SCALE=1 GTK_A11Y=atspi \
	GSETTINGS_BACKEND="${TEST_SETTINGS:-memory}" GTK_USE_PORTAL=0 LC_ALL=C.UTF-8 TZ=UTC \
	dbus-run-session -- sh -c '
		openbox >/dev/null 2>&1 &
		manager=$!
		status=0
		"$@" || status=$?
		kill "$manager" 2>/dev/null || true
		exit "$status"' sh "$@"

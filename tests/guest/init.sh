#!/bin/busybox sh
# SPDX-License-Identifier: Apache-2.0
# The first process of the guest: devices, modules, the stack under test, the program, and off.
/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin:/usr/sbin
mount -t devtmpfs none /dev
mount -t proc none /proc
mount -t sysfs none /sys
mkdir -p /dev/pts /dev/shm
mount -t devpts none /dev/pts
mount -t tmpfs none /dev/shm
mount -t tmpfs none /tmp
mount -t debugfs none /sys/kernel/debug
ip link set lo up
[ ! -e /modules/order ] || while read -r module; do
	insmod "/modules/$module"
done </modules/order
# no NL to CR NL
stty -F /dev/ttyS1 raw

export HOME=/tmp G_TEST_SRCDIR=/tests GANTRY_SIM=/test/gantry-sim GANTRY=/test/gantry ASAN_OPTIONS=detect_leaks=0

until_works() { # until_works COMMAND...: at most 20 s; what is missing then, the program tells
	tries=0
	until "$@" || [ "$tries" -ge 200 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
}

. /stack
/test/program >/dev/ttyS1 2>/dev/console
echo "TEST rc=$?" >/dev/ttyS1
poweroff -f

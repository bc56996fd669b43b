#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a test program in a small Linux under QEMU, where drivers may be loaded and devices made without any hardware.
#
#   guest.sh fetch                               Debian's kernel and BlueZ, unpacked into $GANTRY_GUEST, not installed
#   guest.sh run STACK PROGRAM [FILE:TARGET...]
#
# STACK is stack-STACK.sh beside this script. PROGRAM and every FILE go into the guest with the libraries they need. What
# the program prints is TAP and comes out here; GANTRY_GUEST_LIMIT is the time limit in seconds, 240 if not given.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin

skip() {
	echo "1..0 # SKIP $*"
	exit 0
}

# ---- fetch --------------------------------------------------------------------------------------------------

kernel_package() { # the newest kernel is what the metapackage depends on
	apt-cache "$@" depends linux-image-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1
}

# The lists of the system may be old or absent; the ones made here are a folder of their own and need no root.
refresh_lists() {
	mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial"
	apt-get "$@" update -q >&2
}

fetch() {
	[ ! -e "$folder/complete" ] || return 0
	mkdir -p "$folder/packages"
	rm -rf "$folder/kernel" "$folder/bluez"
	mkdir "$folder/kernel" "$folder/bluez"
	set -- -o APT::Sandbox::User=
	name=$(kernel_package "$@")
	if [ -z "$name" ] || ! (cd "$folder/packages" && apt-get "$@" download -q "$name" bluez bluez-test-tools >&2); then
		set -- "$@" -o Dir::State::lists="$folder/apt/lists" -o Dir::Cache="$folder/apt"
		refresh_lists "$@"
		name=$(kernel_package "$@")
		(cd "$folder/packages" && apt-get "$@" download -q "$name" bluez bluez-test-tools >&2)
	fi
	dpkg-deb --fsys-tarfile "$folder/packages/$name"_*.deb | tar -x -C "$folder/kernel" \
		--exclude='*/drivers/gpu' --exclude='*/drivers/media' --exclude='*/sound' ./boot ./lib/modules
	for package in bluez bluez-test-tools; do
		dpkg-deb -x "$folder/packages/${package}"_*.deb "$folder/bluez"
	done
	depmod -b "$folder/kernel" "$(ls "$folder/kernel/lib/modules")"
	rm -rf "$folder/packages" "$folder/apt"
	: >"$folder/complete"
}

# ---- the initial file system --------------------------------------------------------------------------------

pack_file() { # pack_file SOURCE TARGET
	if [ ! -e "$root$2" ]; then
		mkdir -p "$root$(dirname -- "$2")"
		cp -L "$1" "$root$2"
	fi
}

pack_program() { # pack_program SOURCE TARGET: with its libraries; scripts and static programs have none
	pack_file "$1" "$2"
	ldd "$1" 2>/dev/null | sed -n 's/^.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' | while read -r library; do
		pack_file "$library" "$library"
	done
}

# The guest has no depmod: it gets the files and the order to load them in.
pack_modules() { # pack_modules NAME...
	version=$(ls "$folder/kernel/lib/modules")
	mkdir -p "$root/modules"
	for module in "$@"; do
		modprobe -d "$folder/kernel" -S "$version" --show-depends --ignore-install "$module" ||
			echo "this kernel has no module $module" >&2
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' | while read -r file; do
		cp "$file" "$root/modules/"
		basename "$file" >>"$root/modules/order"
	done
}

pack() { # pack STACK PROGRAM [FILE:TARGET...]
	stack=$here/stack-$1.sh
	program=$2
	shift 2
	mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys" "$root/tmp" "$root/run"
	cp "$(command -v busybox)" "$root/bin/busybox"
	cp "$here/init.sh" "$root/init"
	cp "$stack" "$root/stack"
	chmod +x "$root/init"
	# shellcheck disable=SC2046
	pack_modules $(sed -n 's/^# modules: //p' "$stack")
	for pair in "$program:/test/program" $(sed -n 's/^# bluez: //p' "$stack" | tr ' ' '\n' | sed "s|.*|$folder/bluez&:&|") \
		$(sed -n 's/^# host: //p' "$stack") "$@"; do
		if [ -d "${pair%:*}" ]; then
			mkdir -p "$root$(dirname -- "${pair##*:}")"
			cp -rL "${pair%:*}" "$root${pair##*:}"
		else
			pack_program "${pair%:*}" "${pair##*:}"
		fi
	done
	(cd "$root" && find . | cpio -o -H newc --quiet) >"$scratch/initramfs"
}

# ---- run ----------------------------------------------------------------------------------------------------

ensure_tools() {
	[ "$(uname -m)" = x86_64 ] || skip 'the guest is an x86-64 computer and takes the programs of this one'
	for tool in qemu-system-x86_64 busybox cpio modprobe; do
		command -v "$tool" >/dev/null || skip "needs $tool"
	done
	[ -e "$folder/complete" ] || skip "needs a kernel in the folder GANTRY_GUEST: packaging/dev guest"
}

# The kernel's console and what the program prints are two serial ports, so that neither cuts the other's lines.
boot() {
	timeout "${GANTRY_GUEST_LIMIT:-240}" qemu-system-x86_64 -M pc -accel tcg -cpu max -m 768 -nodefaults -no-reboot \
		-display none -serial "file:$scratch/console" -serial "file:$scratch/output" \
		-kernel "$folder"/kernel/boot/vmlinuz-* -initrd "$scratch/initramfs" \
		-append 'console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on nokaslr' </dev/null
}

# QEMU ends well whatever happened inside: what counts is the line at the end.
run() {
	ensure_tools
	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT
	trap 'exit 143' INT TERM
	root=$scratch/root
	pack "$@"
	boot || echo "# QEMU ended with $?"
	tr -d '\r' <"$scratch/output" | sed '/^TEST rc=/d'
	result=$(tr -d '\r' <"$scratch/output" | sed -n 's/^TEST rc=//p')
	[ "$result" != 0 ] || return 0
	tr -d '\r' <"$scratch/console" | tail -n 100 >&2
	case $result in
	'') echo 'Bail out! the guest did not come to its end' ;;
	*) echo "# the program ended with $result" ;;
	esac
	return 1
}

verb=${1:?fetch or run}
folder=${GANTRY_GUEST:-}
shift
case $verb in
fetch)
	mkdir -p "${folder:?GANTRY_GUEST names the folder}"
	folder=$(cd "$folder" && pwd)
	fetch
	;;
run) run "$@" ;;
*)
	echo "guest.sh: fetch or run, not $verb" >&2
	exit 2
	;;
esac

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiles the device's code for bare metal, links it alone, and holds it against the budget of PROTOCOL.md's design:
# code of wire + core + backend + SHA-256, RAM of struct gya_agent, and what is taken from outside.
set -eu
# Usage: freestanding.sh [FOLDER [budget]]. Without "budget", too much code is told but does not fail.
cd "${1:-.}"
strict=${2:-}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

budget=8192
counted='protocol/wire/bytes.c protocol/wire/cobs.c protocol/wire/crc32c.c protocol/wire/frame.c
	protocol/wire/layout.c protocol/wire/request-decode.c device-agent/core/*.c device-agent/backend/ws63.c'
beside='device-agent/boards/*.c device-agent/upg/*.c'
roots='gya_agent_init gya_link_step gya_store_step gya_link_is_sending gya_backend_ws63 gya_sha256_init gya_sha256_update
	gya_sha256_final'
vendor='uapi_partition_init|uapi_upg_(init|get_storage_size|prepare|write_package_sync|read_package)'
vendor="$vendor|uapi_upg_(request_upgrade|reset_upgrade_flag|get_result|get_status)|upg_reboot|upg_watchdog_kick"
ran=0
bad=0

compile() { # compile FOLDER SOURCE...: with $cc and $window
	into=$1
	shift
	mkdir -p "$into"
	for source in "$@"; do
		[ -e "$source" ] || continue
		# shellcheck disable=SC2086
		$cc $window -std=c99 -Os -ffreestanding -fno-pic -fno-common -nostdlib -ffunction-sections -fdata-sections \
			-fno-asynchronous-unwind-tables -Wall -Wextra -Werror -Wvla -fstack-usage -I. -Idevice-agent/include/ws63 \
			-c "$source" -o "$into/$(echo "$source" | tr / -).o"
	done
}

section() { # section ELF NAMES: bytes in the sections whose names begin so
	"${prefix}size" -A "$1" | awk -v names="^($2)" '$1 ~ names {sum += $2} END {print sum + 0}'
}

check() { # check NAME PREFIX CC WINDOW
	name=$1 prefix=$2 cc=$3 window=$4
	command -v "${prefix}gcc" >/dev/null || return 0
	ran=1
	folder=$out/$ran$(echo "$name" | tr -d ' ')
	# shellcheck disable=SC2086
	compile "$folder/counted" $counted
	# shellcheck disable=SC2086
	compile "$folder/beside" $beside

	# nothing but the memory functions and the vendor's calls comes from outside
	# shellcheck disable=SC2086
	$cc -nostdlib -r -o "$folder/whole.o" "$folder"/counted/*.o "$folder"/beside/device-agent-boards-*.o -lgcc
	extra=$("${prefix}nm" -u "$folder/whole.o" | awk '{print $2}' | grep -vxE "mem(cpy|move|set|cmp)|$vendor" || true)
	[ -z "$extra" ] || { echo "$name: calls from freestanding code: $extra"; bad=1; }

	# linked as it would be in an image, so that only what the device uses counts
	undefined=$("${prefix}nm" -u "$folder/whole.o" | awk '{print "-Wl,--defsym=" $2 "=0x10000"}')
	keep=$(for root in $roots; do printf ' -Wl,-u,%s' "$root"; done)
	# shellcheck disable=SC2086
	$cc -nostdlib -nostartfiles -Wl,--gc-sections -Wl,-e,gya_link_step -Wl,-Ttext=0x10000 $keep $undefined \
		-o "$folder/image" "$folder"/counted/*.o "$folder"/beside/device-agent-boards-*.o -lgcc
	code=$(section "$folder/image" '\\.text|\\.rodata|\\.srodata|\\.data|\\.sdata')
	static=$(section "$folder/image" '\\.bss|\\.sbss|\\.data|\\.sdata')
	stack=$(cat "$folder"/counted/*.su | awk '{if ($(NF-1) > most) most = $(NF-1)} END {print most}')
	printf '#include "device-agent/core/agent-private.h"\nchar agent_size[sizeof(struct gya_agent)];\n' >"$folder/ram.c"
	printf 'char allowed[GYA_WINDOW_SIZE + GYW_RECEIVER_SIZE(GYA_MTU) + 1024u];\n' >>"$folder/ram.c"
	# shellcheck disable=SC2086
	$cc $window -std=c99 -ffreestanding -fno-common -I. -c "$folder/ram.c" -o "$folder/ram.o"
	ram=$("${prefix}nm" -S "$folder/ram.o" | awk '$4 == "agent_size" {print $2}')
	allowed=$("${prefix}nm" -S "$folder/ram.o" | awk '$4 == "allowed" {print $2}')
	module=0
	if ls "$folder"/beside/device-agent-upg-*.o >/dev/null 2>&1; then
		module=$("${prefix}size" "$folder"/beside/device-agent-upg-*.o | awk 'NR > 1 {sum += $1} END {print sum}')
	fi
	printf '%-28s code %6d of %d   RAM %6d of %d   backend %4d   largest frame %4d   module %6d\n' "$name" "$code" \
		"$budget" "$((0x$ram))" "$((0x$allowed))" "$static" "$stack" "$module"
	if [ "$code" -gt "$budget" ]; then
		echo "$name: $((code - budget)) bytes of code over the budget"
		[ -z "$strict" ] || bad=1
	fi
	[ "$((0x$ram))" -le "$((0x$allowed))" ] || { echo "$name: RAM over the budget"; bad=1; }
}

rv='riscv64-unknown-elf-gcc -march=rv32imc -mabi=ilp32 -msave-restore'
arm='arm-none-eabi-gcc -mcpu=cortex-m0 -mthumb'
small='-DGYA_WINDOW_SIZE=2048 -DGYA_MTU=512'
check 'rv32imc' riscv64-unknown-elf- "$rv" ''
check 'rv32imc 2 KiB window' riscv64-unknown-elf- "$rv" "$small"
check 'cortex-m0' arm-none-eabi- "$arm" ''
check 'cortex-m0 2 KiB window' arm-none-eabi- "$arm" "$small"
[ "$ran" = 1 ] || { echo 'no cross compiler'; exit 77; }
exit "$bad"

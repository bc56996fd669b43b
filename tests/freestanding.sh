#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiles the device's code for bare metal, links it alone, and holds it against the budget of PROTOCOL.md's design:
# code of wire + core + backend + SHA-256, RAM of struct gya_agent, and what is taken from outside; once for each backend.
# Printed and not counted: the reference modules, the expanding backend, LiteOS's backend; the patchers' RAM is held against 12 KiB.
set -eu
# Usage: freestanding.sh [FOLDER].
cd "${1:-.}"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

budget=8192
wire='protocol/wire/bytes.c protocol/wire/cobs.c protocol/wire/crc32c.c protocol/wire/frame.c
	protocol/wire/request-decode.c device-agent/core/sha256.c'
windowed='device-agent/core/link.c device-agent/core/reply.c device-agent/core/request.c device-agent/core/store.c
	device-agent/core/window.c'
roots='gya_agent_init gya_link_step gya_store_step gya_link_is_sending gya_sha256_init gya_sha256_update gya_sha256_final'
vendor='uapi_partition_init|uapi_upg_(init|get_storage_size|prepare|write_package_sync|read_package)'
vendor="$vendor|uapi_upg_(request_upgrade|reset_upgrade_flag|get_result|get_status)|upg_reboot|upg_watchdog_kick"
vendor="$vendor|Hota(Init|Write|Read|Cancel|SetPackageType|SetBootSettings|Restart)"
vendor="$vendor|HotaHal(GetPartitionInfo|GetPubKey|GetMetaData|Restart)"
vendor="$vendor|ota_hal_(init|write|read|boot|rollback|get_version)|aos_kv_(set|get|del)"
# what an extension may call
helpers='mem(cpy|cmp)|gyw_[a-z0-9_]*|__riscv_(save|restore)_[0-9]+|__gnu_thumb1_case_.*'
# as ports build: a table of jumps is larger than the comparisons that it saves
flags='-std=c99 -Os -fno-jump-tables -ffreestanding -fno-pic -fno-common -nostdlib -ffunction-sections -fdata-sections
	-fno-asynchronous-unwind-tables'
ran=0
bad=0

compile() { # compile FOLDER OPTIONS SOURCE...: with $cc
	mkdir -p "$1"
	into=$1 options=$2
	shift 2
	for source in "$@"; do
		[ -e "$source" ] || continue
		# shellcheck disable=SC2086
		$cc $flags $options -Wall -Wextra -Werror -Wvla -fstack-usage -I. -Idevice-agent/include/ws63 -Idevice-agent/include/hota \
			-Idevice-agent/include/alios \
			-c "$source" \
			-o "$into/$(echo "$source" | tr / -).o"
	done
}

section() { # section ELF NAMES: bytes in the sections whose names begin so
	"${prefix}size" -A "$1" | awk -v names="^($2)" '$1 ~ names {sum += $2} END {print sum + 0}'
}

measure() { # measure NAME OPTIONS BACKEND: with what $target has of the rest
	name=$1 options=$2 backend=$3 rest=$target/with-$3
	objects=$target/$(echo "$name" | tr -d ' ')
	# shellcheck disable=SC2086
	compile "$objects" "$options" $windowed

	# nothing but the memory functions and the vendor's calls comes from outside
	$cc -nostdlib -r -o "$objects/whole" "$objects"/*.o "$rest"/*.o "$target"/boards/*.o -lgcc
	outside=$("${prefix}nm" -u "$objects/whole" | awk '{print $2}')
	extra=$(echo "$outside" | grep -vxE "mem(cpy|move|set|cmp)|$vendor" || true)
	[ -z "$extra" ] || { echo "$name: calls from freestanding code: $extra"; bad=1; }

	# linked as it would be in an image, so that only what the device uses counts
	undefined=$(echo "$outside" | sed 's/.*/-Wl,--defsym=&=0x10000/')
	keep=$(for root in $roots gya_backend_$backend; do printf ' -Wl,-u,%s' "$root"; done)
	# shellcheck disable=SC2086
	$cc -nostdlib -nostartfiles -Wl,--gc-sections -Wl,-e,gya_link_step -Wl,-Ttext=0x10000 $keep $undefined \
		-o "$objects/image" "$objects"/*.o "$rest"/*.o "$target"/boards/*.o -lgcc 2>"$objects/warnings"
	code=$(section "$objects/image" '\\.text|\\.rodata|\\.srodata|\\.data|\\.sdata')
	static=$(section "$objects/image" '\\.bss|\\.sbss|\\.data|\\.sdata')
	stack=$(cat "$objects"/*.su "$rest"/*.su | awk '{if ($(NF-1) > most) most = $(NF-1)} END {print most}')
	{
		echo '#include "device-agent/core/agent-private.h"'
		echo 'char agent_size[sizeof(struct gya_agent)];'
		echo 'char allowed[GYA_WINDOW_SIZE + GYW_RECEIVER_SIZE(GYA_MTU) + 1024u];'
	} >"$objects/ram.c"
	# shellcheck disable=SC2086
	$cc $options -std=c99 -ffreestanding -fno-common -I. -c "$objects/ram.c" -o "$objects/ram"
	ram=$("${prefix}nm" -S "$objects/ram" | awk '$4 == "agent_size" {print $2}')
	allowed=$("${prefix}nm" -S "$objects/ram" | awk '$4 == "allowed" {print $2}')
	printf '%-28s code %5d of %d   RAM %5d of %d   backend %3d   largest frame %3d   module %5d   expand %4d\n' "$name" \
		"$code" "$budget" "$((0x$ram))" "$((0x$allowed))" "$static" "$stack" "$module" "$expand"
	if [ "$code" -gt "$budget" ]; then
		echo "$name: $((code - budget)) bytes of code over the budget"
		bad=1
	fi
	[ "$((0x$ram))" -le "$((0x$allowed))" ] || { echo "$name: RAM over the budget"; bad=1; }
}

# The patchers of LiteOS devices: hI with a decoder of 4 KiB and lc = lp = 0 has to do with this much RAM.
hi_ram=12288
lzma_sdk=${GANTRY_LZMA_SDK:-/usr/include/lzma}

size_of() { # size_of FOLDER INCLUDE TYPE: bytes, with $cc
	{
		echo "#include \"$2\""
		echo "char size_of_it[sizeof($3)];"
	} >"$1/size.c"
	# shellcheck disable=SC2086
	$cc -std=c99 -ffreestanding -fno-common -I. -D_7ZIP_ST -DZ7_ST -isystem device-agent/ports/qemu-rv32/bare -isystem "$lzma_sdk" \
		-c "$1/size.c" -o "$1/size"
	echo "$((0x$("${prefix}nm" -S "$1/size" | awk '$4 == "size_of_it" {print $2}')))"
}

sum() { # sum FOLDER SECTIONS: of its objects
	total=0
	for object in "$1"/*.o; do
		total=$((total + $(section "$object" "$2")))
	done
	echo "$total"
}

measure_patchers() { # with $target
	# shellcheck disable=SC2086
	compile "$target/liteos" '-Idevice-agent/include/liteos' device-agent/backend/liteos*.c device-agent/backend/selftest.c
	compile "$target/stream" '' device-agent/patch/stream.c
	compile "$target/hi" '' device-agent/patch/hpatchlite.c
	compile "$target/hdiff13" '' device-agent/patch/hdiff13.c
	printf '%-28s code %5d   RAM %5d\n' "$chip backend liteos" "$(sum "$target/liteos" '\\.text|\\.rodata|\\.srodata|\\.data|\\.sdata')" \
		"$(sum "$target/liteos" '\\.bss|\\.sbss|\\.data|\\.sdata')"
	[ -e "$lzma_sdk/LzmaDec.h" ] || return 0
	stream=$(sum "$target/stream" '\\.text|\\.rodata')
	# 16 bits for each probability, of which there are 1984 at most beside the literals
	decoder=$(($(size_of "$target/stream" device-agent/ports/lzma/decoder.h 'struct gya_lzma_decoder') + 4096 + 2 * (1984 + 768)))
	hi=$(($(size_of "$target/stream" device-agent/include/patch.h 'struct gya_hpatchlite') + decoder))
	diff=$(size_of "$target/stream" device-agent/include/patch.h 'struct gya_hdiff13')
	printf '%-28s code %5d   RAM %5d of %d with a decoder of 4 KiB\n' "$chip hI" \
		"$((stream + $(sum "$target/hi" '\\.text|\\.rodata')))" "$hi" "$hi_ram"
	printf '%-28s code %5d   RAM %5d, and %d for each packed part\n' "$chip HDIFF13" \
		"$((stream + $(sum "$target/hdiff13" '\\.text|\\.rodata')))" "$diff" "$decoder"
	[ "$hi" -le "$hi_ram" ] || { echo "$chip: hI takes $((hi - hi_ram)) bytes of RAM too many"; bad=1; }
	undefined_of_patch=$("${prefix}nm" -u "$target"/stream/*.o "$target"/hi/*.o "$target"/hdiff13/*.o | awk 'NF == 2 {print $2}' | grep -vxE "$helpers|mem(set|move)|gya_patch_[a-z0-9_]*|__(riscv|gnu|aeabi)_.*" || true)
	[ -z "$undefined_of_patch" ] || { echo "$chip: calls from the patchers: $undefined_of_patch"; bad=1; }
}

check() { # check NAME PREFIX CC
	chip=$1 prefix=$2 cc=$3
	command -v "${prefix}gcc" >/dev/null || return 0
	ran=1
	target=$out/$chip
	# shellcheck disable=SC2086
	compile "$target/boards" '' device-agent/boards/*.c
	compile "$target/ws63" '' device-agent/upg/*.c
	compile "$target/hota" '' device-agent/hota/*.c
	compile "$target/alios" '' device-agent/alios/*.c
	compile "$target/expand" '' device-agent/backend/expand.c
	expand=$(section "$target"/expand/*.o '\\.text|\\.rodata')
	extra=$("${prefix}nm" -u "$target"/expand/*.o | awk '{print $2}' | grep -vxE "$helpers" || true)
	[ -z "$extra" ] || { echo "$chip: calls from freestanding code: $extra"; bad=1; }
	measure_patchers
	for backend in ws63 hota alios; do
		module=$("${prefix}size" "$target/$backend"/*.o | awk 'NR > 1 {sum += $1} END {print sum}')
		# shellcheck disable=SC2086
		compile "$target/with-$backend" '' $wire "device-agent/backend/$backend.c"
		measure "$chip $backend" '' "$backend"
		measure "$chip $backend 2 KiB window" '-DGYA_WINDOW_SIZE=2048 -DGYA_MTU=512' "$backend"
	done
}

check rv32imc riscv64-unknown-elf- 'riscv64-unknown-elf-gcc -march=rv32imc -mabi=ilp32 -msave-restore'
check cortex-m0 arm-none-eabi- 'arm-none-eabi-gcc -mcpu=cortex-m0 -mthumb'
[ "$ran" = 1 ] || { echo 'no cross compiler'; exit 77; }
exit "$bad"

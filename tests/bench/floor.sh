# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# What no tool can do with less than: floor.c, in leaves that are there.
# shellcheck source=tests/bench/lib.sh
. "$top/tests/bench/lib.sh"

first=4 # CPUs before it stay with the host
declare -A program=([stand-in]="$top/build/standin -times"
	[QEMU]="qemu-system-x86_64 -M pc -accel tcg,thread=multi -m 16M -nodefaults -display none -bios $top/build/off.bin")

# floor_run SIZE KIND QEMU [TRACER…]: KIND is floor, or checked-floor, which writes down and reads back
floor_run() {
	local size=$1 words check=()
	[ "$2" = floor ] || check=(-c)
	read -ra words <<<"${program[$3]}"
	shift 3
	"$@" floor "${check[@]}" "$cgroup/floor" "$(range $first "$size")" "$TMP/floor.journal" \
		"${words[@]}" -name brief -smp "$size,sockets=1,cores=$size,threads=1" -S \
		-chardev socket,id=m,fd=3,server=on,wait=off -mon chardev=m,mode=control 2>floor.log
}

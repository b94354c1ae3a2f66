# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # variables of, and for, whoever sources it
# What benches in the VM are written with. They source it; it sources what drives qpin.
# shellcheck source=tests/vm/guest/qpin.sh
. "$QPIN_GUEST/qpin.sh"
# shellcheck source=tests/bench/figure.sh
. "$top/tests/bench/figure.sh"
export PATH=$top/build/bench:$PATH

# range FIRST COUNT: "FIRST FIRST+1 …"
range() { seq -s ' ' "$1" $(($1 + $2 - 1)); }

# calls FILE FROM TO: of a trace by strace, how many calls were made from the first line that matches FROM up to the first
# one after it that matches TO, and before that to ask what QEMU takes up when it speaks. Lines that are no call aren't
# counted, and a call that was interrupted counts once.
calls() {
	awk -v from="$2" -v to="$3" '
		!begun && $0 ~ from { begun = 1 }
		!begun && /^(write|send[a-z]*)[(].*qmp_capabilities/ { count++ }
		begun && !ended && /^[a-z0-9_]+\(/ { count++ }
		begun && $0 ~ to { ended = 1 }
		END { if (!ended) exit 1; print count }' "$1"
}

# calls_by_name FILE FROM TO: the same, "COUNT NAME" of each, the most frequent first
calls_by_name() {
	awk -v from="$2" -v to="$3" '
		!begun && $0 ~ from { begun = 1 }
		begun && !ended && /^[a-z0-9_]+\(/ { name = $0; sub(/\(.*/, "", name); count[name]++ }
		begun && $0 ~ to { ended = 1 }
		END { for (name in count) print count[name], name }' "$1" | sort -rn
}

# From the read that brings QEMU's greeting to the write that lets the guest go.
greeting='^(read|recv[a-z]*)[(].*QMP'
letting_go='^(write|send[a-z]*)[(].*cont[^a-z]'

# traced FILE COMMAND…: run it under strace; what it starts is not traced
traced() { strace -qq -s 96 -e signal=none -o "$@"; }

# median FILE: of numbers, one a line
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int((NR + 2) / 2)]) / 2 }'; }

# leaves_make GROUP FIRST COUNT: what qpin prepares, made by hand: a threaded domain GROUP with `emulator`, and one isolated
# partition `cores` with an isolated leaf for each of COUNT CPUs. For a kernel with remote partitions, without systemd.
leaves_make() {
	local group=$cgroup/$1 list=$2-$(($2 + $3 - 1)) part cpu
	local -a leaves
	mapfile -t leaves < <(seq -f "$group/cores/cpu%.0f" "$2" $(($2 + $3 - 1)))
	mkdir -p "$group" "$group/emulator" "$group/cores"
	for part in "$group/emulator" "$group/cores"; do echo threaded >"$part/cgroup.type"; done
	echo +cpuset >"$group/cgroup.subtree_control"
	for part in "$group" "$group/cores"; do echo "$list" >"$part/cpuset.cpus.exclusive"; done
	echo "$list" >"$group/cores/cpuset.cpus"
	echo isolated >"$group/cores/cpuset.cpus.partition"
	echo +cpuset >"$group/cores/cgroup.subtree_control"
	mkdir "${leaves[@]}"
	for cpu in "${leaves[@]}"; do
		echo threaded >"$cpu/cgroup.type"
		echo "${cpu##*/cpu}" >"$cpu/cpuset.cpus"
		echo isolated >"$cpu/cpuset.cpus.partition"
	done
}

leaves_remove() {
	local group=$cgroup/$1 leaf
	for leaf in "$group"/cores/cpu[0-9]* "$group/cores"; do echo member >"$leaf/cpuset.cpus.partition"; done
	rmdir "$group"/cores/cpu[0-9]* "$group/cores" "$group/emulator" "$group"
}

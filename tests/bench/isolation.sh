# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# Who else is put onto pinned CPUs while the host is busy: counts, by `qpin verify`.
# shellcheck source=tests/bench/lib.sh
. "$top/tests/bench/lib.sh"
# shellcheck source=tests/vm/guest/tracing.sh
. "$QPIN_GUEST/tracing.sh"

bench=isolation seconds=60 # for other benches to set, with these:
pinned="6 7" pinned_list=6-7 size=-

# watched WORDS: vCPUs are pinned in that way; for a time the host is busy and their CPUs are looked at
watched() {
	local of=$1 said others
	load $((2 * $(nproc))) &
	loader=$!
	sleep 5
	said=$(qpin verify --json --for "${seconds}s" --cpus "$pinned_list") || true
	kill $loader
	wait $loader || true
	said() { jq -r "$1" <<<"$said"; }
	# Where qpin knows of no VM its vCPUs are others, too.
	others='[.cpus[].disturbers[] | select(.kind == "task" and .foreign and (.name // "" | test("^(qemu|CPU )") | not))]'
	figure "$bench" "programs put onto the pinned CPUs" count "$of" "$size" \
		"$(said "$others | [.[] | select(.who | startswith(\"kernel\") | not).count] | add // 0")"
	figure "$bench" "tasks put there that could be elsewhere" count "$of" "$size" "$(said "$others | [.[].count] | add // 0")"
	figure "$bench" "the kernel's own threads of these CPUs" count "$of" "$size" \
		"$(said '[.cpus[].disturbers[] | select(.kind == "task" and .who == "kernel-this-cpu").count] | add // 0')"
	figure "$bench" "times they were to balance the load" count "$of" "$size" \
		"$(said '[.cpus[].disturbers[] | select(.label == "softirq SCHED").count] | add // 0')"
	figure "$bench" "interrupts of devices there" count "$of" "$size" "$(said '[.cpus[].disturbers[] | select(.kind == "irq").count] | add // 0')"
	figure "$bench" "ticks there" count "$of" "$size" "$(said '[.cpus[].ticks] | add')"
	note "$of: $(said '[.cpus[].disturbers[] | select(.count > 0)] | group_by([.kind, .who, (.label | sub("[0-9].*"; ""))]) |
		map("\(.[0].who) \(.[0].label | sub("[0-9].*"; "")): \(map(.count) | add)") | join(", ")') (lost: $(said '[.cpus[].lost_events] | add'))"
}

# with_level LEVEL OF
with_level() {
	local name=$1 more=()
	[ "$1" != isolated ] && [ "$1" != quiet ] && [ "$1" != exclusive ] || [ -e $cgroup/cpuset.cpus.isolated ] || more=("emulator_cpus: 5")
	define "$name" spin "$pinned" "isolation: $1" "${more[@]}"
	ok "$2: a VM runs" launch "$name"
	note "$(grep 'QEMU is process' "$name.log")"
	watched "$2"
	stop "$name"
	is "$2: it ends" "$status" 0
}

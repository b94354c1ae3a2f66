# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# Who else is put onto pinned CPUs while the host is busy: counts, by `qpin verify`.
# shellcheck source=tests/bench/lib.sh
. "$top/tests/bench/lib.sh"

bench=isolation seconds=60 # for other benches to set, with these:
pinned="6 7" pinned_list=6-7 size=-

# While an event is on for two others, too, the kernel patches no code for us: see tests/vm/cases/34-verify.
spares_make() {
	local spare event
	for spare in /sys/kernel/tracing/instances/spare{1,2}; do
		mkdir -p "$spare"
		echo 0 >"$spare/tracing_on"
		for event in sched/sched_switch irq/{irq_handler,softirq}_{entry,exit} workqueue/workqueue_execute_start \
			timer/{hrtimer,timer}_expire_entry \
			irq_vectors/{local_timer,reschedule,call_function,call_function_single,irq_work,x86_platform_ipi}_{entry,exit} \
			irq_vectors/{thermal_apic,threshold_apic,deferred_error_apic,error_apic,spurious_apic}_{entry,exit}; do
			echo 1 >"$spare/events/$event/enable"
		done
	done
}

# watched WORDS: vCPUs are pinned in that way; for a time the host is busy and their CPUs are looked at
watched() {
	local of=$1 said others
	load 16 &
	loader=$!
	sleep 5
	said=$(qpin verify --json --for "${seconds}s" --cpus "$pinned_list") || true
	kill $loader
	wait $loader || true
	said() { jq -r "$1" <<<"$said"; }
	# Where qpin knows of no VM its vCPUs are others, too.
	others='[.cpus[].disturbers[] | select(.kind == "task" and .foreign and (.name | test("^(qemu|CPU )") | not))]'
	figure "$bench" "programs put onto the pinned CPUs" count "$of" "$size" \
		"$(said "$others | [.[] | select(.who | startswith(\"kernel\") | not).count] | add // 0")"
	figure "$bench" "tasks put there that could be elsewhere" count "$of" "$size" "$(said "$others | [.[].count] | add // 0")"
	figure "$bench" "the kernel's own threads of these CPUs" count "$of" "$size" \
		"$(said '[.cpus[].disturbers[] | select(.kind == "task" and .who == "kernel-this-cpu").count] | add // 0')"
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

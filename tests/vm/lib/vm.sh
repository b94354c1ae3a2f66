# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # the variables are those of tests/vm/run
# The VM: its command line, its deadlines, its end.

vm_pid=

vm_config() {
	local size='' faults="-s ${QPIN_FAULT_SEED:-0}"
	case ${QPIN_FAULT_ALL-} in
	1) ;;
	once) faults="$faults -o" ;;
	*) faults="$faults -b ${QPIN_FAULT_SECONDS:-15}" ;;
	esac
	[ "$mode" != shell ] || size=$(stty size | awk '{ print "rows " $1 " cols " $2 }')
	printf '%s=%q\n' top "$top" cases "$cases" matrix "$matrix" kernel "$kernel" init "$init" cgroup "$cgroup" host "$host" mode "$mode" size "$size" term "${TERM:-linux}" \
		faults "$faults" fault_commands "${QPIN_FAULT_COMMANDS-}" race_rounds "${QPIN_RACE_ROUNDS:-2}" samples "${QPIN_BENCH_SAMPLES:-11}"
}

# What makes systemd mount the cgroup trees in that way; it looks at the kernel's command line alone.
vm_systemd_append() {
	case $cgroup in
	v1) echo " systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller=1" ;;
	hybrid) echo " systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller=0" ;;
	esac
}

# What the kind of host adds to the kernel's command line and to QEMU's.
vm_host_set() {
	local node half=$((memory / 2)) smp=8,sockets=1,cores=4,threads=2

	case $host in
	ordinary) ;;
	isolcpus) append="$append isolcpus=6-7 nohz_full=6-7" ;;
	numa)
		smp=8,sockets=2,cores=2,threads=2
		for node in 0 1; do
			qemu_more+=(-object "memory-backend-ram,id=node$node,size=${half}M" -numa
				"node,nodeid=$node,cpus=$((node * 4))-$((node * 4 + 3)),memdev=node$node")
		done
		;;
	*) return 1 ;;
	esac
	cpus=${cpus:-$smp}
}

# vm_args CHARDEV…: how the second serial port, on which the runner speaks, is connected.
vm_args() {
	local share id=0

	# norandmaps: the emulator translates a program anew at every address that it is loaded to; no_timer_check: on a
	# busy machine too few ticks come while the kernel counts them, and it panics; one thread for all CPUs: with more threads
	# than the machine has CPUs each waits for others that don't run, which takes twice the time; tsc_early_khz: measured by the
	# VM on a busy machine, its time may pass five times too fast
	args=(-nodefaults -no-user-config -display none -no-reboot -machine q35
		-accel "tcg,thread=$threads" -cpu 'max,-cx16' -smp "$cpus" -m "$memory"
		-kernel "$image/vmlinuz" -initrd "$dir/initramfs"
		-append "console=ttyS0 tsc=reliable tsc_early_khz=$("$top/build/tsc") no_timer_check panic=-1 oops=panic loglevel=5 norandmaps$append"
		-serial "file:$dir/console" -chardev "$1,id=runner" -serial chardev:runner)
	for share in "root / on" "top $top on" "results $dir off"; do
		# shellcheck disable=SC2086
		set -- $share
		args+=(-fsdev "local,id=fs$id,path=${2//,/,,},security_model=none,readonly=$3,multidevs=remap"
			-device "virtio-9p-pci,fsdev=fs$id,mount_tag=$1")
		id=$((id + 1))
	done
	args+=("${qemu_more[@]}")
}

vm_kill() {
	[ -z "$vm_pid" ] || kill -9 "$vm_pid" 2>/dev/null
	vm_pid=
}

# Seconds of CPU that the VM has used: unlike the clock, it is much the same on a busy machine.
vm_cpu_s() {
	local stat
	read -r stat <"/proc/$vm_pid/stat" 2>/dev/null || return
	read -ra stat <<<"${stat##*) }"
	echo $(((stat[11] + stat[12]) / $(getconf CLK_TCK)))
}

# vm_emulator_failed: was it the emulator that ended the guest? Its race of text patching shows as an int3; a triple
# fault shows as nothing at all, while a kernel that ends by a fault of its own, or of ours, always says so.
vm_emulator_failed() {
	grep -aqE 'int3: 0000 \[#|Oops: int3' "$dir/console" 2>/dev/null ||
		! grep -aqE 'Kernel panic|Oops|BUG: |general protection|reboot: ' "$dir/console" 2>/dev/null
}

console_tail() { tail -n 40 "$dir/console" 2>/dev/null | tr -d '\r' | sed 's/^/# console: /'; }

vm_deadline=${QPIN_VM_DEADLINE:-900} boot_deadline=${QPIN_VM_BOOT_DEADLINE:-150}

# Interactive: the terminal is the VM's.
shell_run() {
	local state
	state=$(stty -g)

	vm_args stdio,mux=on,signal=off
	qemu-system-x86_64 "${args[@]}" 2>"$dir/qemu.log"
	stty "$state"
	[ -f "$dir/status" ] || { console_tail; return 1; }
	return 0
}

# script_boot: until QEMU ends; fails if the guest isn't up in time. The runner says when it has begun.
script_boot() {
	local limit=$((SECONDS + boot_deadline)) end=$((SECONDS + vm_deadline))

	qemu-system-x86_64 "${args[@]}" </dev/null 2>"$dir/qemu.log" &
	vm_pid=$!
	while kill -0 "$vm_pid" 2>/dev/null; do
		[ ! -f "$dir/begun" ] || limit=$end
		[ $SECONDS -lt "$limit" ] || kill -9 "$vm_pid"
		sleep 0.5
	done
	wait "$vm_pid" 2>/dev/null
	vm_pid=
	[ -f "$dir/begun" ]
}

# Standard input has been saved as a script; its output is ours, its status too.
script_run() {
	local try

	vm_args stdio,signal=off
	for try in 1 2 3; do
		! script_boot || break
		echo "# boot $try was in vain" >&2
		console_tail >&2
	done
	if [ ! -f "$dir/status" ]; then
		console_tail >&2
		return 1
	fi
	return "$(cat "$dir/status")"
}

# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # top: from the runner
# For cases that drive qpin: definitions, VMs in the background, and where their parts are. Cases source it.

cgroup=/sys/fs/cgroup
declare -A qpin_pid=() qemu_of=() # by VM's name
status=0
patience=60 # seconds for a start or an end; more where the VM is kept busy

# define NAME FIRMWARE "CPU…" [LAUNCHER-LINE…]: write NAME.yml, with a vCPU per host CPU ("-": one without a pin). It has
# COM1 in NAME.serial and a QMP socket NAME.qmp of its own; more lines for QEMU ("- m: 1G") are in the array qemu_lines.
qemu_lines=()
define() {
	local name=$1 firmware=$2 line core
	local -a cpus
	read -ra cpus <<<"$3"
	shift 3
	{
		echo "launcher:"
		printf '  %s\n' "binary: ${binary:-qemu-system-x86_64}" "$@" "vcpu_pinning:" "  0:"
		for core in "${!cpus[@]}"; do
			[ "${cpus[core]}" = - ] || echo "      $core: { 0: ${cpus[core]} }"
		done
		echo "qemu:"
		for line in "name: $name" "machine: pc" "accel: [ tcg, thread: multi ]" "m: 16M" nodefaults \
			"smp: ${smp:-[ ${#cpus[@]}, sockets: 1, cores: ${#cpus[@]}, threads: 1 ]}" "display: none" \
			"bios: $top/build/$firmware.bin" "serial: file:$TMP/$name.serial" \
			"qmp: unix:$TMP/$name.qmp,server=on,wait=off" "${qemu_lines[@]}"; do
			echo "- $line"
		done
	} >"$TMP/$name.yml"
}

gone() { ! kill -0 "$1" 2>/dev/null; }
# says NAME REGEX: its qpin has said that, or ended
says() { grep -q "$2" "$1.log" || gone "${qpin_pid[$1]}"; }

# behind NAME REGEX COMMAND…: a qpin in the background, until it says that; what it says is in NAME.out and NAME.log. Fails when
# it doesn't, with the log as a note.
behind() {
	local name=$1 words=$2
	shift 2
	env --default-signal=INT,QUIT "$@" >"$name.out" 2>"$name.log" </dev/null &
	qpin_pid[$name]=$!
	await "$patience" says "$name" "$words" || true
	grep -q "$words" "$name.log" || ! note "$(cat "$name.log")"
}

# started NAME COMMAND…: COMMAND starts that VM in the background, until its guest runs.
started() {
	qemu_of[$1]=
	behind "$1" 'QEMU is process' "${@:2}" || return
	qemu_of[$1]=$(sed -n 's/.*QEMU is process \([0-9]*\);.*/\1/p' "$1.log")
}

# launch NAME [PREFIX…]: started, by `PREFIX qpin run -v NAME.yml`
launch() { started "$1" "${@:2}" qpin run -v "$TMP/$1.yml"; }

# adopted NAME [PREFIX…]: `PREFIX qpin adopt NAME` in the background, until it watches; then it is $qpin_pid[NAME], as after
# launch.
adopted() { behind "$1" 'watching over QEMU' "${@:2}" qpin adopt -v "$1"; }

# ended NAME [SECONDS]: wait for qpin's end; its exit status is $status.
ended() {
	status=0
	await "${2:-$patience}" gone "${qpin_pid[$1]}" || {
		note "$1 does not end:" "$(cat "$1.log")"
		kill -KILL "${qemu_of[$1]}" "${qpin_pid[$1]}"
	}
	wait "${qpin_pid[$1]}" || status=$?
}

# stop NAME: press the power button by SIGTERM, and wait.
stop() {
	kill -TERM "${qpin_pid[$1]}"
	ended "$1"
}

# answer COMMAND…: run it; $status, and all that it says in $said.
answer() {
	status=0
	said=$(timeout 100 "$@" 2>&1 </dev/null) || status=$?
}

# refused DESCRIPTION STATUS REGEX COMMAND…: it ends with this status and says that.
refused() {
	local what=$1 want=$2 words=$3
	shift 3
	answer "$@"
	is "$what: status $want" "$status" "$want"
	like "$what: says why" "$said" "$words"
}

# The cgroup of a VM's tasks, in qpin.slice of whoever runs it: below $manager. Without remote partitions root's are in no
# slice; a scope that is a partition has them in itself; a unit of its own is in $unit_of.
manager=
declare -A unit_of=()
vm_of() {
	local path=${unit_of[$1]:-$cgroup$manager/qpin.slice/qpin-$1.scope}
	[ -e "$path" ] || path=$cgroup/qpin-$1.scope
	[ -e "$path/emulator" ] || path=$path/vm
	echo "$path"
}

# by_kernel REMOTE LOCAL: what is to be expected with remote partitions, and with local ones alone, whose VMs have CPUs of
# their own for QEMU's other threads.
by_kernel() { if [ -e $cgroup/cpuset.cpus.isolated ]; then echo "$1"; else echo "$2"; fi; }

# isolated_cpus: those that the kernel isolates. An old one has no list; what qpin kept its workqueues off is the same then.
isolated_cpus() {
	local mask cpu list=''
	[ ! -e $cgroup/cpuset.cpus.isolated ] || {
		cat $cgroup/cpuset.cpus.isolated
		return
	}
	read -r mask </sys/devices/virtual/workqueue/cpumask
	for ((cpu = 0; cpu < $(nproc --all); cpu++)); do
		(((0x${mask//,/} >> cpu) & 1)) || list+=" $cpu"
	done
	ranges "$list"
}

# ranges "CPU…": ascending numbers as the kernel's list
ranges() {
	local cpu first='' last='' text=''
	for cpu in $1 end; do
		if [ -n "$last" ] && [ "$cpu" = $((last + 1)) ]; then
			last=$cpu
			continue
		fi
		[ -z "$first" ] || { [ "$first" = "$last" ] && text+=,$first; } || text+=,$first-$last
		first=$cpu last=$cpu
	done
	echo "${text#,}"
}

# allowed TASK: the CPUs that it may run on.
allowed() { field "/proc/$1/status" Cpus_allowed_list; }

# field FILE KEY: of lines "KEY: value". Without a program: these are slow in a VM whose CPUs are all busy. The whole file
# at once: line by line a shell goes back in it, and it may have changed.
field() {
	local key value
	while read -r key value; do
		[ "$key" != "$2:" ] || echo "$value"
	done <<<"$(<"$1")"
}

# policy TID: as chrt tells, e.g. "SCHED_FIFO 5".
policy() { chrt -p "$1" | sed -n 's/.*policy: //p; s/.*priority: //p' | sed 's/|SCHED_RESET_ON_FORK//' | xargs; }

# others NAME: the threads of its QEMU that are no vCPU's.
others() {
	local vcpus tid
	vcpus=" $(vcpu_threads "$1" | xargs) "
	for tid in "/proc/${qemu_of[$1]}/task/"*; do
		[[ $vcpus == *" ${tid##*/} "* ]] || echo "${tid##*/}"
	done
}

# placed NAME PARTITION "CPU…": vCPU i is alone in the leaf of the i-th CPU, which is such a partition.
placed() {
	local name=$1 partition=$2 vm leaf cpu i=0
	local -a cpus threads
	vm=$(vm_of "$name")
	read -ra cpus <<<"$3"
	mapfile -t threads < <(vcpu_threads "$name")
	is "$name has ${#cpus[@]} vCPUs" "${#threads[@]}" "${#cpus[@]}"
	for cpu in "${cpus[@]}"; do
		leaf=$vm/cores/cpu$cpu
		is "$name: vCPU $i is alone in the leaf of CPU $cpu, may run there only, and does; it is $partition" \
			"$(<"$leaf/cgroup.threads") $(allowed "${threads[i]}") $(cpu_of "${threads[i]}") $(<"$leaf/cpuset.cpus.partition")" \
			"${threads[i]} $cpu $cpu $partition"
		i=$((i + 1))
	done
	is "$name: cores is $partition" "$(cat "$vm/cores/cpuset.cpus.partition")" "$partition"
}

# cpu_of TID: the CPU that it ran on last.
cpu_of() {
	local stat
	read -r stat <"/proc/$1/stat"
	read -ra stat <<<"${stat##*) }"
	echo "${stat[36]}"
}

# rests NAME: its qpin did nothing for 5 s, in which a look now and then would have woken it up.
wakeups() { field "/proc/$1/status" voluntary_ctxt_switches; }
rests() {
	local before
	before=$(wakeups "${qpin_pid[$1]}")
	sleep 5
	[ "$(wakeups "${qpin_pid[$1]}")" = "$before" ]
}

# up NAME: its guest has told that all its CPUs are up.
up() { await 60 grep -q "cpus up" "$1.serial"; }

# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # top, kernel, init: from the runner
# For cases that compare the level that is reached with tests/vm/levels, on a busy host. Cases source it, for qpin.sh too.

mode=$cgroup # how the trees are mounted; qpin.sh calls their mount point $cgroup
# shellcheck source=tests/vm/guest/qpin.sh
. "$QPIN_GUEST/qpin.sh"
shopt -s extglob

# fits WORDS VALUE: VALUE is one of them, or they are "*".
fits() { [ "$1" = '*' ] || [[ " $1 " == *" $2 "* ]]; }

# expect WHO: what the table says of WHO on this host, in $want_level, $want_way, $want_leaf, $want_others and
# $want_reason. Fails when it says nothing.
expect() {
	local row column
	local -a columns
	while IFS= read -r row; do
		[[ $row == [!\#]* ]] || continue
		columns=()
		while [[ $row == *'|'* ]]; do
			column=${row%%'|'*} row=${row#*'|'}
			column=${column##+( )}
			columns+=("${column%%+( )}")
		done
		if fits "${columns[0]}" "$kernel" && fits "${columns[1]}" "$init" && fits "${columns[2]}" "$mode" &&
			fits "${columns[3]}" "$host" && fits "${columns[4]}" "$1"; then
			want_level=${columns[5]} want_way=${columns[6]} want_leaf=${columns[7]} want_others=${columns[8]}
			want_reason=${row##+( )}
			[ "$want_reason" != - ] || want_reason='^$'
			return 0
		fi
	done <"$top/tests/vm/levels"
	return 1
}

# told NAME: what `qpin run` said of it, in $level, $way and $reason. Fails when it didn't.
told() {
	local line
	line=$(sed -n 's/.*QEMU is process [0-9]*; .*, level //p' "$1.log")
	[[ $line =~ ^([a-z]+(\ \(boot\))?)(\ by\ ([^\(]*[^\ \(]))?(\ \((.*)\))?$ ]] || return 1
	level=${BASH_REMATCH[1]} way=${BASH_REMATCH[4]:-affinity} reason=${BASH_REMATCH[6]}
}

# tid_group TID: the cgroup of v1's cpuset that it is in.
tid_group() { sed -n 's/^[0-9]*:cpuset://p' "/proc/$1/cgroup"; }

# alone NAME LEAF "CPU…": each vCPU has its CPU for itself, as far as QEMU goes: in a leaf of that kind, or by masks.
alone() {
	local name=$1 leaf=$2 tid i=0
	local -a cpus threads
	if [ "$leaf" != v1 ] && [ "$leaf" != - ]; then
		placed "$name" "$leaf" "$3"
	fi
	read -ra cpus <<<"$3"
	mapfile -t threads < <(vcpu_threads "$name")
	for tid in "${threads[@]}"; do
		is "$name: vCPU $i may run on CPU ${cpus[i]} only, and does" "$(allowed "$tid") $(cpu_of "$tid")" "${cpus[i]} ${cpus[i]}"
		[ "$leaf" != v1 ] ||
			is "$name: vCPU $i is alone in its cpuset" "$(<"$cgroup/cpuset$(tid_group "$tid")/tasks")" "$tid"
		i=$((i + 1))
	done
	is "$name: QEMU's other threads may not run there" \
		"$(for tid in $(others "$name"); do list_lacks "$(allowed "$tid")" "${cpus[@]}" || allowed "$tid"; done)" ''
}

# list_lacks LIST CPU…: the list of CPUs has none of these.
list_lacks() {
	local range cpu
	local -a ranges
	IFS=, read -ra ranges <<<"$1"
	shift
	for range in "${ranges[@]}"; do
		for cpu; do
			if [ "${range%-*}" -le "$cpu" ] && [ "$cpu" -le "${range#*-}" ]; then return 1; fi
		done
	done
}

# A busy host: processes that spin, in several services or cgroups. They give way to all else (nice 19), which does not
# keep them off a CPU that is idle. They spin between busy_go and busy_pause alone, because they slow down the whole VM.
spinners=()
# shellcheck disable=SC2016 # for the other shell
spinner='for i in $(seq "$2"); do (echo $BASHPID >>"$1"; kill -STOP $BASHPID; while :; do :; done) & done; wait'
spinner_count() { [ "$(wc -l <"$TMP/$1.pids")" = 8 ]; }

busy_go() { kill -CONT "${spinners[@]}"; }
busy_pause() { kill -STOP "${spinners[@]}"; }

# busy_begin PHASE: eight more of them, paused.
busy_begin() {
	local phase=$1 place
	: >"$TMP/$phase.pids"
	nice -n 19 bash -c "$spinner" spinner "$TMP/$phase.pids" 2 &
	for place in system busy; do
		if [ "$init" = systemd ]; then
			systemd-run -q --unit="busy-$phase-$place" --slice="$place.slice" --service-type=exec -p Nice=19 \
				bash -c "$spinner" spinner "$TMP/$phase.pids" 3
			continue
		fi
		[ "$mode" = v1 ] || mkdir "$(busy_tree)/$phase-$place"
		# shellcheck disable=SC2016
		nice -n 19 bash -c '[ -z "$3" ] || echo $$ >"$3/cgroup.procs"; '"$spinner" spinner "$TMP/$phase.pids" 3 \
			"$([ "$mode" = v1 ] || echo "$(busy_tree)/$phase-$place")" &
	done
	await 60 spinner_count "$phase"
	mapfile -t -O ${#spinners[@]} spinners <"$TMP/$phase.pids"
}
busy_tree() { if [ "$mode" = v2 ]; then echo $cgroup; else echo $cgroup/unified; fi; }

# busy_end PHASE
busy_end() {
	local pid place
	local -a rest=()
	local -A ended=()
	while read -r pid; do
		ended[$pid]=1
		kill "$pid"
		kill -CONT "$pid"
	done <"$TMP/$1.pids"
	for pid in "${spinners[@]}"; do [ -n "${ended[$pid]:-}" ] || rest+=("$pid"); done
	spinners=(${rest[@]+"${rest[@]}"})
	for pid in "${!ended[@]}"; do await 30 gone "$pid"; done
	for place in system busy; do
		if [ "$init" = systemd ]; then
			await 30 unit_gone "busy-$1-$place.service" || systemctl stop "busy-$1-$place.service"
		elif [ "$mode" != v1 ]; then
			await 30 rmdir "$(busy_tree)/$1-$place"
		fi
	done
}
unit_gone() { ! systemctl -q is-active "$1"; }

# seen CPU…: in $sightings, how many of those that spin are on these CPUs; and in $samples, how many there are.
sightings=0 samples=0
seen() {
	local pid stat cpu
	for pid in "${spinners[@]}"; do
		read -r stat <"/proc/$pid/stat"
		read -ra stat <<<"${stat##*) }"
		samples=$((samples + 1))
		for cpu; do [ "${stat[36]}" != "$cpu" ] || sightings=$((sightings + 1)); done
	done
}
is_seen() { seen "$@" && [ $sightings -gt 0 ]; }

# The slice that some of them were in.
busy_over() { [ "$init" != systemd ] || systemctl stop busy.slice; }

# kept_off NAME "CPU…": none of them is on the CPUs, neither while the guest rests and works there nor while they are
# idle for long, which is when a scheduler that may would fill them.
kept_off() {
	local name=$1
	local -a pinned
	read -ra pinned <<<"$2"
	sightings=0 samples=0
	busy_go
	for _ in {1..10}; do seen "${pinned[@]}"; done
	qmp "$name.qmp" stop >/dev/null
	for _ in {1..30}; do seen "${pinned[@]}"; done
	busy_pause
	qmp "$name.qmp" cont >/dev/null
	is "$name: of ${#spinners[@]} busy processes none is on CPUs $2, in $samples samples" $sightings 0
}

# not_kept_off NAME "CPU…": they are seen there once the guest leaves the CPUs idle: what kept_off looks for can be found.
not_kept_off() {
	local -a cpus
	read -ra cpus <<<"$2"
	sightings=0 samples=0
	qmp "$1.qmp" stop >/dev/null
	busy_go
	ok "$1: busy processes are on CPUs $2 too" await 60 is_seen "${cpus[@]}"
	busy_pause
	qmp "$1.qmp" cont >/dev/null
}

# level_check WHO NAME "CPU…" [PREFIX…]: run NAME.yml, with `isolation: auto`, by PREFIX; compare with the table; tell
# the row of the table of levels that scripts/check collects. A host that is busy before gets busier.
level_check() {
	local who=$1 name=$2 pins=$3
	shift 3
	ok "$who: the table knows this host" expect "$who"
	[ ${#spinners[@]} = 0 ] || busy_go
	ok "$who: it starts" launch "$name" "$@"
	[ ${#spinners[@]} = 0 ] || busy_pause
	told "$name"
	note "level | $kernel | $init | $mode | $host | $who | $level | $way | ${reason:--}"
	is "$who: level, and by which way" "$level by $way" "$want_level by $want_way"
	like "$who: the reason why it is no more" "$reason" "$want_reason"
	alone "$name" "$want_leaf" "$pins"
	if [ "$want_others" = off ]; then
		busy_begin during
		kept_off "$name" "$pins"
		busy_end during
		alone "$name" "$want_leaf" "$pins"
	fi
	stop "$name"
	is "$who: it ends" "$status" 0
}

# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # the variables are those of tests/vm/run
# Which cases, and their results: TAP with numbers out of what the runner says.

# case_header FILE KEY: the value of "# KEY: value" among the first lines.
case_header() { sed -n "1,10s/^# $2: *//p" "$1"; }

# case_is_for NAME: it can run on this host.
case_is_for() {
	local file=$top/$cases/$1 needs kernels cgroups hosts
	needs=$(case_header "$file" needs)
	kernels=$(case_header "$file" kernels)
	cgroups=$(case_header "$file" cgroup)
	hosts=$(case_header "$file" host)

	case ${needs:-any} in any | "$init") ;; *) return 1 ;; esac
	case " ${kernels:-$kernel} " in *" $kernel "*) ;; *) return 1 ;; esac
	case " ${cgroups:-v2} " in *" any "* | *" $cgroup "*) ;; *) return 1 ;; esac
	case " ${hosts:-ordinary} " in *" any "* | *" $host "*) ;; *) return 1 ;; esac
}

# case_applies NAME: and is of the tier; all others are where none is asked for, but for the long ones. In the matrix, only
# where it names this profile, or none.
case_applies() {
	local own profiles='' here_is=$kernel-$init
	own=$(case_header "$top/$cases/$1" tier)
	[ "$cgroup" = v2 ] || here_is=$here_is-$cgroup
	[ -z "$matrix" ] || profiles=$(case_header "$top/$cases/$1" matrix)
	if [ -n "$tier" ]; then [ "$own" = "$tier" ]; else [ "$own" != long ]; fi || return 1
	case " ${profiles:-$here_is} " in *" $here_is "*) ;; *) return 1 ;; esac
	case_is_for "$1"
}

# case_packages NAME: the packages that it wants are there, for the runner to unpack; else it is skipped.
case_packages() {
	local packages why cached=$cache/packages/$1

	packages=$(case_header "$top/$cases/$1" packages)
	[ -n "$packages" ] || return 0
	# shellcheck disable=SC2086 # a list
	why=$(packages_fetch "$cached" $packages 2>&1) && cp "$cached/tree.tar" "$dir/$1.tar" && return
	why="no packages: $(tr '\n' ' ' <<<"$why")"
	if [ "${QPIN_NO_SKIP-}" = 1 ]; then line_take "not ok - $1: $why"; else line_take "ok - $1 # SKIP $why"; fi
	return 1
}

cases_applying() {
	local file
	for file in "$top/$cases"/*; do
		! case_applies "${file##*/}" || echo "${file##*/}"
	done
}

tests=0 failed=0 current='' finished=0 case_tests=0 case_failed=0 failing=''

# What prove shows of a profile, which leaves out its standard output: the failed checks with their reasons.
tell() {
	[ -z "$failing" ] || [ -t 2 ] || echo "# $profile: $1" >&2
}

# One line of the runner's.
line_take() {
	local line=$1 result

	case $line in
	@begin*)
		current=${line#@begin }
		case_tests=0 case_failed=0 case_started=$SECONDS case_cpu_s=$(vm_cpu_s)
		;;
	@end*)
		[ "$case_tests" -gt 0 ] || line_take "not ok - no test was made"
		failing=
		echo "# $current: $case_tests tests, $((SECONDS - case_started)) s, $(($(vm_cpu_s) - case_cpu_s)) s of CPU"
		[ "$case_failed" = 0 ] ||
			tail -n 30 "$dir/$current.log" 2>/dev/null | sed 's/^/# | /'
		sed -i 1d "$dir/cases"
		current=
		;;
	@up*) up=1 && echo "# kernel ${line#@up }: up $((SECONDS - started)) s after start" ;;
	@done) finished=1 ;;
	'ok - '* | 'not ok - '*)
		tests=$((tests + 1)) case_tests=$((case_tests + 1))
		result=${line%% - *}
		failing=
		if [ "$result" = 'not ok' ]; then
			failed=$((failed + 1)) case_failed=$((case_failed + 1)) failing=1
		fi
		tell "$result $tests - ${current:+$current: }${line#* - }"
		echo "$result $tests - ${current:+$current: }${line#* - }"
		;;
	'# level | '*)
		echo "$line"
		[ -z "${QPIN_VM_LEVELS:-}" ] || echo "${line#\# level | }" >>"$QPIN_VM_LEVELS"
		;;
	*)
		tell "${line#\# }"
		echo "# ${line#\# }"
		;;
	esac
}

# Boot and take what comes until the end of it; fails if the VM ended before its cases.
cases_boot() {
	local line limit=$boot_deadline wait started=$SECONDS fd

	finished=0 current='' up='' stuck=''
	vm_args stdio,signal=off
	exec {fd}< <(exec qemu-system-x86_64 "${args[@]}" </dev/null 2>"$dir/qemu.log")
	vm_pid=$!
	while :; do
		[ -z "$up" ] || limit=$((deadline - SECONDS))
		[ "$limit" -gt 0 ] || limit=1
		wait=0
		IFS= read -r -t "$limit" -u "$fd" line || wait=$?
		line=${line%$'\r'}
		case $wait in
		0) line_take "$line" ;;
		1) break ;; # end of file: QEMU is gone
		*)
			stuck="no answer in time"
			break
			;;
		esac
		if [ $SECONDS -ge "$deadline" ]; then
			stuck="over the deadline of $vm_deadline s"
			break
		fi
	done
	vm_kill
	exec {fd}<&-
	[ $finished = 1 ]
}

# A second boot that can hide no fault of ours: until the guest is up nothing of ours has run in it; later it takes a
# fault of the emulator's, and that counts once.
cases_again() {
	[ "$boots_left" -gt 0 ] || return 1
	if [ -z "$up" ]; then
		boots_left=$((boots_left - 1))
	elif [ -z "$stuck" ] && vm_emulator_failed; then
		boots_left=0
	else
		return 1
	fi
}

# Said on both: prove shows standard error alone.
cases_tell_end() {
	local text
	text=$(
		echo "# $profile: ${stuck:-the VM ended}${current:+ in $current}; $1"
		console_tail
		[ ! -s "$dir/qemu.log" ] || sed 's/^/# qemu: /' "$dir/qemu.log"
	)
	echo "$text"
	[ -t 2 ] || echo "$text" >&2
}

cases_run() {
	local name deadline=$((SECONDS + vm_deadline)) stuck='' up='' boots_left=3

	for name in ${wanted[@]+"${wanted[@]}"}; do
		case_is_for "$name" || line_take "ok - $name # SKIP not for $profile"
	done
	[ ${#wanted[@]} -gt 0 ] || mapfile -t wanted < <(cases_applying)
	: >"$dir/cases"
	for name in "${wanted[@]}"; do
		! case_is_for "$name" || ! case_packages "$name" || echo "$name" >>"$dir/cases"
	done
	while [ -s "$dir/cases" ]; do
		cases_boot && continue
		if cases_again; then
			cases_tell_end "it is booted again"
			mv "$dir/console" "$dir/console.before"
			continue
		fi
		cases_tell_end "logs are in $dir"
		line_take "not ok - ${stuck:-the VM ended}" # no "Bail out!": that would end the other profiles
		failing=
		break
	done
	echo "1..$tests"
	[ $failed = 0 ]
}

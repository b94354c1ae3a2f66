# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # _qpin_commands: in the table
# What bash completes of qpin(1). By `make`, from the help of its commands.
@TABLE@

# Names of definitions, and of VMs that run
_qpin_vm() {
	local path directory
	for directory in ${QPIN_CONFIG_DIR:-@SYSCONFDIR@/qpin ${QEMU_LAUNCHER_CONFIG_DIR:-/usr/local/etc/qemu-launcher}}; do
		for path in "$directory"/*.yml; do
			[ ! -e "$path" ] || { path=${path##*/} && echo "${path%.yml}"; }
		done
	done
	for path in /run/qpin/*/ "${XDG_RUNTIME_DIR:-/nonexistent}"/qpin/*/; do
		[ ! -d "$path" ] || { path=${path%/} && echo "${path##*/}"; }
	done
}
_qpin_user() { compgen -u; }
_qpin_pid() { pgrep '^qemu' 2>/dev/null; }

# Lists of CPUs: $1 and one more number, behind its last comma or dash; or behind a name and a colon
_qpin_cpus() {
	local online begin end range
	read -r online </sys/devices/system/cpu/online || return 0
	for range in ${online//,/ }; do
		begin=${range%-*} end=${range#*-}
		while [ "$begin" -le "$end" ]; do
			echo "${1%"${1##*[,:-]}"}$begin"
			begin=$((begin + 1))
		done
	done
}

# Files, where $1 is kind "file" or "any"; a definition may be one, too
_qpin_complete() {
	local word=$2
	COMPREPLY=()
	case $1 in
	vm)
		mapfile -t COMPREPLY < <(compgen -W "$(_qpin_vm)" -- "$word")
		case $word in
		*/* | *.yml) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
		esac
		;;
	user | pid) mapfile -t COMPREPLY < <(compgen -W "$("_qpin_$1")" -- "$word") ;;
	cpus) mapfile -t COMPREPLY < <(compgen -W "$(_qpin_cpus "$word")" -- "$word") ;;
	file) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	esac
}

_qpin() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local options='' values='' arguments='' kind position=0 i
	local -a kinds
	COMPREPLY=()
	if [ "$COMP_CWORD" -le 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$_qpin_commands" -- "$word")
		return
	fi
	_qpin_words "${COMP_WORDS[1]}"
	for kind in $values; do
		if [ "${kind%=*}" = "$before" ]; then
			_qpin_complete "${kind##*=}" "$word"
			return
		fi
	done
	case $word in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
		return
		;;
	esac
	for ((i = 2; i < COMP_CWORD; i++)); do
		case " $values" in
		*" ${COMP_WORDS[i - 1]}="*) continue ;;
		esac
		case ${COMP_WORDS[i]} in
		-*) ;;
		*) position=$((position + 1)) ;;
		esac
	done
	read -ra kinds <<<"$arguments"
	_qpin_complete "${kinds[position]-}" "$word"
}
complete -F _qpin qpin

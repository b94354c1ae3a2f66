#compdef qpin
# SPDX-License-Identifier: MIT
# What zsh completes of qpin(1). By `make`, from the help of its commands.
local -a _qpin_commands
@TABLE@

_qpin_vm() {
	local -a directories names
	if [[ -n $QPIN_CONFIG_DIR ]]; then
		directories=($QPIN_CONFIG_DIR)
	else
		directories=(@SYSCONFDIR@/qpin ${QEMU_LAUNCHER_CONFIG_DIR:-/usr/local/etc/qemu-launcher})
	fi
	names=(${^directories}/*.yml(N:t:r) /run/qpin/*(N/:t) ${XDG_RUNTIME_DIR:-/nonexistent}/qpin/*(N/:t))
	_alternative "definitions:virtual machine:(${(j: :)names})" 'files:definition:_files -g "*.yml"'
}
_qpin_user() { _users }
_qpin_file() { _files }
_qpin_any() { _message 'a value' }
_qpin_pid() { compadd -- ${(f)"$(pgrep '^qemu' 2>/dev/null)"} }
# Lists of CPUs: one more number behind the last comma, colon or dash
_qpin_cpus() {
	local range
	local -a cpus
	for range in ${(s:,:)"$(</sys/devices/system/cpu/online)"}; do
		cpus+=({${range%-*}..${range#*-}})
	done
	compset -P '*[,:-]'
	compadd -S '' -- $cpus
}

_qpin() {
	local line state
	_arguments -C '--help[tell the commands]' '--version[tell the version]' '1:command:->command' '*::words:->words'
	case $state in
	command) _describe command _qpin_commands ;;
	words)
		(( ${+functions[_qpin-$words[1]]} )) && _qpin-$words[1]
		;;
	esac
}
_qpin "$@"

# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
# Which system calls a qpin makes when it is confined. Cases source it; what is refused to it the runner sees, in each case.

# calls_begin: from now on those of each qpin that is started as "${counted[@]}" qpin …, until the case ends. Nothing that
# env and qpin don't make may come between them: LD_PRELOAD would be its.
counted=(env "QPIN_CALLS=$TMP/calls.socket" "LD_PRELOAD=$top/build/callshim.so")
calls_begin() {
	"$top/build/calls" calls.socket >calls 2>calls.errors &
	calls_pid=$!
	await 10 test -S calls.socket
}

# calls_end: the names of those that were made
calls_end() {
	kill "$calls_pid"
	wait "$calls_pid" || true
	cat calls.errors >&2
	grep -v ' ' calls | sort -u
}

# Of so many qpins.
calls_from() { grep -c ' begins' calls; }

# calls_listed [REGEX]: what the list has, those with such a reason
calls_listed() {
	sed -nE '/^[a-z]/s/^([a-z_0-9]+)[^:]*: (.*)/\1 \2/p' "$top/policy/seccomp/supervisor.list" |
		grep -E "^[a-z_0-9]+ ${1-}" | cut -d' ' -f1 | sort -u
}

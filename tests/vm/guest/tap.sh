# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What cases are written with. Descriptions first; every check goes on after a failure.

tap() { printf '%s\n' "$*" >&3; }

# note TEXT: a comment in the TAP, line by line.
note() { printf '%s\n' "$*" | sed 's/^/# /' >&3; }

pass() { tap "ok - $1"; }

# fail DESCRIPTION [TEXT…]: TEXT tells why.
fail() {
	tap "not ok - $1"
	shift
	[ $# = 0 ] || note "$*"
}

# ok DESCRIPTION COMMAND…: the command succeeds.
ok() {
	local what=$1 status=0
	shift
	"$@" || status=$?
	if [ $status = 0 ]; then pass "$what"; else fail "$what" "status $status of: $*"; fi
}

# fails DESCRIPTION COMMAND…: the command does not succeed.
fails() {
	local what=$1
	shift
	if "$@"; then fail "$what" "succeeded: $*"; else pass "$what"; fi
}

# is DESCRIPTION GOT WANT
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "got:  $2"
		note "want: $3"
	fi
}

# like DESCRIPTION GOT REGEX, unlike: an extended regular expression.
like() { if [[ $2 =~ $3 ]]; then pass "$1"; else fail "$1" "got:  $2" && note "want: $3"; fi; }
unlike() { if [[ $2 =~ $3 ]]; then fail "$1" "got: $2" && note "but not: $3"; else pass "$1"; fi; }

# skip DESCRIPTION REASON
skip() { tap "ok - $1 # SKIP $2"; }

# await SECONDS COMMAND…: until the command succeeds. For what has no event to wait for.
await() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.2
	done
}

# host_save NAME: remember the host's state. host_same NAME DESCRIPTION: it is as it was.
host_save() { "$QPIN_GUEST/snapshot" >"$TMP/$1.state"; }
host_same() {
	local diff
	diff=$("$QPIN_GUEST/snapshot" | diff "$TMP/$1.state" -) && pass "$2" || fail "$2" "$diff"
}

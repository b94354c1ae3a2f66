# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # top: from the runner
# What cases are written with. Descriptions first; every check goes on after a failure.

tap() { printf '%s\n' "$*" >&3; }

# note TEXT: a comment in the TAP, line by line.
note() {
	local line
	while IFS= read -r line; do tap "# $line"; done <<<"$*"
}

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

# await SECONDS COMMAND…: until the command succeeds. For what has no event to wait for. It waits without a program, which
# would take the time of who is waited for.
exec {never}<> <(:)
await() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		read -rt 0.2 -u "$never" || true
	done
}

# host_save NAME: remember the host's state. host_same NAME DESCRIPTION: it is as it was; systemd gets some seconds to remove
# the cgroups of units that have ended, and to switch off what controllers they needed.
host_save() { "$top/build/snapshot" >"$TMP/$1.state"; }
is_as_before() {
	"$top/build/snapshot" >"$TMP/$1.now"
	cmp -s "$TMP/$1.state" "$TMP/$1.now"
}
host_same() {
	local patience=0
	[ "$init" = plain ] || patience=20
	if await $patience is_as_before "$1"; then
		pass "$2"
	else
		fail "$2" "$(diff -U0 "$TMP/$1.state" "$TMP/$1.now")"
	fi
}

# qemu_start NAME FIRMWARE [QEMU-ARGUMENT…]: a QEMU of our own (spin, deaf or off) with QMP on NAME.qmp and
# COM1 in NAME.serial; its process is $qemu_pid.
qemu_start() {
	local name=$1 firmware=$2
	shift 2
	qemu-system-x86_64 -M pc -accel tcg,thread=multi -nodefaults -display none -m 16 \
		-bios "$top/build/$firmware.bin" -serial "file:$name.serial" \
		-qmp "unix:$name.qmp,server=on,wait=off" "$@" &
	# shellcheck disable=SC2034 # for the case
	qemu_pid=$!
	await 20 test -S "$name.qmp"
}

qmp() { "$QPIN_GUEST/qmp" "$@"; }

# vcpu_threads NAME: the thread ids of a QEMU's vCPUs ("props" has a thread-id of another kind).
vcpu_threads() {
	qmp "$1.qmp" query-cpus-fast | sed 's/"props": *{[^}]*}//g' |
		grep -o '"thread-id": *[0-9]*' | grep -o '[0-9]*$'
}

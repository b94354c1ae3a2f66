# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the filters of qpin's processes refused. The runner looks after each case, and 00-harness whether it would see one.

# calls_refused: a failed check if the kernel logged any since it was looked for last; nothing else
calls_refused() {
	local call names=''
	for call in $(dmesg --read-clear |
		sed -nE 's/.*type=1326 .*comm="qpin(-parser|-busy)?".* syscall=([0-9]+).*/\2/p' | sort -un); do
		names+=" $(sed -n "s/^#define __NR_\([a-z0-9_]*\) $call\$/\1/p" /usr/include/*/asm/unistd_64.h 2>/dev/null || true)($call)"
	done
	[ -z "$names" ] || echo "not ok - qpin called what its list in policy/seccomp lacks:$names"
}

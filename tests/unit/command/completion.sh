#!/bin/bash
# SPDX-License-Identifier: MIT
# What bash completes: build/completions/qpin.bash, of which each line here gives words and what it shall offer.
set -eu
cd "$(dirname "$0")/../../.."
QPIN_CONFIG_DIR=$(mktemp -d)
export QPIN_CONFIG_DIR
trap 'rm -r "$QPIN_CONFIG_DIR"' EXIT
touch "$QPIN_CONFIG_DIR"/{win11,work}.yml "$QPIN_CONFIG_DIR/other.txt"
unset XDG_RUNTIME_DIR
# shellcheck source=/dev/null
. build/completions/qpin.bash
status=0

# offers "WORD…": what is offered for the last one. It is all of "WANT…", in any order; "…" in it: more may be.
offers() {
	local got want='' word
	read -ra COMP_WORDS <<<"qpin $1"
	[[ -n "$1" && "$1" != *" " ]] || COMP_WORDS+=('')
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMPREPLY=()
	_qpin
	got=$(printf '%s\n' "${COMPREPLY[@]}" | sort | xargs)
	for word in $2; do
		[ "$word" = … ] || [[ " $got " == *" $word "* ]] || want=$word
	done
	[[ "$2" == *…* ]] || [ "$got" = "$(xargs -n 1 <<<"$2" | sort | xargs)" ] || want=$2
	if [ -n "$want" ]; then
		echo "qpin $1: offers \"$got\", not \"$want\""
		status=1
	fi
}

first=$(sed 's/[-,].*//' /sys/devices/system/cpu/online)
offers "re" "release revoke"
offers "" "run attach --version …"
offers "run w" "win11 work"
offers "run -v wi" "win11"
offers "run win11 " ""
offers "run --ver" "--verbose"
offers "grant roo" "root …"
offers "grant root " "$first …"
offers "grant root 7," "7,$first …"
offers "attach --name win11 --definition wo" "work"
offers "attach -k " "$first …"
offers "attach --save conf" "config.mk"
offers "topology --svg READ" "README.md"
offers "none-such " ""

# the other shells take their files, and fish offers the same
fish_offers() { fish --no-config -c "source build/completions/qpin.fish; complete -C 'qpin $1'" | cut -f1 | sort | xargs; }
if command -v fish >/dev/null; then
	for line in "re|release revoke" "run w|win11 work" "run win11 |" "grant root 7,|7,$first" "topology --sv|--svg"; do
		got=$(fish_offers "${line%|*}")
		[ "$got" = "${line#*|}" ] || [[ "${line#*|}" == *,* && " $got " == *" ${line#*|} "* ]] || {
			echo "fish: qpin ${line%|*}: offers \"$got\""
			status=1
		}
	done
fi
! command -v zsh >/dev/null || zsh -n build/completions/qpin.zsh || status=1
[ $status = 0 ] && echo "completions: as wanted"
exit $status

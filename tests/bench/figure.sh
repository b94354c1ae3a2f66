# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # kernel: from whoever sources it
# How a bench tells what it measured, on descriptor 3.

# figure BENCH FIGURE UNIT OF N VALUE [BASE]: one sample. UNIT is count, bytes or time (ns); OF whose it is; N what it grows
# with, or "-"; BASE whose samples of the same FIGURE and N it is compared with. A time is never shown but as such a ratio.
figure() {
	printf '# bench {"kernel":"%s","bench":"%s","figure":"%s","unit":"%s","of":"%s","n":%s,"value":%s,"base":"%s"}\n' \
		"$kernel" "$1" "$2" "$3" "$4" "${5/#-/null}" "$6" "${7-}" >&3
}

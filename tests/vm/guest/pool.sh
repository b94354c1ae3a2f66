# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154,SC2034 # cgroup: from the runner; the others are for cases
# For cases that look into the pool that host tasks are moved into. Cases source it, for qpin.sh too.

mode=$cgroup # how the trees are mounted; qpin.sh calls their mount point $cgroup
# shellcheck source=tests/vm/guest/qpin.sh
. "$QPIN_GUEST/qpin.sh"

tree=$cgroup list=cgroup.procs controller=''
if [ "$mode" != v2 ]; then
	tree=$cgroup/cpuset list=tasks controller=cpuset pool=/qemu/pool
elif [ -e $cgroup/cpuset.cpus.isolated ]; then
	pool=/qpin.slice/pool
else
	pool=/qpin.pool
fi

# group_of TASK: where it is in the hierarchy of the pool.
group_of() {
	local line
	while read -r line; do
		[[ $line != *":$controller:"* ]] || echo "${line##*:}"
	done <"/proc/$1/cgroup"
}

# outside: the programs outside of qpin's own cgroups
outside() {
	local id
	while read -r id; do
		[ ! -s "/proc/$id/cmdline" ] || tr '\0' ' ' <"/proc/$id/cmdline"
	done < <(find $tree \( -name 'qpin.*' -o -name qemu \) -prune -o -name $list -exec cat {} +)
}

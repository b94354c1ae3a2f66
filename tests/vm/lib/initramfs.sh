# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The initramfs: busybox, the modules that reach the root over 9p, and guest/initramfs as its init.

# initramfs_build OUT MODULES CONFIG: CONFIG is the shell file that tells the guest what to do.
initramfs_build() {
	local out=$1 modules=$2 config=$3 here=$4 tree
	tree=$(mktemp -d "$out.XXXXXX") || return 1

	mkdir -p "$tree"/{bin,dev,proc,modules,new} &&
		cp "$(command -v busybox)" "$tree/bin/busybox" &&
		cp "$modules"/*.ko "$tree/modules/" &&
		cp "$config" "$tree/config" &&
		install -m 755 "$here/guest/initramfs" "$tree/init" &&
		(cd "$tree" && find . | cpio --quiet -o -H newc) >"$out"
	local rc=$?
	rm -rf "$tree"
	return $rc
}

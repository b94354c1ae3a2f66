# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Debian packages for a VM that aren't installed on the machine: downloaded and unpacked in the cache.

# An apt of our own in directory $1: the machine's lists and downloads stay as they are.
apt_setup() {
	local dir=$1

	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	cat >"$dir/apt.conf" <<-END
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		Acquire::Languages "none";
		Acquire::Retries "1";
		Acquire::http::Timeout "20";
		Acquire::https::Timeout "20";
		Dir::Cache "$dir/cache";
		Dir::State::lists "$dir/lists";
	END
}

# packages_download DIR PACKAGE…: these, and what they need that the machine hasn't, as DIR/tree.tar. From the machine's
# own sources: its root is the VM's, too.
packages_download() (
	dir=$1
	shift
	trap 'rm -rf "$dir/apt" "$dir/debs" "$dir/tree"' EXIT
	apt_setup "$dir/apt"
	export APT_CONFIG=$dir/apt/apt.conf
	apt-get -qq update || exit 1
	mkdir -p "$dir/debs" "$dir/tree"
	plan=$(apt-get install --simulate --no-install-recommends "$@") || exit 1
	# "Inst NAME (VERSION …", and of what would be upgraded "Inst NAME [OLD] (VERSION …"
	mapfile -t new < <(sed -n 's/^Inst \([^ ]*\) (.*/\1/p' <<<"$plan")
	[ ${#new[@]} = 0 ] || (cd "$dir/debs" && apt-get -qq download "${new[@]}") || exit 1
	for deb in "$dir/debs"/*.deb; do
		[ ! -f "$deb" ] || dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C "$dir/tree" --exclude './usr/share/doc' --exclude './usr/share/man' || exit 1
	done
	tar -c -C "$dir/tree" --owner=0 --group=0 -f "$dir/tree.tar" . || exit 1
	echo "$*" >"$dir/stamp"
)

# packages_fetch DIR PACKAGE…: make sure that DIR/tree.tar has these. It is made once.
packages_fetch() {
	local dir=$1
	shift

	mkdir -p "$dir" || return 1
	(
		flock 9
		[ "$(cat "$dir/stamp" 2>/dev/null)" != "$*" ] || exit 0
		packages_download "$dir" "$@" >"$dir/fetch.log" 2>&1 || {
			tail -n 3 "$dir/fetch.log" >&2
			exit 1
		}
	) 9>"$dir/lock"
}

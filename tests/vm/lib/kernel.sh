# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Debian kernels for the test VMs: found by apt's metadata, kept in the cache.

# What the initramfs loads; what these need is found by depmod.
kernel_modules='virtio_pci 9pnet_virtio 9p overlay'

# The suite of the archive that has a kernel of that series.
kernel_suite() {
	case $1 in
	6.1) echo bookworm ;;
	6.12) echo bookworm-backports ;;
	7.x) echo sid ;;
	*) return 1 ;;
	esac
}

# The Debian mirror of this machine, as its own apt configuration has it.
kernel_mirror() {
	if [ -n "${QPIN_VM_MIRROR:-}" ]; then
		echo "$QPIN_VM_MIRROR"
		return
	fi
	# works before the first `apt-get update` too
	apt-get update --print-uris |
		sed -nE "s,^'(.*)/dists/(bookworm|trixie|forky|sid|stable|testing|unstable)/InRelease'.*,\\1,p" | head -n 1
}

# An apt of our own in directory $1 for suite $2, which knows of no installed package.
kernel_apt_setup() {
	local dir=$1 suite=$2 mirror

	mirror=$(kernel_mirror)
	if [ -z "$mirror" ]; then
		echo "no Debian mirror in apt's sources (set QPIN_VM_MIRROR)" >&2
		return 1
	fi
	apt_setup "$dir"
	mkdir -p "$dir/empty"
	echo "deb [arch=amd64] $mirror $suite main" >"$dir/sources.list"
	cat >>"$dir/apt.conf" <<-END
		APT::Architecture "amd64";
		Dir::Etc::preferencesparts "$dir/empty";
		Dir::Etc::sourcelist "$dir/sources.list";
		Dir::Etc::sourceparts "$dir/empty";
		Dir::State::status "/dev/null";
	END
}

# The packages that hold the newest generic kernel: image, or binary and modules where Debian splits it.
kernel_packages() {
	local image

	image=$(apt-cache show --no-all-versions linux-image-amd64 |
		sed -n 's/^Depends:.*\(linux-image-[0-9][^ ]*-amd64\).*/\1/p')
	[ -n "$image" ] || return 1
	apt-cache pkgnames |
		grep -xF "$(printf 'linux-%s\n' image binary modules | sed "s/\$/-${image#linux-image-}/")"
}

# The modules of tree $1 (its lib/modules/VERSION), in an order in which insmod can load them, into $2.
kernel_modules_extract() {
	local tree=$1 out=$2 version n=10 name path
	version=$(basename "$(echo "$tree"/lib/modules/*)")

	busybox depmod -b "$tree" "$version" || return 1
	mkdir -p "$out"
	for name in $kernel_modules; do
		# "path: dependency dependency": the deepest one is last
		awk -v want="$name" '
			{ sub(":", "", $1); n = split($1, part, "/"); base = part[n]; sub(/\.ko.*/, "", base) }
			base == want { for (i = NF; i > 0; i--) print $i }' \
			"$tree/lib/modules/$version/modules.dep"
	done | awk '!seen[$0]++' | while read -r path; do
		path=$tree/lib/modules/$version/$path
		name=$(basename "${path%.xz}")
		case $path in
		*.xz) xz -dc "$path" >"$out/$n-$name" ;;
		*) cp "$path" "$out/$n-$name" ;;
		esac || return 1
		n=$((n + 1))
	done
	[ -n "$(ls "$out")" ]
}

# Download and unpack the newest kernel of series $1 into directory $2.
kernel_download() (
	series=$1 dir=$2
	kernel_apt_setup "$dir/apt" "$(kernel_suite "$series")" || exit 1
	export APT_CONFIG=$dir/apt/apt.conf
	apt-get -qq update || exit 1
	packages=$(kernel_packages) || exit 1
	stamp=$(echo "$packages" | sort | xargs apt-cache show --no-all-versions | grep -E '^(Package|Version):')
	if [ "$stamp" = "$(cat "$dir/image/stamp" 2>/dev/null)" ]; then
		touch "$dir/image/stamp"
		exit 0
	fi
	echo "fetching:" "$packages" >&2
	rm -rf "$dir/new"
	mkdir -p "$dir/new/debs" "$dir/new/image"
	# shellcheck disable=SC2086
	(cd "$dir/new/debs" && apt-get -qq download $packages) || exit 1
	for deb in "$dir/new/debs"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C "$dir/new" --wildcards --warning=none './boot/vmlinuz-*' './lib/modules/*' \
				'./usr/lib/modules/*' 2>/dev/null
	done
	[ -d "$dir/new/lib/modules" ] || { mkdir -p "$dir/new/lib" && mv "$dir/new/usr/lib/modules" "$dir/new/lib/"; }
	cp "$dir/new/boot"/vmlinuz-* "$dir/new/image/vmlinuz" 2>/dev/null ||
		cp "$dir/new/lib/modules"/*/vmlinuz "$dir/new/image/vmlinuz" || exit 1
	kernel_modules_extract "$dir/new" "$dir/new/image/modules" || exit 1
	echo "$stamp" >"$dir/new/image/stamp"
	rm -rf "$dir/image"
	mv "$dir/new/image" "$dir/image"
	rm -rf "$dir/new"
)

# Make sure that $2 (a directory in the cache) has a kernel of series $1. A newer one is looked for once a day; if that
# fails (no network), the one that is there will do.
kernel_fetch() {
	local series=$1 dir=$2

	mkdir -p "$dir" || return 1
	(
		flock 9
		[ -n "$(find "$dir/image/stamp" -mtime -1 2>/dev/null)" ] ||
			kernel_download "$series" "$dir" >"$dir/fetch.log" 2>&1 ||
			touch -c "$dir/image/stamp"
		[ -f "$dir/image/stamp" ] || {
			tail -n 3 "$dir/fetch.log" >&2
			exit 1
		}
	) 9>"$dir/lock"
}

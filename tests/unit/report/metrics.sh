#!/bin/bash
# SPDX-License-Identifier: MIT
# An example of `qpin status --prometheus`, of which Prometheus' own checker has nothing to say. It is from Debian's package,
# which is unpacked beside what test VMs keep, and not installed: it would be started.
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
# shellcheck source=tests/vm/lib/packages.sh
. tests/vm/lib/packages.sh
cache=${QPIN_VM_CACHE:-${XDG_CACHE_HOME:-/var/cache}/qpin-vm}/packages/prometheus
packages_fetch "$cache" prometheus
tool=$(mktemp)
trap 'rm "$tool"' EXIT
tar -xOf "$cache/tree.tar" ./usr/bin/promtool >"$tool"
chmod +x "$tool"
build/check/tests/unit/report/test_status_metrics print | "$tool" check metrics
echo "metrics: as wanted"

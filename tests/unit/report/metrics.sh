#!/bin/bash
# SPDX-License-Identifier: MIT
# Examples of `qpin status --prometheus` and `--openmetrics`. Of the first one Prometheus' own checker has nothing to say; it is
# from Debian's package, which is unpacked beside what test VMs keep, and not installed: it would be started. The other one is
# read by the parser of OpenMetrics that Prometheus' library for Python has, from python3-prometheus-client. Each refuses the
# other one's.
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

example() { build/check/tests/unit/report/test_status_metrics "$1"; }
prometheus() { "$tool" check metrics; }
# Debian's own Python: another one in PATH doesn't have Debian's packages.
openmetrics() {
	/usr/bin/python3 -c '
import sys
from prometheus_client.openmetrics.parser import text_fd_to_metric_families
families = list(text_fd_to_metric_families(sys.stdin))
assert all(f.documentation and f.type != "unknown" and f.samples for f in families), families
assert {f.type for f in families} == {"info", "stateset", "gauge", "counter"}, families
'
}

example classic | prometheus
example open | openmetrics
if example open | prometheus >/dev/null 2>&1 || example classic | openmetrics 2>/dev/null; then
	echo "metrics: one text is right in both formats: then one is enough"
	exit 1
fi
echo "metrics: as wanted"

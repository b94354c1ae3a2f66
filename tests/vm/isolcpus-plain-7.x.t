#!/bin/sh
# SPDX-License-Identifier: MIT
# For prove: all cases for CPUs that were isolated at boot, on this kernel.
exec "$(dirname "$0")/run" --matrix --host isolcpus 7.x plain

#!/bin/sh
# SPDX-License-Identifier: MIT
# For prove: all cases for a host with two NUMA nodes.
exec "$(dirname "$0")/run" --matrix --host numa 6.12 plain

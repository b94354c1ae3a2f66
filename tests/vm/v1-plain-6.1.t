#!/bin/sh
# SPDX-License-Identifier: MIT
# For prove: all cases for a host with cgroup v1 alone.
exec "$(dirname "$0")/run" --matrix --cgroup v1 6.1 plain

#!/bin/sh
# SPDX-License-Identifier: MIT
# For prove: all cases for a host with cpuset on cgroup v1, and systemd on cgroup2.
exec "$(dirname "$0")/run" --matrix --cgroup hybrid 6.1 systemd

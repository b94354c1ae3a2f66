#!/bin/sh
# SPDX-License-Identifier: MIT
# For prove: all cases for hosts that have cpuset on cgroup v1, and systemd on cgroup v2.
exec "$(dirname "$0")/run" --cgroup hybrid 6.1 systemd

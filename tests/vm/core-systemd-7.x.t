#!/bin/sh
# SPDX-License-Identifier: MIT
# For prove: the core of the cases on this kernel with this init.
exec "$(dirname "$0")/run" --matrix --tier core 7.x systemd

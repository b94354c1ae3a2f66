#!/bin/sh
# SPDX-License-Identifier: MIT
# For prove: all cases on this kernel with this init.
exec "$(dirname "$0")/run" --matrix 6.12 systemd

#!/bin/sh
# SPDX-License-Identifier: MIT
# For prove: the core of the cases on this kernel with this init; another profile runs all of them on this kernel.
exec "$(dirname "$0")/run" --matrix --tier core 6.12 plain

#!/bin/sh
# SPDX-License-Identifier: MIT
# For prove: the cases that take long, which are in no other profile.
exec "$(dirname "$0")/run" --matrix --tier long 6.12 plain

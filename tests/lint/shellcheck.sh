#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# No shell script gives shellcheck anything to say.
. "$(dirname "$0")/lib.sh"

need shellcheck shellcheck
find_scripts
shellcheck -x "${found[@]}" || breach "shellcheck has something to say"
finish

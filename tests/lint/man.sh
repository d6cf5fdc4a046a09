#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# mandoc finds nothing in the man pages.
. "$(dirname "$0")/lib.sh"

need mandoc mandoc
find_files -path './docs/man/*.1'
mandoc -Tlint -Wwarning "${found[@]}" || breach "mandoc has something to say"
finish

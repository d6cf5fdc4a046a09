#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What docs/nightly has to copy is taken by those who read it: systemd's units, YAML,
# cron's line; and every command in it by ptwalk itself.
. "$(dirname "$0")/lib.sh"

: "${PTWALK_BUILD:?is the build folder; run this through ctest}"
need systemd-analyze systemd
/usr/bin/python3 -c 'import yaml' 2>/dev/null || { echo "python3's yaml is missing: install the package python3-yaml" && exit 1; }
unset ARGP_HELP_FMT
units=$tmp.units
trap 'rm -rf "$tmp" "$units"' EXIT

# Its program is not installed here: another stands for it.
find_files -path './docs/nightly/*' \( -name '*.service' -o -name '*.timer' \)
mkdir "$units"
cp "${found[@]}" "$units"
sed -i "s,^ExecStart=[^ ]*/ptwalk,ExecStart=$(type -P true)," "$units"/*
systemd-analyze verify --man=no "$units"/* >"$tmp" 2>&1 || breach "systemd-analyze fails"
breaches_of systemd <"$tmp"
# A build that is within its own limit is not cut off, and ptwalk ends its children itself.
builds=$(sed -nE 's/^#define LIMIT_SECONDS \(([0-9]+) \* 3600\)$/\1/p' kernels/build.c)
given=$(sed -nE 's/^TimeoutStartSec=([0-9]+)h$/\1/p' docs/nightly/ptwalk-nightly.service)
[ "${given:-0}" -gt "${builds:-99}" ] || breach "TimeoutStartSec of ${given:-no} h, where a build may take ${builds:-unknown}"
grep -qx "KillMode=mixed" docs/nightly/ptwalk-nightly.service || breach "systemd kills what ptwalk would end"

find_files -path './docs/nightly/*' -name '*.yml'
/usr/bin/python3 - "${found[@]}" >"$tmp" 2>&1 <<'EOF' || breach "no valid YAML: $(tail -n 1 "$tmp")"
import sys
import yaml

for name in sys.argv[1:]:
    with open(name) as f:
        top = yaml.safe_load(f)
    if not isinstance(top, dict):
        sys.exit(f"{name}: no mapping")
    # YAML 1.1 takes the word `on` for a truth value, and GitHub does not.
    starts = top.get("on", top.get(True))
    jobs = [j for j in top.get("jobs", top).values() if isinstance(j, dict) and ("steps" in j or "script" in j)]
    if "jobs" in top and not (isinstance(starts, dict) and all(len(s["cron"].split()) == 5 for s in starts["schedule"])):
        sys.exit(f"{name}: nothing starts it")
    for job in jobs:
        for step in job.get("steps", [{"run": line} for line in job.get("script", [])]):
            if not isinstance(step, dict) or ("run" in step) == ("uses" in step):
                sys.exit(f"{name}: a step neither runs nor uses: {step}")
    if not jobs:
        sys.exit(f"{name}: no job with steps")
EOF

find_files -path './docs/nightly/*' -name crontab
breaches_of "no line of a crontab" < <(grep -vnE '^(#.*|[A-Z_]+=.*|([0-9*/,-]+ +){5}[^ ].*)?$' "${found[@]}")

# Options that a command has not end it with 2 before it comes to --help.
find_files -path './docs/nightly/*' ! -name '*.md'
sed -nE 's,.*(^|[ =/])ptwalk (nightly|run|ack|prune|dashboard) ?(.*),\2 \3,p
	s,.*\./bootstrap\.sh (run .*),\1,p' "${found[@]}" >"$tmp.commands"
[ -s "$tmp.commands" ] || breach "no command in docs/nightly"
while read -ra words; do
	"$PTWALK_BUILD/ptwalk" "${words[@]}" --help >/dev/null 2>"$tmp" ||
		breach "ptwalk ${words[*]}: $(head -n 1 "$tmp")"
done <"$tmp.commands"
rm -f "$tmp.commands"
finish

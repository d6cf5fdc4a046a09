#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The way of a newcomer: README's commands in their order, in a terminal of 80 columns, and beside
# each what is easily typed wrong. Status, first line, and the width of every line.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

command -v tmux >/dev/null || { echo "tmux is missing: ./bootstrap.sh test installs it" && exit 1; }
unset COLUMNS
# As people name their folders.
export PTWALK_HOME="$dir/my home"
PTWALK_RESULTS=$PTWALK_HOME/runs
socket=$dir/tmux
trap 'tmux -S "$socket" kill-server 2>/dev/null; rm -rf "$dir"' EXIT

# typed STATUS REGEX WORDS...: `ptwalk WORDS...`, as a shell takes them, ends so; a first line like that.
typed()
{
	local want=$1 regex=$2 status wide
	shift 2
	rm -f "$dir/status" "$dir/raw"
	printf '%s\n' "sleep 0.3" "cd '$dir'" "PATH='$PTWALK_BUILD':\$PATH" "ptwalk $*" \
		"echo \$? >status.new && mv status.new status" >"$dir/line"
	tmux -S "$socket" -f /dev/null new-session -d -x 80 -y 50 -s way "exec bash '$dir/line'" \; \
		pipe-pane -t way "cat >'$dir/raw'" || fail "no terminal"
	for ((i = 0; i < 1200; i++)); do
		[ ! -e "$dir/status" ] || break
		sleep 0.1
	done
	while tmux -S "$socket" has-session -t way 2>/dev/null; do sleep 0.05; done
	status=$(<"$dir/status")
	# As it stood in the end: no colours, and of a line that was written over its last state.
	sed 's/\x1b\[[0-9;?]*[a-zA-Z]//g; s/\r*$//; s/.*\r//' "$dir/raw" | grep -v '^$' >"$dir/out"
	wide=$(LC_ALL=C.UTF-8 awk 'length($0) > 80 { print length($0) ": " $0; exit }' "$dir/out")
	if [ "$status" != "$want" ]; then
		fail "status ${status:-none}, not $want: ptwalk $*: $(cat "$dir/out")"
	elif ! grep -Ev '^ptwalk: (\[|fetching|wait|base:|new:)' "$dir/out" | head -n 1 | grep -Eq -- "$regex"; then
		fail "no first line like '$regex': ptwalk $*: $(head -n 5 "$dir/out")"
	# An error is one line, however long; what is for programs is theirs.
	elif [ -n "$wide" ] && [ "$want" = 0 ] && [[ $* != *export* ]]; then
		fail "wider than the terminal: ptwalk $*: $wide"
	else
		printf 'ok: ptwalk %s\n' "$*"
	fi
}

# README's own lines are taken: of `run` up to what would be measured, of others their options.
PATH=$PTWALK_BUILD:$PATH
lines=0
while read -r words; do
	lines=$((lines + 1))
	case $words in
	guest*) expect 0 "^Usage: ptwalk guest" bash -c "ptwalk guest --help ${words#guest}" ;;
	run*--dax\ *) expect 0 "^Usage: ptwalk run" bash -c "ptwalk $words --help" ;; # of a device that is not here
	run*) expect 0 "^[a-z_]+[^ ]*/[^ /]+/[0-9]+[KMGT]" bash -c "ptwalk $words --dry-run" ;;
	*) expect 0 "^Usage: ptwalk" bash -c "ptwalk $words --help" ;;
	esac
	# Its history is of runs that somebody made: as they are made by default.
	[[ $words != history* ]] || "$ptwalk" run --dry-run | grep -Fqx "$(cut -d' ' -f2 <<<"$words")" ||
		fail "no run has what README shows: $words"
done < <(sed -nE 's/^    (sudo )?build\/ptwalk ([^#]*[^# ]).*/\2/p' "$PTWALK_SOURCE/README.md")
[ "$lines" = "$(grep -cE '^    .*\bbuild/ptwalk ' "$PTWALK_SOURCE/README.md")" ] ||
	fail "$lines lines of README were taken, and there are more"
[ "$lines" -gt 30 ] || fail "$lines lines of README in all"

typed 0 "^Usage: ptwalk COMMAND" help
typed 2 "unknown command 'hlep'; did you mean help" hlep
typed 0 "^ok +qemu" doctor
typed 2 "nope goes with --hardware" doctor nope
typed 0 "^workloads:" list
typed 2 "takes workloads, ops, .* not 'workload'" list workload
typed 0 "^kernel +debian:6.1" run --no-plot -w devdax-pte,anon-pte -o hmm,hmm/entry,gup_fast -s 2M,16M
typed 2 "unknown workload 'devdax-ptee'; did you mean devdax-pte" run -w devdax-ptee
typed 0 "^kernel +debian:6.1" run --no-plot -k 6.1 -w anon-pte -o hmm -s 2M
typed 2 'no kernel "6.3"; there are' run -k 6.3
typed 0 "^kernel +debian:6.1" show last~1
typed 2 "no run 'lst'" show lst
typed 0 "^kernel +debian:6.1" show --matrix last~1
typed 2 "has no op 'gup_fats'" show -o gup_fats last~1
typed 0 "^kernel +debian:6.1" show --full -o "'hmm*'" -s 16M last~1
typed 0 "^verdict +no series changed: [0-9]+ same" ab --base debian:6.1 --new 6.1 -w anon-pte -o hmm,bare -s 2M
typed 2 "which two kernels" ab --base 6.1
typed 0 "^verdict +no series changed" compare last~1 last~1
typed 2 "no run 'nope'" compare last nope
typed 0 "^verdict" compare -o hmm last~1 last
typed 0 "^no series changed: " compare -f lkml last~1 last~1
typed 2 "takes terminal, lkml" compare -f lkm last~1 last
typed 0 "^stored|^had" store import "'$PTWALK_RESULTS'/*"
typed 2 "No such file" store import nothing
typed 0 "^[{]" store export -f records last
typed 2 "takes records" store export -f nope last
typed 0 "^ptwalk nightly: .*first night" nightly --quiet -w anon-pte -o hmm -s 4K
typed 2 "no run 'nope'" nightly --run nope --quiet
typed 0 "^hmm/anon-pte/2M on exact" history hmm/anon-pte/2M
typed 2 "no series 'hmm/anon-pte/3M'" history hmm/anon-pte/3M
typed 0 "." dashboard --out site
typed 2 "'nope' means nothing here" dashboard nope
typed 0 "." store ack
typed 2 "999" store ack 999 --as noise
typed 0 "^builds:" kernel list
typed 2 "name what to build" kernel build
typed 0 "^hello$" guest -- /bin/echo hello
typed 2 "which program" guest
finish

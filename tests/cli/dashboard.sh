#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The dashboard of made-up nights, loaded in a real browser; history, and its picture; bad input.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=browser.sh
. "$(dirname "$0")/browser.sh"

make_run=$PTWALK_BUILD/make_run
site="$dir/a site"
series=hmm/devdax-pte/1G

# made NAME DAY [ARGUMENT...]: a made-up run of that night
made()
{
	local name=$1 day=$2
	shift 2
	"$make_run" "$PTWALK_RESULTS/$name" "$@" || fail "make_run $name $*"
	sed -i "1s/\"id\":\"[^\"]*\"/\"id\":\"$name\"/; 1s/\"started\":\"[^\"]*\"/\"started\":\"2026-01-${day}T00:00:00Z\"/" \
		"$PTWALK_RESULTS/$name/records.jsonl"
}

night()
{
	"$ptwalk" nightly --quiet "$@"
}

# Every link of every page is a file of the site, or a place of the same page.
check_links()
{
	local page link
	for page in "$site"/*.html; do
		grep -oE '(href|src)="[^"]*"' "$page" | sed 's/^[a-z]*="//; s/"$//' | sort -u >"$dir/links"
		while read -r link; do
			case $link in
			data:,) ;;
			'#'*) grep -q "id=\"${link#\#}\"" "$page" || fail "$page: no place $link" ;;
			*) [ -f "$site/$link" ] || fail "$page: no file $link" ;;
			esac
		done <"$dir/links"
	done
}

expect 2 "no store" "$ptwalk" dashboard --out "$site"
expect 2 "no store" "$ptwalk" history "$series"

made first 01
expect 0 "^ptwalk nightly: 140 first" night --run first
expect 0 "^$series on exact: instructions, 1 run; " "$ptwalk" history "$series"
made hostile 02
hostile="<script>document.title='owned'</script>');alert(1)//"'\&\\"'
sed -i "1s|\"version\":\"[^\"]*\"|\"version\":\"$hostile\"|" "$PTWALK_RESULTS/hostile/records.jsonl"
grep -q owned "$PTWALK_RESULTS/hostile/records.jsonl" || fail "the test has no hostile text"
expect 0 "^ptwalk nightly: 140 same" night --run hostile
made slower 03 slower
made slower-again 03 slower
expect 1 "^ptwalk nightly: 1 worse" night --run slower --second slower-again --dashboard "$site"
for day in 04 05 06 07 08 09 10; do
	made "kvm$day" "$day" noisy 3 "$day" 0.01 0
	expect 0 "^ptwalk nightly: " night --run "kvm$day"
done
[ -f "$site/index.html" ] || fail "nightly wrote no dashboard"
expect 0 "index.html$" "$ptwalk" dashboard --out "$site"
find "$dir" -maxdepth 1 -name '*a site.*' | grep . && fail "a folder is left beside the dashboard"
check_links
! grep -rEi 'https?://' "$site" --include='*.html' | grep -v 'xmlns' | grep . ||
	fail "a page names another host"

browse index.html
has '<title>ptwalk dashboard</title>' "the index has another title"
has 'id="count"[^>]*>280 of 280<' "the list has not all series"
awk '/id="triage"/ { here = 1 } /id="matrix"/ { here = 0 } here' "$dir/dom" >"$dir/triage"
grep -q ">worse<.*>$series<.*ptwalk store ack 1 --as expected" "$dir/triage" || fail "triage lacks the regression"
grep -q '(+1 a call)' "$dir/triage" || fail "triage lacks the figures"
has 'class="n shade[0-7] changed"' "the matrix does not mark the change"
has '>ptwalk nightly: 1 worse, 139 same' "the text for the list is not there"

browse 'index.html#q=hmm%20DEVDAX-PTE%201g'
has 'id="count"[^>]*>2 of 280<' "the filter does not filter"
[ "$(grep -c '<tr hidden' "$dir/dom")" = 278 ] || fail "the filter hides other rows than it says"
browse 'index.html#q=%3Cb%3E%'
has 'id="count"[^>]*>0 of 280<' "a filter of no sense shows rows"

exact=$(cd "$site" && grep -lF "<h1>$series</h1>" series-*.html | xargs grep -lF '<dd>exact</dd>')
browse "$exact"
has '<svg' "the page of a series has no picture"
has '<title>2026-01-02; .*&lt;script&gt;document' "a point does not say its kernel as text"
has_not '<title>owned' "a name was run as a script"
has_not 'onmousemove|showHypertext' "gnuplot's own script is in the page"
[ "$(grep -c 'class="point"' "$dir/dom")" = 4 ] || fail "not every run is a point"
fits "$exact" "#values table"
fits index.html "#series table"
fits index.html "#triage table" 1030
page=$(cd "$site" && grep -lF "<h1>$series</h1>" series-*.html | xargs grep -lF '<dd>kvm</dd>')
browse "$page"
has '>level<' "the picture of a noisy series has no levels"

expect 0 "" "$ptwalk" store ack 1 --as expected --note $'<img src=x onerror=alert(1)>\033'
expect 0 "" "$ptwalk" dashboard --out "$site"
browse "$exact"
has '&lt;img src=x onerror=alert\(1\)&gt;␛</td>' "a note is not shown as text"
browse index.html
has_not 'ptwalk ack 1 ' "triage asks for what is acknowledged"

expect 0 "^2026-01-03 .* \+1  change 1: expected, <img" "$ptwalk" history "$series"
expect 0 "^2026-01-03" "$ptwalk" history "$series" --since 2026-01-03
grep -q '^2026-01-02' "$dir/out" && fail "--since shows older runs"
expect 3 "no run since" "$ptwalk" history "$series" --since 2027-01-01
expect 0 "\*\*\*|ooo|o " "$ptwalk" history "$series" --terminal --ascii
LC_ALL=C grep -q '[^ -~]' <(sed -n '1,20p' "$dir/out") && fail "--ascii prints other characters"
expect 0 "" "$ptwalk" history "$series" --out "$dir/h.svg"
grep -q '<svg' "$dir/h.svg" || fail "history drew no SVG"
expect 0 "history-.*png" "$ptwalk" history "$series" --out "$dir/drawn/"
[ "$(find "$dir/drawn" -size +1k | grep -cE 'svg$|png$')" = 4 ] || fail "history drew not all"
expect 0 "$series on exact" "$ptwalk" history "$series" --terminal

expect 2 "among others: hmm/devdax-pte/" "$ptwalk" history hmm/devdax-pte
expect 2 "is no day" "$ptwalk" history "$series" --since yesterday
expect 2 "which series" "$ptwalk" history
expect 2 "exclude each other" "$ptwalk" history "$series" --terminal --out "$dir/x.svg"
expect 2 "ends in .svg or .png" "$ptwalk" history "$series" --out "$dir/x.gif"
mkdir -p "$dir/mine" && echo mine >"$dir/mine/index.html"
expect 2 "is no dashboard" "$ptwalk" dashboard --out "$dir/mine"
[ "$(cat "$dir/mine/index.html")" = mine ] || fail "another folder was touched"
before=$(cat "$site/index.html")
expect 2 "gnuplot" env PATH=/nonexistent "$ptwalk" dashboard --out "$site"
[ "$(cat "$site/index.html")" = "$before" ] || fail "a dashboard that was not finished replaced one"
find "$dir" -maxdepth 1 -name '*a site.*' | grep . && fail "an unfinished folder is left"
# Two at once: one waits for the other.
flock "$dir/.a site.lock" sleep 2 &
sleep 0.5
begun=$(date +%s%N)
expect 0 "index.html" "$ptwalk" dashboard --out "$site"
[ $(($(date +%s%N) - begun)) -gt 1000000000 ] || fail "it did not wait for another"
mkdir "$dir/.a site.partial" # of one that was killed
expect 0 "index.html" "$ptwalk" dashboard --out "$site"
find "$dir" -maxdepth 1 -name '*a site.*' | grep . && fail "what a killed one left is still there"
finish

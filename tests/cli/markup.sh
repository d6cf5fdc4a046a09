#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Names, units, hosts and reasons that are markup are text on every page that a browser
# is given; on a terminal nothing of them is an escape.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=browser.sh
. "$(dirname "$0")/browser.sh"

site=$dir/site
image="<img src=x onerror=document.title='owned'>"
script="</script><script>document.title='owned'</script>"
quote="\\\"'><b onmouseover=document.title='owned'>&lt;"

# hostile NAME DAY TIME: what another tool may have written
hostile()
{
	cat >"$dir/$1.json" <<EOF
{"context":{"date":"2026-01-$2T00:00:00+00:00","host_name":"$image","executable":"$script"},"benchmarks":[
{"name":"$image","run_name":"$image","run_type":"iteration","threads":1,"real_time":$3,"time_unit":"ns"},
{"name":"$script/x","run_name":"$script/x","run_type":"iteration","threads":1,"real_time":2,"time_unit":"ns"},
{"name":"$quote","run_name":"$quote","run_type":"iteration","threads":1,"real_time":3,"time_unit":"ns"},
{"name":"gone$image","run_name":"gone$image","error_occurred":true,"error_message":"$script\\u001b[2J"}]}
EOF
}

# harmless PAGE: no element but ours came to be, nothing ran
harmless()
{
	browse "$1"
	has_not "<title>owned" "$1: a name was run as a script"
	has_not '<img|<b [^>]*onmouseover|<script>document' "$1: a name has become an element"
}

for day in 01 02 03 04 05 06 07 08; do
	hostile "run$day" "$day" "1.$day"
	expect 0 "^ptwalk nightly: " "$ptwalk" nightly --quiet --run "$dir/run$day.json"
done
hostile worse 09 2.5
sed -i '/^{"name":"\\"/d; s/"real_time":2,"time_unit":"ns"},$/"real_time":9,"time_unit":"ns"},/' "$dir/worse.json"
expect 3 "^missing|^worse|^suspect" "$ptwalk" nightly --quiet --run "$dir/worse.json"
LC_ALL=C grep -q $'\033' "$dir/out" && fail "an escape is on the terminal"
expect 0 "index.html" "$ptwalk" dashboard --out "$site"
for page in index.html $(cd "$site" && ls series-*.html); do
	harmless "$page"
done
[ "$(find "$site" -name 'series-*.html' | wc -l)" = 3 ] || fail "not a page a series"
browse index.html
has '&lt;img src=x onerror=document.title=' "the index lacks the name as text"
has '&lt;/script&gt;&lt;script&gt;document' "the index lacks the other one"

for format in html markdown; do
	"$ptwalk" compare --format "$format" "$dir/run01.json" "$dir/worse.json" >"$site/compare.$format" 2>"$dir/why"
	[ -s "$site/compare.$format" ] || fail "compare --format $format: $(cat "$dir/why")"
done
harmless compare.html
has '&lt;img src=x onerror' "the comparison lacks the name as text"
grep -E '(^|[^\\])<(img|/?script|b )' "$site/compare.markdown" && fail "markup in Markdown"

"$ptwalk" history "$image" --out "$site/history.svg" >"$dir/out" || fail "history of a name that is markup"
grep -q '<img' "$site/history.svg" && fail "markup in the picture"
mv "$site/history.svg" "$site/history.html" # a page of it, for the browser to run what it would
timeout 60 chromium --headless --no-sandbox --disable-gpu --dump-dom --user-data-dir="$dir/browser" \
	"file://$site/history.html" >"$dir/dom" 2>/dev/null </dev/null || fail "the browser does not load the picture"
has_not '<title>owned|<img src=x' "the picture runs a name"
finish

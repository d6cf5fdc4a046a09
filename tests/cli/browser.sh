# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Pages of the folder $site in a real browser, for tests that have sourced lib.sh.

: "${dir:?is of lib.sh}" "${site:=$dir/site}"

# browse URL-END OPTION...: what the page is once its script has run, into $dir/dom; errors into $dir/console
browse()
{
	rm -rf "$dir/browser"
	timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync \
		--enable-logging=stderr --user-data-dir="$dir/browser" \
		"${@:2}" --dump-dom "file://${site// /%20}/$1" >"$dir/dom" 2>"$dir/console" </dev/null ||
		fail "the browser does not load $1"
	grep -q '</html>' "$dir/dom" || fail "$1 is not whole in the browser"
	grep 'CONSOLE' "$dir/console" && fail "the browser finds errors in $1"
}

# fits PAGE SELECTOR [WIDTH]: on a phone of 390 px the page, and what is selected, are no wider than
# what they are in. A window is 500 px at least: it is a frame.
fits()
{
	local width=${3:-390} all="[document.documentElement, ...document.querySelectorAll('$2')]"
	sed "s|</body>|<script>parent.postMessage($all.map(e => e.scrollWidth > (e.parentElement ?? e).clientWidth ? e.tagName : 'fits').join(' '), '*')</script></body>|" \
		"$site/$1" >"$site/phone-frame.html"
	cat >"$site/phone.html" <<-EOF
		<!DOCTYPE html><html><body><script>onmessage = e => { document.body.id = e.data.replaceAll(' ', '-') }</script>
		<iframe src="phone-frame.html" style="border: 0; width: ${width}px; height: 1000px"></iframe></body></html>
	EOF
	browse phone.html --virtual-time-budget=5000
	rm "$site/phone.html" "$site/phone-frame.html"
	has '<body id="fits(-fits)+">' "$1 at $width px: $(grep -o '<body[^>]*>' "$dir/dom")"
}

# has REGEX WHAT
has()
{
	grep -Eq -- "$1" "$dir/dom" || fail "$2"
}

# has_not REGEX WHAT
has_not()
{
	grep -E -- "$1" "$dir/dom" && fail "$2"
}

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Pages of the folder $site in a real browser, for tests that have sourced lib.sh.

: "${dir:?is of lib.sh}" "${site:=$dir/site}"

# browse URL-END: what the page is once its script has run, into $dir/dom; errors into $dir/console
browse()
{
	rm -rf "$dir/browser"
	timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync \
		--enable-logging=stderr --user-data-dir="$dir/browser" \
		--dump-dom "file://${site// /%20}/$1" >"$dir/dom" 2>"$dir/console" </dev/null ||
		fail "the browser does not load $1"
	grep -q '</html>' "$dir/dom" || fail "$1 is not whole in the browser"
	grep 'CONSOLE' "$dir/console" && fail "the browser finds errors in $1"
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

#!/bin/sh
# Checks of the web UI: lint, types, licences and unit tests, the build and its sizes, then the pages in a browser against BIN.
#   tests/web/run.sh [--no-browser] [BIN]
# Without Chromium, or without BIN, the browser is left out and that is said. A run takes two minutes without the browser, and each file of e2e some
# more: work and states ten minutes together on two loaded cores. KUPETS_E2E names the files to run there: `KUPETS_E2E="states work"`.
# `make test` runs the first hour of a newcomer.
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
browser=yes
if [ "${1:-}" = --no-browser ]; then
    browser=no
    shift
fi
bin=${1:-}
case $bin in
'' | /*) ;;
*) bin=$PWD/$bin ;;
esac

begun=$(date +%s)
cd "$here/api/web"

if ! command -v npm >/dev/null; then
    echo "SKIPPED: the web UI is NOT checked, there is no npm (Node 20.19 or newer)." >&2
    exit 0
fi
# The lock is what is installed: asked for anew only when it is another one.
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --no-audit --no-fund
fi

npm run check
npm run build
npm run size

chromium=${KUPETS_CHROMIUM:-${KUPETS_TOOLS:-$HOME/.cache/kupets/tools}/chromium/chromium}
if [ "$browser" = no ]; then
    echo "SKIPPED: pages are NOT tried in a browser (--no-browser)." >&2
elif [ -z "$bin" ]; then
    echo "SKIPPED: pages are NOT tried in a browser, no program was named: tests/web/run.sh target/release/kupets" >&2
elif [ ! -x "$chromium" ]; then
    echo "SKIPPED: pages are NOT tried in a browser, $chromium is not there (scripts/tools.sh chromium, or KUPETS_CHROMIUM)." >&2
else
    # What was built just now is shown, whichever pages the program has inside.
    # shellcheck disable=SC2086 # several names are several words
    KUPETS_DIST=1 KUPETS_BIN="$bin" KUPETS_CHROMIUM="$chromium" npm run e2e -- ${KUPETS_E2E:-}
fi
echo "web: done in $(($(date +%s) - begun)) s"

#!/usr/bin/env bash
# Runs the official conformance suite of the Model Context Protocol, for both of its eras, and clients in TypeScript and Python.
#
#   tests/mcp/run.sh FIXTURES [URL KEY]...
#
# FIXTURES is the program `mcp_fixture` (cargo build --release -p kupets-mcp --example mcp_fixture): the suite's own fixtures and a
# small shop behind keys. URL and KEY are those of further endpoints with the product's tools, such as http://127.0.0.1:8080/mcp,
# with at least one purchase; the key has the scopes read and sql.
#
# What may fail is in expected-failures-*.yml, with the reason at each line. A line whose check passes is a failure: the lists only
# shrink.
set -euo pipefail

[ $# -ge 1 ] && [ $(($# % 2)) = 1 ] || { sed -n '2,/^set -e/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
tools=${KUPETS_TOOLS:-$HOME/.cache/kupets/tools}/mcp-suite
if [ ! -e "$tools/pin" ]; then
    echo "SKIPPED: the endpoint of MCP is not held against the official suite: not installed (scripts/tools.sh mcp-suite)" >&2
    exit 0
fi

# Beside the packages: that is where Node looks for them.
work=$(mktemp -d "$tools/run.XXXXXX")
cp "$here"/*.mjs "$here"/*.py "$work"
running=()

end() {
    local process
    for process in "${running[@]}"; do kill "$process" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT

# The address that a program prints to $1, which runs as $2.
address() {
    local found='' _
    for _ in $(seq 300); do
        found=$(sed -nE 's/.*(http[^ ]+).*/\1/p' "$1")
        [ -n "$found" ] && { echo "$found"; return; }
        kill -0 "$2" 2>/dev/null || break
        sleep 0.1
    done
    cat "$1" >&2
    echo "run.sh: the program does not start" >&2
    return 1
}

# Runs a command; its words come out only if it fails. $1 is what it is.
quietly() {
    local what=$1
    shift
    "$@" >"$work/report" 2>&1 || { cat "$work/report" >&2; echo "mcp: FAILED: $what" >&2; exit 1; }
    echo "mcp: $what: as expected"
}

# The suite of the new era, which knows the old one too, and that of the old era.
checks() { node --import "$work/node20.mjs" "$tools/node_modules/$1/dist/index.js" server "${@:2}"; }
suite() { checks @modelcontextprotocol/conformance "$@"; }
suite_of_the_old_era() { checks conformance-of-the-old-era "$@"; }

# Scenarios one by one: $1 what, $2 URL, $3 revision, $4 expected failures, the rest scenarios.
scenarios() {
    local what=$1 url=$2 revision=$3 expected=$4 scenario
    shift 4
    for scenario in "$@"; do
        quietly "$what, $revision, $scenario" suite --url "$url" --scenario "$scenario" --spec-version "$revision" \
            --expected-failures "$expected" -o "$work/results"
    done
}

"$1" >"$work/fixtures.log" 2>&1 &
running+=($!)
fixtures=$(address "$work/fixtures.log" $!)
shift

quietly "fixtures, all that 2026-07-28 requires" suite --url "$fixtures/fixture" --requirements 2026-07-28 \
    --expected-failures "$here/expected-failures-2026-07-28.yml" -o "$work/results"
scenarios fixtures "$fixtures/fixture" 2026-07-28 "$here/expected-failures-2026-07-28.yml" \
    http-header-validation http-custom-header-server-validation json-schema-2020-12
quietly "fixtures, all that 2025-11-25 requires" suite --url "$fixtures/fixture" --requirements 2025-11-25 \
    --expected-failures "$here/expected-failures-2025-11-25.yml" -o "$work/results"
quietly "fixtures, the suite of 2025-11-25 itself" suite_of_the_old_era --url "$fixtures/fixture" \
    --expected-failures "$here/expected-failures-2025-11-25-own.yml" -o "$work/results"

# The shop first, whose answers are known, then what was named.
exact=1
set -- "$fixtures/mcp" kp_analyst "$@"
while [ $# -gt 0 ]; do
    url=$1 key=$2
    shift 2
    node "$work/with_key.mjs" "$url" "$key" >"$work/proxy.log" 2>&1 &
    running+=($!)
    proxied=$(address "$work/proxy.log" $!)
    what=$([ $exact = 1 ] && echo shop || echo product)
    scenarios "$what" "$proxied" 2026-07-28 "$here/expected-failures-product.yml" \
        server-stateless tools-list caching dns-rebinding-protection http-header-validation
    scenarios "$what" "$proxied" 2025-11-25 "$here/expected-failures-product.yml" \
        server-initialize ping tools-list dns-rebinding-protection
    EXACT=$exact node "$work/clients.mjs" "$url" "$key"
    EXACT=$exact "$tools/python/bin/python" "$work/clients.py" "$url" "$key"
    exact=0
done

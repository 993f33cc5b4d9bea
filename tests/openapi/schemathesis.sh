#!/usr/bin/env bash
# Asks a real server everything that its OpenAPI document says can be asked, and holds each answer against the document.
#
#   tests/openapi/schemathesis.sh KUPETS [EXAMPLES]     the program, and how many requests an operation (default 6)
#
# Requests are generated from a fixed seed: an answer of 500 or more, or a body that is not what the document says, is a
# failure. Once with a key of all scopes over all operations, once as a person over those that only read.
set -euo pipefail

kupets=$1 examples=${2:-6}
schemathesis=${KUPETS_TOOLS:-$HOME/.cache/kupets/tools}/schemathesis/bin/schemathesis
if [ ! -x "$schemathesis" ]; then
    echo "SKIPPED: the OpenAPI document is not held against the server: no schemathesis (scripts/tools.sh schemathesis)" >&2
    exit 0
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/kupets-openapi.XXXXXX")
"$kupets" serve --data "$work/data" --listen 127.0.0.1:0 >"$work/log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$work"' EXIT

# The server says where it listens.
url=
for _ in $(seq 300); do
    url=$(sed -nE 's/^Kupets serves at (http[^ ]+).*/\1/p' "$work/log")
    [ -n "$url" ] && break
    kill -0 $server 2>/dev/null || break
    sleep 0.1
done
[ -n "$url" ] || { cat "$work/log" >&2; echo "schemathesis.sh: the server does not start" >&2; exit 1; }

post() { curl --silent --show-error --fail -b "$work/cookies" -c "$work/cookies" "$url$1" -H 'Content-Type: application/json' -d "$2"; }
post /v1/auth/register '{"name": "Anna", "email": "anna@example.com", "password": "correct horse battery"}' >/dev/null
key=$(post /v1/api-keys '{"name": "test", "scopes": ["ingest", "read", "sql", "assistant"]}' | sed -nE 's/.*"key": ?"([^"]+)".*/\1/p')
curl --silent --show-error --fail "$url/v1/purchases" -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
    -d '[{"purchase_id": "1", "customer_id": "a", "product": "Lamp", "amount": 15.3, "occurred_at": "2026-11-20"}]' >/dev/null

ask() {
    (cd "$work" && "$schemathesis" run "$url/openapi.json" --seed 7 --max-examples "$examples" --phases examples,coverage,fuzzing \
        --checks not_a_server_error,response_schema_conformance --request-timeout 60 --generation-database none \
        --no-color "$@") >"$work/report" 2>&1 || { cat "$work/report" >&2; exit 1; }
    grep -E '[0-9]+ generated' "$work/report"
}
echo "openapi: all operations with a key"
ask --header "Authorization: Bearer $key" --exclude-path /v1/auth/logout
echo "openapi: what a person reads"
ask --header "Cookie: $(awk '/kupets_session/ { print $6 "=" $7 }' "$work/cookies")" --include-method GET

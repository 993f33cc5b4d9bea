#!/usr/bin/env bash
# Runs run.sh with the product's own endpoint beside the fixtures:
#
#   tests/mcp/product.sh KUPETS FIXTURES     the program, and the fixtures' server (see run.sh)
set -euo pipefail

kupets=$1 fixtures=$2
here=$(cd "$(dirname "$0")" && pwd)
if [ ! -e "${KUPETS_TOOLS:-$HOME/.cache/kupets/tools}/mcp-suite/pin" ]; then
    # It says what is skipped, and why.
    exec "$here/run.sh" "$fixtures"
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/kupets-mcp.XXXXXX")
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
[ -n "$url" ] || { cat "$work/log" >&2; echo "product.sh: the server does not start" >&2; exit 1; }

post() { curl --silent --show-error --fail -b "$work/cookies" -c "$work/cookies" "$url$1" -H 'Content-Type: application/json' -d "$2"; }
post /v1/auth/register '{"name": "Anna", "email": "anna@example.com", "password": "correct horse battery"}' >/dev/null
key=$(post /v1/api-keys '{"name": "test", "scopes": ["ingest", "read", "sql"]}' | sed -nE 's/.*"key": ?"([^"]+)".*/\1/p')
curl --silent --show-error --fail "$url/v1/purchases" -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
    -d '[{"purchase_id": "1", "customer_id": "a", "product": "Lamp", "amount": 15.3, "occurred_at": "2026-11-20"}]' >/dev/null

"$here/run.sh" "$fixtures" "$url/mcp" "$key"

#!/usr/bin/env bash
# Sourced by scripts that ask a real server: starts one on a scratch folder, with an account, a key and one purchase.
#
#   start_server KUPETS NAME SCOPES     sets `url`, `key`, `work` (a folder that goes when the script ends; `$work/cookies` is Anna's)
#
# SCOPES as in JSON, for example '["read"]'. The server ends with the script.

start_server() {
    local kupets=$1 name=$2 scopes=$3 server
    work=$(mktemp -d "${TMPDIR:-/tmp}/kupets-$name.XXXXXX")
    "$kupets" serve --data "$work/data" --listen 127.0.0.1:0 >"$work/log" 2>&1 &
    server=$!
    # shellcheck disable=SC2064 # The server and the folder are known now.
    trap "kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf '$work'" EXIT

    # The server says where it listens.
    url=
    for _ in $(seq 300); do
        url=$(sed -nE 's/^Kupets serves at (http[^ ]+).*/\1/p' "$work/log")
        [ -n "$url" ] && break
        kill -0 $server 2>/dev/null || break
        sleep 0.1
    done
    [ -n "$url" ] || { cat "$work/log" >&2; echo "$name: the server does not start" >&2; exit 1; }

    post /v1/auth/register '{"name": "Anna", "email": "anna@example.com", "password": "correct horse battery"}' >/dev/null
    key=$(post /v1/api-keys "{\"name\": \"test\", \"scopes\": $scopes}" | sed -nE 's/.*"key": ?"([^"]+)".*/\1/p')
    curl --silent --show-error --fail "$url/v1/purchases" -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
        -d '[{"purchase_id": "1", "customer_id": "a", "product": "Lamp", "amount": 15.3, "occurred_at": "2026-11-20"}]' >/dev/null
}

post() { curl --silent --show-error --fail -b "$work/cookies" -c "$work/cookies" "$url$1" -H 'Content-Type: application/json' -d "$2"; }

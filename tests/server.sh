#!/usr/bin/env bash
# Sourced by scripts that ask a real server: starts one on a scratch folder, with an account and a key.
#
#   start_server KUPETS NAME SCOPES [FLAGS...]     sets `url`, `key` and `work`, its folder; `$work/cookies` is Anna's
#   sell_a_lamp                                    sends one purchase
#   stop_server                                    stops the one that was started last, which flushes; its folder stays
#   serve_again KUPETS [FLAGS...]                  starts it again on its folder, and sets `url`
#
# SCOPES as in JSON, for example '["read"]'. Servers and folders go with the script.

servers=() folders=()

start_server() {
    local kupets=$1 name=$2 scopes=$3
    shift 3
    work=$(mktemp -d "${TMPDIR:-/tmp}/kupets-$name.XXXXXX")
    folders+=("$work")
    serve_again "$kupets" "$@"
    post /v1/auth/register '{"name": "Anna", "email": "anna@example.com", "password": "correct horse battery"}' >/dev/null
    key=$(post /v1/api-keys "{\"name\": \"test\", \"scopes\": $scopes}" | sed -nE 's/.*"key": ?"([^"]+)".*/\1/p')
}

serve_again() {
    local kupets=$1
    shift
    # There before it is read: the server's own shell may be slow to make it.
    : >"$work/log"
    "$kupets" serve --data "$work/data" --listen 127.0.0.1:0 "$@" >"$work/log" 2>&1 &
    servers+=($!)
    trap stop_all EXIT
    # The server says where it listens.
    url=
    for _ in $(seq 300); do
        url=$(sed -nE 's/^Kupets serves at (http[^ ]+).*/\1/p' "$work/log")
        [ -n "$url" ] && break
        kill -0 "${servers[-1]}" 2>/dev/null || break
        sleep 0.1
    done
    [ -n "$url" ] || { cat "$work/log" >&2; echo "the server does not start" >&2; exit 1; }
}

stop_server() {
    kill "${servers[-1]}" 2>/dev/null || true
    wait "${servers[-1]}" 2>/dev/null || true
}

stop_all() {
    local server
    for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; done
    for server in "${servers[@]}"; do wait "$server" 2>/dev/null || true; done
    rm -rf "${folders[@]}"
}

sell_a_lamp() {
    curl --silent --show-error --fail "$url/v1/purchases" -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
        -d '[{"purchase_id": "1", "customer_id": "a", "product": "Lamp", "amount": 15.3, "occurred_at": "2026-11-20"}]' >/dev/null
}

post() { curl --silent --show-error --fail -b "$work/cookies" -c "$work/cookies" "$url$1" -H 'Content-Type: application/json' -d "$2"; }

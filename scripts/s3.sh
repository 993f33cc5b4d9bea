#!/usr/bin/env bash
# A real S3 server (VersityGW) on loopback for tests: a free port, a scratch folder, a bucket, keys made for this run.
#
#   scripts/s3.sh run COMMAND...   starts it, runs COMMAND with its address in the environment, always stops it
#   scripts/s3.sh start            starts it and prints `export NAME=value` lines; eval them
#   scripts/s3.sh stop [DIR]       stops it by process id and removes its folder (DIR, else $KUPETS_TEST_S3_DIR)
#
# What COMMAND sees: KUPETS_TEST_S3_URL (s3://BUCKET), KUPETS_TEST_S3_DIR (the server's folder: pid, log, data) and the
# usual AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ALLOW_HTTP.
# Where the server cannot be had, `run` says so loudly and runs nothing (status 0; 3 with KUPETS_REQUIRE_TOOLS=1).
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SERVER=${KUPETS_TOOLS:-$HOME/.cache/kupets/tools}/versitygw/versitygw
BUCKET=kupets-test

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
secret() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# True while the process of that folder runs; the folder in its command line guards against a reused process id.
alive() { [ -s "$1/pid" ] && grep -aqF "$1/data" "/proc/$(cat "$1/pid")/cmdline" 2>/dev/null; }

start() {
    local dir port access secret_key
    dir=$(mktemp -d "${TMPDIR:-/tmp}/kupets-s3.XXXXXX")
    access=kupets-$(secret 4)
    secret_key=$(secret 16)
    # The gateway keeps a bucket as a folder of its data folder, so this creates one.
    mkdir -p "$dir/data/$BUCKET"
    # Somebody may take a free port between asking and listening: then the server ends, and we ask again.
    for _ in 1 2 3 4 5; do
        port=$(free_port)
        ROOT_ACCESS_KEY=$access ROOT_SECRET_KEY=$secret_key \
            "$SERVER" --port "127.0.0.1:$port" --region us-east-1 --health /health posix "$dir/data" >>"$dir/log" 2>&1 </dev/null &
        echo $! >"$dir/pid"
        for _ in $(seq 100); do
            alive "$dir" || break
            if curl -sf -o /dev/null "http://127.0.0.1:$port/health"; then
                printf 'export %s\n' "KUPETS_TEST_S3_DIR=$dir" "KUPETS_TEST_S3_URL=s3://$BUCKET" \
                    "AWS_ENDPOINT_URL=http://127.0.0.1:$port" "AWS_ACCESS_KEY_ID=$access" \
                    "AWS_SECRET_ACCESS_KEY=$secret_key" "AWS_REGION=us-east-1" "AWS_ALLOW_HTTP=true"
                return
            fi
            sleep 0.1
        done
        stop_process "$dir"
    done
    echo "s3.sh: the S3 server did not answer on 127.0.0.1:$port. Its log, $dir/log, ends:" >&2
    tail -n 20 "$dir/log" >&2
    return 1
}

stop_process() {
    local pid
    alive "$1" || return 0
    pid=$(cat "$1/pid")
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 50); do
        alive "$1" || return 0
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
}

stop() {
    local dir=${1:-${KUPETS_TEST_S3_DIR:-}}
    if [ -z "$dir" ] || [ ! -f "$dir/pid" ]; then
        echo "s3.sh stop: no server folder: pass the DIR that start printed, or set KUPETS_TEST_S3_DIR" >&2
        return 2
    fi
    stop_process "$dir"
    rm -rf "$dir"
}

have_server() {
    "$HERE/tools.sh" versitygw && return 0
    echo "SKIPPED: no S3 server on this machine (VersityGW could not be installed): $*" >&2
    [ "${KUPETS_REQUIRE_TOOLS:-0}" = 1 ] && exit 3
    exit 0
}

case ${1:-} in
    start)
        "$HERE/tools.sh" versitygw
        start
        ;;
    stop) stop "${2:-}" ;;
    run)
        shift
        [ $# -gt 0 ] || { echo "s3.sh run: which command?" >&2; exit 2; }
        have_server "was to run: $*"
        environment=$(start)
        eval "$environment"
        trap stop EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM
        status=0
        "$@" || status=$?
        [ $status -eq 0 ] || { echo "s3.sh: the S3 server's log ends:" >&2; tail -n 5 "$KUPETS_TEST_S3_DIR/log" >&2; }
        exit $status
        ;;
    *) sed -n '2,/^set -e/{/^#/s/^# \{0,1\}//p}' "$0"; exit 2 ;;
esac

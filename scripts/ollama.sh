#!/usr/bin/env bash
# A real Ollama server on loopback for tests: a free port, a scratch folder, one small model.
#
#   scripts/ollama.sh run COMMAND...   starts it, runs COMMAND with its address in the environment, always stops it
#   scripts/ollama.sh start            starts it and prints `export NAME=value` lines; eval them
#   scripts/ollama.sh stop [DIR]       stops it by process id and removes its folder (DIR, else $KUPETS_TEST_OLLAMA_DIR)
#
# What COMMAND sees: KUPETS_TEST_OLLAMA_URL, KUPETS_TEST_OLLAMA_MODEL (smollm2:135m), KUPETS_TEST_OLLAMA_DIR (the server's folder:
# pid, log, models). The model follows the protocol and no question: tests judge no answer by it.
# Where the server cannot be had, `run` says so loudly and runs nothing (status 0; 3 with KUPETS_REQUIRE_TOOLS=1).
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOOL=${KUPETS_TOOLS:-$HOME/.cache/kupets/tools}/ollama
MODEL=smollm2:135m

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# True while the process of that folder runs; the folder in its environment guards against a reused process id.
alive() { [ -s "$1/pid" ] && grep -aqF "$1/models" "/proc/$(cat "$1/pid")/environ" 2>/dev/null; }

start() {
    local dir port
    dir=$(mktemp -d "${TMPDIR:-/tmp}/kupets-ollama.XXXXXX")
    # Somebody may take a free port between asking and listening: then the server ends, and we ask again.
    for _ in 1 2 3 4 5; do
        port=$(free_port)
        # A home of its own: nothing of the person's server is read or written.
        HOME=$dir OLLAMA_HOST=127.0.0.1:$port OLLAMA_MODELS=$dir/models OLLAMA_NOHISTORY=1 OLLAMA_NUM_PARALLEL=1 \
            "$TOOL/ollama" serve >>"$dir/log" 2>&1 </dev/null &
        echo $! >"$dir/pid"
        for _ in $(seq 300); do
            alive "$dir" || break
            if curl -sf -o /dev/null "http://127.0.0.1:$port/api/version"; then
                create_model "$dir" "$port" || { stop_process "$dir"; break 2; }
                printf 'export %s\n' "KUPETS_TEST_OLLAMA_DIR=$dir" "KUPETS_TEST_OLLAMA_URL=http://127.0.0.1:$port" \
                    "KUPETS_TEST_OLLAMA_MODEL=$MODEL"
                return
            fi
            sleep 0.1
        done
        stop_process "$dir"
    done
    echo "ollama.sh: no Ollama server with a model on 127.0.0.1:$port. Its log, $dir/log, ends:" >&2
    tail -n 20 "$dir/log" >&2
    return 1
}

create_model() {
    echo "FROM $TOOL/smollm2-135m.gguf" >"$1/Modelfile"
    HOME=$1 OLLAMA_HOST=127.0.0.1:$2 "$TOOL/ollama" create "$MODEL" -f "$1/Modelfile" >>"$1/log" 2>&1 </dev/null
}

stop_process() {
    local pid
    alive "$1" || return 0
    pid=$(cat "$1/pid")
    # It ends the process that holds the model by itself.
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 100); do
        alive "$1" || return 0
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
}

stop() {
    local dir=${1:-${KUPETS_TEST_OLLAMA_DIR:-}}
    if [ -z "$dir" ] || [ ! -f "$dir/pid" ]; then
        echo "ollama.sh stop: no server folder: pass the DIR that start printed, or set KUPETS_TEST_OLLAMA_DIR" >&2
        return 2
    fi
    stop_process "$dir"
    rm -rf "$dir"
}

have_server() {
    "$HERE/tools.sh" ollama && return 0
    echo "SKIPPED: no Ollama on this machine (none on PATH, and it could not be built): $*" >&2
    [ "${KUPETS_REQUIRE_TOOLS:-0}" = 1 ] && exit 3
    exit 0
}

case ${1:-} in
    start)
        "$HERE/tools.sh" ollama
        start
        ;;
    stop) stop "${2:-}" ;;
    run)
        shift
        [ $# -gt 0 ] || { echo "ollama.sh run: which command?" >&2; exit 2; }
        have_server "was to run: $*"
        environment=$(start)
        eval "$environment"
        trap stop EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM
        status=0
        "$@" || status=$?
        [ $status -eq 0 ] || { echo "ollama.sh: the Ollama server's log ends:" >&2; tail -n 20 "$KUPETS_TEST_OLLAMA_DIR/log" >&2; }
        exit $status
        ;;
    *) sed -n '2,/^set -e/{/^#/s/^# \{0,1\}//p}' "$0"; exit 2 ;;
esac

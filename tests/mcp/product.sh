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

# shellcheck source=tests/server.sh
. "$here/../server.sh"
start_server "$kupets" mcp '["ingest", "read", "sql"]'
sell_a_lamp

"$here/run.sh" "$fixtures" "$url/mcp" "$key"

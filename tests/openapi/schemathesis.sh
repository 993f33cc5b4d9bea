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

# shellcheck source=tests/server.sh
. "$(dirname "$0")/../server.sh"
start_server "$kupets" openapi '["ingest", "read", "sql", "assistant"]'
sell_a_lamp

ask() {
    (cd "$work" && "$schemathesis" run "$url/openapi.json" --seed 7 --max-examples "$examples" --phases examples,coverage,fuzzing \
        --checks not_a_server_error,response_schema_conformance --request-timeout 60 --generation-database none \
        --no-color "$@") >"$work/report" 2>&1 || { cat "$work/report" >&2; exit 1; }
    grep -E '[0-9]+ generated' "$work/report"
}
# Events are a stream that goes on for as long as somebody listens: nobody would ask the rest meanwhile.
echo "openapi: all operations with a key"
ask --header "Authorization: Bearer $key" --exclude-path /v1/auth/logout --exclude-path /v1/events
echo "openapi: what a person reads"
ask --header "Cookie: $(awk '/kupets_session/ { print $6 "=" $7 }' "$work/cookies")" --include-method GET --exclude-path /v1/events

#!/usr/bin/env bash
# Holds Kupets' SQL against DuckDB's: statements at random over the same shop, whose records are in memory, in one file, and in many.
#
#   tests/differential/run.sh KUPETS
#
# With KUPETS_OLD_BINARY, a server of code before the faults of decision 0016 were mended, that one is asked instead, and has to be found out.
# KUPETS_DIFFERENTIAL: how many statements; KUPETS_DIFFERENTIAL_SEED: of which shop and which statements. Both are printed.
set -euo pipefail

kupets=${KUPETS_OLD_BINARY:-$1}
[ -z "${KUPETS_OLD_BINARY:-}" ] || export KUPETS_DIFFERENTIAL_FINDS=1
here=$(cd "$(dirname "$0")" && pwd)
python=${KUPETS_TOOLS:-$HOME/.cache/kupets/tools}/duckdb-reader/bin/python
if [ ! -x "$python" ]; then
    echo "SKIPPED: SQL IS NOT HELD AGAINST DUCKDB: no duckdb-reader (scripts/tools.sh duckdb-reader)" >&2
    # Where it is the point of being there, what was not done has not passed.
    [ "${CI:-}" != true ] || exit 1
    exit 0
fi
export PYTHONDONTWRITEBYTECODE=1

# shellcheck source=tests/server.sh
. "$here/../server.sh"
scopes='["ingest", "read", "sql"]'
asked=()

start_server "$kupets" memory "$scopes" --tail-flush-age-s 1000000
"$python" "$here/send.py" "$url" "$key"
asked+=("$url" "$key" memory)

# The end of a server writes its memory to files.
start_server "$kupets" file "$scopes" --tail-flush-age-s 1000000
"$python" "$here/send.py" "$url" "$key"
stop_server
serve_again "$kupets"
asked+=("$url" "$key" "one file")

# Each part of the shop goes to files of its own, and some of it twice: what was replaced is deleted there. Customers come first: who is known only
# by a purchase would be replaced, and files with deleted rows are not passed over.
start_server "$kupets" files "$scopes" --tail-flush-age-s 1000000
for part in "0 25 customers" "25 55 customers" "55 100 customers" "0 60 purchases interactions" "60 100 purchases interactions" \
    "45 75 purchases" "95 100 customers"; do
    # shellcheck disable=SC2086
    "$python" "$here/send.py" "$url" "$key" $part
    stop_server
    serve_again "$kupets" --tail-flush-age-s 1000000
done
asked+=("$url" "$key" "many files")

"$python" "$here/compare.py" "${asked[@]}"

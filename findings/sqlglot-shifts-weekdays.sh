#!/usr/bin/env bash
# Guess:   sqlglot's transpile() keeps what a date function means, or says that it cannot.
# Really:  the day of the week passes by name although the numbers differ: MySQL's DAYOFWEEK and BigQuery's DAYOFWEEK give 1 for a
#          Sunday and DuckDB's 0; PostgreSQL's to_char 'D' gives 1 and becomes %u, which is 7. The quarter 'Q' of to_char becomes the
#          letter Q, so that all quarters of a year are one group. unsupported_level=RAISE raises for none of them.
# Version: sqlglot 30.30.0, run on duckdb 1.5.5 (PyPI). 2026-03-01 is a Sunday. The numbers of the other engines are from their manuals.
# Matters: "sales by day of week" and "by quarter", moved from a shop's MySQL or a BigQuery report to an embedded engine, shift by one
#          day or merge, and each still looks like a good chart.
# Instead: write isodow, '%V' and quarter() by hand, and compare one known Sunday and one date of each quarter after any transpiling.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv --without-pip venv
python3 -m pip --python ./venv install --quiet --no-compile --disable-pip-version-check \
  sqlglot==30.30.0 duckdb==1.5.5

cat > show.py <<'PY'
import duckdb
import sqlglot
from sqlglot import ErrorLevel

CASES = [
    ("mysql", "DAYOFWEEK('2026-03-01')", "1"),
    ("bigquery", "EXTRACT(DAYOFWEEK FROM DATE '2026-03-01')", "1"),
    ("postgres", "to_char(DATE '2026-03-01', 'D')", "1"),
    ("postgres", "to_char(DATE '2026-03-01', 'YYYY-Q')", "2026-1"),
    ("postgres", "to_char(DATE '2026-06-01', 'YYYY-Q')", "2026-2"),
]
for dialect, expression, meant in CASES:
    sql = sqlglot.transpile(f"SELECT {expression}", read=dialect, write="duckdb", unsupported_level=ErrorLevel.RAISE)[0]
    value = duckdb.execute(sql).fetchall()[0][0]
    print(f"{dialect}: {expression} means {meant}; {sql} gives {value}")
PY

expected=$(cat <<'OUT'
mysql: DAYOFWEEK('2026-03-01') means 1; SELECT DAYOFWEEK(CAST('2026-03-01' AS DATE)) gives 0
bigquery: EXTRACT(DAYOFWEEK FROM DATE '2026-03-01') means 1; SELECT EXTRACT(DAYOFWEEK FROM CAST('2026-03-01' AS DATE)) gives 0
postgres: to_char(DATE '2026-03-01', 'D') means 1; SELECT STRFTIME(CAST('2026-03-01' AS DATE), '%u') gives 7
postgres: to_char(DATE '2026-03-01', 'YYYY-Q') means 2026-1; SELECT STRFTIME(CAST('2026-03-01' AS DATE), '%Y-Q') gives 2026-Q
postgres: to_char(DATE '2026-06-01', 'YYYY-Q') means 2026-2; SELECT STRFTIME(CAST('2026-06-01' AS DATE), '%Y-Q') gives 2026-Q
OUT
)
actual=$(./venv/bin/python -W ignore show.py)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

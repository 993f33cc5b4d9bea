#!/usr/bin/env bash
# Guess:   amount > ALL (SELECT amount FROM orders WHERE shop = 'a') gives the orders above all of shop a, as in PostgreSQL and DuckDB.
# Really:  where the statement reads the same table outside, each row is compared with itself: "> ALL" and "< ANY" find nothing, "= ANY"
#          and ">= ALL" find everything. Nothing is said. With another name for the table inside the answers are right.
# Version: datafusion 55.0.0 (PyPI), beside duckdb 1.5.5.
# Matters: "orders above every order of ours in May" and "the best customers, HAVING sum(x) >= ALL (SELECT sum(x) …)" are the textbook
#          way to ask for the largest; the answer is empty or everything.
# Instead: give the table inside a name of its own and its column another one, or write max() and min() in the query below.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check datafusion==55.0.0 duckdb==1.5.5 pyarrow==24.0.0

cat > show.py <<'PY'
import duckdb
import pyarrow as pa
from datafusion import SessionContext

orders = pa.table({"shop": ["a", "a", "b", "b"], "amount": [10, 20, 30, 40]})
context = SessionContext()
context.from_arrow(orders, "orders")
other = duckdb.connect()
other.register("orders", orders)

for where in (
    "amount > ALL (SELECT amount FROM orders WHERE shop = 'a')",
    "amount < ANY (SELECT amount FROM orders WHERE shop = 'a')",
    "amount = ANY (SELECT amount FROM orders WHERE shop = 'a')",
    "amount >= ALL (SELECT amount FROM orders)",
    "amount > ALL (SELECT o.amount FROM orders AS o WHERE o.shop = 'a')",
):
    sql = f"SELECT amount FROM orders WHERE {where} ORDER BY amount"
    ours = [value for batch in context.sql(sql).collect() for value in batch.column(0).to_pylist()]
    theirs = [amount for (amount,) in other.execute(sql).fetchall()]
    print(f"{where}: {ours}, DuckDB {theirs}")
PY

expected=$(cat <<'OUT'
amount > ALL (SELECT amount FROM orders WHERE shop = 'a'): [], DuckDB [30, 40]
amount < ANY (SELECT amount FROM orders WHERE shop = 'a'): [], DuckDB [10]
amount = ANY (SELECT amount FROM orders WHERE shop = 'a'): [10, 20, 30, 40], DuckDB [10, 20]
amount >= ALL (SELECT amount FROM orders): [10, 20, 30, 40], DuckDB [40]
amount > ALL (SELECT o.amount FROM orders AS o WHERE o.shop = 'a'): [30, 40], DuckDB [30, 40]
OUT
)
actual=$(venv/bin/python show.py)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

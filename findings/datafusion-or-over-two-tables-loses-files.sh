#!/usr/bin/env bash
# Guess:   WHERE a.came IS NULL OR b.came < 25 over a join of a table with itself gives the same rows from Parquet as from memory.
# Really:  with the table in several files whole files are passed over, without a word: the condition over two tables is handed to the
#          scan by the columns' names, both are "came", and the file of one side is judged by it as if both were its own. It needs no
#          dynamic filter: with those of joins switched off the rows are lost as well.
# Version: datafusion 55.0.0 (PyPI).
# Matters: "customers who sent nobody, or came before May" is a join of customers with themselves; the answer shrinks when the table
#          grows from one file to many, so that tests over small tables pass.
# Instead: give one of the columns another name in a subquery (its answer is right), or, in Rust, keep FilterPushdown among the
#          physical rules away from plans with two columns of one name. Parquet's pruning switched off does not help.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check datafusion==55.0.0 pyarrow==24.0.0

cat > show.py <<'PY'
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
from datafusion import SessionConfig, SessionContext

# id, who sent them, the day they came: 4 and 5 have sent nobody.
people = [(1, None, 10), (2, 1, 20), (3, 2, 30), (4, None, 40), (5, 3, 50)]
names = ["id", "sent_by", "came"]
table = pa.table({name: pa.array(column, pa.int64()) for name, column in zip(names, zip(*people))})
folder = pathlib.Path("people")
folder.mkdir()
for row in range(len(people)):
    pq.write_table(table.slice(row, 1), folder / f"{row}.parquet")

SQL = """SELECT b.id FROM people a RIGHT JOIN people b ON b.id = a.sent_by
         WHERE a.came IS NULL OR b.came < 25 ORDER BY b.id"""


RENAMED = """SELECT b.id FROM people a RIGHT JOIN (SELECT id, came AS b_came FROM people) b ON b.id = a.sent_by
             WHERE a.came IS NULL OR b.b_came < 25 ORDER BY b.id"""


def answer(put, switch, sql=SQL):
    options = {"datafusion.optimizer.enable_join_dynamic_filter_pushdown": switch}
    context = SessionContext(SessionConfig(options).with_target_partitions(2))
    put(context)
    return [value for batch in context.sql(sql).collect() for value in batch.column(0).to_pylist()]


for switch in ("true", "false"):
    print(f"from memory, dynamic filters of joins {switch}:", answer(lambda c: c.from_arrow(table, "people"), switch))
    print(f"from files, dynamic filters of joins {switch}:", answer(lambda c: c.register_parquet("people", str(folder)), switch))
print("from files, another name:", answer(lambda c: c.register_parquet("people", str(folder)), "true", RENAMED))
PY

expected=$(cat <<'OUT'
from memory, dynamic filters of joins true: [1, 2, 4, 5]
from files, dynamic filters of joins true: [1, 2]
from memory, dynamic filters of joins false: [1, 2, 4, 5]
from files, dynamic filters of joins false: [1, 2]
from files, another name: [1, 2, 4, 5]
OUT
)
actual=$(venv/bin/python show.py)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

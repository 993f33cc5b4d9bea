#!/usr/bin/env bash
# Guess:   after `ducklake_expire_snapshots`, reading a moment whose snapshot is gone is an error, as it is with AT (VERSION => n).
# Really:  AT (TIMESTAMP => t) takes the newest snapshot that is left from before t. The same question about the same moment gave rows 1
#          and 2, and gives row 1 once the snapshot in between has expired, with no error and no warning.
# Version: DuckDB 1.5.5 with its ducklake extension 1.5.5 (PyPI).
# Matters: reports as of the end of a month change for good when maintenance thins the history out, and nobody is told: figures that were
#          signed off cannot be reproduced, and the new ones look just as sound.
# Instead: look the version up in snapshots() for the moment, keep it with the report, and read AT (VERSION => n): that refuses when the
#          snapshot is gone. Expire by rules that keep the last snapshot of each period that reports are made of.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv --without-pip venv
python3 -m pip --python ./venv install --quiet --no-compile --disable-pip-version-check \
  duckdb==1.5.5 duckdb-extension-ducklake==1.5.5 pytz==2025.2

cat > show.py <<'PY'
import glob
import sys
import time

import duckdb

connection = duckdb.connect()
for extension in glob.glob(f"{sys.prefix}/lib/python3*/site-packages/duckdb_extension_ducklake/extensions/*/*.duckdb_extension"):
    connection.execute(f"LOAD '{extension}'")
connection.execute("ATTACH 'ducklake:catalog.ducklake' AS lake (DATA_PATH 'data')")


def ask(sql):
    try:
        return connection.execute(sql).fetchall()[0][0]
    except duckdb.Error as error:
        return str(error).splitlines()[0]


connection.execute("CREATE TABLE lake.sales (id INTEGER)")
for sale in (1, 2):
    connection.execute(f"INSERT INTO lake.sales VALUES ({sale})")
    time.sleep(0.2)
moment = ask("SELECT CAST(now() AS VARCHAR)")
version = ask("SELECT max(snapshot_id) FROM lake.snapshots()")
time.sleep(0.2)
connection.execute("INSERT INTO lake.sales VALUES (3)")

then = f"SELECT list(id ORDER BY id) FROM lake.sales AT (TIMESTAMP => TIMESTAMPTZ '{moment}')"
print("as of that moment:", ask(then))
connection.execute(f"CALL ducklake_expire_snapshots('lake', versions => [{version}])")
print("as of the same moment, later:", ask(then))
print("as of its version:", ask(f"SELECT list(id) FROM lake.sales AT (VERSION => {version})"))
PY

expected=$(cat <<'OUT'
as of that moment: [1, 2]
as of the same moment, later: [1]
as of its version: Invalid Input Error: No snapshot found at version 3
OUT
)
actual=$(./venv/bin/python show.py)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

#!/usr/bin/env python3
"""DuckDB as a peer: runs reports on the Parquet files of a tenant's lake, with two threads, one after another.

    peer.py LAKE

LAKE is the tenant's folder. It reads commands from standard input and answers each with a line, both JSON:

    {"sql": SQL, "params": {NAME: {"type": "time" | "text" | "integer" | "number", "value": TEXT | null}}}
        -> {"seconds", "rows"}; decimals and times are text, exactly; parameters that the statement does not name are left out

The first line it prints says what it found: {"version", "files", "bytes", "rows", "deletes"}.
"""

import datetime
import decimal
import json
import pathlib
import re
import sqlite3
import sys
import time

import duckdb

TYPES = {"time": "TIMESTAMPTZ", "integer": "BIGINT", "number": "DOUBLE"}
TABLES = ("customers", "purchases", "interactions")


def open_lake(connection, lake):
    """A view a table over the data files of the newest snapshot; how many there are, and whether rows in them are deleted."""
    catalog = sqlite3.connect(f"{(lake / 'catalog.sqlite').resolve().as_uri()}?mode=ro", uri=True)
    found = {"version": duckdb.__version__, "files": 0, "bytes": 0, "rows": 0, "deletes": 0}
    for table in TABLES:
        (table_id,) = catalog.execute(
            "SELECT table_id FROM ducklake_table WHERE table_name = ? AND end_snapshot IS NULL", (table,)).fetchone()
        names = [name for (name,) in catalog.execute(
            "SELECT path FROM ducklake_data_file WHERE table_id = ? AND end_snapshot IS NULL", (table_id,))]
        (deletes,) = catalog.execute(
            "SELECT count(*) FROM ducklake_delete_file WHERE table_id = ? AND end_snapshot IS NULL", (table_id,)).fetchone()
        # Paths are relative to the table's folder; file names are unique, so looking for them needs no rules of the format.
        paths = [next(iter(lake.rglob(pathlib.PurePath(name).name))) for name in names]
        if paths:
            listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
            connection.execute(f"CREATE VIEW {table} AS FROM read_parquet([{listed}])")
        found["files"] += len(paths)
        found["bytes"] += sum(path.stat().st_size for path in paths)
        found["deletes"] += deletes
        if paths:
            found["rows"] += connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    catalog.close()
    return found


def parameter(kind, value):
    if kind == "time":
        return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    return {"integer": int, "number": float}.get(kind, str)(value)


def cell(value):
    if isinstance(value, datetime.datetime):
        if value.tzinfo:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return value.isoformat()
    if isinstance(value, (decimal.Decimal, datetime.date)):
        return str(value)
    return value


def run(connection, sql, params):
    values = {}
    for name, sent in params.items():
        used = rf"\${name}\b"
        if sent["value"] is None:
            # A null that is bound has no type, and DuckDB then takes the first function that fits.
            sql = re.sub(used, f"CAST(NULL AS {TYPES.get(sent['type'], 'VARCHAR')})", sql)
        elif re.search(used, sql):
            values[name] = parameter(sent["type"], sent["value"])
    started = time.perf_counter()
    rows = connection.execute(sql, values).fetchall()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "rows": [[cell(value) for value in row] for row in rows]}


def main(lake):
    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET TimeZone = 'UTC'")
    print(json.dumps(open_lake(connection, pathlib.Path(lake))), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = run(connection, command["sql"], command["params"])
        except duckdb.Error as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

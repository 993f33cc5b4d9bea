#!/usr/bin/env python3
"""Reads a tenant's lake with DuckDB, a reader that shares no code with Kupets, and prints what it finds as JSON.

    duckdb_lake.py LAKE                   totals of the three tables, one JSON object
    duckdb_lake.py LAKE --sql SQL ...     the rows of each statement, one JSON object a line: {"columns", "types", "rows"}

LAKE is the catalog (an SQLite file) or the tenant's folder that holds it. The lake is attached read-only as `lake`, its
schema `main` is the current one. Decimals are printed as text, exactly; times as text in UTC. Exit status: 0, 1 when
DuckDB refuses (its message on standard error), 2 for wrong arguments.

Run it with the Python of `scripts/tools.sh duckdb-reader`: the two extensions come from its packages and are loaded by
path, so nothing is downloaded.
"""

import argparse
import datetime
import decimal
import importlib.resources
import json
import pathlib
import sqlite3
import sys

import duckdb

# Rows, records and money of each table. A purchase is one or more rows; money is never summed over currencies.
PURCHASES = """
    SELECT count(*) AS rows, count(DISTINCT purchase_id) AS records, count(DISTINCT customer_id) AS customers,
           CAST(coalesce(sum(quantity), 0) AS VARCHAR) AS units, min(occurred_at) AS first_at, max(occurred_at) AS last_at
    FROM purchases"""
AMOUNTS = "SELECT currency, CAST(sum(amount) AS VARCHAR) FROM purchases GROUP BY currency ORDER BY currency"
MONTHS = """
    SELECT strftime(occurred_at, '%Y-%m') AS month, currency, count(*) AS rows, count(DISTINCT purchase_id) AS records,
           CAST(sum(amount) AS VARCHAR) AS amount
    FROM purchases GROUP BY ALL ORDER BY ALL"""
CUSTOMERS = "SELECT count(*) AS rows, count(DISTINCT customer_id) AS records FROM customers"
INTERACTIONS = "SELECT count(*) AS rows, count(DISTINCT interaction_id) AS records FROM interactions"


def is_catalog(path):
    """Whether the file is an SQLite database with a DuckLake catalog in it."""
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            return False
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ducklake_snapshot'"
        return connection.execute(query).fetchone() is not None
    finally:
        connection.close()


def find_catalog(lake):
    """The catalog file: the path itself, or the only catalog in that folder."""
    if not lake.is_dir():
        return lake
    found = [path for path in sorted(lake.iterdir()) if path.is_file() and is_catalog(path)]
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise SystemExit(f"duckdb_lake.py: {lake} must hold one DuckLake catalog in SQLite; found: {names}")
    return found[0]


def quoted(text):
    """A string as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def load(connection, extension):
    """Loads the extension file that a Python package of that name carries, by its path."""
    package = importlib.resources.files(f"duckdb_extension_{extension}")
    path = package / "extensions" / f"v{duckdb.__version__}" / f"{extension}.duckdb_extension"
    connection.execute(f"LOAD {quoted(path)}")


def attach(catalog, data_path, snapshot):
    """A connection whose current schema is the lake's."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    connection.execute("SET TimeZone = 'UTC'")
    for extension in ("sqlite_scanner", "ducklake"):
        load(connection, extension)
    options = ["READ_ONLY"]
    if data_path is not None:
        options += [f"DATA_PATH {quoted(data_path)}", "OVERRIDE_DATA_PATH true"]
    if snapshot is not None:
        options.append(f"SNAPSHOT_VERSION {snapshot}")
    connection.execute(f"ATTACH {quoted(f'ducklake:sqlite:{catalog}')} AS lake ({', '.join(options)})")
    connection.execute("USE lake.main")
    return connection


def plain(value):
    """A value as JSON has it: decimals and times become text, containers are walked."""
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc)
        return value.isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    return str(value)


def rows(connection, sql):
    """Columns, types and rows of one statement."""
    relation = connection.execute(sql)
    described = relation.description or []
    return {
        "columns": [column[0] for column in described],
        "types": [str(column[1]) for column in described],
        "rows": [plain(row) for row in relation.fetchall()],
    }


def records(connection, sql):
    """The rows of one statement, each as an object."""
    answer = rows(connection, sql)
    return [dict(zip(answer["columns"], row)) for row in answer["rows"]]


def totals(connection):
    """What the lake comes to."""
    return {
        "snapshot": connection.execute("SELECT id FROM lake.current_snapshot()").fetchone()[0],
        "purchases": {
            **records(connection, PURCHASES)[0],
            "amount": dict(rows(connection, AMOUNTS)["rows"]),
            "months": records(connection, MONTHS),
        },
        "customers": records(connection, CUSTOMERS)[0],
        "interactions": records(connection, INTERACTIONS)[0],
    }


def main():
    arguments = argparse.ArgumentParser(
        description=__doc__.split("\n\n", 1)[0], epilog="See the head of the file for what it prints."
    )
    arguments.add_argument("lake", type=pathlib.Path, help="the catalog file, or the tenant's folder that holds it")
    arguments.add_argument("--data", help="read the data files from here, not from where the catalog says")
    arguments.add_argument("--snapshot", type=int, help="read that snapshot, not the newest")
    arguments.add_argument("--sql", action="append", help="print the rows of this statement; may be repeated")
    given = arguments.parse_args()
    try:
        connection = attach(find_catalog(given.lake), given.data, given.snapshot)
        for answer in [rows(connection, sql) for sql in given.sql] if given.sql else [totals(connection)]:
            json.dump(answer, sys.stdout, ensure_ascii=False)
            print()
    except (duckdb.Error, sqlite3.Error, OSError) as error:
        print(f"duckdb_lake.py: {given.lake}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

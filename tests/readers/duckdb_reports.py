#!/usr/bin/env python3
"""Answers statements with $names over a tenant's DuckLake, as DuckDB understands them.

    duckdb_reports.py LAKE <jobs

Standard input is a JSON array of jobs {"sql", "params": {name: {"type", "value"}}}; a type is TIMESTAMPTZ (the value in
microseconds since 1970, UTC), VARCHAR, BIGINT or DOUBLE, and a value may be null. For each job a line is printed:
{"columns", "types", "rows"}, decimals as text. LAKE is what duckdb_lake.py takes. Exit status as there.
"""

import datetime
import json
import pathlib
import re
import sqlite3
import sys

import duckdb

import duckdb_lake

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def bound(job):
    """The statement with each $name cast to its type (a null alone has none), and the values of those it uses."""
    params = job.get("params", {})
    used = {name for name in re.findall(r"\$(\w+)", job["sql"]) if name in params}
    sql = re.sub(r"\$(\w+)", lambda m: f"CAST({m[0]} AS {params[m[1]]['type']})" if m[1] in used else m[0], job["sql"])
    values = {}
    for name in used:
        value = params[name]["value"]
        if value is not None and params[name]["type"] == "TIMESTAMPTZ":
            value = EPOCH + datetime.timedelta(microseconds=value)
        values[name] = value
    return sql, values


def answer(connection, job):
    """Columns, types and rows of one job."""
    sql, values = bound(job)
    relation = connection.execute(sql, values) if values else connection.execute(sql)
    return {
        "columns": [column[0] for column in relation.description],
        "types": [str(column[1]) for column in relation.description],
        "rows": [duckdb_lake.plain(row) for row in relation.fetchall()],
    }


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        connection = duckdb_lake.attach(duckdb_lake.find_catalog(pathlib.Path(sys.argv[1])), None, None)
        for at, job in enumerate(json.load(sys.stdin)):
            try:
                answered = answer(connection, job)
            except duckdb.Error as error:
                print(f"duckdb_reports.py: job {at}: {error}\n{job}", file=sys.stderr)
                return 1
            json.dump(answered, sys.stdout, ensure_ascii=False)
            print()
    except (duckdb.Error, sqlite3.Error, OSError) as error:
        print(f"duckdb_reports.py: {sys.argv[1]}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

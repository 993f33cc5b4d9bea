"""Proves duckdb_lake.py and duckdb_reports.py on a lake that DuckDB itself makes. Its Python: `scripts/tools.sh duckdb-reader`."""

import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

import duckdb

import duckdb_lake

READER = pathlib.Path(duckdb_lake.__file__)


def make_lake(folder):
    """Three purchases of five lines in two currencies and two months; one of them is deleted again."""
    connection = duckdb.connect()
    for extension in ("sqlite_scanner", "ducklake"):
        duckdb_lake.load(connection, extension)
    catalog = duckdb_lake.quoted(f"ducklake:sqlite:{folder / 'catalog.sqlite'}")
    # Nothing inlined in the catalog: rows and deletes go to Parquet files, as Kupets writes them.
    data = duckdb_lake.quoted(folder / "data")
    connection.execute(f"ATTACH {catalog} AS lake (DATA_PATH {data}, DATA_INLINING_ROW_LIMIT 0)")
    for statement in (
        "SET TimeZone = 'UTC'",
        "USE lake",
        "CREATE TABLE customers (customer_id VARCHAR NOT NULL, name VARCHAR)",
        "CREATE TABLE interactions (interaction_id VARCHAR NOT NULL, occurred_at TIMESTAMPTZ)",
        """CREATE TABLE purchases (purchase_id VARCHAR NOT NULL, line INTEGER, customer_id VARCHAR,
               quantity DECIMAL(18, 4), amount DECIMAL(18, 4), currency VARCHAR, occurred_at TIMESTAMPTZ)""",
        "INSERT INTO customers VALUES ('a', 'Анна'), ('b', NULL)",
        "INSERT INTO interactions VALUES ('i1', '2011-01-05 10:00:00+00')",
        """INSERT INTO purchases VALUES
               ('p1', 1, 'a', 1, 0.1, 'GBP', '2010-12-31 23:59:59+00'), ('p1', 2, 'a', 2.5, 0.2, 'GBP', '2010-12-31 23:59:59+00'),
               ('p2', 1, 'b', 1, 99, 'GBP', '2011-01-01 00:00:00+00'),
               ('p3', 1, NULL, 1, 1.2345, 'EUR', '2011-01-01 00:00:00+00'), ('p3', 2, NULL, 1, -1, 'EUR', '2011-01-01 00:00:00+00')""",
        "DELETE FROM purchases WHERE purchase_id = 'p2'",
    ):
        connection.execute(statement)
    connection.close()


def read(*arguments):
    """Runs the reader as a program."""
    return subprocess.run([sys.executable, READER, *map(str, arguments)], capture_output=True, text=True, check=False)


def jobs(lake, given):
    """Runs the reader of jobs as a program."""
    script = READER.with_name("duckdb_reports.py")
    done = subprocess.run([sys.executable, script, lake], input=json.dumps(given), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@contextlib.contextmanager
def not_writable(lake):
    """The folder and all in it, readable and no more."""
    paths = [lake, *lake.rglob("*")]
    try:
        for path in paths:
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)


# Extensions are loaded before the rights are given up: their files may be another user's own.
COUNT = """
import os, sys
import duckdb, duckdb_lake
connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
for extension in ("sqlite_scanner", "ducklake"):
    duckdb_lake.load(connection, extension)
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    connection.execute(f"ATTACH {duckdb_lake.quoted('ducklake:sqlite:' + sys.argv[1])} AS lake (READ_ONLY)")
    print(connection.execute("SELECT count(*) FROM lake.purchases").fetchone()[0])
except duckdb.Error as error:
    sys.exit(str(error))
"""


def as_nobody(catalog):
    """Counts purchases as somebody who owns nothing of it."""
    place = {**os.environ, "PYTHONPATH": str(READER.parent)}
    command = [sys.executable, "-c", COUNT, str(catalog)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=place)


class Reader(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        os.chmod(scratch.name, 0o755)
        self.lake = pathlib.Path(scratch.name) / "lake"
        (self.lake / "data").mkdir(parents=True)
        make_lake(self.lake)

    def test_totals_are_exact_and_by_currency(self):
        totals = json.loads(read(self.lake).stdout)
        purchases = totals["purchases"]
        self.assertEqual((purchases["rows"], purchases["records"], purchases["customers"]), (4, 2, 1))
        self.assertEqual(purchases["amount"], {"EUR": "0.2345", "GBP": "0.3000"})
        self.assertEqual(purchases["units"], "5.5000")
        self.assertEqual(purchases["first_at"], "2010-12-31T23:59:59+00:00")
        months = [(month["month"], month["currency"], month["amount"]) for month in purchases["months"]]
        self.assertEqual(months, [("2010-12", "GBP", "0.3000"), ("2011-01", "EUR", "0.2345")])
        self.assertEqual(totals["customers"], {"rows": 2, "records": 2})
        self.assertEqual(totals["interactions"], {"rows": 1, "records": 1})

    def test_statements_print_one_line_each(self):
        done = read(self.lake / "catalog.sqlite", "--sql", "SELECT name FROM customers ORDER BY 1", "--sql", "SELECT 1.50")
        names, number = map(json.loads, done.stdout.splitlines())
        self.assertEqual(names, {"columns": ["name"], "types": ["VARCHAR"], "rows": [["Анна"], [None]]})
        self.assertEqual(number["rows"], [["1.50"]])

    def test_an_older_snapshot_and_a_moved_folder(self):
        newest = json.loads(read(self.lake).stdout)["snapshot"]
        self.assertEqual(json.loads(read(self.lake, "--snapshot", newest - 1).stdout)["purchases"]["rows"], 5)
        moved = shutil.move(self.lake, self.lake.with_name("moved"))
        self.assertEqual(read(moved).returncode, 1)
        self.assertEqual(json.loads(read(moved, "--data", moved / "data").stdout)["purchases"]["rows"], 4)

    def test_jobs_bind_values_by_name(self):
        micros = 1293840000 * 10**6
        job = {
            "sql": "SELECT purchase_id, amount FROM purchases WHERE ($from IS NULL OR occurred_at >= $from) AND currency = $currency "
            "ORDER BY line LIMIT $limit",
            "params": {
                "from": {"type": "TIMESTAMPTZ", "value": micros},
                "currency": {"type": "VARCHAR", "value": "EUR"},
                "limit": {"type": "BIGINT", "value": None},
                "unused": {"type": "DOUBLE", "value": 0.5},
            },
        }
        self.assertEqual(jobs(self.lake, [job])[0]["rows"], [["p3", "1.2345"], ["p3", "-1.0000"]])
        job["params"]["from"]["value"] = micros + 1
        job["params"]["limit"]["value"] = 1
        later, text = jobs(self.lake, [job, {"sql": "SELECT '$' AS money"}])
        self.assertEqual((later["rows"], text["rows"]), ([], [["$"]]))
        job["params"]["from"]["value"] = None
        self.assertEqual(jobs(self.lake, [job])[0]["rows"], [["p3", "1.2345"]])

    def test_who_may_not_write_in_the_folder(self):
        # As a server leaves it when it stops, and as it is while one runs (or was cut off): the README says how to read both.
        for mode, attached in (("DELETE", True), ("WAL", False)):
            with self.subTest(mode):
                connection = sqlite3.connect(self.lake / "catalog.sqlite")
                self.assertEqual(connection.execute(f"PRAGMA journal_mode = {mode}").fetchone(), (mode.lower(),))
                connection.close()
                with not_writable(self.lake):
                    done = as_nobody(self.lake / "catalog.sqlite")
                    with tempfile.TemporaryDirectory() as place:
                        os.chmod(place, 0o777)
                        copy = shutil.copy(self.lake / "catalog.sqlite", pathlib.Path(place) / "copy.sqlite")
                        os.chmod(copy, 0o666)
                        copied = as_nobody(copy)
                if attached:
                    self.assertEqual((done.stdout.strip(), done.stderr), ("4", ""))
                else:
                    self.assertIn("attempt to write a readonly database", done.stderr)
                self.assertEqual((copied.stdout.strip(), copied.stderr), ("4", ""), "a copy is attached either way")

    def test_it_cannot_write_and_says_what_failed(self):
        for arguments, message in (
            ((self.lake, "--sql", "DELETE FROM customers"), "read-only"),
            ((self.lake, "--sql", "SELECT nothing"), "nothing"),
            ((self.lake / "absent",), "absent"),
            ((self.lake / "data",), "found: none"),
        ):
            done = read(*arguments)
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertIn(message, done.stderr)


if __name__ == "__main__":
    unittest.main()

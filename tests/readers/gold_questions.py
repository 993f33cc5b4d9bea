#!/usr/bin/env python3
"""Checks the assistant's questions (api/assistant/tests/questions) and computes their gold answers anew with DuckDB.

    gold_questions.py [--form-only]

The answers are those of Online Retail, read from KUPETS_SHARED_DATA, else from shared/data beside the checkout; without it
only the form is checked, and SKIPPED is printed. Exit status: 0 all is well, 1 something differs, 2 wrong arguments.
"""

import collections
import datetime
import json
import os
import pathlib
import re
import sys
import zoneinfo

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "api/assistant/tests/questions"
NOW = "2011-12-10T12:00:00Z"
ZONE = "Europe/London"

METRICS = set("revenue gross refunds orders units customers average_order new_customers repeat_rate".split())
DIMENSIONS = set("product category channel customer segment weekday hour country new_or_returning".split())
INTENTS = set(
    "value list compare explain forecast recommend plan customer segments basket offer churn clv cohort abc rows help".split()
)
SOURCES = {"catalogue", "clarify", "unsupported"}
OPERATORS = {"=", "!=", "in", "not_in", ">", ">=", "<", "<=", "contains"}
GRAINS = {"day", "week", "month", "quarter", "year", None}
LINE_KEYS = set("id locale conversation question now zone held_out tags expect".split())
EXPECT_KEYS = set(
    "source source_any intent metrics dimensions filters period assumed_period compared_with order limit grain share ratio "
    "average_per limit_each together must_not_be gold_sql gold".split()
)

# The lines as the importer takes them: none is left out. A file's times are wall clocks of the workspace; a purchase whose
# lines differ in time has the earliest; money has four fraction digits.
TABLE = """
CREATE TABLE purchases AS
SELECT
    InvoiceNo AS purchase_id,
    row_number() OVER (PARTITION BY InvoiceNo ORDER BY file_row_number) AS line,
    CAST(CustomerID AS VARCHAR) AS customer_id,
    StockCode AS product_id,
    Description AS product,
    CAST(NULL AS VARCHAR) AS category,
    Quantity AS quantity,
    CAST(UnitPrice AS DECIMAL(18, 4)) AS unit_price,
    CAST(Quantity * CAST(UnitPrice AS DECIMAL(18, 4)) AS DECIMAL(18, 4)) AS amount,
    'GBP' AS currency,
    CAST(NULL AS VARCHAR) AS channel,
    timezone('UTC', timezone('Europe/London', min(InvoiceDate) OVER (PARTITION BY InvoiceNo))) AS occurred_at,
    Country AS country
FROM read_parquet(?, file_row_number = true)
"""
# What is known of that table, so that another file is told at once.
WHOLE = "SELECT count(*), count(DISTINCT purchase_id), count(DISTINCT customer_id), sum(amount) FROM purchases"
KNOWN = (541909, 25900, 4372, 9747747.934)


def find():
    """The data, or None."""
    folder = os.environ.get("KUPETS_SHARED_DATA")
    folders = [pathlib.Path(folder)] if folder else [ROOT / "../shared/data"]
    return next((path for path in (folder / "online_retail.parquet" for folder in folders) if path.exists()), None)


def load(connection, path):
    """Makes the table `purchases`."""
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(TABLE, [str(path)])
    whole = tuple(map(plain, connection.execute(WHOLE).fetchone()))
    if whole != KNOWN:
        raise SystemExit(f"gold_questions.py: {path}: it holds {whole}, not {KNOWN}")


def plain(value):
    """A value of DuckDB as JSON has it; numbers with six fraction digits at most."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    number = round(float(value), 6)
    return int(number) if number.is_integer() else number


def answer(connection, sql):
    """A number where the statement gives one column, else rows of key and number."""
    rows = [tuple(map(plain, row)) for row in connection.execute(sql).fetchall()]
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    return [list(row) for row in rows]


def same(ours, theirs):
    """Equal, or numbers that are so to a millionth."""
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return abs(ours - theirs) <= max(2e-6, 1e-9 * abs(theirs))
    return ours == theirs


def moment(text, zone):
    """A time, or the midnight of a date in that zone."""
    time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return time if time.tzinfo else time.replace(tzinfo=zone)


def faults_of_period(period, line, name):
    """What is wrong with a period."""
    zone = zoneinfo.ZoneInfo(line.get("zone", ZONE))
    now = moment(line.get("now", NOW), zone)
    if not set(period) <= {"from", "to", "running"}:
        return [f"{name} has keys {sorted(period)}"]
    begin, end = (moment(period[key], zone) if period.get(key) else None for key in ("from", "to"))
    faults = []
    if begin and end and begin >= end:
        faults.append(f"{name} ends before it begins")
    if begin and begin > now:
        faults.append(f"{name} has not begun")
    midnight = datetime.datetime.combine(now.astimezone(zone).date() + datetime.timedelta(days=1), datetime.time(), zone)
    if period.get("running") is True and end != midnight:
        faults.append(f"{name} is running and does not end at the next midnight")
    if period.get("running") is False and end and end > midnight:
        faults.append(f"{name} ends in the future")
    return faults


def faults_of(line):
    """What is wrong with the form of a line."""
    faults = []
    expect = line.get("expect", {})
    for keys, allowed in ((line, LINE_KEYS), (expect, EXPECT_KEYS)):
        if not set(keys) <= allowed:
            faults.append(f"unknown keys {sorted(set(keys) - allowed)}")
    for key, kind in (("id", str), ("question", str), ("held_out", bool), ("tags", list), ("expect", dict)):
        if not isinstance(line.get(key), kind):
            faults.append(f"no {key}")
    if line.get("locale") not in ("ru", "en"):
        faults.append("locale is neither ru nor en")
    if ("source" in expect) == ("source_any" in expect):
        faults.append("one of source and source_any must be there")
    if not {expect.get("source", "catalogue"), *expect.get("source_any", [])} <= SOURCES:
        faults.append("unknown source")
    if "intent" in expect and expect["intent"] not in INTENTS:
        faults.append("unknown intent")
    if not {*expect.get("metrics", []), *expect.get("ratio", [])} <= METRICS:
        faults.append("unknown metric")
    if not set(expect.get("dimensions", [])) <= DIMENSIONS:
        faults.append("unknown dimension")
    if expect.get("grain") not in GRAINS:
        faults.append("unknown grain")
    if expect.get("average_per") not in GRAINS:
        faults.append("unknown step of an average")
    for one in expect.get("filters", []):
        if set(one) != {"field", "op", "value"} or one["field"] not in METRICS | DIMENSIONS or one["op"] not in OPERATORS:
            faults.append(f"filter {one}")
        elif isinstance(one["value"], list) != (one["op"] in ("in", "not_in")):
            faults.append(f"value of filter {one}")
    order = expect.get("order")
    if order and (order.get("direction") not in ("asc", "desc") or not {order.get("by")} <= METRICS):
        faults.append(f"order {order}")
    for key in ("period", "compared_with"):
        if expect.get(key):
            faults += faults_of_period(expect[key], line, key)
    if ("gold" in expect) != ("gold_sql" in expect):
        faults.append("gold and gold_sql go together")
    if line.get("now", NOW) != NOW and "gold" in expect:
        faults.append("gold is for the set's own clock")
    return faults


def faults_of_set(files):
    """What is wrong with the set as a whole: ids, languages, parts that are held out."""
    faults = []
    lines = [line for lines in files.values() for line in lines]
    for identifier, times in collections.Counter(line["id"] for line in lines).items():
        if times > 1:
            faults.append(f"{identifier} is there {times} times")
    for name, part in [*files.items(), ("all", lines)]:
        russian = sum(line["locale"] == "ru" for line in part)
        if 2 * russian != len(part):
            faults.append(f"{name}: {russian} of {len(part)} are Russian")
        held = sum(line["held_out"] for line in part)
        # What is held out is a file of its own.
        if held not in (0, len(part)) and name != "all":
            faults.append(f"{name}: {held} of {len(part)} are held out")
        cyrillic = [line for line in part if re.search("[а-яё]", line["question"], re.I)]
        if len(cyrillic) * 2 < len(part) - 10:
            faults.append(f"{name}: {len(cyrillic)} of {len(part)} are in Cyrillic")
    # A question that is held out must not be in the other part, in the same words at the same moment.
    open_ones = {asked(line) for line in lines if not line["held_out"]}
    faults += [f"{line['id']} is held out and asked elsewhere" for line in lines if line["held_out"] and asked(line) in open_ones]
    return faults


def asked(line):
    """A question with what it depends on."""
    return (line["question"].casefold(), tuple(line.get("conversation", [])), line.get("now"), line.get("zone"))


def read():
    """Lines by file."""
    return {
        path.stem: [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
        for path in sorted(QUESTIONS.glob("*.ndjson"))
    }


def main():
    if sys.argv[1:] not in ([], ["--form-only"]):
        print(__doc__, file=sys.stderr)
        return 2
    files = read()
    lines = [line for part in files.values() for line in part]
    faults = [f"{line.get('id')}: {fault}" for line in lines for fault in faults_of(line)] + faults_of_set(files)
    gold = [line for line in lines if "gold" in line["expect"]]
    if not sys.argv[1:]:
        path = find()
        if path is None:
            print("SKIPPED: gold answers: no online_retail.parquet; set KUPETS_SHARED_DATA to its folder", file=sys.stderr)
        else:
            import duckdb

            connection = duckdb.connect()
            load(connection, path)
            # Both languages ask the same of the data.
            answers = {sql: answer(connection, sql) for sql in {line["expect"]["gold_sql"] for line in gold}}
            for line in gold:
                computed = answers[line["expect"]["gold_sql"]]
                if not same(line["expect"]["gold"], computed):
                    faults.append(f"{line['id']}: gold is {line['expect']['gold']}, DuckDB says {computed}")
    for fault in faults:
        print(f"gold_questions.py: {fault}", file=sys.stderr)
    held = sum(line["held_out"] for line in lines)
    print(f"{len(lines)} questions in {len(files)} files, {held} held out, {len(gold)} with gold answers, {len(faults)} faults")
    return 1 if faults or not lines else 0


if __name__ == "__main__":
    sys.exit(main())

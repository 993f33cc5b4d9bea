"""Asks Kupets and DuckDB the same statements and holds the answers against each other.

    compare.py URL KEY NAME [URL KEY NAME ...]      see run.sh, which starts the servers

Each NAME is a server over the same shop whose records are somewhere else. KUPETS_DIFFERENTIAL (statements, default 1500) and
KUPETS_DIFFERENTIAL_SEED (default 1) are taken from the environment; a seed gives the same shop and the same statements. The status is 1 for any
difference but a refusal that is documented (`REFUSED`), and where fewer than four in five statements give rows. With
KUPETS_DIFFERENTIAL_FINDS, for servers of code that is known to be wrong, the status is 1 unless the known faults are found.
"""

import collections
import datetime
import decimal
import json
import os
import random
import re
import sys
import urllib.error
import urllib.request

import duckdb

import shop
import statements

# What is refused because it would be answered wrong, by words of the refusal (docs/decisions/0016). It may only shrink.
REFUSED = ["NOT IN (SELECT …) beside OR"]
MOST_REFUSED = 1


def ask(url, key, sql, limit):
    """The first rows of a statement, or the server's refusal as text."""
    request = urllib.request.Request(
        f"{url}/v1/sql", json.dumps({"sql": sql, "limit": limit}).encode(), {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response, parse_float=decimal.Decimal)["rows"]
    except urllib.error.HTTPError as error:
        return error.read().decode()


def plain(value):
    """A value in a form that both have: numbers without zeros behind, moments in UTC."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, decimal.Decimal)):
        return decimal.Decimal(value).normalize() + 0
    if isinstance(value, float):
        return decimal.Decimal(repr(value)).normalize() + 0
    if isinstance(value, datetime.datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)
        return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?", value):
        return value[:19]
    return value


def bag(rows):
    """The rows as a multiset."""
    return collections.Counter(tuple(map(plain, row)) for row in rows)


def main(arguments):
    seed = int(os.environ.get("KUPETS_DIFFERENTIAL_SEED", "1"))
    count = int(os.environ.get("KUPETS_DIFFERENTIAL", "1500"))
    servers = [arguments[at : at + 3] for at in range(0, len(arguments), 3)]
    connection = duckdb.connect()
    shop.into_duckdb(connection, *shop.make(seed))
    maker = statements.Maker(random.Random(seed))
    chance = random.Random(-seed)
    with_rows = asked = turned_away = 0
    differences, refused = [], collections.Counter()
    while asked < count:
        sql = maker.statement()
        try:
            expected = connection.execute(sql).fetchall()
        except duckdb.Error as error:
            # The maker's fault: what DuckDB does not read is not asked.
            refused[str(error).split("\n")[0][:60]] += 1
            if sum(refused.values()) > count:
                raise
            continue
        # Rows that are in order are the same whoever leaves the others out.
        limit = chance.choice([None, None, None, 1, 3, 10]) if " LIMIT " not in sql.rsplit("ORDER BY", 1)[-1] else None
        expected = expected[:limit]
        asked += 1
        with_rows += bool(expected)
        for url, key, name in servers:
            rows = ask(url, key, sql, limit)
            if isinstance(rows, list) and bag(rows) == bag(expected):
                continue
            if isinstance(rows, str) and any(words in rows for words in REFUSED):
                turned_away += 1
                continue
            differences.append((name, f"{sql} -- limit {limit}", rows if isinstance(rows, str) else rows[:5], expected[:5]))
    print(f"differential: seed {seed}, {asked} statements on {len(servers)} servers, {100 * with_rows // max(asked, 1)} % with rows, "
          f"{turned_away} refused as documented, {len(differences)} differences")
    for reason, times in refused.most_common(5):
        print(f"  not asked, {times} times: {reason}", file=sys.stderr)
    for name, sql, found, expected in differences[:20]:
        print(f"  {name}: {sql}\n    Kupets: {found}\n    DuckDB: {expected}", file=sys.stderr)
    if len(REFUSED) > MOST_REFUSED:
        print(f"differential: {len(REFUSED)} kinds of refusals are documented; there may be {MOST_REFUSED}", file=sys.stderr)
        return 1
    if os.environ.get("KUPETS_DIFFERENTIAL_FINDS"):
        return finds(differences)
    return 1 if differences or 5 * with_rows < 4 * asked else 0


def finds(differences):
    """Whether each of the three faults of DataFusion 55.2 is among the differences (docs/decisions/0016), by what its statements have."""
    kinds = {
        "a join loses rows": lambda sql, rows, whole: "(VALUES" in sql and "OVER (" not in sql and len(rows) < len(whole),
        "a window counts what a limit keeps": lambda sql, rows, whole: "OVER (" in sql and ("GROUP BY" in sql or "DISTINCT" in sql),
        "a narrowing cast finds other rows": lambda sql, rows, whole: "CAST(" in sql and "OVER (" not in sql and "(VALUES" not in sql,
    }
    status = 0
    for kind, is_one in kinds.items():
        found = [sql for _, sql, rows, whole in differences if isinstance(rows, list) and is_one(sql, rows, whole)]
        print(f"differential: {kind}: {len(found)} statements" + (f", such as {min(found, key=len)}" if found else ""))
        status = status or int(not found)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""Makes the fixture by which later versions prove that they open what an earlier one wrote (api/tests/it/upgrade.rs).

    scripts/make_upgrade_fixture.py BINARY FOLDER

BINARY is the `kupets` of the earlier version; FOLDER gets `data` (its data folder: control database, lakes, and records
that only the journal holds, as after a crash) and `expected.json` (questions, each with what that version answered). A
question is one that any later version must answer alike: it may add fields, never change one. Run once a version.
"""
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

PASSWORD = "correct horse battery"


class Server:
    """A running `kupets` on a data folder."""

    def __init__(self, binary, data):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [binary, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.cookie = self.key = None
        for _ in range(600):
            try:
                with urllib.request.urlopen(self.url + "/readyz", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server does not start")

    def call(self, method, path, body=None, auth="key"):
        """The JSON of an answer; an error ends the program."""
        headers = {"Content-Type": "application/json"}
        if auth == "key":
            headers["Authorization"] = f"Bearer {self.key}"
        elif auth == "session":
            headers["Cookie"] = self.cookie
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                for name, value in answer.headers.items():
                    if name.lower() == "set-cookie":
                        self.cookie = value.split(";")[0]
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}") from error
        return json.loads(text) if text else None

    def stop(self):
        """Ends it in order: everything reaches the lake."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def kill(self):
        """Ends it as a loss of power would."""
        self.process.kill()
        self.process.wait(60)


def customers(numbers, **more):
    return [
        {
            "customer_id": f"c{n}", "name": f"Клиент {n}" if n % 2 else f"Customer {n}", "email": f"c{n}@example.com",
            "tags": ["vip"] if n % 5 == 0 else [], "created_at": f"2025-0{1 + n % 9}-03T10:00:00Z",
            "attributes": {"city": ["Казань", "Berlin", "Москва"][n % 3], "age": 20 + n}, **more,
        }
        for n in numbers
    ]


def purchases(numbers, day):
    return [
        {
            "purchase_id": f"p{n}", "customer_id": f"c{n % 17}" if n % 6 else None,
            "occurred_at": f"2026-{1 + n % 6:02}-{day:02}T{n % 24:02}:30:00+02:00", "channel": ["web", "shop"][n % 2],
            "currency": "USD" if n % 11 == 0 else "EUR", "attributes": {"coupon": n % 4 == 0},
            "items": [
                {"product_id": f"sku{(n + k) % 7}", "product": f"Товар {(n + k) % 7}", "category": ["Lamps", "Cups"][k % 2],
                 "quantity": k + 1, "unit_price": f"{(n * 37 + k * 101) % 900 / 100 + 1:.2f}"}
                for k in range(1 + n % 3)
            ] if n % 13 else [{"product_id": "sku1", "product": "Товар 1", "amount": "-7.35"}],
        }
        for n in numbers
    ]


def interactions(numbers):
    return [
        {"interaction_id": f"i{n}", "customer_id": f"c{n % 17}", "kind": ["call", "email"][n % 2], "channel": "phone",
         "direction": "in", "subject": f"Вопрос {n}", "body": "…", "outcome": "ok", "agent": "Olga",
         "occurred_at": f"2026-05-{1 + n % 28:02}T09:00:00Z", "attributes": {"minutes": n}}
        for n in numbers
    ]


SQL = [
    "SELECT customer_id, name, email, phone, tags, attributes, created_at FROM customers ORDER BY customer_id",
    "SELECT purchase_id, line, customer_id, product_id, product, category, quantity, unit_price, amount, currency, channel, "
    "occurred_at, attributes FROM purchases ORDER BY purchase_id, line",
    "SELECT interaction_id, customer_id, kind, channel, direction, subject, body, outcome, agent, occurred_at, attributes "
    "FROM interactions ORDER BY interaction_id",
    "SELECT currency, count(*), sum(amount) FROM purchases GROUP BY currency ORDER BY currency",
]
PERIOD = "from=2026-01-01&to=2026-07-01"
QUESTIONS = (
    [("POST", "/v1/sql", {"sql": sql}, "key") for sql in SQL]
    + [
        ("GET", f"/v1/reports/{report}?{PERIOD}{more}", None, "key")
        for report, more in [
            ("sales_summary", ""), ("sales_over_time", "&grain=month"), ("sales_over_time", "&grain=week&currency=USD"),
            ("top_products", ""), ("top_customers", ""), ("categories", ""), ("channels", ""),
            ("by_attribute", "&attribute=coupon"), ("new_vs_returning", "&grain=month"), ("cohort_retention", ""),
            ("purchase_hours", ""), ("refunds", "&grain=month"), ("basket_pairs", "&min_support=0.001"),
            ("interactions_summary", ""), ("abc_xyz", ""),
        ]
    ]
    + [
        ("GET", "/v1/reports/rfm_segments?as_of=2026-07-01", None, "key"),
        ("GET", "/v1/segments/rules", None, "key"),
        ("GET", "/v1/customers/c7/timeline?limit=100", None, "key"),
        ("GET", "/v1/connection", None, "key"),
        ("GET", "/v1/api-keys", None, "session"),
        ("GET", "/v1/me", None, "session"),
        ("GET", "/v1/recommendations?status=accepted,dismissed&as_of=2026-07-01&locale=ru", None, "key"),
    ]
)
# What may differ between two answers to one question, or tells when it was asked.
VOLATILE = {"elapsed_ms", "snapshot", "rows_scanned", "last_used_at", "as_of", "lift", "sql", "evidence", "none"}


def steady(value):
    if isinstance(value, dict):
        return {key: steady(one) for key, one in value.items() if key not in VOLATILE}
    return [steady(one) for one in value] if isinstance(value, list) else value


def main(binary, folder):
    work = tempfile.mkdtemp()
    data = os.path.join(work, "data")
    server = Server(binary, data)
    server.call("POST", "/v1/auth/register", {
        "name": "Anna", "email": "anna@example.com", "password": PASSWORD, "workspace": "Fixture shop", "currency": "EUR",
        "time_zone": "Europe/Berlin", "locale": "ru"}, auth=None)
    scopes = ["ingest", "read", "sql", "assistant"]
    key = server.call("POST", "/v1/api-keys", {"name": "fixture", "scopes": scopes}, "session")["key"]
    revoked = server.call("POST", "/v1/api-keys", {"name": "revoked", "scopes": ["read"]}, "session")
    server.call("DELETE", f"/v1/api-keys/{revoked['id']}", None, "session")
    server.key, cookie = key, server.cookie
    server.call("POST", "/v1/customers", customers(range(20)))
    server.call("POST", "/v1/purchases", purchases(range(60), 5))
    server.call("POST", "/v1/interactions", interactions(range(20)))
    server.stop()

    # Over a lake: replaced and patched records, an erased person, rules of segments, decisions.
    server = Server(binary, data)
    server.key, server.cookie = key, cookie
    server.call("POST", "/v1/purchases", purchases(range(10, 20), 9))
    server.call("PATCH", "/v1/customers/c3", {"name": "Переименован", "attributes": {"city": None, "vip": True}}, "session")
    server.call("DELETE", "/v1/customers/c4", None, "session")
    server.call("PUT", "/v1/segments/rules", {"rules": [
        {"segment": "лучшие", "r": [4, 5], "m": [4, 5]}, {"segment": "rest"}]}, "session")
    found = server.call("GET", "/v1/recommendations?as_of=2026-07-01")["items"]
    for one, status in zip(found, ["accepted", "dismissed"]):
        server.call("POST", f"/v1/recommendations/{one['id']}", {"status": status, "as_of": "2026-07-01"}, "session")
    print(f"{len(found)} recommendations, {min(2, len(found))} decided on")
    server.stop()

    # Beyond the lake: what only the journal holds.
    server = Server(binary, data)
    server.key = key
    server.call("POST", "/v1/purchases", purchases(range(15, 25), 11) + purchases(range(60, 66), 12))
    server.call("POST", "/v1/customers", customers(range(18, 23), phone="+7 900 000-00-00"))
    server.kill()
    for root, _, names in os.walk(data):
        for name in (n for n in names if n.endswith((".db", ".sqlite"))):
            connection = sqlite3.connect(os.path.join(root, name))
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()

    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    shutil.copytree(data, os.path.join(folder, "data"), ignore=shutil.ignore_patterns(
        "*-wal", "*-shm", "*.lock", "spill", "upkeep"))
    server = Server(binary, data)
    server.key = key
    server.call("POST", "/v1/auth/login", {"email": "anna@example.com", "password": PASSWORD}, auth=None)
    questions = [
        {"method": method, "path": path, "body": body, "auth": auth,
         "expected": steady(server.call(method, path, body, auth))}
        for method, path, body, auth in QUESTIONS
    ]
    server.stop()
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        login = {"email": "anna@example.com", "password": PASSWORD}
        json.dump({"key": key, "login": login, "questions": questions}, file, ensure_ascii=False, indent=1)
        file.write("\n")
    shutil.rmtree(work)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])

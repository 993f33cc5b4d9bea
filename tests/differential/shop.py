"""A small shop with everything that makes statements go wrong: nulls, refunds, four digits of a fraction, equal values, one name in two
columns. The same rows for Kupets, as records, and for DuckDB, as tables."""

import datetime
import decimal
import json
import random

CUSTOMERS = 40
PURCHASES = 160
INTERACTIONS = 80
PRODUCTS = ["tea", "cup", "pot", "sugar", "house", "Bag", "ёлка", "яблоко"]
CATEGORIES = ["drinks", "dishes", None]
CHANNELS = ["web", "shop", None]
CURRENCIES = ["EUR", "EUR", "USD"]


def make(seed):
    """(customers, purchases, interactions) as Kupets takes them, purchases with their lines."""
    chance = random.Random(seed)
    # Equal within the first two digits, and beyond them.
    prices = ["1.2345", "1.23", "1.2299", "0.0001", "7.7777", "10", "99.99", "-1.2345", "-10", "0"]
    customers = []
    for number in range(CUSTOMERS):
        customer = {"customer_id": f"c{number:02}", "created_at": stamp(chance)}
        if chance.random() < 0.7:
            customer["name"] = chance.choice(["Anna", "Борис", "Chen", "ann", "Ёжик"])
        attributes = {}
        if chance.random() < 0.6:
            attributes["city"] = chance.choice(["Kazan", "Tver", "Kazan "])
        if number and chance.random() < 0.5:
            # Mostly by the first of all, whose file is another.
            attributes["referred_by"] = f"c{chance.randrange(min(number, chance.choice([10, 10, CUSTOMERS]))):02}"
        if attributes:
            customer["attributes"] = attributes
        customers.append(customer)
    purchases = []
    for number in range(PURCHASES):
        items = []
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            item = {"product_id": chance.choice(PRODUCTS), "amount": chance.choice(prices), "quantity": str(chance.choice([1, 1, 2, 5, -1]))}
            if decimal.Decimal(item["quantity"]) * decimal.Decimal(item["amount"]) < 0:
                # Goods and their money go one way.
                item["kind"] = "other"
            if category := chance.choice(CATEGORIES):
                item["category"] = category
            items.append(item)
        purchase = {"purchase_id": f"p{number:03}", "occurred_at": stamp(chance), "currency": chance.choice(CURRENCIES), "items": items}
        if chance.random() < 0.85:
            purchase["customer_id"] = f"c{chance.randrange(CUSTOMERS):02}"
        if channel := chance.choice(CHANNELS):
            purchase["channel"] = channel
        purchases.append(purchase)
    interactions = []
    for number in range(INTERACTIONS):
        interaction = {
            "interaction_id": f"i{number:03}", "customer_id": f"c{chance.randrange(CUSTOMERS):02}", "occurred_at": stamp(chance),
            "kind": chance.choice(["call", "visit", "email"]),
        }
        if channel := chance.choice(CHANNELS):
            interaction["channel"] = channel
        if chance.random() < 0.5:
            interaction["outcome"] = chance.choice(["answered", "opened"])
        interactions.append(interaction)
    return customers, purchases, interactions


def stamp(chance):
    """Some moments are equal."""
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(days=chance.randrange(90), hours=chance.choice([0, 10, 23]))
    return day.strftime("%Y-%m-%dT%H:%M:%SZ")


def into_duckdb(connection, customers, purchases, interactions):
    """Makes the tables `customers`, `purchases`, `interactions` and `orders` as Kupets documents them, without the columns that it works out."""
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("CREATE TABLE customers (customer_id VARCHAR, name VARCHAR, created_at TIMESTAMPTZ, attributes JSON)")
    connection.executemany(
        "INSERT INTO customers VALUES (?, ?, ?, ?)",
        [[c["customer_id"], c.get("name"), c["created_at"], json.dumps(c["attributes"]) if "attributes" in c else None] for c in customers],
    )
    connection.execute(
        "CREATE TABLE purchases (purchase_id VARCHAR, line INTEGER, customer_id VARCHAR, product_id VARCHAR, category VARCHAR, "
        "quantity DECIMAL(18, 4), amount DECIMAL(18, 4), currency VARCHAR, channel VARCHAR, occurred_at TIMESTAMPTZ)"
    )
    rows = [
        [p["purchase_id"], line, p.get("customer_id"), i["product_id"], i.get("category"), decimal.Decimal(i["quantity"]), decimal.Decimal(i["amount"]),
         p["currency"], p.get("channel"), p["occurred_at"]]
        for p in purchases
        for line, i in enumerate(p["items"], 1)
    ]
    connection.executemany("INSERT INTO purchases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.execute(
        "CREATE TABLE interactions (interaction_id VARCHAR, customer_id VARCHAR, kind VARCHAR, channel VARCHAR, outcome VARCHAR, "
        "occurred_at TIMESTAMPTZ)"
    )
    names = ["interaction_id", "customer_id", "kind", "channel", "outcome", "occurred_at"]
    connection.executemany("INSERT INTO interactions VALUES (?, ?, ?, ?, ?, ?)", [[i.get(name) for name in names] for i in interactions])
    connection.execute(
        "CREATE VIEW orders AS SELECT purchase_id, any_value(customer_id) AS customer_id, sum(amount) AS amount, any_value(currency) AS currency, "
        "any_value(channel) AS channel, any_value(occurred_at) AS occurred_at FROM purchases GROUP BY purchase_id"
    )

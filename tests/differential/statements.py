"""Statements at random, in the words that both engines read: joins of one to four tables with themselves, by columns and by attributes, groups,
windows, casts, nulls, NOT IN, EXISTS, queries that give one value, set operations, whole numbers, LIMIT and OFFSET. What an answer's order is not fixed by is not asked for: LIMIT stands behind an order by all columns."""

TABLES = {
    "purchases": {
        "purchase_id": "text", "line": "int", "customer_id": "text", "product_id": "text", "category": "text", "quantity": "decimal",
        "amount": "decimal", "currency": "text", "channel": "text", "occurred_at": "time",
    },
    "orders": {
        "purchase_id": "text", "customer_id": "text", "amount": "decimal", "currency": "text", "channel": "text", "occurred_at": "time",
    },
    "customers": {
        "customer_id": "text", "name": "text", "created_at": "time", "attributes->>'city')": "text", "attributes->>'referred_by')": "text",
    },
    "interactions": {
        "interaction_id": "text", "customer_id": "text", "kind": "text", "channel": "text", "outcome": "text", "occurred_at": "time",
    },
}
# By which tables are joined.
JOINED = ["customer_id", "purchase_id"]
# Texts that a column has, or might.
TEXTS = {
    "channel": ["web", "shop", "phone"], "currency": ["EUR", "USD", "JPY"], "category": ["drinks", "dishes", "toys"],
    "product_id": ["tea", "cup", "pot", "sugar", "Bag", "ёлка"], "name": ["Anna", "Борис", "ann", "Ёжик"],
    "customer_id": [f"c{number:02}" for number in range(40)], "purchase_id": [f"p{number:03}" for number in range(0, 160, 3)],
    "k": ["c03", "p010"], "attributes->>'city')": ["Kazan", "Tver", "Kazan "], "kind": ["call", "visit", "email"],
    "outcome": ["answered", "opened"], "interaction_id": [f"i{number:03}" for number in range(0, 80, 3)],
}
TEXTS["attributes->>'referred_by')"] = TEXTS["customer_id"]
NUMBERS = ["0", "1", "2", "1.23", "1.2345", "10", "-1.2345", "7.78", "5"]
TIMES = ["TIMESTAMP '2026-01-15 00:00:00'", "TIMESTAMP '2026-02-01 10:00:00'", "TIMESTAMP '2026-03-10 00:00:00'"]


def named(place, table):
    """The columns of a table, and what they hold: those of attributes in parentheses, without which DuckDB reads them otherwise."""
    return [(f"{'(' if name.endswith(')') else ''}t{place}.{name}", kind) for name, kind in TABLES[table].items()]


class Maker:
    """Makes statements from a seeded source of chance."""

    def __init__(self, chance):
        self.chance = chance

    def statement(self):
        """One statement."""
        kind = self.chance.choices(["plain", "group", "window", "set", "window_of_groups", "nested", "cte", "kin"], [4, 4, 3, 2, 3, 2, 2, 2])[0]
        return getattr(self, kind)()

    def source(self, most=4):
        """FROM with its WHERE, and the columns that there are: (text, [(name, kind)])."""
        chance = self.chance
        count = chance.choices([1, 2, 3, 4][:most], [4, 5, 4, 1][:most])[0]
        first = chance.choice(list(TABLES))
        text, columns = f"{first} t0", named(0, first)
        for place in range(1, count):
            before = [name for name, kind in columns if kind == "text" and name.split(".")[1] in JOINED]
            if place == count - 1 and chance.random() < 0.4:
                # A few keys that bound one side: the kind of join whose bounds reached a wrong column.
                key = chance.choice(before)
                values = ", ".join(f"('{'c' if 'customer' in key else 'p'}{chance.randrange(40):0{2 if 'customer' in key else 3}}')" for _ in range(chance.randint(6, 24)))
                text += f" {chance.choice(['JOIN', 'LEFT JOIN'])} (VALUES {values}) AS t{place} (k) ON t{place}.k = {key}"
                columns.append((f"t{place}.k", "text"))
                continue
            table = chance.choice(list(TABLES))
            keys = [name for name in JOINED if name in TABLES[table]]
            key = chance.choice([key for key in keys if any(name.endswith(key) for name in before)] or keys)
            same = [name for name in before if name.endswith(key)] or before
            on = f"t{place}.{key} = {chance.choice(same)}"
            referrers = [name for name, _ in columns if name.endswith("referred_by')")]
            if key == "customer_id" and referrers and chance.random() < 0.5:
                on = f"t{place}.customer_id = {chance.choice(referrers)}"
            elif table == "customers" and chance.random() < 0.25:
                on = f"(t{place}.attributes->>'referred_by') = {chance.choice(same)}"
            kind = chance.choice(["JOIN", "JOIN", "JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])
            if kind != "FULL JOIN" and chance.random() < 0.3:
                on += f" AND {self.condition(named(place, table) + columns, 1, below=False)}"
            text += f" {kind} {table} t{place} ON {on}"
            columns += named(place, table)
        if chance.random() < 0.45:
            text += f" WHERE {self.condition(columns, 2)}"
        return f"FROM {text}", columns

    def kin(self):
        """Customers and who sent them, bounded by a few of the latter: bounds of one side of a join must not reach the other."""
        chance = self.chance
        # Few and early ones, so that the files of those who were sent later lie outside their bounds.
        values = ", ".join(f"('c{chance.randrange(10):02}')" for _ in range(chance.randint(1, 3)))
        source = (
            "FROM customers t0 JOIN customers t1 ON t1.customer_id = (t0.attributes->>'referred_by') "
            f"JOIN (VALUES {values}) AS t2 (k) ON t2.k = t1.customer_id"
        )
        columns = named(0, "customers") + named(1, "customers")
        shown = ["t0.customer_id", "t1.customer_id"] + [self.value(columns)[0] for _ in range(chance.randint(0, 2))]
        listed = ", ".join(f"{value} AS x{place}" for place, value in enumerate(shown))
        # With a limit they are planned otherwise.
        return f"SELECT {listed} {source}{self.tail(len(shown)).split(' LIMIT ')[0]}"

    def of(self, columns, *kinds):
        """A column of one of the kinds, or nothing."""
        found = [name for name, kind in columns if kind in kinds]
        return self.chance.choice(found) if found else None

    def alike(self, name):
        """The column of `orders` that may have what that column has."""
        column = name.split(".")[1]
        return column if column in TABLES["orders"] else self.chance.choice(JOINED)

    def condition(self, columns, depth, below=True):
        """Something true, false or unknown; `below`: whether it may look into a query of its own."""
        chance = self.chance
        if depth and chance.random() < 0.35:
            return f"({self.condition(columns, depth - 1, below)} {chance.choice(['AND', 'OR', 'OR'])} {self.condition(columns, depth - 1, below)})"
        if depth and chance.random() < 0.1:
            return f"NOT ({self.condition(columns, depth - 1, below)})"
        name, kind = chance.choice(columns)
        sign = chance.choice(["=", "<>", "<", "<=", ">", ">=", ">=", "<="])
        if chance.random() < 0.08:
            return f"{name} IS {chance.choice(['', 'NOT '])}NULL"
        if below and chance.random() < 0.12:
            return self.asked_below(columns, sign)
        if kind == "int":
            return chance.choice([f"{name} {sign} {chance.randint(0, 3)}", f"{name} * 2 - 1 {sign} {chance.randint(0, 5)}", f"{name} % 2 = 1"])
        if kind == "text":
            texts = TEXTS[name.split(".")[1]]
            if below and chance.random() < 0.15:
                return f"{name} {chance.choice(['', 'NOT '])}IN (SELECT s.{self.alike(name)} FROM orders s WHERE s.amount {sign} {chance.choice(NUMBERS)})"
            some = [f"'{text}'" for text in chance.sample(texts, min(len(texts), chance.randint(2, 8)))]
            sign = chance.choice(["=", "<>", "<>", "<", "<=", ">", ">="])
            return chance.choice([
                f"{name} {sign} {some[0]}",
                f"{name} {chance.choice(['', 'NOT '])}IN ({', '.join(some)})",
                f"{name} {chance.choice(['', '', '', 'NOT '])}IN ({', '.join(some)}, NULL)",
                f"{name} LIKE '{chance.choice(['', '%', '_'])}{chance.choice(texts)[chance.choice([0, 1])]}%'",
                f"coalesce({name}, 'none') {sign} {some[0]}",
                f"length({name}) {sign} {chance.choice([3, 3, 4])}",
            ])
        if kind == "time":
            sign = chance.choice(["<", "<=", ">", ">=", "<>"])
            return chance.choice([f"{name} {sign} {chance.choice(TIMES)}", f"date_trunc('month', {name}) {sign} TIMESTAMP '2026-02-01 00:00:00'"])
        value = chance.choice(NUMBERS)
        return chance.choice([
            f"{name} {sign} {value}",
            f"CAST({name} AS DECIMAL(18, 2)) {sign} {value}",
            f"CAST({name} AS DECIMAL(18, {chance.choice([0, 1, 3])})) {sign} {value}",
            f"{name} BETWEEN {value} AND {chance.choice(NUMBERS)}",
            f"{name} {chance.choice(['', 'NOT '])}IN ({', '.join(chance.sample(NUMBERS, 3))})",
            f"{name} + {value} {sign} {chance.choice(NUMBERS)}",
            f"CASE WHEN {name} > 0 THEN {name} ELSE -{name} END {sign} {value}",
        ])

    def asked_below(self, columns, sign):
        """Whether there is something, or how one value compares with another that a query below works out."""
        chance = self.chance
        keys = [name for name, kind in columns if kind == "text" and name.split(".")[1] in JOINED]
        number = self.of(columns, "decimal")
        key = chance.choice(keys) if keys else None
        if key and (number is None or chance.random() < 0.5):
            return f"{chance.choice(['', 'NOT '])}EXISTS (SELECT 1 FROM orders s WHERE s.{self.alike(key)} = {key} AND s.amount {sign} {chance.choice(NUMBERS)})"
        if number is None:
            return f"1 {sign} (SELECT count(*) FROM orders s WHERE s.amount > {chance.choice(NUMBERS)})"
        if chance.random() < 0.2:
            every = f"{chance.choice(['', 'NOT '])}({number} {sign} {chance.choice(['ANY', 'ALL'])} (SELECT amount FROM"
            return f"{every} {chance.choice(['orders', 'purchases'])} WHERE amount {chance.choice(['<', '>'])} {chance.choice(NUMBERS)}))"
        figure = chance.choice(["max", "min", "sum"])
        where = f" WHERE s.{self.alike(key)} = {key}" if key and chance.random() < 0.6 else ""
        return f"{number} {sign} (SELECT {figure}(s.amount) FROM orders s{where})"

    def value(self, columns):
        """(expression, kind)."""
        name, kind = self.chance.choice(columns)
        if kind == "decimal":
            return self.chance.choice([
                (name, "decimal"), (f"CAST({name} AS DECIMAL(18, 2))", "decimal"), (f"{name} * 2", "decimal"), (f"-{name}", "decimal"),
                (f"abs({name})", "decimal"), (f"coalesce({name}, 0)", "decimal"),
            ])
        if kind == "text":
            return self.chance.choice([(name, "text"), (f"upper({name})", "text"), (f"coalesce({name}, '-')", "text"), (f"substr({name}, 1, 2)", "text")])
        if kind == "time":
            return self.chance.choice([(name, "time"), (f"date_trunc('month', {name})", "time")])
        if kind == "int":
            return self.chance.choice([(name, "int"), (f"{name} + 1", "int"), (f"{name} * {name} - 2", "int"), (f"-{name} % 2", "int")])
        return name, kind

    def figure(self, columns):
        """An aggregate."""
        number, text = self.of(columns, "decimal"), self.of(columns, "text")
        choices = ["count(*)", f"count({text})", f"count(DISTINCT {text})", f"min({text})", f"max({text})"]
        whole = self.of(columns, "int")
        if whole:
            choices += [f"sum({whole})", f"avg({whole})", f"sum({whole} * 2 - 1)", f"sum(DISTINCT {whole})"]
        if number:
            choices += [f"sum({number})", f"min({number})", f"max({number})", f"sum({number}) FILTER (WHERE {self.condition(columns, 0, below=False)})", f"count(DISTINCT {number})"]
        return self.chance.choice(choices)

    def tail(self, count):
        """An order by all columns, with a limit or not."""
        chance = self.chance
        order = ", ".join(f"{place} {chance.choice(['ASC', 'DESC'])} NULLS {chance.choice(['FIRST', 'LAST'])}" for place in chance.sample(range(1, count + 1), count))
        limit = chance.choice(["", f" LIMIT {chance.randint(1, 12)}", f" LIMIT {chance.randint(1, 12)}", f" LIMIT {chance.randint(1, 12)} OFFSET {chance.randint(0, 3)}"])
        return f" ORDER BY {order}{limit}"

    def plain(self):
        """SELECT, perhaps DISTINCT."""
        source, columns = self.source()
        values = [self.value(columns)[0] for _ in range(self.chance.randint(1, 4))]
        listed = ", ".join(f"{value} AS x{place}" for place, value in enumerate(values))
        return f"SELECT {self.chance.choice(['', '', 'DISTINCT '])}{listed} {source}{self.tail(len(values))}"

    def keys(self, columns):
        """One or two columns to group by."""
        names = [name for name, kind in columns if kind in ("text", "time")]
        return self.chance.sample(names, min(len(names), self.chance.randint(1, 2)))

    def group(self):
        """Groups, perhaps with HAVING."""
        source, columns = self.source(3)
        keys = self.keys(columns) if self.chance.random() < 0.85 else []
        figures = [self.figure(columns) for _ in range(self.chance.randint(1, 3))]
        listed = ", ".join(f"{what} AS x{place}" for place, what in enumerate(keys + figures))
        text = f"SELECT {listed} {source}"
        if keys:
            text += f" GROUP BY {', '.join(keys)}"
            if self.chance.random() < 0.4:
                text += f" HAVING {self.figure(columns).replace('min', 'count').replace('max', 'count').split(' FILTER')[0]} > {self.chance.randint(0, 3)}"
        return text + self.tail(len(keys) + len(figures))

    def over(self, columns):
        """A window whose answer does not depend on the order of equals."""
        chance = self.chance
        part = f"PARTITION BY {self.of(columns, 'text')}" if chance.random() < 0.6 else ""
        by = self.of(columns, "decimal", "time", "text")
        number = self.of(columns, "decimal")
        choices = [f"count(*) OVER ({part})", f"rank() OVER ({part} ORDER BY {by} DESC NULLS LAST)", f"dense_rank() OVER ({part} ORDER BY {by} NULLS FIRST)", f"count(*) OVER ({part} ORDER BY {by} NULLS LAST)"]
        if number:
            choices += [f"sum({number}) OVER ({part})", f"max({number}) OVER ({part})", f"sum({number}) OVER ({part} ORDER BY {by} NULLS LAST)"]
        return chance.choice(choices)

    def window(self):
        """Windows over rows."""
        source, columns = self.source(3)
        values = [self.value(columns)[0] for _ in range(self.chance.randint(1, 2))] + [self.over(columns) for _ in range(self.chance.randint(1, 2))]
        listed = ", ".join(f"{value} AS x{place}" for place, value in enumerate(values))
        return f"SELECT {listed} {source}{self.tail(len(values))}"

    def window_of_groups(self):
        """Windows above groups, which see all of them whatever is shown."""
        source, columns = self.source(2)
        keys = self.keys(columns)
        figure = self.figure(columns)
        window = self.chance.choice(["count(*) OVER ()", f"rank() OVER (ORDER BY {keys[0]} DESC NULLS LAST)", f"max({keys[0]}) OVER ()", "sum(count(*)) OVER ()"])
        shown = keys + ([figure] if self.chance.random() < 0.5 else []) + [window]
        listed = ", ".join(f"{what} AS x{place}" for place, what in enumerate(shown))
        return f"SELECT {listed} {source} GROUP BY {', '.join(keys)}{self.tail(len(shown))}"

    def set(self):
        """Two queries of one column."""
        operation = self.chance.choice(["UNION ALL", "UNION", "UNION", "EXCEPT", "INTERSECT"])
        parts = []
        for _ in range(2):
            source, columns = self.source(2)
            parts.append(f"SELECT {self.of(columns, 'text')} AS x0 {source}")
        return f"SELECT x0 FROM ({parts[0]} {operation} {parts[1]}) u{self.tail(1)}"

    def nested(self):
        """A condition on what a query below works out."""
        source, columns = self.source(2)
        number = self.of(columns, "decimal")
        if not number:
            return self.plain()
        key = self.of(columns, "text")
        digits = self.chance.choice([0, 1, 2])
        sign = self.chance.choice(["=", "<>", ">", "<=", ">="])
        numbers = {0: ["1", "8", "10", "0"], 1: ["1.2", "7.8", "10", "0"], 2: ["1.23", "7.78", "10", "0"]}[digits]
        return (
            f"SELECT x0, x1 FROM (SELECT {key} AS x0, CAST({number} AS DECIMAL(18, {digits})) AS x1 {source}) s "
            f"WHERE x1 {sign} {self.chance.choice(numbers)}{self.tail(2)}"
        )

    def cte(self):
        """A query that is used twice."""
        source, columns = self.source(2)
        key, figure = self.of(columns, "text"), self.figure(columns)
        sign = self.chance.choice(["<", ">", "=", "=", "="])
        return (
            f"WITH w AS (SELECT {key} AS k, {figure} AS f {source} GROUP BY {key}) "
            f"SELECT a.k AS x0, b.k AS x1, a.f AS x2 FROM w a JOIN w b ON a.k {sign} b.k AND a.f = b.f{self.tail(3)}"
        )

#!/usr/bin/env python3
"""Online Retail many times over, as a shop that size would export it: customers, purchases by time, interactions.

    multiply.py ONLINE_RETAIL.PARQUET COPIES FOLDER

Each copy has customers and invoices of its own and is a second later than the one before. What the original lacks is made
up from hashes, so that every report has something to show: names, channels, categories, interactions. A folder that is
complete is left alone.
"""

import os
import pathlib
import sys

import duckdb

CUSTOMERS = """
    SELECT CustomerID || '-' || copy AS customer_id, 'Customer ' || CustomerID || ' of ' || copy AS name,
           ['Leeds', 'York', 'Bath', 'Wells'][1 + (hash(CustomerID) % 4)::INT] AS city
    FROM (SELECT DISTINCT CustomerID FROM retail WHERE CustomerID IS NOT NULL), range($copies) c (copy)
    ORDER BY copy, CustomerID"""
PURCHASES = """
    SELECT InvoiceNo || '-' || copy AS InvoiceNo, StockCode, Description, Quantity, InvoiceDate + to_seconds(copy) AS InvoiceDate,
           UnitPrice, CustomerID || '-' || copy AS CustomerID, Country, ['web', 'shop', 'phone'][1 + (hash(InvoiceNo) % 3)::INT] AS Channel,
           'Category ' || (hash(StockCode) % 20) AS Category
    FROM retail, range($copies) c (copy)
    ORDER BY InvoiceDate, InvoiceNo"""
INTERACTIONS = """
    SELECT DISTINCT ON (InvoiceNo, copy) 'i' || InvoiceNo || '-' || copy AS interaction_id, CustomerID || '-' || copy AS customer_id,
           ['call', 'email', 'visit', 'chat'][1 + (hash(InvoiceNo) % 4)::INT] AS kind, ['phone', 'email', 'shop', 'web'][1 + (hash(InvoiceNo) % 4)::INT] AS channel,
           min(InvoiceDate) OVER (PARTITION BY InvoiceNo) + to_seconds(copy) - to_days((hash(InvoiceNo) % 60)::INT) AS occurred_at
    FROM retail, range($copies) c (copy)
    WHERE CustomerID IS NOT NULL AND hash(InvoiceNo) % 3 = 0
    ORDER BY occurred_at, interaction_id"""


def main(source, copies, folder):
    folder = pathlib.Path(folder)
    if (folder / "complete").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET TimeZone = 'UTC'; SET preserve_insertion_order = true; SET memory_limit = '3GB'")
    connection.execute(f"SET temp_directory = '{folder}/spill'")
    connection.execute("CREATE TABLE retail AS FROM read_parquet($source)", {"source": source})
    for name, sql in (("customers", CUSTOMERS), ("purchases", PURCHASES), ("interactions", INTERACTIONS)):
        target = folder / f"{name}.parquet"
        sql = sql.replace("$copies", str(int(copies)))
        connection.execute(f"COPY ({sql}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    (folder / "complete").write_text("")
    print(sum(os.path.getsize(p) for p in folder.glob("*.parquet")))


if __name__ == "__main__":
    main(*sys.argv[1:])

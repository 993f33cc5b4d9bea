"""Sends the shop of KUPETS_DIFFERENTIAL_SEED to a server: send.py URL KEY [FROM TO [TABLE...]]. Of each TABLE those from
FROM to TO per cent; all of them unless given."""

import json
import os
import sys
import urllib.request

import shop


def main(url, key, begin="0", end="100", *tables):
    made = shop.make(int(os.environ.get("KUPETS_DIFFERENTIAL_SEED", "1")))
    for table, records in zip(("customers", "purchases", "interactions"), made):
        if tables and table not in tables:
            continue
        part = records[len(records) * int(begin) // 100 : len(records) * int(end) // 100]
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(f"{url}/v1/{table}", json.dumps(part).encode(), headers), timeout=60) as response:
            response.read()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Sends the shop of KUPETS_DIFFERENTIAL_SEED to a server: send.py URL KEY [RECORDS]. RECORDS at a time; all at once unless given."""

import json
import os
import sys
import urllib.request

import shop


def main(url, key, each="1000000"):
    made = shop.make(int(os.environ.get("KUPETS_DIFFERENTIAL_SEED", "1")))
    for table, records in zip(("customers", "purchases", "interactions"), made):
        for at in range(0, len(records), int(each)):
            body = json.dumps(records[at : at + int(each)]).encode()
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
            with urllib.request.urlopen(urllib.request.Request(f"{url}/v1/{table}", body, headers), timeout=60) as response:
                response.read()


if __name__ == "__main__":
    main(*sys.argv[1:])

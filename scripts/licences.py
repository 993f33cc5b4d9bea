#!/usr/bin/env python3
"""Checks the licence, source and name of every crate in Cargo.lock against deny.toml. Needs no network.

    scripts/licences.py            prints the crates that may not be linked, and why; status 1 if there are any
    scripts/licences.py --list     prints each licence in use and how many crates have it

It covers what this project uses of cargo-deny (`licenses`, `sources` and the names under `bans`), for all platforms and
features, dev-dependencies included. cargo-deny itself takes minutes to build and reads the same deny.toml.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent


def permits(expression, allowed):
    """Whether an SPDX licence expression can be met by allowed licences alone.

    >>> permits("MIT OR LGPL-2.1-or-later", {"MIT"})
    True
    >>> permits("(MIT OR Apache-2.0) AND Unicode-3.0", {"MIT"})
    False
    >>> permits("(MIT OR Apache-2.0) AND Unicode-3.0", {"MIT", "Unicode-3.0"})
    True
    >>> permits("GPL-3.0-only AND MIT OR ISC", {"MIT"})  # AND binds closer than OR
    False
    >>> permits("MIT/Apache-2.0", {"Apache-2.0"})  # how old crates wrote OR
    True
    >>> permits("Apache-2.0 WITH LLVM-exception", {"Apache-2.0"})
    False
    >>> permits("MIT OR", {"MIT"})
    Traceback (most recent call last):
    ValueError: not an SPDX expression: 'MIT OR'
    """
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))
    position = 0

    def peek():
        return tokens[position] if position < len(tokens) else None

    def take():
        nonlocal position
        position += 1
        return tokens[position - 1] if position <= len(tokens) else None

    def term():
        token = take()
        if token == "(":
            value = alternatives()
            if take() != ")":
                raise ValueError
            return value
        if token in (None, ")", "AND", "OR", "WITH"):
            raise ValueError
        if peek() == "WITH":
            token = f"{token} {take()} {take()}"
        return token in allowed

    def conjunction():
        value = term()
        while peek() == "AND":
            take()
            value = term() and value
        return value

    def alternatives():
        value = conjunction()
        while peek() == "OR":
            take()
            value = conjunction() or value
        return value

    try:
        value = alternatives()
        if peek() is not None:
            raise ValueError
    except ValueError:
        raise ValueError(f"not an SPDX expression: {expression!r}") from None
    return value


def problems(package, allowed, banned):
    """Why this package may not be linked; empty if it may."""
    name, licence, source = package["name"], package["license"], package["source"]
    if name in banned:
        yield "is banned by name"
    # No source: a crate of this workspace.
    if source is not None and not source.endswith("/crates.io-index"):
        yield f"comes from {source}, not from the public registry"
    if licence is None:
        yield "names no licence"
    else:
        try:
            if not permits(licence, allowed):
                yield f"is under {licence}"
        except ValueError as error:
            yield str(error)


def main():
    policy = tomllib.loads((ROOT / "deny.toml").read_text(encoding="utf-8"))
    allowed = set(policy["licenses"]["allow"])
    banned = {entry["crate"] for entry in policy["bans"]["deny"]}
    command = ["cargo", "metadata", "--locked", "--all-features", "--format-version", "1"]
    packages = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)["packages"]
    if "--list" in sys.argv[1:]:
        for licence, count in collections.Counter(package["license"] for package in packages).most_common():
            print(f"{count:4} {licence}")
    found = [
        f"{package['name']} {package['version']} {reason}"
        for package in packages
        for reason in problems(package, allowed, banned)
    ]
    for line in sorted(found):
        print(f"licences.py: {line}; see deny.toml", file=sys.stderr)
    print(f"licences: {len(packages)} crates, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

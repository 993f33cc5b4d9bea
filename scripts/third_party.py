#!/usr/bin/env python3
"""Prints the licences of everything that is linked into the server, with their texts: what has to go along with the binary.

    scripts/third_party.py             on standard output; needs the sources that a build has fetched, and no network
    scripts/third_party.py --missing   the crates that hold no text of their licence, instead

It lists the crates that the default members are linked from, for this machine and with the features that a build has. A text that many
crates share stands once. `make lint` says whether a licence is allowed (scripts/licences.py).
"""

import collections
import json
import os
import pathlib
import re
import subprocess
import sys

from build_census import ROOT, host, tree

TEXT = re.compile(r"(un)?(licen[cs]e|copying|copyright|notice)s?([-_.][a-z0-9+.-]*)?", re.IGNORECASE)
CODE = re.compile(r"\.(rs|toml|py|c|h|hpp|js|json|html|sh|hbs|tera|spdx|yml|yaml)$", re.IGNORECASE)
# Folders of a crate that are not compiled into anything.
SKIPPED = {"tests", "test", "testdata", "benches", "examples", "fuzz", "docs", "doc", "target", ".github", ".git"}
DEPTH = 3


def is_text(name):
    """Whether a file of this name holds a licence.

    >>> [n for n in ("LICENSE", "LICENSE-MIT", "license.txt", "COPYING", "NOTICE.md", "UNLICENSE", "LICENCES.md", "license.rs", "lib.rs",
    ...              "COPYRIGHT", "LICENSE-APACHE-2.0.txt", "copyright.h", "licensing", "notice_board") if is_text(n)]
    ['LICENSE', 'LICENSE-MIT', 'license.txt', 'COPYING', 'NOTICE.md', 'UNLICENSE', 'LICENCES.md', 'COPYRIGHT', 'LICENSE-APACHE-2.0.txt', 'notice_board']
    """
    return bool(TEXT.fullmatch(name)) and not CODE.search(name)


def normal(text):
    """The text as it is compared: line ends, indents and empty lines differ between crates, words do not.

    >>> normal("  MIT\\r\\n\\r\\n\\r\\nCopyright  A\\n") == normal("MIT\\nCopyright A")
    True
    """
    return " ".join(text.split())


def texts(folder):
    """The licence texts in a crate's folder as {relative path: text}, those of C sources that it holds included."""
    found = {}
    for place, folders, files in os.walk(folder):
        depth = len(pathlib.Path(place).relative_to(folder).parts)
        folders[:] = sorted(f for f in folders if f not in SKIPPED) if depth < DEPTH else []
        for name in sorted(filter(is_text, files)):
            path = pathlib.Path(place, name)
            found[str(path.relative_to(folder))] = path.read_text(encoding="utf-8", errors="replace").strip()
    # C sources under several licences bring them all; we take them by the permissive one, and deny.toml lets no other through.
    return {path: text for path, text in found.items() if text and "GENERAL PUBLIC LICENSE" not in text[:400].upper()}


def crates():
    """The linked crates as `cargo metadata` describes them, by name and version."""
    _, linked = tree("--edges", "normal")
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", host()]
    packages = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)["packages"]
    return sorted((p for p in packages if (p["name"], p["version"]) in linked), key=lambda p: (p["name"], p["version"]))


def document(packages, texts_of):
    """The page: a list of crates with their licences, then each text once with the crates that it is of.

    >>> packages = [{"name": "a", "version": "1.0.0", "license": "MIT", "repository": "https://example.com/a", "authors": ["A"]},
    ...             {"name": "b", "version": "2.0.0", "license": "MIT", "repository": None, "authors": []},
    ...             {"name": "c", "version": "3.0.0", "license": "ISC", "repository": None, "authors": ["C", "D"]}]
    >>> held = {"a": {"LICENSE": "The MIT  text"}, "b": {"LICENSE": "The MIT\\ntext"}, "c": {}}
    >>> page = document(packages, lambda package: held[package["name"]])
    >>> print(page.split("\\n\\n", 1)[1])  # doctest: +NORMALIZE_WHITESPACE
    a 1.0.0: MIT, https://example.com/a
    b 2.0.0: MIT
    c 3.0.0: ISC, by C, D; it holds no text of its licence
    <BLANKLINE>
    ================================================================================
    Text of a 1.0.0 (LICENSE), b 2.0.0 (LICENSE)
    --------------------------------------------------------------------------------
    The MIT  text
    <BLANKLINE>
    """
    listed, shared = [], collections.OrderedDict()
    for package in packages:
        name = f"{package['name']} {package['version']}"
        line = f"{name}: {package['license']}"
        if package["repository"]:
            line += f", {package['repository']}"
        own = texts_of(package)
        if not own:
            # Whoever is to be named is named then all the same.
            line += f", by {', '.join(package['authors'])}" if package["authors"] else ""
            line += "; it holds no text of its licence"
        listed.append(line)
        for path, text in own.items():
            shared.setdefault(normal(text), (text, []))[1].append(f"{name} ({path})")
    head = f"Kupets is linked from these {len(packages)} crates of others. The texts of their licences follow the list."
    parts = [f"{head}\n\n" + "\n".join(listed) + "\n"]
    for text, of in shared.values():
        parts.append(f"{'=' * 80}\nText of {', '.join(of)}\n{'-' * 80}\n{text}\n")
    return "\n".join(parts)


def main():
    packages = crates()
    # Two versions of a crate have one name and two folders.
    folders = {(p["name"], p["version"]): pathlib.Path(p["manifest_path"]).parent for p in packages}
    if "--missing" in sys.argv[1:]:
        for (name, version), folder in folders.items():
            if not texts(folder):
                print(f"{name} {version}")
        return
    print(document(packages, lambda package: texts(folders[(package["name"], package["version"])])))


if __name__ == "__main__":
    main()

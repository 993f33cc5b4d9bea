#!/usr/bin/env python3
"""Refuses features that one way of building asks for and another does not (docs/decisions/0002).

`cargo build --release` builds the server, `make test`, `make lint` and `make bench` the whole workspace. A crate that gets
other features in one of them is compiled twice, and everything above it too, DataFusion first of all. What the workspace
adds belongs into workspace-hack/Cargo.toml. The exit status is 1 when a crate of the server would be compiled anew.
"""
import os
import subprocess
import sys


def features(*selection):
    """Package -> features, as cargo resolves them for that selection."""
    command = ["cargo", "tree", "--prefix", "none", "--format", "{p}|{f}", *selection]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return parse(lines)


def parse(lines):
    """Package -> the sets of features it is built with; ours and repeated mentions aside.

    >>> parse(["arrow v59.0.0|csv,ipc (*)", "arrow v59.0.0|csv,ipc", "kupets-core v0.1.0 (/x/engine/core)|", "a v1 (proc-macro)|"])
    {'arrow v59.0.0': {'csv,ipc'}, 'a v1': {''}}
    """
    found = {}
    for line in lines:
        package, _, names = line.replace(" (*)", "").replace(" (proc-macro)", "").rpartition("|")
        if package and "(/" not in package:
            found.setdefault(package, set()).add(names)
    return found


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    server = features("--edges", "normal,build")
    workspace = features("--workspace", "--edges", "normal,build,dev")
    differ = {name: (sets, workspace.get(name, set())) for name, sets in server.items() if sets - workspace.get(name, set())}
    for name, (one, other) in sorted(differ.items()):
        print(f"{name}: `cargo build` asks for {sorted(one)}, the workspace for {sorted(other)}")
    if differ:
        print(f"{len(differ)} crates would be compiled twice: add the missing features to workspace-hack/Cargo.toml")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Runs a command and counts what cargo compiled anew in it that `cargo build --release` had compiled already.

    scripts/build_census.py -- make test       passes all output through; status 1 if a crate of the server was compiled
    scripts/build_census.py --log FILE         the same for output that was recorded before

After `cargo build --release`, the tests, the checks and the benches shall compile our own crates and what only they use. A
crate of the server that is compiled or checked once more was asked for with other features, another profile or into another
folder, and takes DataFusion with it: half an hour on two cores. The crates of the server are those that the default members of the
workspace reach without development dependencies, what their build scripts need included, by name and version.

The status of a command that fails is kept. A command that stops cargo's lines from reaching standard output or standard error
(`cargo --quiet`) cannot be counted. What is counted is what was compiled; run it where `cargo build --release` has just ended.
"""

import collections
import pathlib
import re
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent
ESCAPES = re.compile(rb"\x1b\[[0-9;]*[A-Za-z]")
# `   Compiling arrow v59.0.0`; a crate of a folder or of git has its place behind it. Clippy and `cargo check` say `Checking`.
LINE = re.compile(rb"^\s*(?:Compiling|Checking) ([A-Za-z0-9_-]+) v([0-9][^\s]*)(?: \((.+)\))?\s*$")


def compiled(lines):
    """The crates that cargo says it compiles or checks, as (name, version), in order and without the second mention.

    >>> compiled([b"   Compiling libc v0.2.180", b"    Checking libc v0.2.180", b"    Blocking waiting for file lock",
    ...           b"\\x1b[1m\\x1b[32m   Compiling\\x1b[0m zstd-sys v2.1.2+zstd.1.5.7\\r", b"test Compiling x v1 ... ok",
    ...           b"   Compiling kupets-api v0.1.0 (/src/api)", b"    Finished `release` profile"])
    [('libc', '0.2.180'), ('zstd-sys', '2.1.2+zstd.1.5.7'), ('kupets-api', '0.1.0')]
    """
    found = (LINE.match(ESCAPES.sub(b"", line)) for line in lines)
    return list(dict.fromkeys((m[1].decode(), m[2].decode()) for m in found if m))


def of_tree(lines):
    """The crates that `cargo tree --prefix none --format {p}` lists, as (name, version): the workspace's own, and others.

    A crate of the workspace has its folder behind it, a macro says that it is one, and `(*)` is a second mention.

    >>> own, others = of_tree(["kupets-api v0.1.0 (/src/api)", "clap_derive v4.6.7 (proc-macro)", "", "kupets-macros v0.1.0 (proc-macro) (/src/macros)",
    ...                        "zstd-sys v2.1.2+zstd.1.5.7", "clap_derive v4.6.7 (proc-macro) (*)"])
    >>> sorted(own), sorted(others)
    ([('kupets-api', '0.1.0'), ('kupets-macros', '0.1.0')], [('clap_derive', '4.6.7'), ('zstd-sys', '2.1.2+zstd.1.5.7')])
    """
    own, others = set(), set()
    for line in filter(None, (line.strip() for line in lines)):
        name, version, *notes = line.split()
        (own if any(note.startswith("(/") for note in notes) else others).add((name, version.removeprefix("v")))
    return own, others


def verdict(crates, server, members):
    """Sorts what was compiled: again, for tests only, own.

    >>> verdict([("arrow", "59.0.0"), ("arrow", "58.0.0"), ("insta", "1.49.0"), ("kupets-api", "0.1.0")],
    ...         {("arrow", "59.0.0")}, {"kupets-api"})
    ([('arrow', '59.0.0')], [('arrow', '58.0.0'), ('insta', '1.49.0')], [('kupets-api', '0.1.0')])
    """
    own = [crate for crate in crates if crate[0] in members]
    others = [crate for crate in crates if crate[0] not in members]
    return [c for c in others if c in server], [c for c in others if c not in server], own


def host():
    """This machine's target triple."""
    told = subprocess.run(["rustc", "-vV"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return next(line.removeprefix("host: ") for line in told.splitlines() if line.startswith("host: "))


def tree(*arguments):
    """Crates for this machine, as `cargo tree` knows them: it works features out as a build does, `cargo metadata` does not."""
    command = ["cargo", "tree", "--locked", "--prefix", "none", "--format", "{p}", *arguments]
    return of_tree(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines())


def watch(command, output, errors):
    """Runs `command`, passing on what it says. Returns its status and the lines that may name a crate.

    >>> import io
    >>> output, errors = io.BytesIO(), io.BytesIO()
    >>> status, lines = watch(["sh", "-c", "printf 'no end of line'; echo '   Compiling libc v0.2.180' >&2; exit 7"], output, errors)
    >>> status, compiled(lines), output.getvalue(), errors.getvalue()
    (7, [('libc', '0.2.180')], b'no end of line', b'   Compiling libc v0.2.180\\n')
    """
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    kept = collections.deque()

    def pass_on(source, target):
        # Pieces as they come: a test's name must be seen before the test ends.
        rest = b""
        while piece := source.read1(65536):
            target.write(piece)
            target.flush()
            *lines, rest = (rest + piece).split(b"\n")
            kept.extend(line for line in lines if b"Compiling" in line or b"Checking" in line)
        kept.append(rest)

    streams = [(process.stdout, output), (process.stderr, errors)]
    threads = [threading.Thread(target=pass_on, args=stream) for stream in streams]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    status = process.wait()
    return (status if status >= 0 else 128 - status), kept


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "--log":
        what, status = arguments[1], 0
        lines = pathlib.Path(arguments[1]).read_bytes().splitlines()
    elif len(arguments) >= 2 and arguments[0] == "--":
        what = " ".join(arguments[1:])
        status, lines = watch(arguments[1:], sys.stdout.buffer, sys.stderr.buffer)
    else:
        print(__doc__, file=sys.stderr)
        return 2
    # Without --workspace: the default members, which `cargo build` builds.
    _, server = tree("--edges", "normal,build")
    members, _ = tree("--workspace", "--depth", "0")
    again, tests, own = verdict(compiled(lines), server, {name for name, _ in members})
    counts = f"{len(again)} crates of the server again, {len(tests)} of tests only, {len(own)} of ours"
    print(f"build census of `{what}`: {counts}", file=sys.stderr)
    for title, crates in (("again", again), ("of tests only", tests)):
        if crates:
            print(f"  {title}: {', '.join(f'{name} {version}' for name, version in crates)}", file=sys.stderr)
    if again and status == 0:
        print("build_census.py: the server's crates are built once for everything (docs/decisions/0002)", file=sys.stderr)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""Refuses circles of Rust modules: files of a crate that use each other in a loop cannot be read, tested or moved alone.

    scripts/module_circles.py            checks every crate of the workspace
    scripts/module_circles.py DIR...     checks these `src` folders

An arrow runs from the file that uses a name to the file that defines it; a name that a module only hands on
(`pub use`) is followed to where it stands, so a `mod.rs` that lists its children makes no circle by that.
Test modules do not count. The exit status is 1 when there is a circle, and each is printed with the names that tie it.

It reads names, not types: a method that is called on a value makes no arrow.
"""
import os
import re
import sys
import tomllib
from collections import defaultdict

NOT_CODE = re.compile(
    r"""//[^\n]* | /\*.*?\*/ | (?<!\w)b?r(\#*)".*?"\1 | b?"(?:\\.|[^"\\])*" | b?'(?:\\.[^'\n]*|[^\\'\n])'""", re.S | re.X
)
USE = re.compile(r"(\bpub(?:\([^)]*\))?\s+)?\buse\s+([^;]+);")
CHILD = re.compile(r"(?:\bpub(?:\([^)]*\))?\s+)?\bmod (\w+);")
# An item at the left edge: sources are formatted.
ITEM = re.compile(
    r"^(?:pub(?:\([^)]*\))?\s+)?(?:(?:async|const|extern|unsafe)\s+)*"
    r"(?:fn|struct|enum|union|trait|type|const|static|macro_rules!)\s+(\w+)",
    re.M,
)


def expand(tree):
    """The single paths of a use tree, each with the name that it goes by here.

    >>> expand("a::{b::c, d::{self, e as f}}")
    [('a::b::c', 'c'), ('a::d', 'd'), ('a::d::e', 'f')]
    >>> expand("super::*"), expand("::csv::{Reader}")
    ([('super::*', '*')], [('::csv::Reader', 'Reader')])
    """
    match = re.match(r"^\s*((?:::)?(?:\w+::)*)\{(.*)\}\s*$", tree, re.S)
    if not match:
        path, _, alias = (part.strip() for part in tree.partition(" as "))
        path = re.sub(r"::self$", "", path)
        return [(path, alias or path.split("::")[-1])]
    prefix, body, depth, parts = match[1], match[2], 0, [""]
    for char in body:
        depth += (char == "{") - (char == "}")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [one for part in parts if part.strip() for one in expand(prefix + part.strip())]


def code_only(source):
    """The source without comments, texts and what is for tests alone. A text that is a path stays: attributes call by it.

    >>> code_only('use a::B; // use c::D;\\n#[cfg(test)]\\nmod tests {\\n    use super::*;\\n}\\nfn f() {}\\n')
    'use a::B; \\n\\nfn f() {}\\n'
    >>> code_only('f("do not use http://x;", \\'"\\'); #[cfg(test)] use a::{B};#[serde(with = "super::time")] x: &\\'a str')
    "f(, ); #[serde(with = super::time)] x: &'a str"
    """
    source = NOT_CODE.sub(lambda m: m[0][1:-1] if re.fullmatch(r'"\w+(::\w+)+"', m[0]) else "", source)
    kept, at = "", 0
    for match in re.finditer(r"#\[cfg\((?:all\()?test\b", source):
        if match.start() < at:
            continue
        kept += source[at : match.start()]
        depth, at = 0, len(source)
        # The item ends with its block or, without one, with its semicolon.
        for mark in re.finditer(r"[(\[{]|[)\]]|\};?|;", source[match.start() :]):
            depth += (mark[0] in "([{") - (mark[0][0] in ")]}")
            if depth == 0 and mark[0][0] in "};":
                at = match.start() + mark.end()
                break
    return kept + source[at:]


def read(root):
    """Module path -> code, of the files below a `src` folder; files of tests are left out."""
    modules, tests = {}, set()
    for folder, _, files in os.walk(root):
        for file in files:
            if not file.endswith(".rs"):
                continue
            here = tuple(os.path.relpath(os.path.join(folder, file), root)[:-3].split(os.sep))
            here = here[:-1] if here[-1] in ("mod", "lib", "main") else here
            with open(os.path.join(folder, file), encoding="utf-8") as opened:
                source = opened.read()
            modules[here] = modules.get(here, "") + code_only(source)
            for attributes, child in re.findall(r"#\[cfg\((?:all\()?test\b[^\n]*\n((?:#\[[^\n]*\n)*)mod (\w+);", source):
                path = re.search(r'path = "(\w+)\.rs"', attributes)
                tests.add(here[:-1] + (path[1],) if path else here + (child,))
    return {here: code for here, code in modules.items() if not any(here[: len(test)] == test for test in tests)}


def absolute(path, here, modules):
    """A path as segments from the crate's root, or none when it leads out of the crate.

    >>> absolute("super::c::D", ("a", "b"), {}), absolute("b::D", ("a",), {("a", "b"): ""}), absolute("std::fmt", (), {})
    (('a', 'c', 'D'), ('a', 'b', 'D'), None)
    """
    first, *rest = parts = path.split("::")
    if first == "crate":
        return tuple(rest)
    if first not in ("super", "self"):
        return here + tuple(parts) if here + (first,) in modules else None
    while parts and parts[0] in ("super", "self"):
        here = here[:-1] if parts.pop(0) == "super" else here
    return here + tuple(parts)


class Names:
    """What each module defines, and what it has from elsewhere."""

    def __init__(self, modules):
        self.modules = modules
        self.defined = {here: set(ITEM.findall(code)) for here, code in modules.items()}
        self.uses, self.known, self.globs = defaultdict(list), {}, defaultdict(list)
        for here, code in modules.items():
            for public, tree in USE.findall(code):
                for path, name in expand(tree):
                    target = absolute(path, here, modules)
                    if target is None:
                        continue
                    if name == "*":
                        self.globs[here].append(target[:-1])
                    else:
                        self.uses[here].append((bool(public), target, name))
                        self.known[here, name] = target

    def home(self, path, depth=0):
        """The module that defines what a path names, and that name; no name when the path is that of a module."""
        at = len(path)
        while at and path[:at] not in self.modules:
            at -= 1
        module, rest = path[:at], path[at:]
        if depth > 8 or (rest and rest[0] in self.defined.get(module, ())):
            return module, rest[0] if rest else None
        # A function may be called like the module that it is in: `use path::path`.
        known = self.known.get((module, rest[0]) if rest else (path[:-1], path[-1] if path else ""))
        if known is not None and known != path:
            return self.home(known + rest[1:], depth + 1)
        for other in self.globs[module] if rest else ():
            found = self.home(other + rest[:1], depth + 1)
            if found[1] in self.defined.get(found[0], ()):
                return found
        return module, rest[0] if rest else None


def arrows(modules):
    """Module -> module -> the names that the first takes from the second.

    >>> def show(**files):
    ...     found = arrows({tuple(k.split("_")) if k != "lib" else (): v for k, v in files.items()})
    ...     return sorted("%s>%s:%s" % ("_".join(a), "_".join(b), ",".join(sorted(found[a][b]))) for a in found for b in found[a])

    What a list of children hands on stands in the child; what it uses itself is an arrow.

    >>> show(lib="mod a;\\nmod b;\\npub use a::{A, C as D};", a="use crate::b;\\nfn f() -> b::B {}", b="use super::{A, D};")
    ['a>b:B', 'b>a:A,C']
    >>> show(lib="mod a;\\npub use a::A;\\nfn f() -> A {}", a="pub struct A;")
    ['>a:A']

    A star brings what is named; a module imported under another name is looked into; a child needs no `self`.

    >>> show(lib="mod a;\\nfn f() { a::g() }", a="use super::*;\\nfn g() { f() }")
    ['>a:g', 'a>:f']
    >>> show(a="use crate::b as other;\\nfn f() { other::g() }", b="pub fn g() {}")
    ['a>b:g']
    >>> show(a="mod b;\\nuse b::b;", a_b="use super::super::c::c;\\npub fn b() {}", c="pub use c::c;", c_c="pub fn c() {}")
    ['a>a_b:b', 'a_b>c_c:c']
    """
    names = Names(modules)
    found = defaultdict(lambda: defaultdict(set))
    for here, source in modules.items():
        code = CHILD.sub("", USE.sub("", source))
        words = set(re.findall(r"(?<![\w.:])\w+", code))
        longer = defaultdict(set)
        for path in re.findall(r"(?<![\w:])\w+(?:::\w+)+", code):
            longer[path.split("::")[0]].add(path)
        paths = {absolute(path, here, modules) for ones in longer.values() for path in ones}
        for public, target, name in names.uses[here]:
            if not public or name in words:
                paths |= {target} | {target + tuple(path.split("::")[1:]) for path in longer[name]}
        for target in names.globs[here]:
            module, item = names.home(target)
            offered = names.defined.get(module, set()) | {name for at, name in names.known if at == module}
            paths |= {target} if item else {target + (word,) for word in words & offered}
        for path in paths - {None}:
            module, name = names.home(path)
            if module != here and name:
                found[here][module].add(name)
    return found


def circles(graph):
    """The strongly connected components of more than one node (Tarjan 1972), each sorted.

    >>> circles({1: {2: 0}, 2: {3: 0}, 3: {2: 0}, 4: {1: 0}})
    [[2, 3]]
    """
    index, low, stack, on, found = {}, {}, [], set(), []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        on.add(node)
        for other in graph.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in on:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            part = []
            while True:
                part.append(stack.pop())
                on.discard(part[-1])
                if part[-1] == node:
                    break
            if len(part) > 1:
                found.append(sorted(part))

    for node in list(graph):
        if node not in index:
            visit(node)
    return found


def main(roots):
    if not roots:
        os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
        with open("Cargo.toml", "rb") as manifest:
            members = tomllib.load(manifest)["workspace"]["members"]
        roots = [os.path.join(member, "src") for member in members]
    bad = 0
    for root in roots:
        graph = arrows(read(root))
        for circle in circles(graph):
            bad += 1
            print(f"circle of {len(circle)} modules in {root}:")
            for here in circle:
                for there, used in graph[here].items():
                    if there in circle:
                        names = ", ".join(sorted(used))
                        print(f"  {'::'.join(here) or '(root)'} -> {'::'.join(there) or '(root)'}: {names}")
    if bad:
        print(f"{bad} circles of modules: move what both need below both, or hand it in")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

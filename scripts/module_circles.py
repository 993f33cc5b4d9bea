#!/usr/bin/env python3
"""Refuses circles of Rust modules: files of a crate that use each other in a loop cannot be read, tested or moved alone.

    scripts/module_circles.py            checks every crate of the workspace
    scripts/module_circles.py DIR...     checks these `src` folders

An arrow runs from the file that uses a name to the file that defines it; a name that a module only hands on
(`pub use`) is followed to where it stands, so a `mod.rs` that lists its children makes no circle by that.
Test modules do not count. The exit status is 1 when there is a circle, and each is printed with the names that tie it.
"""
import os
import re
import sys
from collections import defaultdict


def expand(tree):
    """The single paths of a use tree.

    >>> expand("a::{b::c, d::{self, e as f}}")
    ['a::b::c', 'a::d', 'a::d::e']
    >>> expand("super::*")
    ['super::*']
    """
    tree = tree.strip()
    match = re.match(r"^((?:\w+::)*)\{(.*)\}$", tree, re.S)
    if not match:
        path = re.sub(r"\s+as\s+\w+$", "", tree)
        return [re.sub(r"::self$", "", path)]
    prefix, body, depth, part, parts = match.group(1), match.group(2), 0, "", []
    for char in body:
        depth += (char == "{") - (char == "}")
        if char == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += char
    parts.append(part)
    return [re.sub(r"::self$", "", prefix + path) for p in parts if p.strip() for path in expand(p)]


def without_tests(source):
    """The source without comments, texts and test modules.

    >>> without_tests('use a::B; // use c::D;\\n#[cfg(test)]\\nmod tests {\\n    use super::*;\\n}\\nfn f() {}\\n')
    'use a::B; \\nfn f() {}\\n'
    """
    source = re.sub(r"//[^\n]*", "", source)
    return re.sub(r"#\[cfg\(test\)\]\n(?:#!?\[[^\n]*\]\n)*mod \w+(?:;\n| \{\n.*?^\}\n)", "", source, flags=re.S | re.M)


def read(root):
    """Module path -> source, of the files below a `src` folder; modules of tests are left out."""
    modules, tests = {}, set()
    for folder, _, names in os.walk(root):
        for name in names:
            if name.endswith(".rs"):
                parts = os.path.relpath(os.path.join(folder, name), root)[:-3].split(os.sep)
                if parts[-1] in ("mod", "lib", "main"):
                    parts.pop()
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    text = file.read()
                key = tuple(parts)
                modules[key] = modules.get(key, "") + without_tests(text)
                tests |= {key + (m,) for m in re.findall(r"#\[cfg\(test\)\]\n(?:#\[[^\n]*\]\n)*mod (\w+);", text)}
    return {key: text for key, text in modules.items() if not any(key[: len(t)] == t for t in tests)}


def absolute(path, here):
    """A path as segments from the crate's root, or none when it leads out of the crate."""
    parts = path.split("::")
    if parts[0] == "crate":
        return tuple(parts[1:])
    if parts[0] not in ("super", "self"):
        return None
    at = list(here)
    while parts and parts[0] in ("super", "self"):
        if parts.pop(0) == "super" and at:
            at.pop()
    return tuple(at) + tuple(parts)


def handed_on(modules):
    """(module, name) -> the path it is handed on from, and module -> modules handed on whole."""
    names, globs = {}, defaultdict(list)
    for here, source in modules.items():
        for tree in re.findall(r"\bpub(?:\([^)]*\))?\s+use\s+([^;]+);", source):
            for path in expand(tree):
                first = path.split("::")[0]
                target = absolute(path, here) or (here + tuple(path.split("::")) if here + (first,) in modules else None)
                if target is None:
                    continue
                if target[-1] == "*":
                    globs[here].append(target[:-1])
                else:
                    names[here, target[-1]] = target
            for path, alias in re.findall(r"([\w:]+)\s+as\s+(\w+)", tree):
                prefix = tree.split("{")[0].strip() if "{" in tree else ""
                whole = (prefix + path) if prefix and not path.startswith(prefix) else path
                target = absolute(whole, here) or here + tuple(whole.split("::"))
                names[here, alias] = target
    return names, globs


def defines(source, name):
    """Whether a file defines that name itself."""
    return re.search(rf"\b(?:fn|struct|enum|trait|type|const|static|mod|union|macro_rules!)\s+{re.escape(name)}\b", source)


def home(path, modules, names, globs, depth=0):
    """The module that defines what a path names, and that name."""
    at = len(path)
    while at and path[:at] not in modules:
        at -= 1
    module, rest = path[:at], path[at:]
    if not rest or depth > 8:
        return module, "*"
    if (module, rest[0]) in names and names[module, rest[0]] != path:
        return home(names[module, rest[0]] + rest[1:], modules, names, globs, depth + 1)
    if not defines(modules.get(module, ""), rest[0]):
        for target in globs.get(module, []):
            found = home(target + rest[:1], modules, names, globs, depth + 1)
            if defines(modules.get(found[0], ""), found[1]):
                return found
    return module, rest[0]


def arrows(modules):
    """Module -> module -> the names that the first takes from the second."""
    names, globs = handed_on(modules)
    found = defaultdict(lambda: defaultdict(set))
    for here, source in modules.items():
        paths = set()
        for public, tree in re.findall(r"(\bpub(?:\([^)]*\))?\s+)?\buse\s+([^;]+);", source):
            if not public:
                paths |= set(expand(tree))
        paths |= set(re.findall(r"\b(?:crate|super|self)(?:::\w+)+", re.sub(r"\buse\s+[^;]+;", "", source)))
        for child in re.findall(r"\bmod (\w+);", source):
            paths |= {child + tail for tail in re.findall(rf"(?<![\w:]){child}((?:::\w+)+)", source)}
        for path in paths:
            target = absolute(path, here)
            first = path.split("::")[0]
            if target is None and here + (first,) in modules:
                target = here + tuple(path.split("::"))
            if target is None:
                continue
            targets = [target]
            if target in modules:
                # A module that is named to reach into it: what is used is what stands behind its name.
                reached = re.findall(rf"(?<![\w:]){re.escape(target[-1])}((?:::\w+)+)", source) if target else []
                targets = [target + tuple(r.split("::")[1:]) for r in reached]
            for target in targets:
                module, name = home(target, modules, names, globs)
                if module != here and name != "*":
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
    sys.setrecursionlimit(10_000)
    if not roots:
        top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
        os.chdir(top)
        roots = sorted(
            os.path.relpath(os.path.join(folder, "src"))
            for folder, subfolders, names in os.walk(".")
            if "Cargo.toml" in names and "src" in subfolders and "/target" not in folder and "node_modules" not in folder
        )
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

#!/usr/bin/env python3
"""Refuses what would go through a wall between crates (docs/decisions/0011).

Each crate lists the crates of ours that it may use, and the libraries that are not its business; the power to make a
tenant's capability is issued in one place. The exit status is 1 when a wall is broken, and each breach is named.
"""
import os
import re
import sys
import tomllib

ENGINE = {"kupets-core", "kupets-control", "kupets-storage", "kupets-query", "kupets-import", "kupets-analytics"}
HTTP = {"actix-web", "utoipa-actix-web", "utoipa-swagger-ui"}
LAKE = {"datafusion", "datafusion-ducklake", "object_store", "parquet"}

# Folder of a crate -> crates of ours that it may use, libraries that it must not.
WALLS = {
    "engine/core": (set(), HTTP | LAKE | {"sqlx", "tokio"}),
    "engine/analytics": (set(), HTTP | LAKE | {"sqlx", "tokio", "arrow", "futures"}),
    "engine/semantic": (set(), HTTP | LAKE | {"sqlx", "tokio", "arrow", "futures"}),
    "engine/control": ({"kupets-core"}, HTTP | LAKE),
    "engine/import": ({"kupets-core"}, HTTP | {"datafusion", "datafusion-ducklake", "object_store", "sqlx"}),
    "engine/query": ({"kupets-core"}, HTTP | {"datafusion-ducklake", "sqlx"}),
    "engine/storage": ({"kupets-core", "kupets-control"}, HTTP),
    "engine/evaluation": ({"kupets-core", "kupets-analytics"}, HTTP | {"sqlx"}),
    "engine": (ENGINE - {"kupets-import"} | {"kupets-semantic"}, HTTP | {"datafusion-ducklake", "parquet", "object_store"}),
    "api/auth": ({"kupets-core", "kupets-control"}, HTTP | LAKE | {"arrow"}),
    "api/assistant": ({"kupets-core", "kupets-semantic"}, HTTP | LAKE | {"arrow", "sqlx"}),
    "api/mcp": (set(), LAKE | {"arrow", "sqlx", "utoipa-actix-web", "utoipa-swagger-ui", "workspace-hack"}),
    "api": (
        {"kupets-engine", "kupets-core", "kupets-import", "kupets-control", "kupets-auth", "kupets-assistant", "kupets-mcp",
         "kupets-semantic", "kupets-bot", "kupets-data"},
        LAKE | {"arrow", "sqlx"},
    ),
    "bot": (set(), LAKE | {"arrow", "sqlx"}),
    "bot/fake": (set(), LAKE | {"arrow", "sqlx"}),
    "data": (set(), HTTP | LAKE | {"arrow", "sqlx"}),
}

# Where the power to grant tenants' capabilities may be issued.
ISSUED_IN = re.compile(r"^engine/src/engine\.rs$|^engine/core/src/tenant\.rs$|(^|/)tests?(/|\.rs$)|_tests\.rs$")


def breaches_of(folder, manifest):
    """What a manifest uses that its crate may not.

    >>> breaches_of("bot", {"dependencies": {"kupets-engine": {}, "serde": {}}})
    ['bot uses kupets-engine, which is behind a wall']
    """
    ours, refused = WALLS[folder]
    used = set(manifest.get("dependencies", {}))
    wrong = sorted(u for u in used if u.startswith("kupets-") and u not in ours) + sorted(used & refused)
    return [f"{folder} uses {name}, which is behind a wall" for name in wrong]


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    with open("Cargo.toml", "rb") as file:
        members = tomllib.load(file)["workspace"]["members"]
    breaches = []
    for folder in members:
        if folder in ("benches", "workspace-hack"):
            continue
        if folder not in WALLS:
            breaches.append(f"{folder} has no walls: say in scripts/walls.py what it may use")
            continue
        with open(os.path.join(folder, "Cargo.toml"), "rb") as file:
            breaches += breaches_of(folder, tomllib.load(file))
    for top in ("api", "bot", "engine"):
        for folder, _, names in os.walk(top):
            for path in (os.path.join(folder, name) for name in names if name.endswith(".rs")):
                if not ISSUED_IN.search(path):
                    with open(path, encoding="utf-8") as file:
                        if "TenantAuthority::issue" in file.read().split("#[cfg(test)]\nmod tests")[0]:
                            breaches.append(f"{path} issues a TenantAuthority: only opening an engine may")
    print("\n".join(breaches), end="\n" if breaches else "")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())

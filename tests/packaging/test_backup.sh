#!/usr/bin/env bash
# The script on docs/OPERATIONS.md that copies a data folder while it is in use, run on a stand-in for one: databases that are
# open, with commits that stand in their write-ahead logs alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

for program in sqlite3 rsync; do
    command -v $program >/dev/null || { echo "SKIPPED: the back-up script of docs/OPERATIONS.md is not tried: no $program" >&2; exit 0; }
done
scratch=$(mktemp -d "${TMPDIR:-/tmp}/kupets-backup.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
awk '/^<!-- backup.sh -->$/ { found = 1 } found && /^```$/ { exit } inside { print } found && /^```bash$/ { inside = 1 }' \
    docs/OPERATIONS.md >"$scratch/backup.sh"
[ -s "$scratch/backup.sh" ] || { echo "test_backup.sh: docs/OPERATIONS.md has no script under <!-- backup.sh -->" >&2; exit 1; }

python3 - "$scratch" <<'PYTHON'
import pathlib, sqlite3, stat, subprocess, sys

scratch = pathlib.Path(sys.argv[1])
data, copy = scratch / "data", scratch / "copy"
lake = data / "lake/tenants" / ("0" * 32)
(lake / "main/purchases").mkdir(parents=True)
(lake / "main/purchases/a.parquet").write_bytes(b"rows")
(lake / "catalog.sqlite.commit.lock").touch()
(data / "lake/tenants" / ("1" * 32)).mkdir()  # a workspace whose catalog is being made
(data / "spill").mkdir()


def database(path):
    opened = sqlite3.connect(path, isolation_level=None)
    opened.execute("PRAGMA journal_mode = WAL")
    opened.execute("PRAGMA wal_autocheckpoint = 0")
    opened.execute("CREATE TABLE t (number INTEGER PRIMARY KEY AUTOINCREMENT)")
    opened.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(1, 1001)])
    opened.execute("DELETE FROM t WHERE number > 900")
    return opened


opened = [database(data / "kupets.db"), database(lake / "catalog.sqlite")]
subprocess.run(["bash", str(scratch / "backup.sh"), str(data), str(copy)], check=True)
held = sorted(str(p.relative_to(copy)) for p in copy.rglob("*") if p.is_file())
folder = f"lake/tenants/{'0' * 32}"
assert held == ["kupets.db", f"{folder}/catalog.sqlite", f"{folder}/main/purchases/a.parquet"], held
for name, mode in [("kupets.db", None), (f"{folder}/catalog.sqlite", "wal")]:
    assert stat.S_IMODE((copy / name).stat().st_mode) == 0o600, name
    restored = sqlite3.connect(copy / name)
    assert restored.execute("SELECT count(*), max(number) FROM t").fetchone() == (900, 900), name
    # The next number is above all that were given: a lake may hold them.
    assert restored.execute("SELECT seq FROM sqlite_sequence").fetchone() == (1000,), name
    assert mode in (None, restored.execute("PRAGMA journal_mode").fetchone()[0]), name
again = subprocess.run(["bash", str(scratch / "backup.sh"), str(data), str(copy)], stderr=subprocess.DEVNULL)
assert again.returncode != 0, "a folder that is there was written into"
PYTHON
echo "test_backup.sh: passed"

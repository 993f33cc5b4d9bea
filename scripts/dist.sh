#!/usr/bin/env bash
# Packs a release: dist/kupets-VERSION-TARGET.tar.gz and dist/SHA256SUMS.
#
#   scripts/dist.sh           builds the release binary and packs it
#   KUPETS_BIN=FILE ...       packs FILE instead and builds nothing
#   KUPETS_DIST=FOLDER ...    puts the files there instead of into dist/
#
# The same binary from the same commit gives the same archive, byte for byte: files are sorted, owned by nobody in particular, and
# as old as the commit (or SOURCE_DATE_EPOCH). The binary runs where the C library is not older than that of the machine it was built on.
set -euo pipefail
export LC_ALL=C TZ=UTC
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() { echo "dist.sh: $*" >&2; exit 1; }

target=$(rustc -vV | sed -n 's/^host: //p')
version=$(cargo metadata --locked --no-deps --format-version 1 | python3 -c '
import json, sys
packages = json.load(sys.stdin)["packages"]
print(next(p["version"] for p in packages for t in p["targets"] if t["name"] == "kupets" and "bin" in t["kind"]))')
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || true)}
[ -n "$epoch" ] || die "no commit to take the files' time from: set SOURCE_DATE_EPOCH"

binary=${KUPETS_BIN:-}
if [ -z "$binary" ]; then
    cargo build --release --locked
    folder=$(cargo metadata --locked --no-deps --format-version 1 | python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
    binary=$folder/release/kupets
    told=$("$binary" --version)
    [ "$told" = "kupets $version" ] || die "$binary says it is \"$told\" and not \"kupets $version\""
fi
[ -x "$binary" ] || die "$binary is not a program"

name=kupets-$version-$target
out=${KUPETS_DIST:-dist}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/kupets-dist.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
root=$scratch/$name

install -D -m 0755 "$binary" "$root/kupets"
strip "$root/kupets"
install -D -m 0644 -t "$root" LICENSE README.md README.ru.md CHANGELOG.md
# With the pages that the READMEs link to, so that their links lead somewhere.
find docs -name '*.md' -print0 | while IFS= read -r -d '' page; do install -D -m 0644 "$page" "$root/$page"; done
install -D -m 0644 -t "$root/packaging" packaging/kupets.service packaging/kupets.sysusers packaging/kupets.env.example
scripts/third_party.py >"$root/THIRD-PARTY-LICENSES.txt"

mkdir -p "$out"
tar --create --format=ustar --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --mode='u+rw,go=rX' \
    --directory="$scratch" "$name" | gzip --no-name --best >"$scratch/archive"
mv "$scratch/archive" "$out/$name.tar.gz"
# Of this archive alone: older ones in the folder have had theirs.
(cd "$out" && sha256sum "$name.tar.gz" >SHA256SUMS)
echo "$out/$name.tar.gz"
cat "$out/SHA256SUMS"

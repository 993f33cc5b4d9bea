#!/usr/bin/env bash
# scripts/dist.sh with a stand-in for the binary: what is in the archive, its sums, and that a second run gives the same bytes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

scratch=$(mktemp -d "${TMPDIR:-/tmp}/kupets-dist-test.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
fail() { echo "test_dist.sh: $*" >&2; exit 1; }

# A real program, so that there is something to strip.
stand_in=$(type -P true) || fail "no program to stand in"
for run in one two; do
    # Another mask and another time must not show.
    (umask "$([ $run = one ] && echo 077 || echo 002)" && KUPETS_BIN=$stand_in KUPETS_DIST=$scratch/$run scripts/dist.sh >/dev/null)
    sleep 1.1
done
cmp "$scratch/one/SHA256SUMS" "$scratch/two/SHA256SUMS" || fail "two runs gave two archives"
(cd "$scratch/one" && sha256sum --check --quiet --strict SHA256SUMS) || fail "the sum is not the archive's"

archive=$(echo "$scratch"/one/kupets-*.tar.gz)
name=$(basename "$archive" .tar.gz)
case $name in
    kupets-[0-9]*.[0-9]*.[0-9]*-*-linux-*) ;;
    *) fail "the archive is called $name" ;;
esac
wanted="$name/
$name/CHANGELOG.md
$name/LICENSE
$name/README.md
$name/README.ru.md
$name/THIRD-PARTY-LICENSES.txt
$name/kupets
$name/packaging/
$name/packaging/kupets.env.example
$name/packaging/kupets.service
$name/packaging/kupets.sysusers"
# Pages of docs/ come and go.
held=$(tar --list --file "$archive" | grep -v "^$name/docs/" | LC_ALL=C sort)
[ "$held" = "$wanted" ] || fail "it holds $(tar --list --file "$archive")"
tar --list --verbose --numeric-owner --file "$archive" | grep -qv ' 0/0 ' && fail "a file is owned by somebody"
tar --extract --file "$archive" --directory "$scratch"
[ -s "$scratch/$name/docs/OPERATIONS.md" ] || fail "the page on running it is missing"
[ -x "$scratch/$name/kupets" ] || fail "the program cannot be run"
"$scratch/$name/kupets" || fail "the stripped program does not run"
[ "$(stat --format=%a "$scratch/$name/LICENSE")" = 644 ] || fail "LICENSE cannot be read by all"
grep -q '^tokio ' "$scratch/$name/THIRD-PARTY-LICENSES.txt" || fail "the licence of tokio is missing"

(KUPETS_BIN=$scratch/none KUPETS_DIST=$scratch/three scripts/dist.sh >/dev/null 2>&1) && fail "a binary that is not there was packed"
[ ! -e "$scratch/three" ] || fail "a failure left something behind"
echo "test_dist.sh: passed"

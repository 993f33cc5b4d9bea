#!/usr/bin/env bash
# Checks what others run Kupets by, where neither Docker's engine nor systemd runs: Dockerfile, compose.yaml, the health check, the
# unit, the settings in the example, and the archive of `make dist` (with a stand-in for the binary).
#
# A program that is missing is one loud line, and its check is skipped; scripts/tools.sh installs the linters.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

TOOLS=${KUPETS_TOOLS:-$HOME/.cache/kupets/tools}
failed=0
fail() { echo "lint_packaging.sh: $*" >&2; failed=1; }
skipped() { echo "SKIPPED: $*" >&2; }

# One version of Rust: Cargo.toml's.
wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
used=$(sed -n 's/^ARG RUST_VERSION=//p' Dockerfile)
case $used in
    "$wanted" | "$wanted".*) ;;
    *) fail "Dockerfile builds with Rust $used, and rust-version of Cargo.toml is $wanted" ;;
esac

if [ -x "$TOOLS/linters/bin/hadolint" ]; then
    "$TOOLS/linters/bin/hadolint" Dockerfile || fail "hadolint does not like Dockerfile"
else
    skipped "Dockerfile is not checked: no hadolint (scripts/tools.sh linters)"
fi

if docker compose version >/dev/null 2>&1; then
    docker compose --file compose.yaml --profile ollama config --quiet || fail "docker compose does not read compose.yaml"
elif [ -x "$TOOLS/dclint/node_modules/.bin/dclint" ]; then
    # Errors only: its warnings are about the order of keys.
    "$TOOLS/dclint/node_modules/.bin/dclint" --quiet compose.yaml || fail "dclint does not like compose.yaml"
else
    skipped "compose.yaml is not checked: no docker compose, no dclint (scripts/tools.sh dclint)"
fi

# Names in the example are settings: their list is what `--help` prints from.
while IFS= read -r name; do
    grep -q "^    pub ${name,,}: " api/src/settings/flags.rs || fail "packaging/kupets.env.example names KUPETS_$name, which is no setting"
done < <(sed -n 's/^#\{0,1\}KUPETS_\([A-Z_]*\)=.*/\1/p' packaging/kupets.env.example)

if command -v systemd-analyze >/dev/null; then
    scratch=$(mktemp -d "${TMPDIR:-/tmp}/kupets-lint.XXXXXX")
    trap 'rm -rf "$scratch"' EXIT
    # The program need not be installed where the unit is checked.
    sed "s#^ExecStart=/usr/local/bin/kupets #ExecStart=$(type -P true) #" packaging/kupets.service >"$scratch/kupets.service"
    # What it does not know it only tells.
    told=$(systemd-analyze verify --man=no "$scratch/kupets.service" 2>&1) || fail "systemd-analyze does not like packaging/kupets.service"
    told=$(grep -F kupets.service <<<"$told" || true)
    [ -z "$told" ] || fail "packaging/kupets.service: $told"
else
    skipped "packaging/kupets.service is not checked: no systemd-analyze (Debian's package systemd)"
fi

for test in tests/packaging/test_*.sh; do
    "$test" || fail "$test failed"
done
exit $failed

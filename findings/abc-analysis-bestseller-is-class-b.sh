#!/usr/bin/env bash
# Guess:   a product that brings nearly all of the money is class A; that is what an ABC analysis is for.
# Really:  with one or two products far above the rest class A is empty, without a word: the bestseller stands in class B. With small
#          goods that sell alike, all of them are class B beside it, and C is empty as well. On a smooth curve the classes are the usual.
# Version: abc-analysis 0.1.23 (PyPI).
# Matters: "never run out of class A" then watches nothing, in just those shops that live by one product.
# Instead: cut the running share of the sorted sums at 80 % and 95 %, counting a product by the share before it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv --without-pip venv
python3 -m pip --python ./venv install --quiet --no-compile --disable-pip-version-check abc-analysis==0.1.23 numpy==2.2.6

cat > show.py <<'PY'
import numpy
from abc_analysis import abc_analysis

for name, sums in (
    ("one bestseller", [1000, 1, 1, 1, 1]),
    ("a steep shop", [900, 50, 20, 10, 10, 5, 5]),
    ("two bestsellers", [800, 800] + [10] * 8),
    ("one and twenty alike", [5000] + [10] * 20),
    ("a smooth curve", [500, 400, 300, 200, 100, 50, 20, 10, 5, 1]),
):
    found = abc_analysis(numpy.array(sums, dtype=float), False)
    classes = [[sums[at] for at in found[key]] for key in ("Aind", "Bind", "Cind")]
    print(f"{name}: A {classes[0]}, B {sorted(set(classes[1]))}, C {sorted(set(classes[2]))}")
PY

expected=$(cat <<'OUT'
one bestseller: A [], B [1000], C [1]
a steep shop: A [], B [900], C [5, 10, 20, 50]
two bestsellers: A [], B [800], C [10]
one and twenty alike: A [], B [10, 5000], C []
a smooth curve: A [500, 400], B [200, 300], C [1, 5, 10, 20, 50, 100]
OUT
)
actual=$(venv/bin/python show.py)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

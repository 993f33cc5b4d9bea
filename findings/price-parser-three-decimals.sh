#!/usr/bin/env bash
# Guess:   price-parser reads "0.125" as 0.125: a number that begins with "0." can have no thousands.
# Really:  a point or comma followed by exactly three digits is always a thousands mark, so 0.125 becomes 125 and 0.500 becomes
#          500, while 0.25 and 1.2345 are right. The minus sign is lost too: "-5,00" is 5.00.
# Version: price-parser 0.5.1 (PyPI).
# Matters: prices for one gram, one kWh or one minute, weights, rates of exchange and refunds in price lists and scraped carts come
#          out a thousand times too large or with the other sign, with no error and no flag.
# Instead: give decimal_separator when the file's convention is known (0.125 is then right), decide the mark for the whole column
#          rather than for one cell, and read the sign yourself.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv --without-pip venv
python3 -m pip --python ./venv install --quiet --no-compile --disable-pip-version-check \
  price-parser==0.5.1 attrs==25.3.0

cat > show.py <<'PY'
from price_parser import Price

for text in ["0.25", "0.125", "0,125", "0.500 кг", "₽0.250", "1.2345", "-5,00", "−5.00"]:
    print(text, "->", Price.fromstring(text).amount)
print("told the mark:", Price.fromstring("0.125", decimal_separator=".").amount)
PY

expected=$(cat <<'OUT'
0.25 -> 0.25
0.125 -> 125
0,125 -> 125
0.500 кг -> 500
₽0.250 -> 250
1.2345 -> 1.2345
-5,00 -> 5.00
−5.00 -> 5.00
told the mark: 0.125
OUT
)
actual=$(./venv/bin/python -W ignore show.py)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

#!/usr/bin/env bash
# Guess:   a converter of workbooks writes the number of a cell, or what a spreadsheet shows of it.
# Really:  where the cell's number format has a unit in quotes with d, m, y or h in it ("RUB/day", "m"), the number is gone: the
#          format's text stands there with parts of a date in it (12.5 a day is "11ay"); "руб." is safe. Of a percentage it depends on the decimals of the
#          format whether 7 % comes out as 7% or 0.07, and a small number in scientific form becomes 0.
# Version: xlsx2csv 0.8.6 (PyPI); the workbook is openpyxl 3.1.5's.
# Matters: price lists and rate cards carry their units in formats; no price of such a column survives, exit 0.
# Instead: read the values (python-calamine, openpyxl) and let the importer look at the format only to tell dates.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv --without-pip venv
python3 -m pip --python ./venv install --quiet --no-compile --disable-pip-version-check xlsx2csv==0.8.6 openpyxl==3.1.5

cat > make.py <<'PY'
import openpyxl

book = openpyxl.Workbook()
for at, (name, value, shown) in enumerate((
    ("roubles", 1234.5, '0.00" руб."'),
    ("price a day", 12.5, '0.00" RUB/day"'),
    ("another price a day", 99.9, '0.00" RUB/day"'),
    ("length", 5, '0" m"'),
    ("seven per cent", 0.07, "0%"),
    ("seven and a half per cent", 0.075, "0.0%"),
    ("a small number", 1.5e-7, "General"),
), 1):
    book.active.cell(at, 1, name)
    book.active.cell(at, 2, value).number_format = shown
book.save("prices.xlsx")
PY
./venv/bin/python make.py

expected=$(cat <<'OUT'
roubles,1234.5000000
price a day,"0.00"" rub/11ay"""
another price a day,"0.00"" rub/08ay"""
length,"0"" 01"""
seven per cent,7%
seven and a half per cent,0.075
a small number,0
OUT
)
actual=$(./venv/bin/xlsx2csv prices.xlsx)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

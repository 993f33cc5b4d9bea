#!/usr/bin/env bash
# Guess:   cast_date turns cells that are dates into dates and leaves the rest alone.
# Really:  it asks V8's Date.parse, which takes any text that ends in a small number: "Lamp 5" becomes 1 May 2001, "Size 42" the
#          year 2042, "Order 12" 1 December 2001, in Cyrillic too ("Лампа 5"). "Lamp 33" becomes 2033 but "Lamp 50" 1950.
# Version: csv-parse 7.0.3 (npm), Node 20.
# Matters: product names with a model number, flat numbers and sizes of a shop's export silently become dates, some rows of a
#          column and not others; the original text is gone.
# Instead: never cast dates for the whole file; pass cast as a function that looks at the column's name and a strict pattern.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund --prefix . csv-parse@7.0.3

cat > show.mjs <<'JS'
import { parse } from 'csv-parse/sync';

const names = ['Lamp 5', 'Лампа 5', 'Order 12', 'Size 42', 'Lamp 50', 'Lamp 33', 'Apt. 3', 'May'];
const rows = parse(['name', ...names].join('\n'), { columns: true, cast: true, cast_date: true });
rows.forEach(({ name }, i) => {
  console.log(names[i], '->', name instanceof Date ? `Date ${name.toISOString().slice(0, 10)}` : `text ${name}`);
});
JS

expected=$(cat <<'OUT'
Lamp 5 -> Date 2001-05-01
Лампа 5 -> Date 2001-05-01
Order 12 -> Date 2001-12-01
Size 42 -> Date 2042-01-01
Lamp 50 -> Date 1950-01-01
Lamp 33 -> Date 2033-01-01
Apt. 3 -> Date 2001-03-01
May -> text May
OUT
)
actual=$(TZ=UTC node show.mjs)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

#!/usr/bin/env bash
# Guess:   csv2json gives the cells as the texts they are, or at most numbers for numbers, and ends at the last line's end.
# Really:  each cell goes through JSON.parse: a customer called "null" has no name any more, "1e5" (an article) is 100000, and a
#          20-digit id loses its last digits, while 0042 next to it stays a text. A file that ends with a line end, as files do,
#          gives the last cell that line end ("Bob\n"); with CRLF the last column's name and cells carry "\r".
# Version: json-2-csv 5.6.0 (npm).
# Matters: the ids of one column are numbers in some rows and texts in others, long ids of two customers become one, and the last
#          customer of each file does not equal himself in the next import.
# Instead: a parser that gives texts (csv-parse without cast); with this one trim the file's end and set parseValue and delimiter.eol.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund --prefix . json-2-csv@5.6.0

cat > show.mjs <<'JS'
import { csv2json } from 'json-2-csv';

const shown = (text) => JSON.stringify(csv2json(text));
console.log('cells:', shown('id,name,sku\n12345678901234567890,null,1e5\n12345678901234567891,Ann,0042\n7,[1],true'));
console.log('line end at the end:', shown('id,name\n1,Ann\n2,Bob\n'));
console.log('CRLF:', shown('id,name\r\n1,Ann\r\n2,Bob'));
JS

expected=$(cat <<'OUT'
cells: [{"id":12345678901234567000,"name":null,"sku":100000},{"id":12345678901234567000,"name":"Ann","sku":"0042"},{"id":7,"name":[1],"sku":true}]
line end at the end: [{"id":1,"name":"Ann"},{"id":2,"name":"Bob\n"}]
CRLF: [{"id":1,"name\r":"Ann\r"},{"id":2,"name\r":"Bob"}]
OUT
)
actual=$(TZ=UTC node show.mjs)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

#!/usr/bin/env bash
# Guess:   a filter that leaves one bad row out leaves its amount out of the sum as well; a sum over no rows is 0.
# Really:  sums are kept by adding and subtracting, so one row with a missing amount makes reduceSum NaN for ever: NaN - NaN is NaN,
#          also with the row filtered out or removed from the data. With good rows the sum of no rows is not 0 but a rest such as 1.1e-16.
# Version: crossfilter2 1.5.4 (npm).
# Matters: a dashboard over crossfilter (dc.js and many OLAP-like grids) shows NaN until it is reloaded after one order without an
#          amount, and tests such as "total === 0: nothing sold" fail.
# Instead: put whole kopecks in (integers add and subtract exactly), and (row) => row.amount ?? 0 in the accessor.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund --prefix . crossfilter2@1.5.4

cat > show.mjs <<'JS'
import crossfilter from 'crossfilter2';

function sums(rows, accessor) {
  const data = crossfilter(rows);
  const shop = data.dimension((row) => row.shop);
  const total = data.dimension((row) => row.id).groupAll().reduceSum(accessor);
  return { data, shop, total };
}

const bad = sums([{ id: 1, shop: 'A', amount: 10 }, { id: 2, shop: 'B' }], (row) => row.amount);
console.log('all:', bad.total.value());
bad.shop.filter('A');
console.log('shop A, whose one row is 10:', bad.total.value());
bad.shop.filterAll();
bad.data.remove((row) => row.shop === 'B');
console.log('after the bad row is removed:', bad.data.size(), 'row, sum', bad.total.value());

const good = sums([0.1, 0.2, 0.3].map((amount, id) => ({ id, shop: 'A', amount })), (row) => row.amount);
good.shop.filter('no such shop');
console.log('no rows:', good.total.value());
const whole = sums([10, 20, 30].map((amount, id) => ({ id, shop: 'A', amount })), (row) => row.amount);
whole.shop.filter('no such shop');
console.log('no rows, whole kopecks:', whole.total.value());
JS

expected=$(cat <<'OUT'
all: NaN
shop A, whose one row is 10: NaN
after the bad row is removed: 1 row, sum NaN
no rows: 1.1102230246251565e-16
no rows, whole kopecks: 0
OUT
)
actual=$(TZ=UTC node show.mjs)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

#!/usr/bin/env bash
# Guess:   the support of a product is the number of baskets that have it; the same product on two lines of one order counts once.
# Really:  node-apriori counts lines, so that a support can be above the number of baskets; node-fpgrowth pairs the product with
#          itself and counts that basket twice in true pairs too. Orders without a repeated product are counted right by both.
# Version: node-apriori 1.0.0 and node-fpgrowth 1.2.1 (npm).
# Matters: exports of shops repeat a product on several lines all the time (two sizes, a gift, a price that changed): "bought
#          together" then shows products with themselves, shares above 100 % and pairs that only one order had.
# Instead: pass [...new Set(basket)].
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund --prefix . node-apriori@1.0.0 node-fpgrowth@1.2.1

cat > show.cjs <<'JS'
const { Apriori } = require('node-apriori');
const { FPGrowth } = require('node-fpgrowth');

const baskets = [['tea', 'tea', 'cup'], ['tea', 'pot'], ['cup', 'pot'], ['tea', 'tea', 'tea']];
const once = baskets.map((basket) => [...new Set(basket)]);

function shown(found) {
  return (found.itemsets ?? found)
    .map(({ items, support }) => `${[...items].sort().join('+')} ${support}`)
    .sort()
    .join(', ');
}

(async () => {
  for (const [name, Miner] of [['apriori', Apriori], ['fpgrowth', FPGrowth]]) {
    console.log(`${name}, 4 baskets: ${shown(await new Miner(0.5).exec(baskets))}`);
    console.log(`${name}, each product once: ${shown(await new Miner(0.5).exec(once))}`);
  }
})();
JS

expected=$(cat <<'OUT'
apriori, 4 baskets: cup 2, pot 2, tea 6
apriori, each product once: cup 2, pot 2, tea 3
fpgrowth, 4 baskets: cup 2, cup+tea 2, pot 2, tea 4, tea+tea 4
fpgrowth, each product once: cup 2, pot 2, tea 3
OUT
)
actual=$(node show.cjs)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

#!/usr/bin/env bash
# Guess:   Holt-Winters over a season that repeats to the last digit forecasts that season, whatever the smoothing; a season with a
#          zero (a closed day) is at worst a zero forecast.
# Really:  nostradamus forecasts 8, 19, 29, 38 for 10, 20, 30, 40 (its fit says 118 for the 40 in between): values of the first
#          period enter the level with their season in them. Another library gives the season exactly.
#          With zeros in the first season all of the forecast is NaN, without an error.
# Version: nostradamus 0.1.0 beside zodiac-ts 1.0.3 (npm).
# Matters: plans by weekday are off by a fifth on the easiest series there is, and a shop that is closed on Sundays has no plan.
# Instead: hold the library against a repeating series before use; for zeros take the additive form.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund --prefix . nostradamus@0.1.0 zodiac-ts@1.0.3

cat > show.cjs <<'JS'
const nostradamus = require('nostradamus');
const { HoltWintersSmoothing } = require('zodiac-ts');

const [alpha, gamma, delta] = [0.5, 0.4, 0.6];
const told = (values) => values.map((value) => Number(value.toFixed(1))).join(' ');

const season = [10, 20, 30, 40, 10, 20, 30, 40, 10, 20, 30, 40];
const found = nostradamus(season, alpha, gamma, delta, 4, 4);
console.log('10 20 30 40 three times: forecast', told(found.slice(-4)), 'fit', told(found.slice(6, 12)));
const other = new HoltWintersSmoothing(season, alpha, gamma, delta, 4, true).predict();
console.log('zodiac-ts: forecast', told(other.slice(-4)));
const closed = nostradamus([0, 5, 0, 5, 0, 5, 0, 5], alpha, gamma, delta, 2, 2);
console.log('closed every second day: forecast', told(closed.slice(-2)));
JS

expected=$(cat <<'OUT'
10 20 30 40 three times: forecast 8 18.7 29.3 38.5 fit 52.8 118.1 19 25 25.1 26.6
zodiac-ts: forecast 10 20 30 40
closed every second day: forecast NaN NaN
OUT
)
actual=$(node show.cjs)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

#!/usr/bin/env bash
# Guess:   a converter for messages of bots changes the markup and leaves figures as they are.
# Really:  where an answer has a change or a date at the head of a line, the sign becomes a bullet ("- 3 %" and "+ 12 %" look the
#          same) and days of a month become a list that is numbered anew: "3. May", "5. May", "9. May" reads 3, 4, 5.
#          By the letter of Markdown both are lists, so that nothing is said.
# Version: telegramify-markdown 1.4.1 (PyPI).
# Matters: a model's list of daily sales arrives in Telegram with other days than it said, and a loss as a plain number.
# Instead: send entities or HTML of your own; else write a minus sign (U+2212) and keep dates off the head of a line.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv --without-pip venv
python3 -m pip --python ./venv install --quiet --no-compile --disable-pip-version-check telegramify-markdown==1.4.1

cat > show.py <<'PY'
from telegramify_markdown import convert

for text in (
    "Against last week:\n\n+ 12 % tea\n- 3 % coffee",
    "3. May: 100\n5. May: 200\n9. May: 50",
    "Against last week: +12 % tea, \u22123 % coffee",
):
    print(convert(text)[0].strip())
    print("--")
PY

expected=$(cat <<'OUT'
Against last week:

⦁ 12 % tea
⦁ 3 % coffee
--
3. May: 100
4. May: 200
5. May: 50
--
Against last week: +12 % tea, −3 % coffee
--
OUT
)
actual=$(./venv/bin/python show.py)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

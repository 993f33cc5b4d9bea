#!/usr/bin/env bash
# Guess:   chrono.ru either understands a Russian phrase of time or returns nothing.
# Really:  it silently drops the word it does not know and reads the rest: "полтора часа назад" (an hour and a half ago) is one hour
#          ago; "12 мая 2026 г. в 15:30" is two results, noon of 12 May and 15:30 of today; "в 1 квартале" (in the first quarter)
#          is one o'clock this morning.
# Version: chrono-node 2.10.3 (npm).
# Matters: tasks and reminders typed in a CRM or a bot get a plausible wrong time; parseDate() takes the first result and loses 15:30.
# Instead: accept a result only when its text covers the whole phrase (compare result.text with the trimmed input), refuse more than
#          one result, and show the time understood before saving it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund --prefix . chrono-node@2.10.3

cat > show.mjs <<'JS'
import * as chrono from 'chrono-node';

const now = new Date(Date.UTC(2026, 10, 18, 12, 0));
for (const phrase of ['полгода назад', 'полтора часа назад', '12 мая 2026 г. в 15:30', 'в 1 квартале']) {
  const results = chrono.ru.parse(phrase, now);
  console.log(phrase, '->', results.map((r) => `"${r.text}" ${r.start.date().toISOString().slice(0, 16)}`).join(' | '));
}
JS

expected=$(cat <<'OUT'
полгода назад -> "полгода назад" 2026-05-18T12:00
полтора часа назад -> "часа назад" 2026-11-18T11:00
12 мая 2026 г. в 15:30 -> "12 мая 2026 г" 2026-05-12T12:00 | "в 15:30" 2026-11-18T15:30
в 1 квартале -> "в 1" 2026-11-18T01:00
OUT
)
actual=$(TZ=UTC node show.mjs)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

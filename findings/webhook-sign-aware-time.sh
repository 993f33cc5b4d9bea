#!/usr/bin/env bash
# Guess:   sign(id, timestamp, body) of the Standard Webhooks libraries signs the moment that the datetime names.
# Really:  both replace the datetime's zone by UTC instead of converting to it: 12:00+03:00 is signed as 12:00Z, so one moment
#          written in two zones has two signatures. A header made from timestamp() then does not fit the signature made from the
#          same object, and verify() refuses the message.
# Version: standardwebhooks 1.1.0 and svix 2.9.1 (PyPI).
# Matters: a CRM that keeps times in the workspace's zone sends webhooks that every receiver refuses, and only for workspaces that
#          are not in UTC: tests that run in UTC pass.
# Instead: pass datetime.now(timezone.utc), or sign the text "{id}.{seconds}.{body}" with the very seconds put in the header.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv --without-pip venv
python3 -m pip --python ./venv install --quiet --no-compile --disable-pip-version-check \
  standardwebhooks==1.1.0 svix==2.9.1

cat > show.py <<'PY'
from datetime import datetime, timedelta, timezone

import standardwebhooks.webhooks as standard
import svix.webhooks as svix

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLwSw"
BODY = '{"order":1}'
now_utc = datetime.now(timezone.utc).replace(microsecond=0)
moscow = now_utc.astimezone(timezone(timedelta(hours=3)))
assert now_utc == moscow and now_utc.timestamp() == moscow.timestamp()

for name, module in (("standardwebhooks", standard), ("svix", svix)):
    hook = module.Webhook(SECRET)
    print(name, "same moment, same signature:", hook.sign("msg_1", now_utc, BODY) == hook.sign("msg_1", moscow, BODY))
    for zone, at in (("UTC", now_utc), ("Moscow", moscow)):
        headers = {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": hook.sign("msg_1", at, BODY),
        }
        try:
            hook.verify(BODY, headers)
            print(name, zone, "accepted")
        except module.WebhookVerificationError as error:
            print(name, zone, "refused:", error)
PY

expected=$(cat <<'OUT'
standardwebhooks same moment, same signature: False
standardwebhooks UTC accepted
standardwebhooks Moscow refused: No matching signature found
svix same moment, same signature: False
svix UTC accepted
svix Moscow refused: No matching signature found
OUT
)
actual=$(./venv/bin/python -W ignore show.py)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

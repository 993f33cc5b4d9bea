#!/bin/bash
# Is the server that runs beside this ready? Asks /readyz of the address in KUPETS_LISTEN; status 0 if it answers 200.
# The image holds no HTTP client, and bash opens a connection by itself. The caller sets the limit of time.
set -euo pipefail

listen=${KUPETS_LISTEN:-127.0.0.1:8080}
port=${listen##*:}
host=${listen%:*}
host=${host#[}
host=${host%]}
case $host in
    0.0.0.0) host=127.0.0.1 ;;
    ::) host=::1 ;;
esac

exec 3<>"/dev/tcp/$host/$port"
printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r _ status _ <&3
if [ "$status" != 200 ]; then
    echo "/readyz at $host:$port answers $status" >&2
    exit 1
fi

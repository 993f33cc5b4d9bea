#!/usr/bin/env bash
# packaging/healthcheck.sh against a server that is ready, one that is not, and none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

scratch=$(mktemp -d "${TMPDIR:-/tmp}/kupets-healthcheck.XXXXXX")
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$scratch"
}
trap cleanup EXIT

# Answers GET /readyz with the status in the file `status`, on a port that it writes to the file `port`.
python3 - "$scratch" <<'PYTHON' &
import http.server, os, pathlib, sys
folder = pathlib.Path(sys.argv[1])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int((folder / "status").read_text()) if self.path == "/readyz" else 404)
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
(folder / "draft").write_text(str(server.server_port))
os.rename(folder / "draft", folder / "port")
server.serve_forever()
PYTHON
server=$!
for _ in $(seq 200); do
    [ ! -s "$scratch/port" ] || break
    sleep 0.05
done
port=$(cat "$scratch/port")

expect() {
    local wanted=$1 listen=$2 got=0
    KUPETS_LISTEN=$listen timeout 5 packaging/healthcheck.sh 2>/dev/null || got=$?
    [ "$((got != 0))" = "$wanted" ] || { echo "test_healthcheck.sh: KUPETS_LISTEN=$listen gave status $got: $3" >&2; exit 1; }
}

echo 200 >"$scratch/status"
expect 0 "127.0.0.1:$port" "a server that is ready"
expect 0 "0.0.0.0:$port" "all addresses are asked on loopback"
expect 0 "localhost:$port" "a name"
echo 503 >"$scratch/status"
expect 1 "127.0.0.1:$port" "a server that is not ready"
kill "$server"
wait "$server" 2>/dev/null || true
server=
expect 1 "127.0.0.1:$port" "no server"
echo "test_healthcheck.sh: 5 passed"

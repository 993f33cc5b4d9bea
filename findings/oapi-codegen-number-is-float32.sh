#!/usr/bin/env bash
# Guess:   `type: number` of an OpenAPI document becomes float64 in a generated Go client: JSON's numbers are doubles everywhere.
# Really:  oapi-codegen makes it float32 unless the schema says `format: double`: seven digits. 1234567.89 is read as 1234567.9 and
#          16777217 as 16777216, written back so, and no error or warning comes at generation or at reading.
# Version: github.com/oapi-codegen/oapi-codegen v2.8.2.
# Matters: a customer of the CRM's API who generates a Go client loses kopecks from 131,072 roubles up, in a report that
#          matches in tests with small sums.
# Instead: money as `type: string` with a pattern, and `format: double` on every other number of a public document; a check in CI
#          that no bare `type: number` is left.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

export GOFLAGS=-modcacherw GOPATH="$work/go"
cat > go.mod <<'GO'
module example.test/show

go 1.24
GO
cat > api.yaml <<'YAML'
openapi: 3.0.3
info: {title: Sums, version: "1"}
paths: {}
components:
  schemas:
    Report:
      type: object
      required: [revenue, exact]
      properties:
        revenue: {type: number}
        exact: {type: number, format: double}
YAML
go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 \
  -generate types,skip-prune -package main -o types.go api.yaml
cat > main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
)

func main() {
	for _, sum := range []string{"1234.56", "1234567.89", "16777217"} {
		var report Report
		if err := json.Unmarshal([]byte(`{"revenue":`+sum+`,"exact":`+sum+`}`), &report); err != nil {
			panic(err)
		}
		again, _ := json.Marshal(report)
		fmt.Println(sum, "->", string(again))
	}
}
GO
show() {
  grep -E 'Revenue|Exact' types.go | tr -s ' \t' ' '
  go run .
}

expected=$(cat <<'OUT'
 Exact float64 `json:"exact"`
 Revenue float32 `json:"revenue"`
1234.56 -> {"exact":1234.56,"revenue":1234.56}
1234567.89 -> {"exact":1234567.89,"revenue":1234567.9}
16777217 -> {"exact":16777217,"revenue":16777216}
OUT
)
actual=$(show)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

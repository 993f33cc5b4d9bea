#!/usr/bin/env bash
# Guess:   money.NewFromFloat(19.99, "RUB") is 1999 kopecks; its comment, "rounding trailing decimals down", is about 19.999.
# Really:  the product 19.99 * 100 is 1998.9999999999998 and is cut: 19.99 becomes 19.98, 0.29 becomes 0.28. Of all amounts from
#          0.01 to 99.99 573 come out a kopeck low.
# Version: github.com/Rhymond/go-money v1.0.15.
# Matters: amounts of shops' JSON APIs arrive as float64; revenue made this way is always a little low and never high.
# Instead: money.New(int64(math.Round(x*100)), "RUB"), or keep the JSON text (json.Number) and read it as a decimal.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

export GOFLAGS=-modcacherw GOPATH="$work/go"
cat > go.mod <<'GO'
module example.test/show

go 1.24

require github.com/Rhymond/go-money v1.0.15
GO
cat > main.go <<'GO'
package main

import (
	"fmt"
	"math"

	"github.com/Rhymond/go-money"
)

func main() {
	for _, amount := range []float64{0.25, 0.29, 8.2, 19.99} {
		fmt.Println(amount, "->", money.NewFromFloat(amount, "RUB").Amount(), "kopecks")
	}
	wrong, wrongRounded := 0, 0
	for kopecks := int64(1); kopecks <= 9999; kopecks++ {
		amount := float64(kopecks) / 100
		if money.NewFromFloat(amount, "RUB").Amount() != kopecks {
			wrong++
		}
		if money.New(int64(math.Round(amount*100)), "RUB").Amount() != kopecks {
			wrongRounded++
		}
	}
	fmt.Println("wrong:", wrong, "of 9999; rounded first:", wrongRounded)
}
GO
go mod tidy >/dev/null 2>&1
show() { go run .; }

expected=$(cat <<'OUT'
0.25 -> 25 kopecks
0.29 -> 28 kopecks
8.2 -> 819 kopecks
19.99 -> 1998 kopecks
wrong: 573 of 9999; rounded first: 0
OUT
)
actual=$(show)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi

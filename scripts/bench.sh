#!/usr/bin/env bash
# The benchmarks: scripts/bench.sh [time each].
set -euo pipefail
. "$(dirname "$0")/lib.sh"

scripts/deps.sh test
packages=$( (grep -rl --include='*_test.go' '^func Benchmark' . || true) | xargs -r -n1 dirname | sort -u)
if [ -z "$packages" ]; then
	say "There is no benchmark."
	exit 0
fi
pg_start
run go test -tags "$tags" -run '^$' -bench . -benchmem -benchtime "${1:-1s}" -timeout 0 -p 1 $packages

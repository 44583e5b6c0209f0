#!/usr/bin/env bash
# Every fuzz target for a while: scripts/fuzz.sh [time each].
set -euo pipefail
. "$(dirname "$0")/lib.sh"

targets=0 failed=0
while IFS=: read -r file line; do
	name=$(sed -E 's/^func (Fuzz[A-Za-z0-9_]*).*/\1/' <<<"$line")
	say "== $name in $(dirname "$file")"
	targets=$((targets + 1))
	run go test -tags "$tags" -run '^$' -fuzz "^$name\$" -fuzztime "${1:-60s}" "$(dirname "$file")" || failed=$((failed + 1))
done < <( (grep -r --include='*_test.go' '^func Fuzz' . || true) | sort)
say "$targets fuzz targets, $failed failed"
[ $failed = 0 ]

#!/usr/bin/env bash
# The tests that kill processes and cut lines, for long: scripts/soak.sh
# [minutes]. They read from PARVIS_SOAK how long each may go on.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

scripts/deps.sh test
packages=$( (grep -rl --include='*_test.go' '^func TestSoak' . || true) | xargs -r -n1 dirname | sort -u)
if [ -z "$packages" ]; then
	say "No test soaks."
	exit 0
fi
pg_start
export PARVIS_SOAK="${1:-30}m"
run go test -v -count=1 -tags "$tags" -timeout 0 -p 1 -run Soak $packages

#!/usr/bin/env bash
# All tests. Ends with how long each stage took and "N passed, N failed"; the
# whole output of each stage is kept in build/test/.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

passed=0 failed=0 skipped=0 times=()
logs=build/test
rm -rf "$logs"
mkdir -p "$logs"
began=$SECONDS

# stage NAME COMMAND…: runs a step, keeps its output and its time.
stage() {
	local name=$1 start=$SECONDS status=0
	shift
	say "== $name"
	run "$@" >"$logs/$name.log" 2>&1 || status=$?
	times+=("$(printf '%5d s  %s' $((SECONDS - start)) "$name")")
	return $status
}

# check NAME COMMAND…: a step that passes or fails as a whole.
check() {
	if stage "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		cat "$logs/$1.log"
	fi
}

# go_tests NAME ARGUMENTS…: a go test, counted test by test.
go_tests() {
	local name=$1 status=0 counts
	stage "$name" go test -v -count=1 -timeout 60m "${@:2}" || status=$?
	# Shown: the line of each package, and all of those that failed.
	awk '
		/^(ok  |FAIL|\?   |---)\t/ || /^(ok|FAIL)[ \t]+parvis\// {
			if ($1 == "FAIL") printf "%s", text
			if ($1 != "?" ) print
			text = ""; next
		}
		/^=== (RUN|PAUSE|CONT|NAME)/ || /^ *--- PASS/ { next }
		{ text = text $0 "\n" }
		END { if (status != 0) printf "%s", text }
	' status="$status" "$logs/$name.log"
	counts=$(awk '
		/^ *--- PASS:/ { p++ } /^ *--- SKIP:/ { s++ } /^ *--- FAIL:/ { f++; in_package++ }
		/^ok[ \t]/ { in_package = 0 }
		/^FAIL[ \t]+parvis\// { if (!in_package) f++; in_package = 0 }
		END { print p + 0, f + 0, s + 0 }' "$logs/$name.log")
	set -- $counts
	# A run that failed without a word about a test still failed.
	if [ $status -ne 0 ] && [ "$2" = 0 ]; then set -- "$1" 1 "$3"; fi
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

formatted() {
	local bad
	bad=$(find . -name '*.go' -not -path './build/*' -exec gofmt -l {} +)
	[ -z "$bad" ] || { say "not formatted, run make fmt:" $bad; return 1; }
}

say "== deps"
scripts/deps.sh test
times+=("$(printf '%5d s  %s' $((SECONDS - began)) deps)")

# What the tests write, the databases with it, stays in memory where there is
# room; PARVIS_TEST_DISK=1 has it on the disk. What the compiler makes goes where
# it always does.
if [ -z "${PARVIS_TEST_DISK:-}" ] && memory=$(in_memory) && [ -n "$memory" ]; then
	export GOTMPDIR=${TMPDIR:-/tmp} TMPDIR=$memory
fi

pg_begin=$SECONDS
pg_start
times+=("$(printf '%5d s  %s' $((SECONDS - pg_begin)) "PostgreSQL's start")")

tags="$tags,probe"
check gofmt formatted
check vet go vet -tags "$tags" ./...
check staticcheck go run honnef.co/go/tools/cmd/staticcheck -tags "$tags" ./...

# Fyne's packages are told apart by what they import: screens live on its one
# goroutine, their pictures take eleven times as long under the race detector
# (measured), and its first build takes minutes. So the detector looks at all
# the others; with PARVIS_RACE_UI=1 also at these.
plain=() fyne=()
while read -r mark path; do
	# The longest begins first, so that the others are tried beside it.
	if [ "$path" = parvis/syncserver/service ]; then plain=("$path" "${plain[@]}")
	elif [ "$mark" = fyne ]; then fyne+=("$path"); else plain+=("$path"); fi
done < <(go list -tags "$tags" -f '{{$m := "plain"}}{{range .Deps}}{{if eq . "fyne.io/fyne/v2"}}{{$m = "fyne"}}{{end}}{{end}}{{range .XTestImports}}{{if eq . "fyne.io/fyne/v2/test"}}{{$m = "fyne"}}{{end}}{{end}}{{range .TestImports}}{{if eq . "fyne.io/fyne/v2/test"}}{{$m = "fyne"}}{{end}}{{end}}{{$m}} {{.ImportPath}}' ./...)
[ ${#plain[@]} = 0 ] || go_tests race -race -tags "$tags" "${plain[@]}"
[ ${#fyne[@]} = 0 ] || go_tests window ${PARVIS_RACE_UI:+-race} -tags "$tags" "${fyne[@]}"

# What only computes is tried without the detector.
go_tests undetected -run 'TestEachByteOfASmallFile|TestTheChildFillsAFolder|TestALargeWidthIsHeldBack|TestWhoMayDoWhat|TestPaymentsInEveryOrder|TestALateAnswer|TestClosuresAmongRandomHistories|TestRandomHistoriesOfAWaitingList|TestMoneyAndPlacesAmongRandomHistories' ./desktop/cache ./desktop/pages ./syncserver/service

# Without the detector the simulation plays four times as many histories.
go_tests simulate -run 'TestSimulate$' ./syncserver/simulate

# The pages for browsers are tried in a real one. Debian has it as a package;
# where there is none (Ubuntu ships a snap, which containers cannot run) that is
# said, and not passed over as done.
if command -v chromium chromium-browser google-chrome >/dev/null; then
	go_tests browser -tags "$tags,browser" -run RealBrowser ./syncserver
else
	say "== browser: no Chromium on this machine, its test is not run, nor the part of the journey in which somebody pays"
	skipped=$((skipped + 2))
	export PARVIS_NO_BROWSER=1
fi

if compgen -G 'desktop/journey/*.go' >/dev/null; then
	check journey make --no-print-directory journey
fi

say
say "Time of each stage:"
printf '%s\n' "${times[@]}"
printf '%5d s  in all\n' $((SECONDS - began))
[ $skipped = 0 ] || say "$skipped skipped"
say "$passed passed, $failed failed"
[ $failed = 0 ]

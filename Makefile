# The commands of this project. "make" alone lists them.

SHELL     := /bin/bash
TAGS      := migrated_fynedo,no_emoji
STRIPPED  := -trimpath -ldflags "-s -w"
FUZZTIME  ?= 60s
SEEDS     ?= 2000
MINUTES   ?= 30
BENCHTIME ?= 1s
comma     := ,

export PARVIS_TAGS := $(TAGS)

.DEFAULT_GOAL := help

.PHONY: help
help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{ \
		if ($$1 != "simulate" || "$(wildcard syncserver/simulate)") printf "  make %-10s %s\n", $$1, $$2 \
	}' $(firstword $(MAKEFILE_LIST))

.PHONY: deps
deps: ## install what building needs and this machine lacks
	@scripts/deps.sh build

.PHONY: build
build: deps ## build the server and the desktop into build/
	@mkdir -p build
	go build -tags $(TAGS) $(STRIPPED) -o build/parvis-server ./syncserver
	go build -tags $(TAGS) $(STRIPPED) -o build/parvis ./desktop

.PHONY: windows
windows: ## build build/parvis.exe, the desktop for Windows, on Linux
	@scripts/deps.sh windows
	@mkdir -p build
	CGO_ENABLED=1 GOOS=windows GOARCH=amd64 CC=x86_64-w64-mingw32-gcc \
		go build -tags $(TAGS) -trimpath -ldflags "-s -w -H windowsgui" -o build/parvis.exe ./desktop

.PHONY: run
run: build ## the demo town with its window; without a display, the journey with screenshots
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname -s)" != Linux ]; then \
		exec build/parvis-server demo --desktop build/parvis; \
	else \
		echo "No display here: the journey is played on a screen of its own."; \
		$(MAKE) --no-print-directory journey; \
	fi

.PHONY: journey
journey: build ## play the journeys in real windows on Xvfbs, with screenshots (PARTS=reprise,correction; without a Chromium: PARVIS_NO_BROWSER=1)
	@scripts/deps.sh window
	go build -tags $(TAGS),probe -o build/parvis-probe ./desktop
	go build -tags $(TAGS) -o build/journey ./desktop/journey
	build/journey --server build/parvis-server --desktop build/parvis-probe --screenshots build/screenshots --parts "$(PARTS)"

.PHONY: pictures
pictures: ## six pictures of each screen in build/pictures, to be looked at (ONLY=home,agenda)
	@rm -rf $(if $(ONLY),$(foreach p,$(subst $(comma), ,$(ONLY)),build/pictures/$(p)),build/pictures)
	PARVIS_PICTURES=$(CURDIR)/build/pictures go test -count=1 -tags $(TAGS) -run Fit $(if $(ONLY),$(foreach p,$(subst $(comma), ,$(ONLY)),./desktop/ui/$(p)),./desktop/ui/...)
	@find build/pictures -name '*.png' | wc -l

.PHONY: test
test: ## everything: formatting, vet, staticcheck, all tests, both databases, the journey
	@scripts/test.sh

.PHONY: bench
bench: ## the benchmarks, on SQLite and on a private PostgreSQL (BENCHTIME=1s)
	@scripts/bench.sh $(BENCHTIME)

.PHONY: fuzz
fuzz: ## every fuzz target for a while (FUZZTIME=60s)
	@scripts/fuzz.sh $(FUZZTIME)

.PHONY: soak
soak: ## the tests that kill and cut, for long (MINUTES=30)
	@scripts/soak.sh $(MINUTES)

ifneq ($(wildcard syncserver/simulate),)
.PHONY: simulate
simulate: ## seeded histories of desktops, server and a bad network (SEEDS=2000)
	go test ./syncserver/simulate -count=1 -timeout 0 -run Simulate -seeds $(SEEDS)
endif

.PHONY: fmt
fmt: ## format the Go code
	@find . -name '*.go' -not -path './build/*' -exec gofmt -l -w {} +

.PHONY: clean
clean: ## remove what was built
	rm -rf build

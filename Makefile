# Kupets. `make help` lists the targets; each installs what it needs into caches outside this folder.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# What cargo builds goes where plain `cargo build` puts it, so that both compile DataFusion once. CARGO_TARGET_DIR sets
# another folder.
TARGET := $(or $(CARGO_TARGET_DIR),target)
# Where scripts/tools.sh puts the programs that tests run beside Kupets (an S3 server, Ollama, DuckDB).
export KUPETS_TOOLS ?= $(HOME)/.cache/kupets/tools
# Arguments passed on: `make run ARGS="--listen 0.0.0.0:8080"`, `make test ARGS=journal`.
ARGS ?=
# The tests that need an S3 server.
S3_TESTS ?= --workspace --test it s3::
# The tests that need an Ollama server. They fail where they were to run and have none.
OLLAMA_TESTS ?= --workspace --test ollama

# In CI a Cargo.lock that does not fit is an error; elsewhere cargo brings it up to date.
LOCKED := $(if $(CI),--locked)
READER := $(KUPETS_TOOLS)/duckdb-reader/bin/python

.PHONY: help run demo test test-s3 test-ollama torture lint doc bench dist tools

help: ## this list
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | while IFS=$$'\t' read -r name text; do \
		printf '  make %-10s %s\n' "$$name" "$$text"; done

run: ## build and start the server; ARGS are passed to `kupets serve`
	cargo run --release -- serve $(ARGS)

demo: ## build and start a server with a demo shop of two years; ARGS are passed to `kupets demo`
	cargo run --release -- demo $(ARGS)

# One profile (docs/decisions/0001) and one set of features (0002) everywhere: dependencies compile once, and tests run the code that ships.
test: ## all tests but those that need a server beside Kupets; ARGS are passed to `cargo test`
	scripts/tools.sh duckdb-reader schemathesis mcp-suite chromium || true
	if [ -x $(READER) ]; then $(READER) tests/readers/test_duckdb_lake.py; fi
	cargo test $(LOCKED) --release --workspace $(ARGS)
	if [ -z "$(ARGS)" ]; then cargo build $(LOCKED) --release; tests/openapi/schemathesis.sh $(TARGET)/release/kupets; \
		tests/differential/run.sh $(TARGET)/release/kupets; \
		KUPETS_E2E=$${KUPETS_E2E:-first-hour} tests/web/run.sh $(TARGET)/release/kupets; \
		cargo build $(LOCKED) --release --workspace --example mcp_fixture; tests/mcp/product.sh $(TARGET)/release/kupets $(TARGET)/release/examples/mcp_fixture; fi

test-s3: ## the lake, crash and replacement tests against a real S3 server on loopback
	scripts/s3.sh run cargo test $(LOCKED) --release $(S3_TESTS) $(ARGS)

# Seeds of the simulation, the first of them, and with KUPETS_TORTURE_SECONDS, which make hands on, the time after which no more is started.
SEED ?= 1
SEEDS ?= $(if $(KUPETS_TORTURE_SECONDS),,500)

torture: ## the seeded simulation of storage: SEEDS of them from SEED on, or for KUPETS_TORTURE_SECONDS (two nodes, three tenants, a store that fails)
	$(if $(SEEDS),KUPETS_TORTURE_SEEDS=$(SEEDS)) KUPETS_TORTURE_SEED=$(SEED) cargo test $(LOCKED) --release --workspace --lib -- --nocapture nothing_is_lost_doubled_or_brought_back

test-ollama: ## the protocol tests of the assistant's model against a real Ollama with a small model, on loopback
	KUPETS_TEST_OLLAMA=1 scripts/ollama.sh run cargo test $(LOCKED) --release $(OLLAMA_TESTS) $(ARGS)

lint: ## formatting, clippy, licences of everything linked, shell scripts, Dockerfile, systemd unit
	cargo fmt --all --check
	python3 -m doctest scripts/*.py
	scripts/walls.py
	scripts/module_circles.py
	scripts/features.py
	scripts/licences.py
	scripts/tools.sh linters dclint || true
	PATH="$(KUPETS_TOOLS)/linters/bin:$$PATH"; if command -v shellcheck >/dev/null; then \
		shellcheck -x scripts/*.sh packaging/*.sh tests/*.sh tests/packaging/*.sh tests/differential/*.sh tests/openapi/*.sh tests/mcp/*.sh tests/web/*.sh .ci/run; \
		else echo "SKIPPED: shell scripts are not checked: no shellcheck (scripts/tools.sh linters)" >&2; fi
	scripts/lint_packaging.sh
	RUSTC_WORKSPACE_WRAPPER=$(CURDIR)/scripts/clippy_wrapper.sh \
		cargo build $(LOCKED) --release --workspace --all-targets $(ARGS)

doc: ## the crates' documentation; a broken link is an error
	RUSTDOCFLAGS='-D warnings' cargo doc $(LOCKED) --release --workspace --no-deps --document-private-items

bench: ## benchmarks of the real binary, printed as tables with the machine; ARGS choose some (`--help` lists them)
	scripts/tools.sh duckdb-bench || true
	cargo build $(LOCKED) --release
	KUPETS_BIN=$${KUPETS_BIN:-$(TARGET)/release/kupets} cargo bench $(LOCKED) --profile release --workspace --bench kupets -- $(ARGS)

dist: ## the release binary with its licences, pages and systemd unit as dist/*.tar.gz, with checksums
	scripts/dist.sh

tools: ## install everything that tests and benches run beside Kupets
	scripts/tools.sh all

# One door to everything. Each recipe is one script under scripts/, which says
# why it does what it does.

.DEFAULT_GOAL := help
.PHONY: help setup check test test-deep wasm coverage gas schema vectors doc fmt clean demo demo-wasmd chaos portal bench bench-coordinator bench-gpu e2e e2e-wasmd localnet devnet-figures

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing: toolchains, system packages, software Vulkan drivers
	@scripts/setup.sh

check: ## rustfmt, clippy, doc warnings, licences and advisories; warnings are errors
	@scripts/check.sh

test: ## everything a change has to pass: setup, wasm, all tests at moderate length
	@scripts/test.sh

test-deep: ## the same at full length, then fuzzing; goes on where the same BALLAST_SEED stopped
	@scripts/test-deep.sh

wasm: ## build every contract to artifacts/, reproducibly, and check it as the chain does
	@scripts/wasm.sh

demo: ## the whole life of the coin on this machine, with real processes
	@scripts/demo.sh

demo-wasmd: ## the same on real wasmd, which is built first: minutes, once
	@scripts/demo.sh --chain wasmd

chaos: ## kill -9 each part of a network under load, in turn and together, and check all
	@scripts/chaos.sh

portal: ## build the portal into portal/dist, and walk through it in a browser
	@scripts/portal.sh

bench: ## int8 products on every device beside other libraries, into docs/data/
	@scripts/bench.sh

bench-gpu: ## the same on GPUs, beside cuBLAS, as a share of the device's limit, into docs/data/
	@scripts/bench-gpu.sh

bench-coordinator: ## one coordinator under load, beside nginx and Redis, into docs/data/
	@scripts/bench-coordinator.sh

gas: wasm ## measure gas on the built contracts, into docs/data/
	@scripts/cargo.sh run --locked -q -p test-suite --bin gas

coverage: ## measure which lines of the contracts their tests run, into docs/data/
	@scripts/coverage.sh

e2e: ## the suite from end to end on devnet
	@scripts/e2e.sh devnet

e2e-wasmd: ## the same on real wasmd, and four validators with one killed
	@scripts/e2e.sh wasmd --include-ignored

localnet: ## one node of real wasmd on this machine, with fast blocks
	@localnet/localnet.sh one

devnet-figures: ## measure devnet beside wasmd in release builds, into docs/data/
	@scripts/devnet-figures.sh

schema: ## write the JSON schemas of every contract's messages anew
	@scripts/cargo.sh run --locked -q -p test-suite --bin schema

vectors: ## write the test vectors anew
	@scripts/cargo.sh run --locked -q -p test-suite --bin vectors

doc: ## build the API documentation
	@scripts/cargo.sh doc --workspace --no-deps --locked

fmt: ## format all Rust code
	@scripts/cargo.sh fmt --all

clean: ## remove build outputs; the cache (see scripts/env.sh) stays
	@scripts/cargo.sh clean
	@rm -rf artifacts

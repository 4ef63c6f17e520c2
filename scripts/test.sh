#!/usr/bin/env bash
# Everything a change has to pass: set up, build the contracts, run the tests.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"
# The same seed each time, so that a failure here is one of the change at hand;
# `make test-deep` draws a new one.
export BALLAST_SEED=${BALLAST_SEED:-1}
choose_seed
. scripts/stages.sh

stage setup scripts/setup.sh
# Its check is one of the tests: on its own it would build the VM a second time.
stage wasm env BALLAST_WASM_CHECK=0 scripts/wasm.sh
# With the feature of the demo's cheater, so that nothing is built twice for it.
stage cargo-test scripts/cargo-test.sh --features ballast/cheat
stage demo env BALLAST_BUILT=1 scripts/demo.sh

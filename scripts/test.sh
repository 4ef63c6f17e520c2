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
# Without its walk through a browser, which is `make portal`.
stage portal scripts/portal.sh check
export BALLAST_BUILT=1
stage demo scripts/demo.sh
# Real wasmd; the same suite on devnet is one of the tests above. Outside of CI a machine
# without Go still tests all else.
if command -v go >/dev/null || [ -n "${CI:-}" ]; then
    stage wasmd localnet/build.sh
    stage e2e-wasmd scripts/e2e.sh wasmd --include-ignored
    stage demo-wasmd scripts/demo.sh --chain wasmd
else
    say "SKIPPED: there is no Go, so no wasmd: its stages were not run"
fi

#!/usr/bin/env bash
# Measures devnet in a release build, beside wasmd, and brings the tables up to date.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"
[ -f artifacts/plain_cw20.wasm ] || die "the contracts are not built: run make wasm"
localnet/build.sh >/dev/null
# The binary and what measures it, in one resolve: one build of the VM.
cargo build --locked --release -p devnet --bin ballast-devnet --example measure
"${CARGO_TARGET_DIR:-target}/release/examples/measure" docs/data/devnet.json
cargo run --locked -q -p test-suite --bin figures

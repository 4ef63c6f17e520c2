#!/usr/bin/env bash
# The whole life of the coin with real processes; arguments are those of `ballast demo`.
# Builds what is missing. The worker that cheats comes with a feature that no release has.
#   BALLAST_BUILT=1   the programs are there, as `cargo-test.sh` leaves them
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"

[ -f artifacts/compute_market.wasm ] || scripts/wasm.sh
if [ "${BALLAST_BUILT:-0}" != 1 ]; then
    cargo build --locked --quiet -p devnet -p ballast --features ballast/cheat
fi
exec "${CARGO_TARGET_DIR:-target}/debug/ballast" demo "$@"

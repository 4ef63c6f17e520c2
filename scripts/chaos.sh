#!/usr/bin/env bash
# Kills the parts of a network under load, and checks what must hold: docs/faults.md.
# Builds what is missing.
#   BALLAST_BUILT=1          the programs are there, as `cargo-test.sh` leaves them
#   BALLAST_SEED=N           decides about tasks and moments; drawn and printed if not set
#   BALLAST_TEST_SCALE=deep  2 000 tasks rather than 500
#   BALLAST_CHAOS_TASKS=N    as many tasks
#   BALLAST_CHAOS_FIGURES=F  writes the figures to this file (docs/data/faults.json)
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"
choose_seed

[ -f artifacts/compute_market.wasm ] || scripts/wasm.sh
if [ "${BALLAST_BUILT:-0}" != 1 ]; then
    say "building what has changed; the first time takes minutes"
    scripts/programs.sh --test command
fi
exec "${CARGO_TARGET_DIR:-target}/debug/chaos"

#!/usr/bin/env bash
# The suite from end to end on one chain.
#   e2e.sh [devnet|wasmd] [ARG…]    ARG: what Cargo's test programs take, as a part of a name
#   BALLAST_BUILT=1                 all is there, as `cargo-test.sh` leaves it
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"
chain=${1:-devnet}
[ $# = 0 ] || shift
case $chain in
    devnet) ;;
    wasmd) localnet/build.sh >/dev/null ;;
    *) die "e2e.sh takes devnet or wasmd, not '$chain'" ;;
esac
[ -f artifacts/plain_cw20.wasm ] || scripts/wasm.sh
[ "${BALLAST_BUILT:-0}" = 1 ] || scripts/programs.sh --test chains
export BALLAST_E2E_CHAIN=$chain
# As in `make test`, so that nothing is built twice.
exec cargo test --locked --workspace --features ballast/cheat --test chains -- "$@"

#!/usr/bin/env bash
# The suite from end to end on one chain.
#   e2e.sh [devnet|wasmd] [NAME…]    NAME: only tests that have it in their name
# Cargo builds a binary for tests of its own package only: devnet's test `killed` is named
# for that, in one resolve with the suite, so that nothing is built twice.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"
chain=${1:-devnet}
[ $# = 0 ] || shift
case $chain in
    devnet) ignored=() ;;
    # With it go the tests that only real nodes can pass.
    wasmd) ignored=(--include-ignored) && localnet/build.sh >/dev/null ;;
    *) die "e2e.sh takes devnet or wasmd, not '$chain'" ;;
esac
[ -f artifacts/plain_cw20.wasm ] || die "the contracts are not built: run make wasm"
cargo test --locked -q -p devnet -p e2e --test killed --test suite --no-run
export BALLAST_E2E_CHAIN=$chain
exec cargo test --locked -p devnet -p e2e --test suite -- "${ignored[@]}" "$@"

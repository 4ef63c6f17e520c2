#!/usr/bin/env bash
# The whole life of the coin with real processes; arguments are those of `ballast demo`.
# Builds what is missing.
#   BALLAST_BUILT=1   the programs are there, as `cargo-test.sh` leaves them
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"

[ -f artifacts/compute_market.wasm ] || scripts/wasm.sh
if [ "${BALLAST_BUILT:-0}" != 1 ]; then
    say "building what has changed; the first time takes minutes"
    scripts/programs.sh
fi
case " $* " in
    *" --chain wasmd "* | *" --chain=wasmd "*) localnet/build.sh >/dev/null ;;
esac
# Who cannot install numpy sees the demo without it; CI must not miss that it is gone.
if [ -z "${BALLAST_PYTHON:-}" ] && [ -n "${CI:-}" ]; then
    die "numpy is not there, and the demo's results have to be compared with it: scripts/setup.sh"
fi
exec "${CARGO_TARGET_DIR:-target}/debug/ballast" demo "$@"

#!/usr/bin/env bash
# Builds `ballast` and `ballast-devnet` for development, as `make test` builds them, so that
# neither has to build anything the other has. The worker that cheats comes with a feature
# that no release has.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"

# Cargo builds a binary with its own package's tests, and features are those of everything
# that is named: hence the whole workspace, and one small test of each package.
# Nobody wants to know where those tests are.
cargo test --locked --workspace --features ballast/cheat --no-run --test killed --test worker "$@" 2>&1 |
    grep --line-buffered -v '^  Executable' >&2

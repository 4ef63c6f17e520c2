# shellcheck shell=bash
# Sourced by every script: where things are, and what the caller did not set.

BALLAST_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export BALLAST_ROOT

# Tools, drivers and fuzz corpora live outside the checkout: a fresh clone finds
# them again, and `git clean` does not cost an hour.
export BALLAST_CACHE=${BALLAST_CACHE:-$HOME/.cache/ballast}

# CI works in a new clone each time; without this every run would be a cold one.
if [ -n "${CI:-}" ] && [ -z "${CARGO_TARGET_DIR:-}" ]; then
    export CARGO_TARGET_DIR="$BALLAST_CACHE/target"
fi

# Contracts are built with an older Rust than the rest of the workspace, so a
# resolve has to respect each crate's rust-version.
export CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback

# rustup installs here without touching the caller's PATH; our own tools go first.
PATH="$BALLAST_CACHE/tools/bin:$PATH"
if ! command -v cargo >/dev/null && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
    PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
fi
export PATH

# The length of random tests. The tests read it; so do proptest's own variables.
export BALLAST_TEST_SCALE=${BALLAST_TEST_SCALE:-moderate}

# Software Vulkan drivers, when scripts/setup-vulkan.sh has put them there.
if [ -f "$BALLAST_CACHE/vulkan/lavapipe/icd.json" ]; then
    export BALLAST_LAVAPIPE_ICD="$BALLAST_CACHE/vulkan/lavapipe/icd.json"
fi
if [ -f "$BALLAST_CACHE/vulkan/swiftshader/icd.json" ]; then
    export BALLAST_SWIFTSHADER_ICD="$BALLAST_CACHE/vulkan/swiftshader/icd.json"
fi

# A Python with numpy, when scripts/setup-tools.sh has put it there.
if [ -z "${BALLAST_PYTHON:-}" ] && compgen -G "$BALLAST_CACHE/python/lib/python3*/site-packages/numpy" >/dev/null; then
    export BALLAST_PYTHON="$BALLAST_CACHE/python/bin/python"
fi

# The Rust that builds what goes on chain (1.87 and later emit instructions that
# the chain's VM refuses), and the one that builds everything else.
export BALLAST_CONTRACT_RUST=1.86.0
BALLAST_RUST=$(sed -n 's/^channel *= *"\(.*\)"/\1/p' "$BALLAST_ROOT/rust-toolchain.toml")
export BALLAST_RUST

say() { printf '%s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# retry CMD…: three tries, for steps that download.
retry() {
    local try
    for try in 1 2 3; do
        "$@" && return 0
        [ "$try" = 3 ] || sleep $((try * 5))
    done
    return 1
}

has_toolchain() { rustup toolchain list 2>/dev/null | grep -q "^$1\(-\| \|$\)"; }

# Sets and prints BALLAST_SEED: any number from 1 to 2^32-1, the range that both
# proptest and libFuzzer take.
choose_seed() {
    if [ -z "${BALLAST_SEED:-}" ]; then
        BALLAST_SEED=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
        [ "$BALLAST_SEED" != 0 ] || BALLAST_SEED=1
    fi
    if ! [[ $BALLAST_SEED =~ ^[1-9][0-9]{0,9}$ ]] || [ "$BALLAST_SEED" -gt 4294967295 ]; then
        die "BALLAST_SEED is '$BALLAST_SEED'; it takes a whole number from 1 to 4294967295"
    fi
    export BALLAST_SEED
    export PROPTEST_RNG_SEED=${PROPTEST_RNG_SEED:-$BALLAST_SEED}
    say "seed: $BALLAST_SEED (repeat this run with BALLAST_SEED=$BALLAST_SEED)"
}

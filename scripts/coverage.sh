#!/usr/bin/env bash
# Which lines of the contracts their tests run: their own suites, and those of all
# contracts together. For developers; `make test` does without.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"

scripts/tool.sh cargo-llvm-cov 0.9.1
# The reader of what an instrumented program leaves behind has to be the compiler's.
rustup component list --installed --toolchain "$BALLAST_RUST" | grep -q '^llvm-tools' ||
    retry rustup component add llvm-tools --toolchain "$BALLAST_RUST"

packages=()
for manifest in contracts/*/Cargo.toml packages/contract-kit/Cargo.toml; do
    packages+=(-p "$(sed -n 's/^name *= *"\(.*\)"/\1/p' "$manifest" | head -n 1)")
done

lines=$(mktemp)
trap 'rm -f "$lines"' EXIT
# Built anew: a library that an earlier run left, of files that have moved since, would be
# reported too.
cargo llvm-cov clean
cargo llvm-cov --no-report --locked "${packages[@]}" --lib --tests
# Without the VM, which would take minutes to build.
cargo llvm-cov --no-report --locked -p test-suite --no-default-features --features contracts \
    --test network
cargo llvm-cov report --lcov --output-path "$lines"
cargo run --locked -q -p test-suite --no-default-features --bin coverage -- "$lines"

#!/usr/bin/env bash
# What can be said about the code without running it.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"
. scripts/stages.sh

stage fmt cargo fmt --all --check
if [ -f fuzz/Cargo.toml ]; then
    stage fmt-fuzz cargo fmt --manifest-path fuzz/Cargo.toml --check
fi
stage clippy cargo clippy --workspace --all-targets --locked -- -D warnings
stage doc env RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
stage deny scripts/deny.sh
if command -v shellcheck >/dev/null; then
    stage shellcheck shellcheck -x -P SCRIPTDIR -S warning scripts/*.sh .ci/run
else
    say "shellcheck is not installed; the scripts were not checked"
fi

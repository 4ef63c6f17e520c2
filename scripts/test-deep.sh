#!/usr/bin/env bash
# The suites of `make test` at full length, then fuzzing. It takes hours, so each
# finished stage is recorded under the cache and skipped when the same files are
# tested again with the same seed: BALLAST_SEED=… make test-deep goes on where
# the last run stopped.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"
choose_seed
export BALLAST_TEST_SCALE=deep

# The commit, and what was changed since: a changed file has not been tested.
commit=$(git rev-parse --short=12 --verify -q HEAD || echo none)
if [ -n "$(git status --porcelain)" ]; then
    changed=$(git ls-files -z --cached --others --exclude-standard |
        xargs -0 sha256sum 2>&1 | sha256sum | cut -c 1-12)
    commit=$commit-dirty-$changed
fi
done_dir=$BALLAST_CACHE/deep/$BALLAST_SEED-$commit
mkdir -p "$done_dir"
say "finished stages are recorded in $done_dir"
. scripts/stages.sh

# once NAME CMD…: a stage that is skipped when it has been finished before.
once() {
    if [ -e "$done_dir/$1" ]; then
        say "stage $1: finished in an earlier run, skipped"
        return
    fi
    stage "$@"
    touch "$done_dir/$1"
}

# Quick when done, and the tests need what they leave, so these always run.
stage setup scripts/setup.sh
stage wasm scripts/wasm.sh

once wasm-repro scripts/wasm-repro.sh
# The profile of `make test`, so that nothing is built twice: dependencies are
# optimised in it, and every overflow is checked.
once cargo-test scripts/cargo-test.sh --features ballast/cheat
export BALLAST_BUILT=1
once chaos scripts/chaos.sh
if [ -f fuzz/Cargo.toml ]; then
    export FUZZ_RUNS=${FUZZ_RUNS:-1000000}
    targets=$(scripts/fuzz.sh --list)
    for target in $targets; do
        # With the count in the name: a short trial is not the whole stage.
        once "fuzz-$target-$FUZZ_RUNS" scripts/fuzz.sh "$target"
    done
else
    say "fuzz: there is no fuzz/Cargo.toml, nothing to fuzz"
fi

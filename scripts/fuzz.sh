#!/usr/bin/env bash
# fuzz.sh [TARGET…]: fuzz these targets of fuzz/, or all of them.
# fuzz.sh --list: print the targets' names.
#   FUZZ_RUNS     executions of each target (default 1000000)
#   BALLAST_SEED  libFuzzer's seed (random if unset, printed)
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"

[ -f fuzz/Cargo.toml ] || die "there is no fuzz/Cargo.toml"

# libFuzzer needs flags that only a nightly compiler takes.
{
    has_toolchain nightly || retry rustup toolchain install nightly --profile minimal --no-self-update
    scripts/tool.sh cargo-fuzz 0.13.2
} >&2

if [ "${1:-}" = --list ]; then
    cargo +nightly fuzz list
    exit 0
fi

# `cargo fuzz` cannot be told --locked.
cargo +nightly metadata --locked --format-version 1 --manifest-path fuzz/Cargo.toml >/dev/null

choose_seed
if [ $# = 0 ]; then
    # shellcheck disable=SC2046 # names of targets are single words
    set -- $(cargo +nightly fuzz list)
fi
for target in "$@"; do
    # libFuzzer writes what it finds into the first corpus and only reads the
    # others: the one in git stays as it was reviewed.
    grown=$BALLAST_CACHE/fuzz/$target
    mkdir -p "$grown"
    corpora=("$grown")
    [ ! -d "fuzz/corpus/$target" ] || corpora+=("fuzz/corpus/$target")
    say "fuzz $target: ${FUZZ_RUNS:-1000000} runs, seed $BALLAST_SEED"
    cargo +nightly fuzz run "$target" "${corpora[@]}" -- \
        -runs="${FUZZ_RUNS:-1000000}" -seed="$BALLAST_SEED" -verbosity=0 -print_funcs=0 -print_final_stats=1
done

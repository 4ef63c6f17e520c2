#!/usr/bin/env bash
# Builds every contract to artifacts/NAME.wasm, byte for byte the same wherever
# the checkout lies, and runs the chain's own checks on the result.
#   BALLAST_WASM_FALLBACK=1  use the fallback recipe even if the main one works
#   BALLAST_WASM_CHECK=0     leave the checks out (scripts/wasm-repro.sh does)
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"

target_dir=${CARGO_TARGET_DIR:-$BALLAST_ROOT/target}
out=$BALLAST_ROOT/artifacts
# A failed build must not leave an older contract for the tests to run.
rm -rf "$out"
mkdir -p "$out"

# --- which recipe -----------------------------------------------------------
if [ "${BALLAST_WASM_FALLBACK:-0}" = 1 ]; then
    recipe=fallback
    say "wasm: fallback recipe, because BALLAST_WASM_FALLBACK=1"
elif has_toolchain "$BALLAST_CONTRACT_RUST" &&
    rustup target list --installed --toolchain "$BALLAST_CONTRACT_RUST" | grep -qx wasm32-unknown-unknown; then
    recipe=main
else
    recipe=fallback
    say "wasm: fallback recipe, because Rust $BALLAST_CONTRACT_RUST with wasm32-unknown-unknown is not installed (make setup)"
fi

if [ "$recipe" = main ]; then
    rust=$BALLAST_CONTRACT_RUST
else
    rust=$BALLAST_RUST
    retry rustup target add --toolchain "$rust" wasm32-unknown-unknown
fi
scripts/binaryen.sh

# --- reproducible paths -----------------------------------------------------
# Panic messages carry source paths. Each prefix that differs between machines is
# replaced; the last rule that matches wins, so the longest comes last. The
# registry's folder name holds a hash of where the crates were downloaded from.
cargo "+$rust" fetch --locked --quiet
cargo_home=${CARGO_HOME:-$HOME/.cargo}
sysroot=$(rustc "+$rust" --print sysroot)
rust_hash=$(rustc "+$rust" -vV | sed -n 's/^commit-hash: //p')
flags=(
    "--remap-path-prefix=$BALLAST_ROOT=/ballast"
    "--remap-path-prefix=$target_dir=/target"
    "--remap-path-prefix=$cargo_home=/cargo"
    "--remap-path-prefix=$sysroot=/rust"
    "--remap-path-prefix=$sysroot/lib/rustlib/src/rust=/rustc/$rust_hash"
)
for registry in "$cargo_home"/registry/src/*/; do
    flags+=("--remap-path-prefix=${registry%/}=/crates")
done
# Rust before 1.96 allows the host's functions as imports by itself; later ones
# have to be told.
[ "$recipe" = main ] || flags+=("-Clink-arg=--allow-undefined")
# Encoded (0x1f between flags) so that paths with spaces work. It also overrides
# RUSTFLAGS, which would change the bytes.
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f' && printf '%s' "${flags[*]}")
export CARGO_ENCODED_RUSTFLAGS
unset CARGO_BUILD_TARGET CARGO_INCREMENTAL

# --- build ------------------------------------------------------------------
# binaryen takes out a sixth, without which the largest contracts would be over the
# chain's limit. In the fallback it also lowers bulk-memory, sign-ext and the saturating
# conversions, which newer Rust emits, to what the chain's VM accepts; the lowered
# memcpy costs about six times the gas.
wasm_opt=(node "$BALLAST_CACHE/tools/binaryen/node_modules/binaryen/bin/wasm-opt"
    -Os --enable-sign-ext --enable-mutable-globals)
[ "$recipe" = main ] || wasm_opt+=(--enable-bulk-memory --enable-nontrapping-float-to-int
    --llvm-memory-copy-fill-lowering --signext-lowering --llvm-nontrapping-fptoint-lowering)

# optimise BUILT NAME: what was optimised before, from the same bytes in the same
# way, is taken from the target folder.
optimise() {
    local key kept
    key=$({ printf '%s ' "${wasm_opt[@]:2}" && cat "$1"; } | sha256sum | cut -c 1-32)
    kept=$target_dir/wasm-opt/$key.wasm
    if [ ! -e "$kept" ]; then
        mkdir -p "$target_dir/wasm-opt"
        "${wasm_opt[@]}" "$1" -o "$kept.$$"
        mv "$kept.$$" "$kept"
    fi
    cp "$kept" "$out/$2.wasm"
}

shopt -s nullglob
running=()
for manifest in contracts/*/Cargo.toml packages/test-suite/tests/*/Cargo.toml devnet/tests/*/Cargo.toml; do
    package=$(sed -n 's/^name *= *"\(.*\)"/\1/p' "$manifest" | head -n 1)
    name=${package//-/_}
    # One at a time: in a common build the `library` feature that one contract
    # asks of another would strip the other's entry points. The crate type is named
    # here, not in the manifests: a crate that is both cdylib and rlib has one file for
    # all of its builds, and one with other features would overwrite another's.
    cargo "+$rust" rustc --locked --lib --quiet --target wasm32-unknown-unknown \
        --profile contract -p "$package" --crate-type cdylib
    # While the next one compiles.
    optimise "$target_dir/wasm32-unknown-unknown/contract/$name.wasm" "$name" &
    running+=($!)
done
for job in "${running[@]}"; do
    wait "$job"
done

# --- what was built ---------------------------------------------------------
{
    say "recipe: $recipe"
    rustc "+$rust" --version
    say "${wasm_opt[*]:2}, binaryen $("${wasm_opt[0]}" "${wasm_opt[1]}" --version)"
    say "cargo rustc --locked --lib --target wasm32-unknown-unknown --profile contract --crate-type cdylib"
} >"$out/toolchain.txt"
(
    cd "$out"
    sha256sum -- *.wasm >checksums.txt
    wc -c -- *.wasm | grep -v ' total$' >sizes.txt
    cat checksums.txt sizes.txt
)
unset CARGO_ENCODED_RUSTFLAGS

if [ "${BALLAST_WASM_CHECK:-1}" = 1 ]; then
    cargo run --locked -q -p test-suite --bin check-wasm -- artifacts/*.wasm
fi

#!/usr/bin/env bash
# Builds the contracts here and in a copy of the checkout at another path, with
# another target folder and another CARGO_HOME, and compares the checksums.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"

export BALLAST_WASM_CHECK=0
scripts/wasm.sh >/dev/null

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/another-checkout" "$tmp/another-cargo-home"
# Tracked and new files, less what git ignores and what was deleted.
git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do
        [ ! -e "$file" ] || printf '%s\0' "$file"
    done |
    tar -cf - --null -T - | tar -xf - -C "$tmp/another-checkout"
# The same downloads and settings, under another path.
for entry in "${CARGO_HOME:-$HOME/.cargo}"/*; do
    ln -s "$entry" "$tmp/another-cargo-home/"
done

# rustup keeps its own folder; only cargo's moves.
export RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
CARGO_HOME="$tmp/another-cargo-home" CARGO_TARGET_DIR="$tmp/another-target" \
    "$tmp/another-checkout/scripts/wasm.sh" >/dev/null

if ! differ=$(cd "$tmp/another-checkout/artifacts" &&
    sha256sum --check --quiet "$BALLAST_ROOT/artifacts/checksums.txt" 2>&1); then
    printf '%s\n' "$differ" >&2
    die "the wasm above differs between two checkouts of the same files"
fi
say "reproducible: $(wc -l <artifacts/checksums.txt) wasm file(s) are the same from two checkouts"

#!/usr/bin/env bash
# Puts npm's binaryen (wasm-opt) into the cache, for scripts/wasm.sh.
set -euo pipefail
. "$(dirname "$0")/env.sh"

version=132.0.0
dir=$BALLAST_CACHE/tools/binaryen
installed=$(node -p 'require(process.argv[1]).version' "$dir/node_modules/binaryen/package.json" 2>/dev/null || true)
[ "$installed" != "$version" ] || exit 0

command -v npm >/dev/null || die "npm is needed for wasm-opt: install Node 20 or newer with npm, then run this again"
mkdir -p "$BALLAST_CACHE/tools"
tmp=$(mktemp -d "$BALLAST_CACHE/tools/binaryen.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
say "installing binaryen $version"
retry npm install --silent --no-audit --no-fund --no-save --prefix "$tmp" "binaryen@$version"
rm -rf "$dir"
mv "$tmp" "$dir"

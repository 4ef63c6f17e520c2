#!/usr/bin/env bash
# tool.sh NAME VERSION: a cargo tool, built into the cache when it is missing.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"

name=$1 version=$2
bin=$BALLAST_CACHE/tools/bin/$name
# Some tools only answer as cargo calls them: `cargo-NAME NAME --version`.
have=$("$bin" --version 2>/dev/null || "$bin" "${name#cargo-}" --version 2>/dev/null || true)
case $have in *" $version") exit 0 ;; esac

say "installing $name $version"
# cargo installs into a temporary folder and renames, so a failure leaves nothing.
retry cargo install "$name" --locked --quiet --force --version "$version" --root "$BALLAST_CACHE/tools"

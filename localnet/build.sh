#!/usr/bin/env bash
# Builds wasmd, the production chain's node, from this Go module.
#   build.sh OUT    where to put the binary
# The first build takes about four minutes on two cores and needs a C compiler.
set -euo pipefail
[ $# = 1 ] || { echo "usage: build.sh OUT" >&2 && exit 1; }
case $1 in /*) out=$1 ;; *) out=$PWD/$1 ;; esac
cd "$(dirname "${BASH_SOURCE[0]}")"

command -v go >/dev/null || {
    echo "error: Go is needed to build wasmd: install Go 1.25.9 or newer, then run this again (devnet needs none)" >&2
    exit 1
}
sdk=github.com/cosmos/cosmos-sdk/version
CGO_ENABLED=1 go build -o "$out" -ldflags "-s -w \
    -X $sdk.Name=wasm -X $sdk.AppName=wasmd \
    -X github.com/CosmWasm/wasmd/app.Bech32Prefix=wasm" \
    github.com/CosmWasm/wasmd/cmd/wasmd

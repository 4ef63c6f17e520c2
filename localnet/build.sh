#!/usr/bin/env bash
# Builds wasmd, the production chain's node, from this Go module, and prints where it is.
#   build.sh [OUT]    OUT gets a link to it
# It is kept in the cache under a hash of what it is made of, so that it is built once:
# about four minutes on two cores, with a C compiler.
set -euo pipefail
[ $# -le 1 ] || { echo "usage: build.sh [OUT]" >&2 && exit 1; }
case ${1:-} in '' | /*) out=${1:-} ;; *) out=$PWD/$1 ;; esac
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/env.sh"
cd "$BALLAST_ROOT/localnet"

key=$(cat go.mod go.sum build.sh | sha256sum | cut -c 1-16)
folder="$BALLAST_CACHE/wasmd/$key"
if [ ! -x "$folder/wasmd" ]; then
    command -v go >/dev/null ||
        die "Go is needed to build wasmd: install Go 1.25.9 or newer, then run this again (devnet needs none)"
    mkdir -p "$folder"
    # One build at a time; whoever waited finds it done.
    exec 9>"$folder/lock"
    flock 9
fi
if [ ! -x "$folder/wasmd" ]; then
    echo "building wasmd into $folder; this takes minutes, once" >&2
    sdk=github.com/cosmos/cosmos-sdk/version
    # The VM is a library of its own: it lies beside wasmd, whatever happens to Go's cache.
    # shellcheck disable=SC2016
    CGO_ENABLED=1 nice go build -o "$folder/building" -ldflags "-s -w \
        -X $sdk.Name=wasm -X $sdk.AppName=wasmd \
        -X github.com/CosmWasm/wasmd/app.Bech32Prefix=wasm \
        -extldflags '-Wl,-rpath,\$ORIGIN'" \
        github.com/CosmWasm/wasmd/cmd/wasmd >&2
    vm=$(go list -m -f '{{.Dir}}' github.com/CosmWasm/wasmvm/v3)
    cp "$vm/internal/api/libwasmvm.$(uname -m).so" "$folder/"
    chmod u+w "$folder"/*.so
    mv "$folder/building" "$folder/wasmd"
fi
if [ -n "$out" ]; then
    ln -sf "$folder/wasmd" "$out"
fi
echo "$folder/wasmd"

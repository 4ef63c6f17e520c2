#!/usr/bin/env bash
# One coordinator under load on this machine, beside nginx as a reverse proxy and Redis as
# a durable queue in the same run, into docs/data/coordinator.json and docs/throughput.md.
# Some minutes. Close everything else first.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"

# The two servers are Debian's own, unpacked into the cache: nothing is installed or started on
# the machine. What is on the path already is used as it is.
servers=$BALLAST_CACHE/bench-servers
packages=(nginx redis-server redis-tools libhiredis0.14 libjemalloc2 liblua5.1-0
    liblzf1 libatomic1 lua-bitop lua-cjson libpcre2-8-0)

fetch() {
    . scripts/apt.sh
    is_debian || return 1
    local debs=$servers.new/debs package deb
    rm -rf "$servers.new"
    mkdir -p "$debs" "$servers.new/bin"
    apt_update
    for package in "${packages[@]}"; do
        apt_fetch "$debs" "$package" || return 1
    done
    for deb in "$debs"/*.deb; do
        dpkg-deb -x "$deb" "$servers.new/root" || return 1
    done
    rm -rf "$debs" "$servers"
    mv "$servers.new" "$servers"
    wrap nginx usr/sbin/nginx
    wrap redis-server usr/bin/redis-server
}

# wrap NAME PROGRAM: runs with its own libraries.
wrap() {
    local libraries
    libraries=$(find "$servers/root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
    printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' \
        "$libraries" "$servers/root/$2" >"$servers/bin/$1"
    chmod +x "$servers/bin/$1"
}

if ! { command -v nginx && command -v redis-server; } >/dev/null; then
    if [ ! -x "$servers/bin/redis-server" ]; then
        say "fetching nginx and redis"
        fetch || warn "nginx and redis cannot be had here: the coordinator is measured alone"
    fi
    PATH="$PATH:$servers/bin"
fi

# Ten thousand sessions are as many open files, at both ends.
ulimit -n "$(ulimit -Hn)"
cargo bench --locked -p coordinator --bench load -- --write "$@"
cargo run --locked -q -p test-suite --no-default-features --bin figures

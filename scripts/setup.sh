#!/usr/bin/env bash
# Installs what the build and the tests need and is not there yet. Safe to run
# again, and quick when nothing is missing. With root (or sudo without a
# password) on Debian or Ubuntu it installs system packages; elsewhere it says
# what to install.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$BALLAST_ROOT/scripts/apt.sh"
cd "$BALLAST_ROOT"

# --- system packages --------------------------------------------------------
# The compiler must link: one without the C library's headers is no use.
links() { printf 'int main(void){return 0;}' | cc -x c - -o /dev/null 2>/dev/null; }

packages=()
links || packages+=(gcc libc6-dev)
command -v c++ >/dev/null || packages+=(g++) # libFuzzer is built from source
command -v make >/dev/null || packages+=(make)
command -v git >/dev/null || packages+=(git)
command -v npm >/dev/null || packages+=(nodejs npm) # wasm-opt comes by it
if is_debian && [ ! -e /etc/ssl/certs/ca-certificates.crt ]; then
    packages+=(ca-certificates)
fi
if [ ${#packages[@]} != 0 ]; then
    if ! { is_debian && as_root true 2>/dev/null && apt_update && apt_install "${packages[@]}"; }; then
        say "install these (names as on Debian and Ubuntu), then run this again:"
        say "    apt-get install -y ${packages[*]}"
        links || die "there is no working C compiler, without which nothing links"
        warn "going on without them"
    fi
fi
say "setup: C compiler $(cc -dumpversion)"

# --- Rust -------------------------------------------------------------------
if ! command -v rustup >/dev/null; then
    say "install rustup: the package 'rustup' of Debian 13, Ubuntu 24.04 and later, else see https://rustup.rs."
    say "Then run this again; it fetches the toolchains itself: Rust $BALLAST_RUST with rustfmt and clippy,"
    say "and Rust $BALLAST_CONTRACT_RUST with the target wasm32-unknown-unknown."
    die "rustup is missing"
fi

# The components, as in: components = ["rustfmt", "clippy"]
components=$(sed -n 's/^components *= *\[\(.*\)\]/\1/p' rust-toolchain.toml | tr '",' '  ')
missing=0
has_toolchain "$BALLAST_RUST" || missing=1
for component in $components; do
    rustup component list --installed --toolchain "$BALLAST_RUST" 2>/dev/null |
        grep -q "^$component" || missing=1
done
if [ "$missing" = 1 ]; then
    # shellcheck disable=SC2046 # one --component NAME for each
    retry rustup toolchain install "$BALLAST_RUST" --profile minimal --no-self-update \
        $(printf -- '--component %s ' $components) ||
        die "Rust $BALLAST_RUST could not be installed"
fi
say "setup: $(rustc "+$BALLAST_RUST" --version)"

if ! rustup target list --installed --toolchain "$BALLAST_CONTRACT_RUST" 2>/dev/null |
    grep -qx wasm32-unknown-unknown; then
    retry rustup toolchain install "$BALLAST_CONTRACT_RUST" --profile minimal --no-self-update \
        --target wasm32-unknown-unknown || true
fi
if rustup target list --installed --toolchain "$BALLAST_CONTRACT_RUST" 2>/dev/null |
    grep -qx wasm32-unknown-unknown; then
    say "setup: $(rustc "+$BALLAST_CONTRACT_RUST" --version) with wasm32-unknown-unknown, for the contracts"
else
    warn "Rust $BALLAST_CONTRACT_RUST with wasm32-unknown-unknown cannot be had: make wasm will use its fallback (Rust $BALLAST_RUST)"
fi

# --- numpy, and Go for wasmd ----------------------------------------------------
scripts/setup-tools.sh ||
    warn "not everything is there that results and devnet are compared with (see above)"

# --- software Vulkan drivers --------------------------------------------------
scripts/setup-vulkan.sh ||
    warn "not all software Vulkan drivers are there (see above): tests that run GPU kernels will not have them"

#!/usr/bin/env bash
# The portal, from a clean clone: installs what it needs, checks types and texts, builds the
# page, and walks through it in a browser against a whole network with real processes.
#   portal.sh [all|check|build|figures]
#     all      everything (default)
#     check    everything but the browser
#     build    only the page, into portal/dist
#     figures  everything, and writes docs/data/portal.json and the screenshots anew
#   BALLAST_PORTAL_WORK=DIR   a running `ballast demo --keep --work DIR`, instead of a new one
#   BALLAST_CHROMIUM=FILE     another Chromium than Debian's
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$BALLAST_ROOT/scripts/apt.sh"
cd "$BALLAST_ROOT/portal"

what=${1:-all}
case $what in
    all | check | build | figures) ;;
    *) die "portal.sh takes all, check, build or figures, not '$what'" ;;
esac

# --- Node and packages ----------------------------------------------------------
node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null ||
    die "the portal is built with Node 20.19 or newer; this is $(node --version 2>/dev/null || echo none)"
# As what npm has installed; a changed lock file is installed anew.
if ! cmp -s package-lock.json node_modules/.installed-lock.json; then
    say "portal: installing packages"
    retry npm ci --prefer-offline --no-progress --loglevel=error
    cp package-lock.json node_modules/.installed-lock.json
fi

# --- the page -------------------------------------------------------------------
if [ "$what" != build ]; then
    npm run --silent check
    npm run --silent test
fi
npm run --silent build -- --logLevel warn
npm run --silent size
case $what in check | build) exit 0 ;; esac

# --- the browser ----------------------------------------------------------------
chromium=${BALLAST_CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [ -z "$chromium" ] && is_debian && as_root true 2>/dev/null; then
    apt_update && apt_install chromium && chromium=$(command -v chromium)
fi
[ -n "$chromium" ] || die "no Chromium was found: install it (apt-get install chromium), or name it in BALLAST_CHROMIUM"
export BALLAST_CHROMIUM=$chromium

programs=${BALLAST_PROGRAMS:-${CARGO_TARGET_DIR:-$BALLAST_ROOT/target}/debug}
[ -x "$programs/ballast" ] && [ -x "$programs/ballast-devnet" ] ||
    die "$programs has no ballast and ballast-devnet: run scripts/cargo-test.sh, or cargo build -p devnet -p ballast"
[ -f "$BALLAST_ROOT/artifacts/compute_market.wasm" ] || die "the contracts are not built: run make wasm"
export BALLAST_PROGRAMS=$programs
[ "$what" != figures ] || export BALLAST_FIGURES=1
npm run --silent e2e

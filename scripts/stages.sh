# shellcheck shell=bash
# Sourced by the scripts that run stages: `stage NAME CMD…`, and the table of
# all of them when the script ends, however it ends.

BALLAST_STAGES=$(mktemp)
export BALLAST_STAGES
finish() {
    local rc=$?
    "$BALLAST_ROOT/scripts/stage.sh" --table
    rm -f "$BALLAST_STAGES"
    exit "$rc"
}
trap finish EXIT

stage() { "$BALLAST_ROOT/scripts/stage.sh" "$@"; }

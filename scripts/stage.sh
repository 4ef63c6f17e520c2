#!/usr/bin/env bash
# stage.sh NAME CMD…: run one stage, print how long it took, keep its exit code.
# stage.sh --table: print the stages of this run, read from $BALLAST_STAGES.
set -euo pipefail

if [ "${1:-}" = --table ]; then
    [ -s "${BALLAST_STAGES:-/dev/null}" ] || exit 0
    echo
    printf '%-28s %8s  %s\n' stage seconds result
    awk -F'\t' '{ printf "%-28s %8d  %s\n", $1, $2, $3; sum += $2 }
                END { printf "%-28s %8d\n", "total", sum }' "$BALLAST_STAGES"
    exit 0
fi

name=$1
shift
echo "stage $name: start"
begin=$SECONDS
rc=0
"$@" || rc=$?
took=$((SECONDS - begin))
result=ok
[ "$rc" = 0 ] || result=FAILED
echo "stage $name: $took s ($result)"
if [ -n "${BALLAST_STAGES:-}" ]; then
    printf '%s\t%d\t%s\n' "$name" "$took" "$result" >>"$BALLAST_STAGES"
fi
exit "$rc"

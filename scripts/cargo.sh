#!/usr/bin/env bash
# cargo with the settings of scripts/env.sh.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"
exec cargo "$@"

#!/usr/bin/env bash
# cargo-test.sh [ARG…]: the workspace's tests, with one closing line that adds
# up the results of all test binaries.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
say "random tests: scale $BALLAST_TEST_SCALE, seed ${BALLAST_SEED:-random}, PROPTEST_CASES ${PROPTEST_CASES:-of each test}"

# pipefail keeps cargo's exit code through the tee.
rc=0
cargo test --workspace --locked "$@" 2>&1 | tee "$log" || rc=$?

# "test result: ok. 3 passed; 0 failed; 1 ignored; …"
awk '/^test result:/ { for (i = 2; i <= NF; i++) {
         if ($i ~ /^passed/) p += $(i - 1)
         if ($i ~ /^failed/) f += $(i - 1)
         if ($i ~ /^ignored/) s += $(i - 1) } }
     END { printf "%d passed, %d failed, %d skipped\n", p, f, s }' "$log"
exit "$rc"

#!/usr/bin/env bash
# int8 products on this machine's GPUs, operands and results on the device, as a share of
# what its dot products can do, into docs/data/bench-gpu.json and docs/benchmarks.md.
# Close everything else first.
#   BALLAST_BENCH_SIZES    rows of the matrices; 1024 2048 4096 8192 16384 if left out
#   BALLAST_BENCH_PYTHON   a Python with torch for CUDA, to compare with cuBLAS
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"

python=${BALLAST_BENCH_PYTHON:-python3}
beside=()
if "$python" -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then
    beside=(--python "$python")
else
    warn "$python has no torch that sees a CUDA GPU: nothing to compare with (set BALLAST_BENCH_PYTHON)"
fi

read -ra sizes <<<"${BALLAST_BENCH_SIZES:-1024 2048 4096 8192 16384}"
cargo bench --locked -p worker --bench gpu -- "${sizes[@]}" "${beside[@]}" --write
cargo run --locked -q -p test-suite --no-default-features --bin figures

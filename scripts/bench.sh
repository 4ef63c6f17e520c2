#!/usr/bin/env bash
# int8 products on every device of this machine, beside other libraries in the same run,
# into docs/data/bench.json and docs/benchmarks.md. Close everything else first.
#   BALLAST_BENCH_SIZES   rows of the matrices; 256 512 1024 2048 4096 if left out
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$BALLAST_ROOT"

# Pinned: figures of two machines are to be comparable.
libraries=(numpy==2.3.5 onnx==1.19.1 onnxruntime==1.23.2)
venv=$BALLAST_CACHE/bench-python
if ! "$venv/bin/pip" freeze 2>/dev/null | grep -qx "${libraries[2]}"; then
    say "installing ${libraries[*]}"
    python3 -m venv "$venv" || die "Python 3 with venv is needed to compare with numpy and onnxruntime"
    retry "$venv/bin/pip" install --quiet "${libraries[@]}"
fi

# The software drivers of the tests, beside whatever this machine has.
for icd in "${BALLAST_LAVAPIPE_ICD:-}" "${BALLAST_SWIFTSHADER_ICD:-}"; do
    [ -z "$icd" ] || export VK_ADD_DRIVER_FILES="${VK_ADD_DRIVER_FILES:+$VK_ADD_DRIVER_FILES:}$icd"
done

read -ra sizes <<<"${BALLAST_BENCH_SIZES:-256 512 1024 2048 4096}"
cargo bench --locked -p worker --bench gemm -- "${sizes[@]}" --python "$venv/bin/python" --write
cargo run --locked -q -p test-suite --no-default-features --bin figures

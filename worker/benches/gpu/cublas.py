"""Seconds that cuBLAS takes for an n×n int8 product (torch._int_mm), as one JSON object.

    python cublas.py N ...

Operands and result stay on the GPU, as they do in Ballast's own measurement.
"""

import json
import sys
import time

import torch

LONG_ENOUGH = 0.5


def best(run):
    """Seconds of the best of several runs, after one to warm up."""
    run()
    torch.cuda.synchronize()
    begun, least = time.perf_counter(), float("inf")
    while least == float("inf") or time.perf_counter() - begun < LONG_ENOUGH:
        start = time.perf_counter()
        run()
        torch.cuda.synchronize()
        least = min(least, time.perf_counter() - start)
    return least


def main():
    if not torch.cuda.is_available():
        sys.exit("torch sees no CUDA GPU")
    seconds = {}
    for n in map(int, sys.argv[1:]):
        a, b = (
            torch.randint(-128, 128, (n, n), dtype=torch.int8, device="cuda") for _ in range(2)
        )
        seconds[n] = {"cuBLAS int8": best(lambda: torch._int_mm(a, b.t()))}
    versions = {"torch": torch.__version__, "cuBLAS": f"CUDA {torch.version.cuda}"}
    json.dump({"versions": versions, "seconds": seconds}, sys.stdout)


main()

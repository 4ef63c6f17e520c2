"""Seconds that other libraries take for an n×n product, as one JSON object.

    python others.py N ...

numpy multiplies int32 without BLAS, so it is left out where it would take minutes;
onnxruntime's MatMulInteger takes int8 and gives int32, as Ballast's kernels do.
"""

import json
import sys
import time

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper

LONG_ENOUGH = 0.7
LARGEST_NUMPY_INT32 = 1024


def best(run):
    """Seconds of the best of several runs, after one to warm up."""
    run()
    begun, least = time.perf_counter(), float("inf")
    while least == float("inf") or time.perf_counter() - begun < LONG_ENOUGH:
        start = time.perf_counter()
        run()
        least = min(least, time.perf_counter() - start)
    return least


def session(n):
    def tensor(name, kind):
        return helper.make_tensor_value_info(name, kind, [n, n])

    node = helper.make_node("MatMulInteger", ["a", "b"], ["c"])
    inputs = [tensor("a", TensorProto.INT8), tensor("b", TensorProto.INT8)]
    graph = helper.make_graph([node], "product", inputs, [tensor("c", TensorProto.INT32)])
    opset = [helper.make_opsetid("", 13)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8)
    onnx.checker.check_model(model)
    providers = ["CPUExecutionProvider"]
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=providers)


def main():
    random = numpy.random.default_rng(1)
    sizes = {}
    for n in map(int, sys.argv[1:]):
        a, b = (random.integers(-128, 128, (n, n), dtype=numpy.int8) for _ in range(2))
        runtime, feed = session(n), {"a": a, "b": b}
        seconds = {"onnxruntime int8": best(lambda: runtime.run(None, feed))}
        x, y = a.astype(numpy.float32), b.astype(numpy.float32)
        seconds["numpy f32"] = best(lambda: x @ y)
        if n <= LARGEST_NUMPY_INT32:
            wide = a.astype(numpy.int32), b.astype(numpy.int32)
            seconds["numpy int32"] = best(lambda: wide[0] @ wide[1])
            if not numpy.array_equal(runtime.run(None, feed)[0], wide[0] @ wide[1]):
                sys.exit(f"onnxruntime's product of {n} differs from numpy's")
        sizes[n] = seconds
    versions = {at.__name__: at.__version__ for at in (numpy, onnxruntime)}
    json.dump({"versions": versions, "seconds": sizes}, sys.stdout)


main()

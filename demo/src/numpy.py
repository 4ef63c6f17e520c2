"""numpy's own product of every A and B in a folder, beside the C that came back.

Files are JOB.a.npy, JOB.b.npy and JOB.c.npy. Prints one line of JSON.
"""

import json
import pathlib
import sys

import numpy

folder = pathlib.Path(sys.argv[1])
found = {"numpy": numpy.__version__, "right": [], "wrong": []}
for path in sorted(folder.glob("*.a.npy")):
    job = path.name.removesuffix(".a.npy")
    a, b, c = (numpy.load(folder / f"{job}.{part}.npy") for part in "abc")
    # 64 bits hold any sum of int8 products; a result is its lower 32, as on the network.
    product = (a.astype(numpy.int64) @ b.astype(numpy.int64)).astype("<i4")
    same = c.dtype == product.dtype and c.shape == product.shape
    same = same and c.tobytes() == product.tobytes()
    found["right" if same else "wrong"].append(job)
print(json.dumps(found))

"""Embeddings of the integer model beside those of the float model.

usage: compare.py MODEL-DIR TEXTS RESULT [FIGURES COMMAND MACHINE COMMIT]

MODEL-DIR is the model as published; TEXTS has one text a line; RESULT.i32 holds the
integer sums and RESULT.ids.json the tokens that `embed run` wrote. The float model is
computed here, from the same weights, in numpy. With FIGURES it writes the figures.
"""

import json
import math
import sys

import numpy as np

HEADS = 12
PAIRS = 10_000


def load(path):
    """A safetensors file of 32-bit floats."""
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
        data = np.frombuffer(file.read(), dtype=np.uint8)
    tensors = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            start, end = entry["data_offsets"]
            tensors[name] = data[start:end].view(np.float32).reshape(entry["shape"])
    return tensors


def erf(x):
    """The error function, to 1.5e-7 (Abramowitz and Stegun, 7.1.26)."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    terms = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
    total = np.zeros_like(x)
    for term in terms:
        total = (total + term) * t
    return np.copysign(1 - total * np.exp(-x * x), x)


def norm(x, weights, name):
    mean = x.mean(-1, keepdims=True)
    deviation = np.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + 1e-12)
    return (x - mean) / deviation * weights[name + ".weight"] + weights[name + ".bias"]


def linear(x, weights, name):
    return x @ weights[name + ".weight"].T + weights[name + ".bias"]


def embed(weights, ids):
    """The mean over tokens of texts of one length: ids is texts × tokens."""
    e = "embeddings."
    h = weights[e + "word_embeddings.weight"][ids]
    h = h + weights[e + "position_embeddings.weight"][: ids.shape[1]]
    h = norm(h + weights[e + "token_type_embeddings.weight"][0], weights, e + "LayerNorm")
    layers = 1 + max(int(k.split(".")[2]) for k in weights if k.startswith("encoder.layer."))
    for at in range(layers):
        layer = f"encoder.layer.{at}."

        def split(name):
            x = linear(h, weights, layer + "attention.self." + name)
            return x.reshape(*ids.shape, HEADS, -1).transpose(0, 2, 1, 3)

        query, key, value = split("query"), split("key"), split("value")
        scores = query @ key.transpose(0, 1, 3, 2) / math.sqrt(query.shape[-1])
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = scores / scores.sum(-1, keepdims=True) @ value
        mixed = mixed.transpose(0, 2, 1, 3).reshape(h.shape)
        h = h + linear(mixed, weights, layer + "attention.output.dense")
        h = norm(h, weights, layer + "attention.output.LayerNorm")
        up = linear(h, weights, layer + "intermediate.dense")
        up = 0.5 * up * (1 + erf(up / np.float32(math.sqrt(2))))
        h = norm(h + linear(up, weights, layer + "output.dense"), weights, layer + "output.LayerNorm")
    return h.mean(1)


def float_embeddings(weights, ids):
    by_length = {}
    for at, tokens in enumerate(ids):
        by_length.setdefault(len(tokens), []).append(at)
    out = np.zeros((len(ids), weights["embeddings.LayerNorm.bias"].shape[0]), np.float32)
    for length, members in by_length.items():
        step = max(1, 2048 // length)
        for start in range(0, len(members), step):
            part = members[start : start + step]
            out[part] = embed(weights, np.array([ids[at] for at in part]))
    return out


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def ranks(values):
    """Ranks from 0; ties are as good as impossible among cosines."""
    out = np.empty(len(values))
    out[np.argsort(values)] = np.arange(len(values))
    return out


def main(model, texts, result, *figures):
    with open(texts, encoding="utf-8") as file:
        texts = [line.rstrip("\n") for line in file if line.strip()]
    with open(result + ".ids.json", encoding="utf-8") as file:
        ids = json.load(file)
    exact = unit(np.fromfile(result + ".i32", dtype="<i4").reshape(len(ids), -1).astype(np.float64))
    real = unit(float_embeddings(load(f"{model}/model.safetensors"), ids).astype(np.float64))
    cosines = (exact * real).sum(1)
    pairs = np.random.default_rng(1).integers(0, len(ids), (PAIRS, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    similarities = [(rows[pairs[:, 0]] * rows[pairs[:, 1]]).sum(1) for rows in (real, exact)]
    spearman = np.corrcoef(ranks(similarities[0]), ranks(similarities[1]))[0, 1]
    lengths = [len(tokens) for tokens in ids]
    rows = [
        ("texts", len(texts), "texts", None),
        ("tokens", sum(lengths), "tokens", None),
        ("longest text", max(lengths), "tokens", None),
        ("mean cosine", cosines.mean(), "cosine", 0.997),
        ("first percentile", np.quantile(cosines, 0.01), "cosine", 0.99),
        ("smallest", cosines.min(), "cosine", 0.98),
        ("rank agreement of 10 000 pairs", spearman, "Spearman", 0.996),
    ]
    for name, value, what, target in rows:
        print(f"{name:32} {value:.6g} {what}" + (f" (at least {target})" if target else ""), file=sys.stderr)
    for at in np.argsort(cosines)[:8]:
        print(f"  {cosines[at]:.4f} {lengths[at]:4} tokens: {texts[at][:90]}", file=sys.stderr)
    if not figures:
        return
    path, command, machine, commit = figures
    entries = []
    for name, value, what, target in rows:
        value = value if target is None else round(float(value), 5)
        entry = {"name": name, "value": value, "unit": what}
        if target is not None:
            entry["target"] = {"op": ">=", "value": target}
        entries.append(entry)
    document = {"command": command, "machine": machine, "commit": commit, "rows": entries}
    with open(path, "w", encoding="utf-8") as file:
        file.write(json.dumps(document, indent=2) + "\n")


main(*sys.argv[1:])

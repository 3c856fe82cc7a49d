"""Two models, a graph, and what they must say about it, by numpy alone: no line of Anabranch or PyTorch is behind these numbers.

    python3 reference.py        writes reference/ anew, with the same numbers every time

The formulas are those of model.proto, in float64, written out vertex by vertex.
"""

import json
import pathlib

import numpy

import safetensors_file

FEATURES, HIDDEN, EMBEDDING, CLASSES = 5, 6, 4, ["low", "middle", "high"]
VERTICES = 14


def graph(random):
    """A hub, a chain, a self-loop, a vertex without edges; weights other than 1. Edges are (source, target, weight)."""
    features = random.normal(size=(VERTICES, FEATURES)).round(3)
    edges = [(source, 0) for source in range(1, 9)]
    edges += [(v, v + 1) for v in range(8, 12)]
    edges += [(0, 3), (3, 1), (5, 5), (11, 2), (2, 11), (6, 9)]
    weights = random.uniform(0.25, 2.0, size=len(edges)).round(3)
    return features, [(s, t, w) for (s, t), w in zip(edges, weights)]


def relu(rows):
    return numpy.maximum(rows, 0.0)


def softmax(logits):
    weights = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def sage_mean(rows, edges, self_weight, neighbor_weight, bias):
    """h'[v] = h[v] W_self + (sum of w h[u] over in-edges) / |in-edges| W_neighbor + b"""
    means = numpy.zeros_like(rows)
    for v in range(len(rows)):
        incoming = [(s, w) for s, t, w in edges if t == v]
        for source, weight in incoming:
            means[v] += weight * rows[source] / len(incoming)
    return rows @ self_weight + means @ neighbor_weight + bias


def gcn(rows, edges, neighbor_weight, bias):
    """h'[v] = c_v (sum of w c_u h[u] over in-edges + c_v h[v]) W + b, c = (1 + in-degree)^-1/2"""
    in_degree = numpy.zeros(len(rows))
    for _, target, _ in edges:
        in_degree[target] += 1
    c = 1 / numpy.sqrt(1 + in_degree)
    sums = c[:, None] * rows
    for source, target, weight in edges:
        sums[target] += weight * c[source] * rows[source]
    return (c[:, None] * sums) @ neighbor_weight + bias


def weights(random, *shape):
    """Rounded to float32 first: the file holds no more, and the reference must start from the same numbers."""
    return random.normal(scale=0.7, size=shape).astype("float32").astype("float64")


def sage_model(random, features):
    tensors = {
        "features.mean": features.mean(axis=0).astype("float32").astype("float64"),
        "features.scale": (1 / features.std(axis=0)).astype("float32").astype("float64"),
        "layer.1.self": weights(random, FEATURES, HIDDEN),
        "layer.1.neighbor": weights(random, FEATURES, HIDDEN),
        "layer.1.bias": weights(random, HIDDEN),
        "layer.2.self": weights(random, HIDDEN, EMBEDDING),
        "layer.2.neighbor": weights(random, HIDDEN, EMBEDDING),
        "layer.2.bias": weights(random, EMBEDDING),
        "head.class.weight": weights(random, EMBEDDING, len(CLASSES)),
        "head.class.bias": weights(random, len(CLASSES)),
    }
    return spec("sage", "SAGE_MEAN", "STANDARDIZED"), tensors


def sage_embeddings(tensors, features, edges):
    rows = (features - tensors["features.mean"]) * tensors["features.scale"]
    for layer in (1, 2):
        rows = sage_mean(rows, edges, *(tensors[f"layer.{layer}.{part}"] for part in ("self", "neighbor", "bias")))
        rows = relu(rows) if layer == 1 else rows
    return rows


def gcn_model(random, features):
    tensors = {
        "layer.1.neighbor": weights(random, FEATURES, HIDDEN),
        "layer.1.bias": weights(random, HIDDEN),
        "layer.2.neighbor": weights(random, HIDDEN, EMBEDDING),
        "layer.2.bias": weights(random, EMBEDDING),
        "head.class.weight": weights(random, EMBEDDING, len(CLASSES)),
        "head.class.bias": weights(random, len(CLASSES)),
    }
    return spec("gcn", "GCN", "ROW_NORMALIZED"), tensors


def gcn_embeddings(tensors, features, edges):
    rows = features / numpy.abs(features).sum(axis=1, keepdims=True)
    rows = relu(gcn(rows, edges, tensors["layer.1.neighbor"], tensors["layer.1.bias"]))
    return gcn(rows, edges, tensors["layer.2.neighbor"], tensors["layer.2.bias"])


def spec(name, convolution, encoding):
    widths = [FEATURES, HIDDEN, EMBEDDING]
    return {
        "name": name,
        "feature_dimension": FEATURES,
        "feature_encoding": "FEATURE_ENCODING_" + encoding,
        "layers": [
            {
                "convolution": "CONVOLUTION_" + convolution,
                "input_width": widths[i],
                "output_width": widths[i + 1],
                "activation": "ACTIVATION_RELU" if i == 0 else "ACTIVATION_IDENTITY",
            }
            for i in range(2)
        ],
        "heads": [{"task": "class", "kind": "HEAD_KIND_MULTI_CLASS", "class_names": CLASSES}],
    }


def event_lines(features, edges):
    for v, row in enumerate(features):
        yield {"event_id": f"node-{v}", "event_time_ms": 1000 + v,
               "node_upsert": {"id": f"v{v}", "features": {"dense": {"values": row.tolist()}}}}
    for i, (source, target, weight) in enumerate(edges):
        yield {"event_id": f"edge-{i}", "event_time_ms": 2000 + i,
               "edge_upsert": {"source": f"v{source}", "target": f"v{target}", "weight": weight}}


def main():
    folder = pathlib.Path(__file__).parent / "reference"
    folder.mkdir(exist_ok=True)
    random = numpy.random.default_rng(20260101)
    features, edges = graph(random)
    # A feature is a float32 on its way through the service.
    features = features.astype("float32").astype("float64")
    edges = [(s, t, float(numpy.float32(w))) for s, t, w in edges]
    with open(folder / "events.jsonl", "w") as file:
        for event in event_lines(features, edges):
            file.write(json.dumps(event) + "\n")
    for make, embed in ((sage_model, sage_embeddings), (gcn_model, gcn_embeddings)):
        structure, tensors = make(random, features)
        name = structure["name"]
        rows = embed(tensors, features, edges)
        probabilities = softmax(rows @ tensors["head.class.weight"] + tensors["head.class.bias"])
        (folder / f"{name}.spec.json").write_text(json.dumps(structure, indent=2) + "\n")
        safetensors_file.write(folder / f"{name}.safetensors", tensors, {"made-by": "reference.py"})
        expected = {
            "numpy": numpy.__version__,
            "embeddings": {f"v{v}": rows[v].tolist() for v in range(VERTICES)},
            "probabilities": {f"v{v}": probabilities[v].tolist() for v in range(VERTICES)},
        }
        (folder / f"{name}.expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()

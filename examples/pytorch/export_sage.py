"""Trains a two-layer GraphSAGE in plain PyTorch on reference/events.jsonl, and writes what `anabranch models import` reads.

    python3 export_sage.py OUT          writes OUT/spec.json, OUT/model.safetensors and OUT/expected.json

Three things decide whether the served numbers are those of PyTorch:
 * Anabranch keeps a matrix as [input, output], torch.nn.Linear as [output, input]: transpose.
 * The mean runs over in-edges and divides by their number; a vertex without in-edges has the zero row.
 * A bias belongs to the layer, not to one of its two products: one of the two Linear has none.
"""

import json
import pathlib
import sys

import torch

import safetensors_file


class SageMean(torch.nn.Module):
    """h'[v] = h[v] W_self + (sum of w h[u] over in-edges) / |in-edges| W_neighbor + b"""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.own = torch.nn.Linear(inputs, outputs)
        self.neighbor = torch.nn.Linear(inputs, outputs, bias=False)

    def forward(self, rows, edges, weights):
        source, target = edges
        sums = torch.zeros_like(rows).index_add_(0, target, weights[:, None] * rows[source])
        in_edges = torch.zeros(len(rows)).index_add_(0, target, torch.ones(len(target)))
        return self.own(rows) + self.neighbor(sums / in_edges.clamp(min=1)[:, None])

    def tensors(self, layer):
        return {
            f"layer.{layer}.self": self.own.weight.T,
            f"layer.{layer}.neighbor": self.neighbor.weight.T,
            f"layer.{layer}.bias": self.own.bias,
        }


class Model(torch.nn.Module):
    def __init__(self, features, hidden, embedding, classes):
        super().__init__()
        self.first = SageMean(features, hidden)
        self.second = SageMean(hidden, embedding)
        self.head = torch.nn.Linear(embedding, classes)

    def embeddings(self, rows, edges, weights):
        return self.second(torch.relu(self.first(rows, edges, weights)), edges, weights)

    def forward(self, rows, edges, weights):
        return self.head(self.embeddings(rows, edges, weights))


def export(model, name, class_names, folder):
    """Writes spec.json and model.safetensors. The names of the tensors are those of model.proto."""
    widths = [model.first.own.in_features, model.first.own.out_features, model.second.own.out_features]
    spec = {
        "name": name,
        "feature_dimension": widths[0],
        "feature_encoding": "FEATURE_ENCODING_IDENTITY",
        "layers": [
            {"convolution": "CONVOLUTION_SAGE_MEAN", "input_width": widths[0], "output_width": widths[1],
             "activation": "ACTIVATION_RELU"},
            {"convolution": "CONVOLUTION_SAGE_MEAN", "input_width": widths[1], "output_width": widths[2],
             "activation": "ACTIVATION_IDENTITY"},
        ],
        "heads": [{"task": "class", "kind": "HEAD_KIND_MULTI_CLASS", "class_names": class_names}],
    }
    tensors = {
        **model.first.tensors(1),
        **model.second.tensors(2),
        "head.class.weight": model.head.weight.T,
        "head.class.bias": model.head.bias,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "spec.json").write_text(json.dumps(spec, indent=2) + "\n")
    safetensors_file.write(
        folder / "model.safetensors",
        {tensor: values.detach().numpy() for tensor, values in tensors.items()},
        {"torch": torch.__version__},
    )


def read_graph(path):
    ids, rows, edges, weights = {}, [], [], []
    for line in path.read_text().splitlines():
        event = json.loads(line)
        if "node_upsert" in event:
            ids[event["node_upsert"]["id"]] = len(ids)
            rows.append(event["node_upsert"]["features"]["dense"]["values"])
        else:
            edge = event["edge_upsert"]
            edges.append((ids[edge["source"]], ids[edge["target"]]))
            weights.append(edge["weight"])
    return list(ids), torch.tensor(rows), torch.tensor(edges).T, torch.tensor(weights)


def main(out):
    torch.manual_seed(1)
    folder = pathlib.Path(__file__).parent / "reference"
    ids, rows, edges, weights = read_graph(folder / "events.jsonl")
    # Something to learn: whether a vertex's features sum to more than zero.
    labels = (rows.sum(dim=1) > 0).long()
    model = Model(rows.shape[1], 8, 4, 2)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(20):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(rows, edges, weights), labels).backward()
        optimizer.step()
    export(model, "pytorch-sage", ["negative", "positive"], out)
    with torch.no_grad():
        embeddings = model.embeddings(rows, edges, weights)
        probabilities = torch.softmax(model.head(embeddings), dim=1)
    expected = {
        "torch": torch.__version__,
        "embeddings": dict(zip(ids, embeddings.tolist())),
        "probabilities": dict(zip(ids, probabilities.tolist())),
    }
    (out / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

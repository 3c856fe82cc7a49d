"""The Open Inference Protocol by tritonclient, over gRPC and HTTP. Arguments: gRPC host:port, HTTP host:port, model, node.

Prints what was answered as JSON; fails where an answer is not as it must be.
"""

import json
import sys

import numpy
import tritonclient.grpc
import tritonclient.http
from tritonclient.utils import InferenceServerException

grpc_address, http_address, model, node = sys.argv[1:]


def ask(library, client):
    nodes = library.InferInput("node_id", [1], "BYTES")
    nodes.set_data_from_numpy(numpy.array([node.encode()], dtype=object))
    everything = client.infer(model, [nodes], request_id="all")
    wanted = [library.InferRequestedOutput("probabilities"), library.InferRequestedOutput("class_names")]
    chosen = client.infer(model, [nodes], outputs=wanted, timeout=5_000_000)
    assert everything.as_numpy("predicted_class").shape == (1,)
    assert everything.as_numpy("event_time_ms").dtype == numpy.int64
    assert chosen.as_numpy("predicted_class") is None
    refused = []
    wrong = library.InferInput("nodes", [1], "BYTES")
    wrong.set_data_from_numpy(numpy.array([node.encode()], dtype=object))
    for call in (lambda: client.infer(model, [wrong]), lambda: client.unload_model(model)):
        try:
            call()
        except InferenceServerException as error:
            refused.append(str(error.message()))
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(model)
    client.load_model(model)
    client.get_server_metadata()
    client.get_model_metadata(model)
    client.get_model_repository_index()
    client.get_inference_statistics(model)
    return {
        "probabilities": everything.as_numpy("probabilities").flatten().tolist(),
        "chosen": chosen.as_numpy("probabilities").flatten().tolist(),
        "class_names": [name.decode() for name in chosen.as_numpy("class_names")],
        "refused": refused,
    }


print(
    json.dumps(
        {
            "grpc": ask(tritonclient.grpc, tritonclient.grpc.InferenceServerClient(grpc_address)),
            "http": ask(tritonclient.http, tritonclient.http.InferenceServerClient(http_address)),
        }
    )
)

"""Publishes a payment and prints the class probabilities of its receiver that reflect it."""

import sys
from pathlib import Path

import grpc

sys.path.insert(0, str(Path(__file__).resolve().parent / "generated"))
from anabranch.v1 import common_pb2, ingest_service_pb2, ingest_service_pb2_grpc  # noqa: E402
from anabranch.v1 import prediction_service_pb2, prediction_service_pb2_grpc  # noqa: E402

defaults = ["127.0.0.1:9090", "account-17", "account-42"]
address, source, target = sys.argv[1:] + defaults[len(sys.argv) - 1 :]

with grpc.insecure_channel(address) as channel:
    payment = ingest_service_pb2.PublishRequest()
    payment.event.edge_upsert.source = source
    payment.event.edge_upsert.target = target
    payment.event.edge_upsert.type = "payment"
    (acknowledged,) = ingest_service_pb2_grpc.IngestServiceStub(channel).Publish(iter([payment]))

    request = prediction_service_pb2.ClassifyRequest(
        node_ids=[target],
        min_positions=[common_pb2.EventPosition(partition=acknowledged.partition, offset=acknowledged.offset)],
    )
    answer = prediction_service_pb2_grpc.PredictionServiceStub(channel).Classify(request, timeout=30)

for score in answer.classifications[0].scores:
    print(f"{target} {score.class_name} {score.probability:.4f} (model version {answer.model_version})")

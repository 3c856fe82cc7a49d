"""Generates the gRPC stubs of every .proto file of this repository into generated/."""

from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

here = Path(__file__).resolve().parent
protos = here.parents[1] / "proto" / "src" / "main" / "proto"
generated = here / "generated"
generated.mkdir(exist_ok=True)
status = protoc.main(
    ["protoc", f"-I{protos}", f"-I{files('grpc_tools') / '_proto'}", f"--python_out={generated}"]
    + [f"--grpc_python_out={generated}"]
    + [str(proto) for proto in sorted(protos.rglob("*.proto"))]
)
raise SystemExit(status)

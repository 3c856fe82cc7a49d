"""Writes a safetensors file: the length of the header (8 bytes, little-endian), the header as JSON, the numbers.

https://pypi.org/project/safetensors does the same and more; this is here so that the example needs nothing but numpy.
"""

import json
import struct

import numpy


def write(path, tensors, metadata=None):
    """tensors: dict from name to array; written as float32, row-major."""
    header = {"__metadata__": {name: str(value) for name, value in (metadata or {}).items()}}
    arrays, offset = [], 0
    for name, tensor in tensors.items():
        array = numpy.ascontiguousarray(tensor, dtype="<f4")
        header[name] = {
            "dtype": "F32",
            "shape": list(array.shape),
            "data_offsets": [offset, offset + array.nbytes],
        }
        arrays.append(array)
        offset += array.nbytes
    text = json.dumps(header).encode("utf-8")
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for array in arrays:
            file.write(array.tobytes())

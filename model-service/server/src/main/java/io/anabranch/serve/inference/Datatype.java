package io.anabranch.serve.inference;

/** The datatypes of the protocol that our tensors have; the names are those of the wire. */
public enum Datatype {
    /** Raw: one byte, 0 or 1. */
    BOOL,
    /** Raw: eight bytes, little-endian. */
    INT64,
    /** Raw: four bytes, little-endian. */
    FP32,
    /** Raw: the length as four bytes, little-endian, and as many bytes. */
    BYTES
}

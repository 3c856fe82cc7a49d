package io.anabranch.serve.inference;

import com.google.protobuf.ByteString;
import io.anabranch.inference.InferTensorContents;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Tensors as bytes: row-major, little-endian, without padding; BYTES elements behind their lengths. */
public final class RawTensors {

    private RawTensors() {}

    /**
     * The elements of a BYTES tensor.
     *
     * @throws IllegalArgumentException when the bytes end inside an element
     */
    public static List<ByteString> elements(ByteString raw) {
        // The buffer of a part of other bytes begins behind 0; a slice never does.
        ByteBuffer bytes = raw.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
        List<ByteString> elements = new ArrayList<>();
        try {
            while (bytes.hasRemaining()) {
                long length = Integer.toUnsignedLong(bytes.getInt());
                if (length > bytes.remaining()) {
                    throw new IllegalArgumentException("Element %d says that it has %d bytes, but only %d are left."
                            .formatted(elements.size(), length, bytes.remaining()));
                }
                int start = bytes.position();
                elements.add(raw.substring(start, start + (int) length));
                bytes.position(start + (int) length);
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("Ends inside the length of element %d.".formatted(elements.size()), e);
        }
        return elements;
    }

    /** Typed contents as bytes. */
    public static ByteString of(Datatype datatype, InferTensorContents contents) {
        return switch (datatype) {
            case BOOL -> {
                ByteBuffer bytes = buffer(contents.getBoolContentsCount());
                contents.getBoolContentsList().forEach(value -> bytes.put((byte) (value ? 1 : 0)));
                yield ByteString.copyFrom(bytes.flip());
            }
            case INT64 -> {
                ByteBuffer bytes = buffer(contents.getInt64ContentsCount() * Long.BYTES);
                contents.getInt64ContentsList().forEach(bytes::putLong);
                yield ByteString.copyFrom(bytes.flip());
            }
            case FP32 -> {
                ByteBuffer bytes = buffer(contents.getFp32ContentsCount() * Float.BYTES);
                contents.getFp32ContentsList().forEach(bytes::putFloat);
                yield ByteString.copyFrom(bytes.flip());
            }
            case BYTES -> {
                int size = 0;
                for (ByteString element : contents.getBytesContentsList()) {
                    size += Integer.BYTES + element.size();
                }
                ByteBuffer bytes = buffer(size);
                contents.getBytesContentsList()
                        .forEach(element -> bytes.putInt(element.size()).put(element.asReadOnlyByteBuffer()));
                yield ByteString.copyFrom(bytes.flip());
            }
        };
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}

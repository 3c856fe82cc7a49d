package io.anabranch.serve.grpc;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Sends and receives messages as the bytes that they are. */
final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {

    /** The method as a client without types calls it. */
    static MethodDescriptor<byte[], byte[]> of(MethodDescriptor<?, ?> method) {
        RawBytes bytes = new RawBytes();
        return method.toBuilder(bytes, bytes).build();
    }

    @Override
    public InputStream stream(byte[] value) {
        return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
        try {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

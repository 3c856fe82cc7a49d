package io.anabranch.stream.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link ByteSink} wrote. Not thread-safe. */
final class ByteSource {

    private final ByteBuffer bytes;

    ByteSource(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    int u8() {
        return bytes.get() & 0xff;
    }

    int u16() {
        return bytes.getShort() & 0xffff;
    }

    int i32() {
        return bytes.getInt();
    }

    long i64() {
        return bytes.getLong();
    }

    float f32() {
        return Float.intBitsToFloat(bytes.getInt());
    }

    String text() {
        return utf8(u16());
    }

    String rest() {
        return utf8(bytes.remaining());
    }

    private String utf8(int length) {
        String text = new String(bytes.array(), bytes.position(), length, StandardCharsets.UTF_8);
        bytes.position(bytes.position() + length);
        return text;
    }
}

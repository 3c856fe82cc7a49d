package io.anabranch.stream.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Big-endian primitives into a buffer that grows and is used again. Not thread-safe. */
final class ByteSink {

    private byte[] bytes = new byte[512];
    private int size;

    ByteSink reset() {
        size = 0;
        return this;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    ByteSink u8(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
        return this;
    }

    ByteSink u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    ByteSink i32(int value) {
        return u16(value >>> 16).u16(value);
    }

    ByteSink i64(long value) {
        return i32((int) (value >>> 32)).i32((int) value);
    }

    ByteSink f32(float value) {
        return i32(Float.floatToRawIntBits(value));
    }

    /** UTF-8 without a length: the rest of a key. */
    ByteSink rest(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    /** u16 length, then UTF-8. */
    ByteSink text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return u16(utf8.length).raw(utf8);
    }

    private ByteSink raw(byte[] source) {
        reserve(source.length);
        System.arraycopy(source, 0, bytes, size, source.length);
        size += source.length;
        return this;
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }
}

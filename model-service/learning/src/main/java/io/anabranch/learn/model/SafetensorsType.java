package io.anabranch.learn.model;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The element types of a safetensors file that can become float32, with their width in bytes. */
enum SafetensorsType {
    F16(2) {
        @Override
        float read(ByteBuffer data, int at) {
            return Float.float16ToFloat(data.getShort(at));
        }
    },
    BF16(2) {
        @Override
        float read(ByteBuffer data, int at) {
            return Float.intBitsToFloat(data.getShort(at) << 16);
        }
    },
    F32(4) {
        @Override
        float read(ByteBuffer data, int at) {
            return data.getFloat(at);
        }
    },
    F64(8) {
        @Override
        float read(ByteBuffer data, int at) {
            return (float) data.getDouble(at);
        }
    };

    private final int width;

    SafetensorsType(int width) {
        this.width = width;
    }

    int width() {
        return width;
    }

    /** One element, {@code at} in bytes from the buffer's start. A float64 is rounded to the nearest float32. */
    abstract float read(ByteBuffer data, int at);

    static @Nullable SafetensorsType named(String name) {
        for (SafetensorsType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return null;
    }
}

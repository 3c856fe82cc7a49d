package io.anabranch.learn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SafetensorsTest {

    @Test
    void readsBackWhatItWrote() {
        Safetensors written = new Safetensors(
                List.of(
                        WeightTensor.matrix("b", 2, 3, new float[] {1, -2, 3.5f, Float.MIN_VALUE, 0, -0.0f}),
                        WeightTensor.vector("a", new float[] {7}),
                        WeightTensor.of("scalar", new int[0], new float[] {9}),
                        WeightTensor.of("empty", new int[] {0, 4}, new float[0])),
                Map.of("name", "näme", "x", "\"quoted\""));

        Safetensors read = Safetensors.parse(written.toBytes());

        assertThat(read.tensors()).containsExactlyInAnyOrderElementsOf(written.tensors());
        assertThat(read.metadata()).isEqualTo(written.metadata());
        assertThat(read.toBytes().length % 4).isZero();
    }

    @Test
    void readsAFileWrittenByHand() {
        byte[] file = file(
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}   ",
                data(8).putFloat(1.5f).putFloat(-2f));

        Safetensors read = Safetensors.parse(file);

        assertThat(read.tensors()).containsExactly(WeightTensor.matrix("w", 1, 2, new float[] {1.5f, -2f}));
    }

    @Test
    void writesLittleEndianAfterAPaddedHeader() {
        byte[] file = new Safetensors(List.of(WeightTensor.vector("w", new float[] {1f})), Map.of()).toBytes();

        int header = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat(header % 8).isZero();
        assertThat(new String(file, 8, header, StandardCharsets.UTF_8).strip())
                .isEqualTo("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}");
        assertThat(Arrays.copyOfRange(file, 8 + header, file.length)).containsExactly(0, 0, 0x80, 0x3f);
    }

    @Test
    void convertsWiderAndNarrowerNumbers() {
        byte[] file = file(
                """
                {"d":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},
                 "h":{"dtype":"F16","shape":[2],"data_offsets":[16,20]},
                 "b":{"dtype":"BF16","shape":[1],"data_offsets":[20,22]}}""",
                data(22).putDouble(0.1)
                        .putDouble(-3)
                        .putShort(Float.floatToFloat16(0.5f))
                        .putShort(Float.floatToFloat16(-2f))
                        .putShort((short) (Float.floatToIntBits(1.5f) >>> 16)));

        assertThat(Safetensors.parse(file).tensors())
                .containsExactly(
                        WeightTensor.vector("d", new float[] {0.1f, -3f}),
                        WeightTensor.vector("h", new float[] {0.5f, -2f}),
                        WeightTensor.vector("b", new float[] {1.5f}));
    }

    @Test
    void refusesOverlappingTensors() {
        refused("""
                {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
                 "b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "overlaps");
    }

    @Test
    void refusesGapsAndTrailingBytes() {
        refused("""
                {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
                 "b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "no tensor covers the bytes (4) to (8)");
        refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 5, "(1) bytes follow");
    }

    @Test
    void refusesOffsetsThatDoNotFitTheShape() {
        refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8, "do not span the (12) bytes");
        refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 8, "do not span");
        refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, "two data_offsets");
        refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}", 4, "whole number");
        refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", 4, "whole number");
        refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536],\"data_offsets\":[0,4]}}", 4, "more than");
    }

    @Test
    void refusesUnknownTypesAndFields() {
        refused("{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8, "dtype (I64)");
        refused("{\"a\":{\"shape\":[1],\"data_offsets\":[0,8]}}", 8, "no (dtype)");
        refused("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "no array (shape)");
        refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"z\":1}}", 4, "unknown field (z)");
    }

    @Test
    void refusesTruncatedFiles() {
        byte[] whole = new Safetensors(List.of(WeightTensor.vector("w", new float[] {1f, 2f})), Map.of()).toBytes();

        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Safetensors.parse(cut))
                    .isInstanceOf(InvalidModelException.class)
                    .hasMessageContaining("cut short");
        }
    }

    @Test
    void refusesBrokenHeaders() {
        refused("[1]", 0, "must begin with '{'");
        refused("{\"a\":", 0, "not JSON");
        refused("{} {}", 0, "not JSON");
        refused("{\"a\":{},\"a\":{}}", 0, "not JSON");
        refused("{\"__metadata__\":{\"k\":1}}", 0, "must be text");
        byte[] huge = data(16).putLong(-1L).array();
        assertThatThrownBy(() -> Safetensors.parse(huge)).hasMessageContaining("header's length");
        byte[] notText = file("{\"a\": 1}", data(0));
        notText[10] = (byte) 0xff;
        assertThatThrownBy(() -> Safetensors.parse(notText)).hasMessageContaining("not UTF-8");
    }

    @Test
    void refusesTwoTensorsOfOneName() {
        WeightTensor tensor = WeightTensor.vector("w", new float[1]);
        assertThatThrownBy(() -> new Safetensors(List.of(tensor, tensor), Map.of()))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("different names");
    }

    private static void refused(String header, int dataBytes, String message) {
        assertThatThrownBy(() -> Safetensors.parse(file(header, data(dataBytes))))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(message);
    }

    private static ByteBuffer data(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] file(String header, ByteBuffer data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + data.capacity())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .put(data.array())
                .array();
    }
}

package io.anabranch.serve.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.anabranch.inference.InferTensorContents;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RawTensorsTest {

    private static ByteString hex(String digits) {
        return ByteString.copyFrom(HexFormat.of().parseHex(digits.replace(" ", "")));
    }

    @Test
    void everyDatatypeIsLittleEndianWithoutPadding() {
        assertThat(RawTensors.of(
                        Datatype.BOOL,
                        InferTensorContents.newBuilder()
                                .addBoolContents(true)
                                .addBoolContents(false)
                                .build()))
                .isEqualTo(hex("01 00"));
        assertThat(RawTensors.of(
                        Datatype.INT64,
                        InferTensorContents.newBuilder()
                                .addInt64Contents(258)
                                .addInt64Contents(-1)
                                .build()))
                .isEqualTo(hex("0201000000000000 ffffffffffffffff"));
        // IEEE 754: 1.5 is 0x3fc00000, -2 is 0xc0000000.
        assertThat(RawTensors.of(
                        Datatype.FP32,
                        InferTensorContents.newBuilder()
                                .addFp32Contents(1.5f)
                                .addFp32Contents(-2)
                                .build()))
                .isEqualTo(hex("0000c03f 000000c0"));
        assertThat(RawTensors.of(
                        Datatype.BYTES,
                        InferTensorContents.newBuilder()
                                .addBytesContents(ByteString.copyFromUtf8("ab"))
                                .addBytesContents(ByteString.EMPTY)
                                .addBytesContents(ByteString.copyFromUtf8("é"))
                                .build()))
                .isEqualTo(hex("02000000 6162 00000000 02000000 c3a9"));
    }

    @Test
    void bytesAreReadAsTheyAreWritten() {
        assertThat(RawTensors.elements(hex("02000000 6162 00000000 02000000 c3a9")))
                .extracting(ByteString::toStringUtf8)
                .containsExactly("ab", "", "é");
        assertThat(RawTensors.elements(ByteString.EMPTY)).isEmpty();
        assertThat(RawTensors.elements(
                        hex("ffffff 01000000 61 02000000 6263 ff").substring(3, 14)))
                .as("part of other bytes")
                .extracting(ByteString::toStringUtf8)
                .containsExactly("a", "bc");
    }

    @Test
    void bytesThatEndTooSoonAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RawTensors.elements(hex("01000000 61 0200")))
                .withMessageContaining("length of element 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RawTensors.elements(hex("03000000 6162")))
                .withMessageContaining("3 bytes")
                .withMessageContaining("2 are left");
        assertThatIllegalArgumentException()
                .as("lengths are unsigned")
                .isThrownBy(() -> RawTensors.elements(hex("ffffffff 61")))
                .withMessageContaining("4294967295");
    }
}

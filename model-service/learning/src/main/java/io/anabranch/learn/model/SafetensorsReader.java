package io.anabranch.learn.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Strict reader: a file that another reader might understand differently is refused (duplicate keys, gaps, overlaps,
 * trailing bytes).
 */
final class SafetensorsReader {

    private static final int LENGTH_BYTES = 8;
    private static final int MAX_HEADER_BYTES = 100_000_000;
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private record Entry(String name, SafetensorsType type, int[] shape, int elements, long begin, long end) {}

    private SafetensorsReader() {}

    static Safetensors read(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < LENGTH_BYTES) {
            throw truncated("(%d) bytes cannot hold the (8) bytes of the header's length".formatted(file.length));
        }
        long headerLength = bytes.getLong(0);
        if (headerLength < 2 || headerLength > MAX_HEADER_BYTES) {
            throw invalid("the header's length (%s) must be 2 to %d"
                    .formatted(Long.toUnsignedString(headerLength), MAX_HEADER_BYTES));
        }
        if (headerLength > file.length - LENGTH_BYTES) {
            throw truncated("the header should have (%d) bytes, (%d) are there"
                    .formatted(headerLength, file.length - LENGTH_BYTES));
        }
        JsonNode header = header(file, (int) headerLength);
        ByteBuffer data = bytes.slice(
                        LENGTH_BYTES + (int) headerLength, file.length - LENGTH_BYTES - (int) headerLength)
                .order(ByteOrder.LITTLE_ENDIAN);

        List<Entry> entries = new ArrayList<>();
        Map<String, String> metadata = Map.of();
        for (Map.Entry<String, JsonNode> field : header.properties()) {
            if (field.getKey().equals(Safetensors.METADATA)) {
                metadata = metadata(field.getValue());
            } else {
                entries.add(entry(field.getKey(), field.getValue()));
            }
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        requireExactCover(entries, data.capacity());
        return new Safetensors(
                entries.stream().map(entry -> tensor(entry, data)).toList(), metadata);
    }

    private static JsonNode header(byte[] file, int length) {
        if (file[LENGTH_BYTES] != '{') {
            throw invalid("the header must begin with '{'");
        }
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file, LENGTH_BYTES, length));
            return JSON.readTree(text.toString());
        } catch (CharacterCodingException e) {
            throw new InvalidModelException("Not a safetensors file: the header is not UTF-8.", e);
        } catch (JsonProcessingException e) {
            throw new InvalidModelException(
                    "Not a safetensors file: the header is not JSON (%s).".formatted(e.getOriginalMessage()), e);
        }
    }

    private static Map<String, String> metadata(JsonNode node) {
        Map<String, String> metadata = new HashMap<>();
        if (!node.isObject()) {
            throw invalid("(%s) must be an object".formatted(Safetensors.METADATA));
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!field.getValue().isTextual()) {
                throw invalid("the value of (%s) in (%s) must be text".formatted(field.getKey(), Safetensors.METADATA));
            }
            metadata.put(field.getKey(), field.getValue().textValue());
        }
        return metadata;
    }

    private static Entry entry(String name, JsonNode node) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            switch (field.getKey()) {
                case "dtype", "shape", "data_offsets" -> {}
                default -> throw invalid("tensor (%s) has an unknown field (%s)".formatted(name, field.getKey()));
            }
        }
        JsonNode typeName = node.path("dtype");
        if (!typeName.isTextual()) {
            throw invalid("tensor (%s) has no (dtype)".formatted(name));
        }
        SafetensorsType type = SafetensorsType.named(typeName.textValue());
        if (type == null) {
            throw invalid("tensor (%s) has dtype (%s); readable are F16, BF16, F32, F64"
                    .formatted(name, typeName.textValue()));
        }
        long[] extents = integers(name, "shape", node.path("shape"));
        int[] shape = new int[extents.length];
        for (int i = 0; i < shape.length; i++) {
            if (extents[i] > Integer.MAX_VALUE) {
                throw invalid("the shape of tensor (%s) has an extent of (%d)".formatted(name, extents[i]));
            }
            shape[i] = (int) extents[i];
        }
        long[] offsets = integers(name, "data_offsets", node.path("data_offsets"));
        if (offsets.length != 2) {
            throw invalid("tensor (%s) must have two data_offsets, not (%d)".formatted(name, offsets.length));
        }
        int elements = WeightTensor.elements(name, shape);
        long bytes = (long) elements * type.width();
        if (offsets[0] > offsets[1] || offsets[1] - offsets[0] != bytes) {
            throw invalid("the data_offsets (%d, %d) of tensor (%s) do not span the (%d) bytes of its shape"
                    .formatted(offsets[0], offsets[1], name, bytes));
        }
        return new Entry(name, type, shape, elements, offsets[0], offsets[1]);
    }

    private static long[] integers(String name, String field, JsonNode node) {
        if (!node.isArray()) {
            throw invalid("tensor (%s) has no array (%s)".formatted(name, field));
        }
        long[] values = new long[node.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = node.get(i);
            if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
                throw invalid("the value (%s) in (%s) of tensor (%s) must be a whole number from 0"
                        .formatted(value, field, name));
            }
            values[i] = value.longValue();
        }
        return values;
    }

    private static void requireExactCover(List<Entry> sorted, long dataBytes) {
        long covered = 0;
        for (Entry entry : sorted) {
            if (entry.begin() < covered) {
                throw invalid("the data of tensor (%s) at (%d) overlaps the one before, which ends at (%d)"
                        .formatted(entry.name(), entry.begin(), covered));
            }
            if (entry.begin() > covered) {
                throw invalid("no tensor covers the bytes (%d) to (%d) before tensor (%s)"
                        .formatted(covered, entry.begin(), entry.name()));
            }
            covered = entry.end();
        }
        if (covered > dataBytes) {
            throw truncated("the tensors need (%d) bytes of data, (%d) are there".formatted(covered, dataBytes));
        }
        if (covered < dataBytes) {
            throw invalid("(%d) bytes follow the last tensor".formatted(dataBytes - covered));
        }
    }

    private static WeightTensor tensor(Entry entry, ByteBuffer data) {
        float[] values = new float[entry.elements()];
        int at = (int) entry.begin();
        for (int i = 0; i < values.length; i++, at += entry.type().width()) {
            values[i] = entry.type().read(data, at);
        }
        return WeightTensor.owning(entry.name(), entry.shape(), values);
    }

    private static InvalidModelException truncated(String what) {
        return new InvalidModelException(
                "The safetensors file is cut short: %s.\nMaybe the download or the copy did not finish."
                        .formatted(what));
    }

    private static InvalidModelException invalid(String what) {
        return new InvalidModelException("Not a valid safetensors file: %s.".formatted(what));
    }
}
